// A network built from an ArchSpec: layers in an order in which each reads only earlier ones. Owns the structure
// and numbers the sites; parameters and tapes are the caller's, so one network serves training, evaluation and
// probes at once.
#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/nn/layer.h"
#include "core/nn/loss.h"
#include "core/spec/data_form.h"

namespace dropscope {

// A site of the network.
struct SiteInfo {
  std::string name;  // "input", "hidden1", "block3.attention"
  SiteKind kind = SiteKind::Hidden;
  int layer = 0;     // index of the layer that exposes it
  int slot = 0;      // its number among the layer's sites
  int block = 0;     // depth among the residual blocks, from 1; 0 elsewhere
  int weights = -1;  // index of the block of weights into the site's units, or of the site's weights
  int readers = -1;  // index of the block of weights that reads from the site
  std::size_t learned = 0;  // where its learned values lie in the network's array
  int learned_count = 0;
};

// One pass through the whole network. layers[0] is the input: h is the batch, y what input dropout leaves of it.
template <class T>
struct Tape {
  std::vector<LayerTape<T>> layers;
  int batch = 0;
  bool training = false;  // batch statistics (true) or running ones (false, Monte Carlo too)
  Tensor<T> sum;          // a gradient on its way to one that is there already
  Tensor<T> weights;      // what Reads::Weights variants read
  const Tensor<T>& logits() const { return layers.back().out(); }
};

template <class T>
struct Node {
  std::unique_ptr<Layer<T>> layer;
  std::vector<int> inputs;  // indices of earlier layers
  int gate_layer = -1;      // the layer whose site 0 can close the branch this one belongs to
  double init_gain = 1;     // multiplies the first weights, where what follows adds many layers like this one up
};

template <class T>
class Network {
 public:
  // Throws InputError naming the layer where the spec does not fit the data's form or itself.
  Network(const ArchSpec& spec, const DataForm& form);

  const DataForm& form() const { return form_; }
  int inputs() const { return form_.inputs; }
  int outputs() const { return form_.outputs; }
  // Layer 0 is the input.
  int layer_count() const { return int(nodes_.size()); }
  const Layer<T>& layer(int i) const { return *nodes_[std::size_t(i)].layer; }
  const std::vector<int>& inputs_of(int layer) const { return nodes_[std::size_t(layer)].inputs; }
  const std::vector<ParamBlock>& blocks() const { return blocks_; }
  std::size_t param_count() const { return param_count_; }  // with the zeros that fill panels
  // Learned values of the sites' noise lie from here to the end of the array.
  std::size_t learned_begin() const { return learned_begin_; }
  const std::vector<SiteInfo>& sites() const { return sites_; }
  // The number of residual blocks.
  int depth() const { return depth_; }
  // -1 where there is none of that name.
  int find_site(std::string_view name) const;
  // The noise-free shape at a site for a batch.
  Shape site_shape(int site, int batch) const;
  SiteNoise<T>& noise_at(Tape<T>& tape, int site) const;
  const SiteNoise<T>& noise_at(const Tape<T>& tape, int site) const;

  void init(std::uint64_t seed, std::span<T> params) const;
  Tape<T> make_tape() const;
  // The batch's inputs, to be filled by the caller before `forward_layer(0)`.
  Tensor<T>& begin(Tape<T>& tape, int batch) const;
  // Draws a site's noise for tape.batch examples (draws: core/dropout/site_noise.h), or what stands in for it.
  void draw_noise_at(std::span<const T> params, const NoisePlan& plan, int site, std::span<const Uniforms> draws,
                     Tape<T>& tape, std::span<const GateEdit> edits = {}) const;
  void expect_noise_at(std::span<const T> params, const NoisePlan& plan, int site, Tape<T>& tape) const;
  void forward_layer(std::span<const T> params, Tape<T>& tape, int layer, Parallel* parallel) const;
  // Expects the gradient by the last layer's output in tape.layers.back().dy; go from the last layer to 1.
  void backward_layer(std::span<const T> params, Tape<T>& tape, int layer, std::span<T> gradients,
                      Parallel* parallel) const;
  // All layers, in order.
  void forward(std::span<const T> params, Tape<T>& tape, Parallel* parallel) const;
  void backward(std::span<const T> params, Tape<T>& tape, std::span<T> gradients, Parallel* parallel) const;
  // Takes what a training pass saw into running statistics.
  void update_statistics(const Tape<T>& tape, std::span<T> params) const;

 private:
  void add_sites(const ArchSpec& spec);
  int reader_of(const SiteInfo& site) const;
  std::size_t layer_size(int layer) const;
  bool is_closed(const Tape<T>& tape, int layer) const;
  void prepare(std::span<const T> params, const NoisePlan& plan, int site, Tape<T>& tape,
               const Tensor<T>*& weights) const;

  DataForm form_;
  Init init_;
  int depth_ = 0;
  std::vector<Node<T>> nodes_;
  std::vector<ParamBlock> blocks_;
  std::vector<std::size_t> first_block_;  // of each layer, and one past the last layer's
  std::vector<int> learning_sites_;       // those with room for learned values
  std::vector<SiteInfo> sites_;
  std::size_t param_count_ = 0, learned_begin_ = 0;
};

}  // namespace dropscope
