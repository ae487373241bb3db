// One layer of a network. A layer is structure only: parameters live in one array of the network, and what
// a pass computes lives in a tape, so that a prediction never overwrites what training recorded.
#pragma once
#include <string>
#include <vector>

#include "core/base/parallel.h"
#include "core/dropout/site_noise.h"
#include "core/random/uniforms.h"
#include "core/spec/arch_spec.h"
#include "core/spec/part.h"
#include "core/spec/site.h"
#include "core/tensor/tensor.h"

namespace dropscope {

// A block of a layer's parameters inside the network's array, stored in panels (core/tensor/panels.h) when
// it is a matrix. Biases and other vectors have inputs == 0 and are stored as they are.
struct ParamBlock {
  std::string name;  // "hidden1.weight"
  std::size_t offset = 0, size = 0;
  int outputs = 0, inputs = 0;
  bool statistic = false;  // running statistics: their gradient is always 0
  // Weights are what L2, weight decay and max-norm act on.
  bool is_weight() const { return inputs > 0; }
};

// A place of a layer where noise may act; its name and depth come from core/spec/site.h.
struct LayerSite {
  std::string name;  // "hidden1", "hidden1.weight"
  SiteKind kind = SiteKind::Hidden;
};

// What one pass leaves behind in one layer. Nothing is allocated once the first batch has passed.
template <class T>
struct LayerTape {
  Tensor<T> z, h, y;               // before the activation, after it, after dropout (y only where noise acts)
  Tensor<T> dy, dz;                // gradients of the loss by this layer's output and by z
  std::vector<Tensor<T>> work;     // the layer's own
  std::vector<int> marks;          // the layer's own whole numbers, such as a pool's winners
  std::vector<SiteNoise<T>> sites; // in the order of Layer::sites(); the backward pass uses these very draws
  bool noisy = false;              // whether the output is y; set by forward
  bool training = false;           // the mode of the forward pass: batch statistics rather than running ones
  bool skipped = false;            // the branch was closed for the whole batch: nothing was computed
  bool has_gradient = false;       // dy holds a gradient of this backward pass

  // What the next layers read.
  const Tensor<T>& out() const { return noisy ? y : h; }
};

template <class T>
struct ForwardArgs {
  const T* params;                        // the layer's first block
  std::span<const Tensor<T>* const> in;   // outputs of the layers it reads
  LayerTape<T>& tape;                     // noise is drawn, or pending until the layer settles it
  Parallel* parallel;                     // may be null
  const Tensor<T>& x() const { return *in[0]; }
};

template <class T>
struct BackwardArgs {
  const T* params;
  std::span<const Tensor<T>* const> in;  // as in the forward pass
  LayerTape<T>& tape;                    // dy is given
  T* gradients;                          // the layer's first block; overwritten, all of it
  std::span<Tensor<T>* const> d_in;      // one per input; resized and overwritten; null where nobody needs it
  Parallel* parallel;
  const Tensor<T>& x() const { return *in[0]; }
  Tensor<T>* dx() const { return d_in[0]; }
};

// A value inside a layer that pictures show: a buffer of the tape itself, never a copy that could differ.
template <class T>
struct Inner {
  const char* name;  // "weights", "cell"
  Shape shape;       // for the whole batch; Sample need not be the slowest axis
  const T* values;
};

template <class T>
class Layer {
 public:
  virtual ~Layer() = default;
  virtual const std::string& name() const = 0;
  virtual Activation activation() const { return Activation::Identity; }
  // For a batch of this size, Sample first.
  virtual Shape output_shape(int batch) const = 0;
  // Numbers in the output for one example.
  int units() const { return int(output_shape(1).count()); }
  // The blocks this layer needs, in their order in memory; offsets are filled in by the network.
  virtual std::vector<ParamBlock> blocks() const { return {}; }
  virtual std::vector<LayerSite> sites() const { return {}; }
  // The noise-free shape at a site, Sample first; the output's where nothing else is said.
  virtual Shape site_shape(int, int batch) const { return output_shape(batch); }
  // The block of weights into the units of a site (itself for a Weight site), or -1.
  virtual int weights_of_site(int) const { return -1; }
  // Writes first weights over zeros. Element numbers count the weights of a block as [output][input], so they do
  // not depend on how memory is laid out.
  virtual void init(Init, std::uint64_t, T*) const {}
  // Writes z, h, y and noisy of the tape. Must not change what another pass reads.
  virtual void forward(const ForwardArgs<T>& args) const = 0;
  // Writes gradients and d_in. Reads only what forward left in the tape, never a setting.
  virtual void backward(const BackwardArgs<T>& args) const = 0;
  // Takes what a training pass saw into running statistics, once per update. `params`: the layer's first block.
  virtual void update_statistics(const LayerTape<T>&, T*) const {}
  virtual PartKind part() const { return PartKind::Other; }
  // Of a convolution: how its block of weights counts them, [Out, Channel, Row, Col]. Rank 0 elsewhere.
  virtual Shape kernel_shape() const { return {}; }
  // What a pass left inside the layer besides z, h and y. Of the tape's latest pass; nothing where there was none.
  virtual void reveal(const LayerTape<T>&, std::vector<Inner<T>>&) const {}
  // Whether an element of a site (for one example) can change anything; not so for keys that a causal attention hides.
  virtual bool uses(int, std::size_t) const { return true; }
  // Where this layer's first block begins in the network's array.
  std::size_t offset = 0;
};

// The number of a block in draw keys: a function of its name.
std::uint32_t block_place(const std::string& name);

// First weights of one block in panels, and of its bias (may be null), as `init` says for these fans.
template <class T>
void init_weights(Init init, std::uint64_t seed, const std::string& layer, int outputs, int inputs, int fan_in,
                  int fan_out, T* weights, T* bias, const char* weight_name = ".weight", const char* bias_name = ".bias");

// y = noise(h) at site `slot` where it acts, and sets tape.noisy. z is what adaptive variants read.
template <class T>
void finish_forward(LayerTape<T>& tape, int slot, const Tensor<T>& z);

}  // namespace dropscope
