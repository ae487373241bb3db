#include "core/nn/dense.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/nn/activation.h"
#include "core/nn/weight_noise.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

template <class T>
class Dense final : public Layer<T> {
 public:
  Dense(std::string name, const Shape& in, int units, Activation activation, SiteKind output)
      : name_(std::move(name)), units_(units), activation_(activation), output_(output) {
    for (const Dim& d : in)
      if (d.axis == Axis::Time) steps_ = d.extent;
    inputs_ = int(in.count()) / std::max(1, steps_);
  }

  const std::string& name() const override { return name_; }
  Activation activation() const override { return activation_; }
  Shape output_shape(int batch) const override {
    if (steps_ > 0) return {{Axis::Sample, batch}, {Axis::Time, steps_}, {Axis::Unit, units_}};
    return {{Axis::Sample, batch}, {Axis::Unit, units_}};
  }

  std::vector<LayerSite> sites() const override { return {{name_ + ".weight", SiteKind::Weight}, {name_, output_}}; }
  Shape site_shape(int slot, int batch) const override {
    if (slot == 0) return {{Axis::Sample, batch}, {Axis::Out, units_}, {Axis::In, inputs_}};
    return output_shape(batch);
  }
  int weights_of_site(int) const override { return 0; }

  std::vector<ParamBlock> blocks() const override {
    return {{name_ + ".weight", 0, panel_size(units_, inputs_), units_, inputs_},
            {name_ + ".bias", 0, std::size_t(units_), units_, 0}};
  }

  void init(Init init, std::uint64_t seed, T* params) const override {
    init_weights(init, seed, name_, units_, inputs_, inputs_, units_, params, params + panel_size(units_, inputs_));
  }

  void forward(const ForwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const int batch = args.x().shape[0].extent, rows = batch * std::max(1, steps_);
    const Shape shape = output_shape(batch);
    tape.z.resize(shape);
    tape.h.resize(shape);
    multiply(args, rows);
    const T* bias = args.params + panel_size(units_, inputs_);
    for (int b = 0; b < rows; ++b) {
      T* z = tape.z.data() + std::ptrdiff_t(b) * units_;
#pragma GCC ivdep
      for (int o = 0; o < units_; ++o) z[o] += bias[o];
    }
    if (tape.sites[kWeight].noise.variance > T(0))
      average(args, rows);
    else
      activate(activation_, tape.z.data(), tape.h.data(), tape.z.size());
    finish_forward(tape, kOutput, tape.z);
  }

  void backward(const BackwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const Tensor<T>& x = args.x();
    const int batch = x.shape[0].extent, rows = batch * std::max(1, steps_);
    tape.dz.resize(output_shape(batch));
    if (tape.noisy) site_backward(tape.sites[kOutput], tape.h, tape.dy, tape.dz);
    activate_backward(activation_, tape.z.data(), tape.h.data(), tape.noisy ? tape.dz.data() : tape.dy.data(),
                      tape.dz.data(), tape.dz.size());
    sum_over_rows(tape.dz.data(), args.gradients + panel_size(units_, inputs_), rows);
    if (args.dx()) args.dx()->resize(x.shape);
    const Noise<T>& dropped = tape.sites[kWeight].noise;
    // An average over masks has no single mask to go back through.
    DROPSCOPE_CHECK(!(dropped.variance > T(0)));
    if (dropped.active && weights_differ(dropped)) return backward_each(args, batch);
    panel_weight_gradient(tape.dz.data(), x.data(), args.gradients, units_, inputs_, rows, args.parallel);
    if (dropped.active) mask_weight_gradient(dropped, units_, inputs_, args.gradients, args.parallel);
    if (args.dx()) {
      const T* weights = dropped.active ? tape.work[kMasked].data() : args.params;
      input_gradient(args, weights, tape.dz.data(), args.dx()->data(), rows);
    }
  }

 private:
  static constexpr int kWeight = 0, kOutput = 1;  // sites: the weights, after the activation
  // Tensors of the tape: the transposed weights, the weights as noise leaves them, their gradient for one example,
  // squares of weights and inputs and the variance of z.
  enum Work { kTransposed, kMasked, kEach, kWeightSquares, kInputSquares, kVariance, kWorkCount };

  Tensor<T>& work(LayerTape<T>& tape, Work which) const {
    tape.work.resize(kWorkCount);
    return tape.work[which];
  }
  Tensor<T>& weights_in(LayerTape<T>& tape, Work which) const {
    Tensor<T>& w = work(tape, which);
    w.resize({{Axis::Out, panel_count(units_) * kPanel}, {Axis::In, inputs_}});
    return w;
  }

