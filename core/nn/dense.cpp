#include "core/nn/dense.h"

#include <algorithm>
#include <cmath>

#include "core/base/hash.h"
#include "core/nn/activation.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

std::uint32_t place_of(const std::string& name) {
  Fnv1a h;
  h.text(name);
  return std::uint32_t(h.digest() ^ (h.digest() >> 32)) & 0x1FFFFFFFu;
}

template <class T>
class Dense final : public Layer<T> {
 public:
  Dense(std::string name, int inputs, int units, Activation activation)
      : name_(std::move(name)), inputs_(inputs), units_(units), activation_(activation) {}

  const std::string& name() const override { return name_; }
  Activation activation() const override { return activation_; }
  int units() const override { return units_; }
  Shape output_shape(int batch) const override { return {{Axis::Sample, batch}, {Axis::Unit, units_}}; }

  std::vector<ParamBlock> blocks() const override {
    return {{name_ + ".weight", 0, panel_size(units_, inputs_), units_, inputs_},
            {name_ + ".bias", 0, std::size_t(units_), units_, 0}};
  }

  void init(Init init, std::uint64_t seed, T* params) const override {
    const Uniforms weights({seed, place_of(name_ + ".weight")}, Stream::Init);
    const Uniforms biases({seed, place_of(name_ + ".bias")}, Stream::Init);
    const double bound = 1 / std::sqrt(double(inputs_));
    double deviation = 0;
    switch (init) {
      case Init::He:
        deviation = std::sqrt(2.0 / inputs_);
        break;
      case Init::Xavier:
        deviation = std::sqrt(2.0 / (inputs_ + units_));
        break;
      case Init::LeCun:
        deviation = std::sqrt(1.0 / inputs_);
        break;
      case Init::Uniform:
        break;
    }
    for (int o = 0; o < units_; ++o)
      for (int i = 0; i < inputs_; ++i) {
        const std::uint32_t element = std::uint32_t(o) * std::uint32_t(inputs_) + std::uint32_t(i);
        params[panel_index(o, i, inputs_)] =
            T(init == Init::Uniform ? weights.between(element, -bound, bound) : deviation * weights.normal(element));
      }
    T* bias = params + panel_size(units_, inputs_);
    for (int o = 0; o < units_; ++o)
      bias[o] = init == Init::Uniform ? T(biases.between(std::uint32_t(o), -bound, bound)) : T(0);
  }

  void forward(const T* params, const Tensor<T>& x, LayerTape<T>& tape, Parallel* parallel) const override {
    const int batch = x.shape[0].extent;
    const Shape shape = output_shape(batch);
    tape.z.resize(shape);
    tape.h.resize(shape);
    panel_product(params, x.data(), tape.z.data(), units_, inputs_, batch, parallel);
    const T* bias = params + panel_size(units_, inputs_);
    for (int b = 0; b < batch; ++b) {
      T* z = tape.z.data() + std::ptrdiff_t(b) * units_;
#pragma GCC ivdep
      for (int o = 0; o < units_; ++o) z[o] += bias[o];
    }
    activate(activation_, tape.z.data(), tape.h.data(), tape.z.size());
    if (tape.noise.active) apply_noise<T>(tape.noise, tape.h, nullptr, tape.y);
  }

  void backward(const T* params, const Tensor<T>& x, LayerTape<T>& tape, T* gradients, Tensor<T>* dx,
                Parallel* parallel) const override {
    const int batch = x.shape[0].extent;
    tape.dz.resize(output_shape(batch));
    const bool noisy = tape.noise.active;
    if (noisy) apply_noise_backward<T>(tape.noise, tape.dy, tape.dz, nullptr);
    activate_backward(activation_, tape.z.data(), tape.h.data(), noisy ? tape.dz.data() : tape.dy.data(),
                      tape.dz.data(), tape.dz.size());
    panel_weight_gradient(tape.dz.data(), x.data(), gradients, units_, inputs_, batch, parallel);
    sum_over_batch(tape.dz.data(), gradients + panel_size(units_, inputs_), batch);
    if (!dx) return;
    dx->resize(x.shape);
    tape.scratch.resize({{Axis::In, panel_count(inputs_) * kPanel}, {Axis::Out, units_}});
    panel_transpose(params, tape.scratch.data(), units_, inputs_, parallel);
    panel_product(tape.scratch.data(), tape.dz.data(), dx->data(), inputs_, units_, batch, parallel);
  }

 private:
  // db[o] = sum_b dz[b, o], b ascending.
  void sum_over_batch(const T* __restrict dz, T* __restrict db, int batch) const {
    std::copy_n(dz, units_, db);
    for (int b = 1; b < batch; ++b) {
      const T* row = dz + std::ptrdiff_t(b) * units_;
      for (int o = 0; o < units_; ++o) db[o] += row[o];
    }
  }

  std::string name_;
  int inputs_, units_;
  Activation activation_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_dense(std::string name, int inputs, int units, Activation activation) {
  return std::make_unique<Dense<T>>(std::move(name), inputs, units, activation);
}
template std::unique_ptr<Layer<float>> make_dense<float>(std::string, int, int, Activation);
template std::unique_ptr<Layer<double>> make_dense<double>(std::string, int, int, Activation);

}  // namespace dropscope
