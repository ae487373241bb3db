#include "core/nn/network.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/nn/build.h"
#include "core/tensor/panels.h"

namespace dropscope {

template <class T>
Network<T>::Network(const ArchSpec& spec, const DataForm& form)
    : form_(form), init_(spec.init), depth_(block_count(spec)), nodes_(build_layers<T>(spec, form)) {
  for (Node<T>& node : nodes_) {
    node.layer->offset = param_count_;
    first_block_.push_back(blocks_.size());
    for (ParamBlock block : node.layer->blocks()) {
      block.offset = param_count_;
      param_count_ += block.size;
      blocks_.push_back(std::move(block));
    }
  }
  first_block_.push_back(blocks_.size());
  learned_begin_ = param_count_;
  add_sites(spec);
}

// The sites are those of core/spec/site.h, in its order; each layer exposes some of them.
template <class T>
void Network<T>::add_sites(const ArchSpec& spec) {
  for (const SiteName& named : site_names(spec)) {
    SiteInfo site{.name = named.name, .kind = named.kind, .layer = -1, .block = named.block};
    for (std::size_t l = 0; l < nodes_.size() && site.layer < 0; ++l) {
      const std::vector<LayerSite> own = nodes_[l].layer->sites();
      for (std::size_t slot = 0; slot < own.size(); ++slot)
        if (own[slot].name == named.name) {
          DROPSCOPE_CHECK(own[slot].kind == named.kind);
          site.layer = int(l);
          site.slot = int(slot);
        }
    }
    DROPSCOPE_CHECK(site.layer >= 0);
    const int local = layer(site.layer).weights_of_site(site.slot);
    if (local >= 0) site.weights = int(first_block_[std::size_t(site.layer)]) + local;
    site.readers = reader_of(site);
    site.learned_count = learned_slots(site.kind);
    site.learned = param_count_;
    if (site.learned_count > 0) {
      learning_sites_.push_back(int(sites_.size()));
      blocks_.push_back({site.name + ".learned", param_count_, std::size_t(site.learned_count), site.learned_count, 0});
      param_count_ += std::size_t(site.learned_count);
    }
    sites_.push_back(std::move(site));
  }
}

// The weights that read from a site: the layer's own where the noise acts on what enters it, else the first ones behind
// its output, past layers without a matrix. -1 where there are none.
template <class T>
int Network<T>::reader_of(const SiteInfo& site) const {
  const auto matrix = [this](std::size_t l) {
    const std::vector<ParamBlock> blocks = nodes_[l].layer->blocks();
    return !blocks.empty() && blocks[0].is_weight() ? int(first_block_[l]) : -1;
  };
  const bool enters = site.name != layer(site.layer).name() && matrix(std::size_t(site.layer)) >= 0;
  if (enters) return matrix(std::size_t(site.layer));
  std::vector<bool> carries(nodes_.size(), false);
  carries[std::size_t(site.layer)] = true;
  for (std::size_t l = std::size_t(site.layer) + 1; l < nodes_.size(); ++l)
    for (int input : nodes_[l].inputs) {
      if (!carries[std::size_t(input)]) continue;
      if (const int found = matrix(l); found >= 0) return found;
      carries[l] = true;
    }
  return -1;
}

template <class T>
int Network<T>::find_site(std::string_view name) const {
  for (std::size_t s = 0; s < sites_.size(); ++s)
    if (sites_[s].name == name) return int(s);
  return -1;
}

template <class T>
Shape Network<T>::site_shape(int site, int batch) const {
  const SiteInfo& at = sites_[std::size_t(site)];
  return layer(at.layer).site_shape(at.slot, batch);
}

template <class T>
SiteNoise<T>& Network<T>::noise_at(Tape<T>& tape, int site) const {
  const SiteInfo& at = sites_[std::size_t(site)];
  return tape.layers[std::size_t(at.layer)].sites[std::size_t(at.slot)];
}

template <class T>
const SiteNoise<T>& Network<T>::noise_at(const Tape<T>& tape, int site) const {
  const SiteInfo& at = sites_[std::size_t(site)];
  return tape.layers[std::size_t(at.layer)].sites[std::size_t(at.slot)];
}

template <class T>
void Network<T>::init(std::uint64_t seed, std::span<T> params) const {
  DROPSCOPE_CHECK(params.size() == param_count_);
  for (T& p : params) p = T(0);
  for (std::size_t l = 0; l < nodes_.size(); ++l) {
    nodes_[l].layer->init(init_, seed, params.data() + nodes_[l].layer->offset);
    if (nodes_[l].init_gain == 1) continue;
    for (std::size_t b = first_block_[l]; b < first_block_[l + 1]; ++b)
      if (blocks_[b].is_weight())
        for (T& w : params.subspan(blocks_[b].offset, blocks_[b].size)) w *= T(nodes_[l].init_gain);
  }
}

template <class T>
Tape<T> Network<T>::make_tape() const {
  Tape<T> tape;
  tape.layers.resize(nodes_.size());
  for (std::size_t l = 0; l < nodes_.size(); ++l) tape.layers[l].sites.resize(nodes_[l].layer->sites().size());
  return tape;
}

template <class T>
Tensor<T>& Network<T>::begin(Tape<T>& tape, int batch) const {
  tape.batch = batch;
  Tensor<T>& x = tape.layers[0].h;
  x.resize(layer(0).output_shape(batch));
  return x;
}

// Copies what a variant needs to know: learned values, and the weights it reads.
template <class T>
void Network<T>::prepare(std::span<const T> params, const NoisePlan& plan, int site, Tape<T>& tape,
                         const Tensor<T>*& weights) const {
  SiteNoise<T>& at = noise_at(tape, site);
  const SiteInfo& info = sites_[std::size_t(site)];
  at.learned.resize(plan.variant ? plan.variant->learned.size() : 0);
  for (std::size_t i = 0; i < at.learned.size(); ++i) at.learned[i] = params[info.learned + i];
  weights = nullptr;
  if (!has_effect(plan) || plan.variant->reads != Reads::Weights) return;
  DROPSCOPE_CHECK(info.weights >= 0);
  const ParamBlock& block = blocks_[std::size_t(info.weights)];
  tape.weights.resize({{Axis::Out, block.outputs}, {Axis::In, block.inputs}});
  const T* panels = params.data() + block.offset;
  for (int o = 0; o < block.outputs; ++o)
    for (int i = 0; i < block.inputs; ++i)
      tape.weights[std::size_t(o) * std::size_t(block.inputs) + std::size_t(i)] =
          panels[panel_index(o, i, block.inputs)];
  weights = &tape.weights;
}

template <class T>
void Network<T>::draw_noise_at(std::span<const T> params, const NoisePlan& plan, int site,
                               std::span<const Uniforms> draws, Tape<T>& tape, std::span<const GateEdit> edits) const {
  const Tensor<T>* weights;
  prepare(params, plan, site, tape, weights);
  draw_site<T>(plan, site_shape(site, tape.batch), draws, weights, noise_at(tape, site), edits);
}

template <class T>
void Network<T>::expect_noise_at(std::span<const T> params, const NoisePlan& plan, int site, Tape<T>& tape) const {
  const Tensor<T>* weights;
  prepare(params, plan, site, tape, weights);
  expect_site<T>(plan, site_shape(site, tape.batch), weights, noise_at(tape, site));
}

// Parameters of a layer; its blocks lie together.
template <class T>
std::size_t Network<T>::layer_size(int at) const {
  const std::size_t first = first_block_[std::size_t(at)], end = first_block_[std::size_t(at) + 1];
  std::size_t size = 0;
  for (std::size_t b = first; b < end; ++b) size += blocks_[b].size;
  return size;
}

// A branch whose only gate is closed for the whole batch is not computed.
template <class T>
bool Network<T>::is_closed(const Tape<T>& tape, int at) const {
  const int gate_layer = nodes_[std::size_t(at)].gate_layer;
  if (gate_layer < 0) return false;
  const SiteNoise<T>& site = tape.layers[std::size_t(gate_layer)].sites[0];
  if (site.pending || !site.noise.active || !site.noise.offset.empty()) return false;
  // One coin for the batch; two passes in one batch (R-Drop) have one each, written down for every example.
  const bool shared = site.noise.gate.size() == 1 || (site.draws.size() > 1 && site.plan.tie.has(Axis::Sample) &&
                                                      site.noise.gate.size() == std::size_t(tape.batch));
  return shared && std::all_of(site.noise.gate.v.begin(), site.noise.gate.v.end(), [](T g) { return g == T(0); });
}

template <class T>
void Network<T>::forward_layer(std::span<const T> params, Tape<T>& tape, int at, Parallel* parallel) const {
  const Node<T>& node = nodes_[std::size_t(at)];
  LayerTape<T>& here = tape.layers[std::size_t(at)];
  here.training = tape.training;
  here.skipped = is_closed(tape, at);
  if (here.skipped) {
    here.noisy = false;
    here.h.resize(node.layer->output_shape(tape.batch));
    return;
  }
  const Tensor<T>* in[2] = {};
  DROPSCOPE_CHECK(node.inputs.size() <= 2);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) in[i] = &tape.layers[std::size_t(node.inputs[i])].out();
  node.layer->forward({params.data() + node.layer->offset, {in, node.inputs.size()}, here, parallel});
}