  // z = W x with the weights that noise leaves.
  void multiply(const ForwardArgs<T>& args, int rows) const {
    LayerTape<T>& tape = args.tape;
    const Noise<T>& dropped = tape.sites[kWeight].noise;
    const T* x = args.x().data();
    if (!dropped.active) return panel_product(args.params, x, tape.z.data(), units_, inputs_, rows, args.parallel);
    Tensor<T>& masked = weights_in(tape, kMasked);
    const int samples = weights_differ(dropped) ? args.x().shape[0].extent : 1, each = rows / samples;
    for (int n = 0; n < samples; ++n) {
      mask_weights(dropped, n, args.params, units_, inputs_, masked.data(), args.parallel);
      panel_product(masked.data(), x + std::ptrdiff_t(n) * each * inputs_,
                    tape.z.data() + std::ptrdiff_t(n) * each * units_, units_, inputs_, each, args.parallel);
    }
  }

  // h = the mean of the activation over all masks, z being close to a Gaussian of mean z and the variance of a sum of
  // independently dropped terms.
  void average(const ForwardArgs<T>& args, int rows) const {
    LayerTape<T>& tape = args.tape;
    const SiteNoise<T>& site = tape.sites[kWeight];
    const Tensor<T>& x = args.x();
    Tensor<T>& w2 = weights_in(tape, kWeightSquares);
    for (std::size_t i = 0; i < w2.size(); ++i) w2[i] = args.params[i] * args.params[i];
    Tensor<T>& x2 = work(tape, kInputSquares);
    x2.resize(x.shape);
    for (std::size_t i = 0; i < x.size(); ++i) x2[i] = x[i] * x[i];
    Tensor<T>& variance = work(tape, kVariance);
    variance.resize(tape.z.shape);
    panel_product(w2.data(), x2.data(), variance.data(), units_, inputs_, rows, args.parallel);
    for (T& v : variance.v) v *= site.noise.variance;
    average_activation(activation_, site.plan.samples, tape.z.data(), variance.data(), tape.h.data(), tape.z.size());
  }

  // Every example through the weights it had: dW = sum over n of M_n (dz_n x_n^T), n ascending.
  void backward_each(const BackwardArgs<T>& args, int batch) const {
    LayerTape<T>& tape = args.tape;
    const Noise<T>& dropped = tape.sites[kWeight].noise;
    const int each = std::max(1, steps_);
    Tensor<T>&masked = weights_in(tape, kMasked), &own = weights_in(tape, kEach);
    std::fill_n(args.gradients, panel_size(units_, inputs_), T(0));
    for (int n = 0; n < batch; ++n) {
      const T* dz = tape.dz.data() + std::ptrdiff_t(n) * each * units_;
      const std::ptrdiff_t at = std::ptrdiff_t(n) * each * inputs_;
      panel_weight_gradient(dz, args.x().data() + at, own.data(), units_, inputs_, each, args.parallel);
      add_weight_gradient(dropped, n, own.data(), units_, inputs_, args.gradients, args.parallel);
      if (!args.dx()) continue;
      mask_weights(dropped, n, args.params, units_, inputs_, masked.data(), args.parallel);
      input_gradient(args, masked.data(), dz, args.dx()->data() + at, each);
    }
  }

  // dx = W^T dz.
  void input_gradient(const BackwardArgs<T>& args, const T* weights, const T* dz, T* dx, int rows) const {
    Tensor<T>& transposed = work(args.tape, kTransposed);
    transposed.resize({{Axis::In, panel_count(inputs_) * kPanel}, {Axis::Out, units_}});
    panel_transpose(weights, transposed.data(), units_, inputs_, args.parallel);
    panel_product(transposed.data(), dz, dx, inputs_, units_, rows, args.parallel);
  }

  // db[o] = sum_b dz[b, o], b ascending.
  void sum_over_rows(const T* __restrict dz, T* __restrict db, int rows) const {
    std::copy_n(dz, units_, db);
    for (int b = 1; b < rows; ++b) {
      const T* row = dz + std::ptrdiff_t(b) * units_;
      for (int o = 0; o < units_; ++o) db[o] += row[o];
    }
  }

  std::string name_;
  int inputs_ = 0, units_, steps_ = 0;  // steps_: 0 where the input is not a sequence
  Activation activation_;
  SiteKind output_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_dense(std::string name, const Shape& in, int units, Activation activation,
                                     SiteKind output) {
  return std::make_unique<Dense<T>>(std::move(name), in, units, activation, output);
}
template std::unique_ptr<Layer<float>> make_dense<float>(std::string, const Shape&, int, Activation, SiteKind);
template std::unique_ptr<Layer<double>> make_dense<double>(std::string, const Shape&, int, Activation, SiteKind);

}  // namespace dropscope
