#include "core/nn/conv.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/nn/activation.h"
#include "core/nn/map_noise.h"
#include "core/nn/weight_noise.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

template <class T>
class Conv final : public Layer<T> {
 public:
  Conv(std::string name, const ConvShape& shape, Activation activation)
      : name_(std::move(name)), convolution_(shape), activation_(activation) {}

  const std::string& name() const override { return name_; }
  Activation activation() const override { return activation_; }
  Shape output_shape(int batch) const override {
    return {{Axis::Sample, batch},
            {Axis::Channel, s().out_channels},
            {Axis::Row, s().out_rows()},
            {Axis::Col, s().out_cols()}};
  }

  std::vector<LayerSite> sites() const override {
    return {{name_ + ".weight", SiteKind::Weight}, {name_, SiteKind::FeatureMap}};
  }
  Shape site_shape(int slot, int batch) const override {
    if (slot == kOutput) return output_shape(batch);
    return {{Axis::Sample, batch}, {Axis::Out, s().out_channels}, {Axis::In, s().inputs()}};
  }
  int weights_of_site(int) const override { return 0; }
  PartKind part() const override { return PartKind::Convolution; }
  Shape kernel_shape() const override {
    return {{Axis::Out, s().out_channels},
            {Axis::Channel, s().in_channels},
            {Axis::Row, s().kernel},
            {Axis::Col, s().kernel}};
  }

  std::vector<ParamBlock> blocks() const override {
    return {{name_ + ".weight", 0, weights(), s().out_channels, s().inputs()},
            {name_ + ".bias", 0, std::size_t(s().out_channels), s().out_channels, 0}};
  }

  // A kernel's weights reach every pixel, so its fans count the window.
  void init(Init init, std::uint64_t seed, T* params) const override {
    init_weights(init, seed, name_, s().out_channels, s().inputs(), s().inputs(), s().out_channels * s().window(),
                 params, params + weights());
  }

  void forward(const ForwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const Noise<T>& dropped = tape.sites[kWeight].noise;
    const int batch = args.x().shape[0].extent;
    tape.z.resize(output_shape(batch));
    tape.h.resize(output_shape(batch));
    const bool average = dropped.active && dropped.variance > T(0);
    convolve(args, masked_kernels(args, batch), args.params + weights(), args.x().data(), tape.z.data(), !average);
    if (average) average_masks(args);
    if (average || !noise_is_gates(tape.sites[kOutput])) finish_forward(tape, kOutput, tape.z);
  }

  void backward(const BackwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const Noise<T>& dropped = tape.sites[kWeight].noise;
    // An average over masks has no single mask to go back through.
    DROPSCOPE_CHECK(!dropped.active || !(dropped.variance > T(0)));
    const int batch = args.x().shape[0].extent;
    if (tape.noisy && !noise_is_gates(tape.sites[kOutput]))
      site_backward(tape.sites[kOutput], tape.h, tape.dy, tape.dz);
    if (args.dx()) args.dx()->resize(args.x().shape);
    // Where every example has kernels of its own, it has its own gradient, too.
    const bool differ = dropped.active && weights_differ(dropped);
    const Tensor<T>& sums = work(tape, kSums, differ ? batch : kConvParts, convolution_.gradient_size());
    work(tape, kScratch, kConvParts, scratch_size());
    transpose_kernels(args, differ ? batch : 1);
    for_conv_parts(batch, args.parallel, [&](int part, Range examples, int slot) {
      T* const scratch = tape.work[kScratch].data() + std::size_t(slot) * scratch_size();
      if (!differ) clear_sum(tape, std::size_t(part));
      for (std::size_t b = std::size_t(examples.begin); b < std::size_t(examples.end); ++b) {
        if (differ) clear_sum(tape, b);
        backward_example(args, b, differ ? b : std::size_t(part), differ ? b : 0, scratch);
      }
    });
    T* const bias = args.gradients + weights();
    if (!differ) {
      convolution_.total(sums.data(), args.gradients, bias);
      if (dropped.active) mask_weight_gradient(dropped, s().out_channels, s().inputs(), args.gradients, args.parallel);
      return;
    }
    std::fill_n(args.gradients, weights() + std::size_t(s().out_channels), T(0));
    for (int b = 0; b < batch; ++b) {
      const T* own = sums.data() + std::size_t(b) * convolution_.gradient_size();
      add_weight_gradient(dropped, b, own, s().out_channels, s().inputs(), args.gradients, args.parallel);
      for (int o = 0; o < s().out_channels; ++o) bias[o] += own[weights() + std::size_t(o)];
    }
  }

 private:
  static constexpr int kWeight = 0, kOutput = 1;  // sites: the kernels, after the activation
  // Tensors of the tape: scratch of each part of a batch, sums of gradients, kernels for the way back, kernels as noise
  // leaves them, squares of kernels and inputs, no bias, the variance of z.
  enum Work { kScratch, kSums, kTransposed, kMasked, kKernelSquares, kInputSquares, kNoBias, kVariance, kWorkCount };

  const ConvShape& s() const { return convolution_.shape(); }
  // Of each part of a batch: what a convolution needs, and dz of an example.
  std::size_t scratch_size() const { return convolution_.scratch_size() + (s().out_size() + 15) / 16 * 16; }
  std::size_t weights() const { return panel_size(s().out_channels, s().inputs()); }

  Tensor<T>& work(LayerTape<T>& tape, Work which, int count, std::size_t size) const {
    tape.work.resize(kWorkCount);
    tape.work[which].resize({{Axis::Sample, count}, {Axis::Unit, int(size)}});
    return tape.work[which];
  }
  void clear_sum(LayerTape<T>& tape, std::size_t which) const {
    std::fill_n(tape.work[kSums].data() + which * convolution_.gradient_size(), convolution_.gradient_size(), T(0));
  }