template <class T>
void Network<T>::backward_layer(std::span<const T> params, Tape<T>& tape, int at, std::span<T> gradients,
                                Parallel* parallel) const {
  if (at == layer_count() - 1) {
    for (LayerTape<T>& layer : tape.layers) layer.has_gradient = &layer == &tape.layers.back();
    for (int s : learning_sites_)
      std::fill_n(gradients.begin() + std::ptrdiff_t(sites_[std::size_t(s)].learned),
                  sites_[std::size_t(s)].learned_count, T(0));
  }
  const Node<T>& node = nodes_[std::size_t(at)];
  LayerTape<T>& here = tape.layers[std::size_t(at)];
  T* const own = gradients.data() + node.layer->offset;
  if (here.skipped) {
    std::fill_n(own, layer_size(at), T(0));
  } else {
    const Tensor<T>* in[2] = {};
    Tensor<T>* d_in[2] = {};
    // The inputs need no gradient, unless their noise learns.
    const bool to_input = !tape.layers[0].sites.empty() && !tape.layers[0].sites[0].learned.empty();
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      LayerTape<T>& before = tape.layers[std::size_t(node.inputs[i])];
      in[i] = &before.out();
      if (node.inputs[i] == 0 && !to_input) continue;
      d_in[i] = before.has_gradient ? &tape.sum : &before.dy;
    }
    DROPSCOPE_CHECK(d_in[0] == nullptr || d_in[0] != d_in[1]);
    node.layer->backward({params.data() + node.layer->offset,
                          {in, node.inputs.size()},
                          here,
                          own,
                          {d_in, node.inputs.size()},
                          parallel});
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      LayerTape<T>& before = tape.layers[std::size_t(node.inputs[i])];
      if (d_in[i] == &tape.sum)
        for (std::size_t k = 0; k < tape.sum.size(); ++k) before.dy[k] += tape.sum[k];
      before.has_gradient = before.has_gradient || d_in[i] != nullptr;
    }
  }
  if (at == 1 && tape.layers[0].has_gradient) backward_layer(params, tape, 0, gradients, parallel);
  for (int s : learning_sites_) {
    const SiteInfo& site = sites_[std::size_t(s)];
    const SiteNoise<T>& noise = noise_at(tape, s);
    if (site.layer != at || here.skipped || noise.learned.empty() || !noise.noise.active) continue;
    std::copy(noise.d_learned.begin(), noise.d_learned.end(), gradients.begin() + std::ptrdiff_t(site.learned));
  }
}

template <class T>
void Network<T>::forward(std::span<const T> params, Tape<T>& tape, Parallel* parallel) const {
  for (int l = 0; l < layer_count(); ++l) forward_layer(params, tape, l, parallel);
}

template <class T>
void Network<T>::backward(std::span<const T> params, Tape<T>& tape, std::span<T> gradients, Parallel* parallel) const {
  for (int l = layer_count() - 1; l > 0; --l) backward_layer(params, tape, l, gradients, parallel);
}

template <class T>
void Network<T>::update_statistics(const Tape<T>& tape, std::span<T> params) const {
  for (std::size_t l = 0; l < nodes_.size(); ++l)
    if (!tape.layers[l].skipped)
      nodes_[l].layer->update_statistics(tape.layers[l], params.data() + nodes_[l].layer->offset);
}

template class Network<float>;
template class Network<double>;

}  // namespace dropscope
