// A stack of layers built from an ArchSpec. Owns the structure and numbers the sites; parameters and tapes
// are the caller's, so one network serves training, evaluation and probes at once.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "core/nn/layer.h"
#include "core/nn/loss.h"

namespace dropscope {

// One pass through the whole network. tapes[0] is the input "layer": h is the batch, y what is left of it
// after input dropout.
template <class T>
struct Tape {
  std::vector<LayerTape<T>> layers;
  int batch = 0;
  const Tensor<T>& logits() const { return layers.back().out(); }
};

template <class T>
class Network {
 public:
  // inputs and outputs >= 1. The last layer has the identity for activation and no dropout site.
  Network(const ArchSpec& spec, int inputs, int outputs);

  int inputs() const { return inputs_; }
  int outputs() const { return outputs_; }
  // Layer 0 is the input; parameters begin at layer 1.
  int layer_count() const { return int(layers_.size()) + 1; }
  const Layer<T>& layer(int i) const { return *layers_[std::size_t(i) - 1]; }
  const std::vector<ParamBlock>& blocks() const { return blocks_; }
  std::size_t param_count() const { return param_count_; }  // with the zeros that fill panels
  const std::vector<SiteInfo>& sites() const { return sites_; }
  // The noise-free shape at a site for a batch.
  Shape site_shape(int site, int batch) const;

  void init(std::uint64_t seed, std::span<T> params) const;
  Tape<T> make_tape() const;
  // The batch's inputs, to be filled by the caller before `forward_layer(0)`.
  Tensor<T>& begin(Tape<T>& tape, int batch) const;
  void forward_layer(std::span<const T> params, Tape<T>& tape, int layer, Parallel* parallel) const;
  // Expects the gradient by the last layer's output in tape.layers.back().dy; go from the last layer to 1.
  void backward_layer(std::span<const T> params, Tape<T>& tape, int layer, std::span<T> gradients,
                      Parallel* parallel) const;
  // All layers, in order.
  void forward(std::span<const T> params, Tape<T>& tape, Parallel* parallel) const;

 private:
  int inputs_, outputs_;
  Init init_;
  std::vector<std::unique_ptr<Layer<T>>> layers_;
  std::vector<ParamBlock> blocks_;
  std::vector<SiteInfo> sites_;
  std::size_t param_count_ = 0;
};

}  // namespace dropscope