  struct Kernels {
    const T* first;
    std::size_t step;  // from those of one example to those of the next; 0 where all share them
  };
  // The kernels that noise leaves.
  Kernels masked_kernels(const ForwardArgs<T>& args, int batch) const {
    const Noise<T>& dropped = args.tape.sites[kWeight].noise;
    if (!dropped.active) return {args.params, 0};
    const int samples = weights_differ(dropped) ? batch : 1;
    Tensor<T>& masked = work(args.tape, kMasked, samples, weights());
    for (int n = 0; n < samples; ++n)
      mask_weights(dropped, n, args.params, s().out_channels, s().inputs(), masked.data() + std::size_t(n) * weights(),
                   args.parallel);
    return {masked.data(), samples > 1 ? weights() : 0};
  }

  // z, and h and y where `activates`, of one example after the other: each stays in the cache.
  void convolve(const ForwardArgs<T>& args, Kernels kernels, const T* bias, const T* x, T* z, bool activates) const {
    T* const scratch = work(args.tape, kScratch, kConvParts, scratch_size()).data();
    T* const h = args.tape.h.data();
    const Noise<T>& noise = args.tape.sites[kOutput].noise;
    const bool gated = activates && noise_is_gates(args.tape.sites[kOutput]);
    const Shape shape = output_shape(args.x().shape[0].extent);
    if (gated) args.tape.noisy = true, args.tape.y.resize(shape);
    for_conv_parts(args.x().shape[0].extent, args.parallel, [&](int, Range examples, int slot) {
      for (std::size_t b = std::size_t(examples.begin); b < std::size_t(examples.end); ++b) {
        const std::size_t at = b * s().out_size();
        convolution_.forward(kernels.first + b * kernels.step, bias, x + b * s().in_size(), z + at,
                             scratch + std::size_t(slot) * scratch_size());
        if (activates) activate(activation_, z + at, h + at, s().out_size());
        if (gated) gate_example(noise, shape, b, h + at, args.tape.y.data() + at);
      }
    });
  }

  // h = the mean of the activation over all masks, z being close to a Gaussian of mean z and the variance of a sum of
  // independently dropped terms.
  void average_masks(const ForwardArgs<T>& args) const {
    LayerTape<T>& tape = args.tape;
    const SiteNoise<T>& site = tape.sites[kWeight];
    const Tensor<T>& x = args.x();
    Tensor<T>&w2 = work(tape, kKernelSquares, 1, weights()), &x2 = work(tape, kInputSquares, 1, x.size());
    Tensor<T>&bias = work(tape, kNoBias, 1, std::size_t(s().out_channels)),
    &variance = work(tape, kVariance, 1, tape.z.size());
    for (std::size_t i = 0; i < w2.size(); ++i) w2[i] = args.params[i] * args.params[i];
    for (std::size_t i = 0; i < x.size(); ++i) x2[i] = x[i] * x[i];
    for (T& v : bias.v) v = T(0);
    convolve(args, {w2.data(), 0}, bias.data(), x2.data(), variance.data(), false);
    for (T& v : variance.v) v *= site.noise.variance;
    average_activation(activation_, site.plan.samples, tape.z.data(), variance.data(), tape.h.data(), tape.z.size());
  }

  void transpose_kernels(const BackwardArgs<T>& args, int samples) const {
    if (!args.dx()) return;
    const std::size_t size = convolution_.wt_size();
    Tensor<T>& transposed = work(args.tape, kTransposed, samples, size);
    const T* kernels = args.tape.sites[kWeight].noise.active ? args.tape.work[kMasked].data() : args.params;
    for (std::size_t n = 0; n < std::size_t(samples); ++n)
      convolution_.transpose(kernels + n * weights(), transposed.data() + n * size);
  }

  // dz and dx of example b, and its share of the gradients in sum number `sum`; `kernels` is the number of its kernels.
  void backward_example(const BackwardArgs<T>& args, std::size_t b, std::size_t sum, std::size_t kernels,
                        T* scratch) const {
    LayerTape<T>& tape = args.tape;
    const std::size_t at = b * s().out_size();
    const bool gated = noise_is_gates(tape.sites[kOutput]);
    const T *dh = (tape.noisy && !gated ? tape.dz : tape.dy).data() + at, *x = args.x().data() + b * s().in_size();
    T *dz = scratch + convolution_.scratch_size(), *dw = tape.work[kSums].data() + sum * convolution_.gradient_size();
    if (gated) gate_example(tape.sites[kOutput].noise, tape.dy.shape, b, dh, dz);
    activate_backward(activation_, tape.z.data() + at, tape.h.data() + at, gated ? dz : dh, dz, s().out_size());
    convolution_.add_weight_gradient(dz, x, dw, dw + weights(), scratch);
    if (!args.dx()) return;
    const T* wt = tape.work[kTransposed].data() + kernels * convolution_.wt_size();
    convolution_.input_gradient(wt, dz, args.dx()->data() + b * s().in_size(), scratch);
  }

  std::string name_;
  Convolution convolution_;
  Activation activation_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_conv(std::string name, const ConvShape& shape, Activation activation) {
  return std::make_unique<Conv<T>>(std::move(name), shape, activation);
}
template std::unique_ptr<Layer<float>> make_conv<float>(std::string, const ConvShape&, Activation);
template std::unique_ptr<Layer<double>> make_conv<double>(std::string, const ConvShape&, Activation);

}  // namespace dropscope
