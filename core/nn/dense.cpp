#include "core/nn/dense.h"

#include <algorithm>

#include "core/nn/activation.h"
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

  std::vector<LayerSite> sites() const override {
    return {{name_ + ".weight", SiteKind::Weight}, {name_, output_}};
  }
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
    panel_product(args.params, args.x().data(), tape.z.data(), units_, inputs_, rows, args.parallel);
    const T* bias = args.params + panel_size(units_, inputs_);
    for (int b = 0; b < rows; ++b) {
      T* z = tape.z.data() + std::ptrdiff_t(b) * units_;
#pragma GCC ivdep
      for (int o = 0; o < units_; ++o) z[o] += bias[o];
    }
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
    panel_weight_gradient(tape.dz.data(), x.data(), args.gradients, units_, inputs_, rows, args.parallel);
    sum_over_rows(tape.dz.data(), args.gradients + panel_size(units_, inputs_), rows);
    if (!args.dx()) return;
    args.dx()->resize(x.shape);
    tape.work.resize(1);
    Tensor<T>& transposed = tape.work[0];
    transposed.resize({{Axis::In, panel_count(inputs_) * kPanel}, {Axis::Out, units_}});
    panel_transpose(args.params, transposed.data(), units_, inputs_, args.parallel);
    panel_product(transposed.data(), tape.dz.data(), args.dx()->data(), inputs_, units_, rows, args.parallel);
  }

 private:
  static constexpr int kOutput = 1;  // the site after the activation

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
