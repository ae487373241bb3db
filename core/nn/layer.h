// One layer of a network. A layer is structure only: parameters live in one array of the network, and what
// a pass computes lives in a tape, so that a prediction never overwrites what training recorded.
#pragma once
#include <string>
#include <vector>

#include "core/base/parallel.h"
#include "core/dropout/dropper.h"
#include "core/random/uniforms.h"
#include "core/spec/arch_spec.h"
#include "core/spec/site.h"
#include "core/tensor/tensor.h"

namespace dropscope {

// A block of a layer's parameters inside the network's array, stored in panels (core/tensor/panels.h) when
// it is a matrix. Biases have inputs == 0 and are stored as they are.
struct ParamBlock {
  std::string name;         // "hidden1.weight"
  std::size_t offset = 0, size = 0;
  int outputs = 0, inputs = 0;
  bool is_weight() const { return inputs > 0; }
};

// A place of the layer where noise may act.
struct SiteInfo {
  std::string name;         // "input", "hidden1"
  SiteKind kind = SiteKind::Hidden;
  int layer = 0;            // index of the layer that exposes it
};

// What one pass leaves behind in one layer. Nothing is allocated once the first batch has passed.
template <class T>
struct LayerTape {
  Tensor<T> z, h, y;        // before the activation, after it, after dropout (y only where noise is active)
  Tensor<T> dy, dz;         // gradients of the loss by this layer's output and by z
  Tensor<T> scratch;        // the layer's own
  Noise<T> noise;           // drawn before the forward pass; the backward pass uses this very draw

  // What the next layer reads.
  const Tensor<T>& out() const { return noise.active ? y : h; }
};

template <class T>
class Layer {
 public:
  virtual ~Layer() = default;
  virtual const std::string& name() const = 0;
  virtual Activation activation() const = 0;
  virtual int units() const = 0;
  // For a batch of this size, Sample first.
  virtual Shape output_shape(int batch) const = 0;
  // Appends the blocks this layer needs; offsets are filled in by the network.
  virtual std::vector<ParamBlock> blocks() const = 0;
  // Writes first weights. Element numbers count the weights of a block as [output][input], so they do not
  // depend on how memory is laid out.
  virtual void init(Init init, std::uint64_t seed, T* params) const = 0;
  // Reads x, writes z, h and y of the tape. tape.noise is already drawn.
  virtual void forward(const T* params, const Tensor<T>& x, LayerTape<T>& tape, Parallel* parallel) const = 0;
  // Reads tape.dy; writes the gradients of the parameters and, where dx is not null, of x.
  virtual void backward(const T* params, const Tensor<T>& x, LayerTape<T>& tape, T* gradients, Tensor<T>* dx,
                        Parallel* parallel) const = 0;
  // Where this layer's first block begins in the network's array.
  std::size_t offset = 0;
};

}  // namespace dropscope
