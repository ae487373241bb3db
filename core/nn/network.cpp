#include "core/nn/network.h"

#include "core/base/check.h"
#include "core/nn/dense.h"

namespace dropscope {

template <class T>
Network<T>::Network(const ArchSpec& spec, int inputs, int outputs)
    : inputs_(inputs), outputs_(outputs), init_(spec.init) {
  DROPSCOPE_CHECK(inputs >= 1 && outputs >= 1);
  sites_.push_back({"input", SiteKind::Input, 0});
  int width = inputs;
  for (std::size_t i = 0; i < spec.hidden.size(); ++i) {
    layers_.push_back(make_dense<T>(hidden_name(i), width, spec.hidden[i].units, spec.hidden[i].activation));
    sites_.push_back({hidden_name(i), SiteKind::Hidden, int(i) + 1});
    width = spec.hidden[i].units;
  }
  layers_.push_back(make_dense<T>("output", width, outputs, Activation::Identity));
  for (auto& layer : layers_) {
    layer->offset = param_count_;
    for (ParamBlock block : layer->blocks()) {
      block.offset = param_count_;
      param_count_ += block.size;
      blocks_.push_back(std::move(block));
    }
  }
}

template <class T>
Shape Network<T>::site_shape(int site, int batch) const {
  const int at = sites_[std::size_t(site)].layer;
  return at == 0 ? Shape{{Axis::Sample, batch}, {Axis::Unit, inputs_}} : layer(at).output_shape(batch);
}

template <class T>
void Network<T>::init(std::uint64_t seed, std::span<T> params) const {
  DROPSCOPE_CHECK(params.size() == param_count_);
  for (T& p : params) p = T(0);
  for (const auto& layer : layers_) layer->init(init_, seed, params.data() + layer->offset);
}

template <class T>
Tape<T> Network<T>::make_tape() const {
  Tape<T> tape;
  tape.layers.resize(layers_.size() + 1);
  return tape;
}

template <class T>
Tensor<T>& Network<T>::begin(Tape<T>& tape, int batch) const {
  tape.batch = batch;
  Tensor<T>& x = tape.layers[0].h;
  x.resize({{Axis::Sample, batch}, {Axis::Unit, inputs_}});
  return x;
}

template <class T>
void Network<T>::forward_layer(std::span<const T> params, Tape<T>& tape, int at, Parallel* parallel) const {
  LayerTape<T>& here = tape.layers[std::size_t(at)];
  if (at == 0) {
    if (here.noise.active) apply_noise<T>(here.noise, here.h, nullptr, here.y);
    return;
  }
  const Layer<T>& l = layer(at);
  l.forward(params.data() + l.offset, tape.layers[std::size_t(at) - 1].out(), here, parallel);
}

template <class T>
void Network<T>::backward_layer(std::span<const T> params, Tape<T>& tape, int at, std::span<T> gradients,
                                Parallel* parallel) const {
  const Layer<T>& l = layer(at);
  LayerTape<T>& before = tape.layers[std::size_t(at) - 1];
  // Nothing below the first layer needs a gradient.
  Tensor<T>* dx = at > 1 ? &before.dy : nullptr;
  l.backward(params.data() + l.offset, before.out(), tape.layers[std::size_t(at)], gradients.data() + l.offset, dx,
             parallel);
}

template <class T>
void Network<T>::forward(std::span<const T> params, Tape<T>& tape, Parallel* parallel) const {
  for (int l = 0; l < layer_count(); ++l) forward_layer(params, tape, l, parallel);
}

template class Network<float>;
template class Network<double>;

}  // namespace dropscope
