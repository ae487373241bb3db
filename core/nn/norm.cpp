#include "core/nn/norm.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/nn/activation.h"
#include "core/tensor/samples.h"

namespace dropscope {
namespace {

// Term 0 .. n-1 in eight running sums, so that vector registers can hold them and the order is one everywhere.
template <class Term>
double run_sum(int n, Term term) {
  double lane[8] = {};
  int i = 0;
  for (; i + 8 <= n; i += 8)
    for (int k = 0; k < 8; ++k) lane[k] += term(i + k);
  for (; i < n; ++i) lane[i & 7] += term(i);
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

// What both have in common. Numbers lie as [group][feature][inner]: groups are examples or steps of examples,
// features have a gamma and a beta each, inner are the pixels of a feature map.
template <class T>
class NormLayer : public Layer<T> {
 public:
  NormLayer(std::string name, std::string site, const Shape& in, Activation activation)
      : name_(std::move(name)), site_(std::move(site)), shape_(in), activation_(activation) {
    const bool maps = in.rank() == 4;
    DROPSCOPE_CHECK(maps || in[in.rank() - 1].axis == Axis::Unit);
    features_ = maps ? in.extent(Axis::Channel) : in.extent(Axis::Unit);
    inner_ = maps ? in.extent(Axis::Row) * in.extent(Axis::Col) : 1;
    kind_ = maps ? SiteKind::FeatureMap : in.rank() == 3 ? SiteKind::Sequence : SiteKind::Hidden;
  }

  const std::string& name() const override { return name_; }
  Activation activation() const override { return activation_; }
  Shape output_shape(int batch) const override { return with_samples(shape_, batch); }
  std::vector<LayerSite> sites() const override {
    return site_.empty() ? std::vector<LayerSite>{} : std::vector<LayerSite>{{site_, kind_}};
  }
  std::vector<ParamBlock> blocks() const override {
    return {{name_ + ".gamma", 0, std::size_t(features_), features_, 0},
            {name_ + ".beta", 0, std::size_t(features_), features_, 0}};
  }
  void init(Init, std::uint64_t, T* params) const override { std::fill_n(params, features_, T(1)); }

  void forward(const ForwardArgs<T>& args) const final {
    LayerTape<T>& tape = args.tape;
    const Tensor<T>& x = args.x();
    const Shape shape = output_shape(x.shape[0].extent);
    tape.z.resize(shape);
    tape.h.resize(shape);
    normalise(args, group_count(x));
    activate(activation_, tape.z.data(), tape.h.data(), tape.z.size());
    tape.noisy = false;
    if (!site_.empty()) finish_forward(tape, 0, tape.z);
  }

  void backward(const BackwardArgs<T>& args) const final {
    LayerTape<T>& tape = args.tape;
    tape.dz.resize(tape.dy.shape);
    if (tape.noisy) site_backward(tape.sites[0], tape.h, tape.dy, tape.dz);
    activate_backward(activation_, tape.z.data(), tape.h.data(), tape.noisy ? tape.dz.data() : tape.dy.data(),
                      tape.dz.data(), tape.dz.size());
    if (args.dx()) args.dx()->resize(args.x().shape);
    normalise_backward(args, group_count(args.x()));
  }

 protected:
  // Writes z, and what backward needs into work[0].
  virtual void normalise(const ForwardArgs<T>& args, int groups) const = 0;
  // From dz: the gradients of the blocks, and dx where it is asked for.
  virtual void normalise_backward(const BackwardArgs<T>& args, int groups) const = 0;

  // Small layers are not worth handing out.
  static Parallel* worth(Parallel* parallel, const Tensor<T>& x) { return x.size() >= 16384 ? parallel : nullptr; }

  // Parts of at most kChunk features, each with sums on the stack.
  template <class Work>
  static void each_chunk(Range range, Work work) {
    for (int f = range.begin; f < range.end; f += kChunk) work(Range{f, std::min(f + kChunk, range.end)});
  }
  // sums[f - range.begin] of term(element, f) over groups and inner.
  template <class Term>
  void sum_features(Range range, int groups, double* sums, Term term) const {
    std::fill_n(sums, range.end - range.begin, 0.0);
    for (int g = 0; g < groups; ++g) {
      const std::ptrdiff_t group = std::ptrdiff_t(g) * features_ * inner_;
      if (inner_ == 1) {
#pragma GCC ivdep
        for (int f = range.begin; f < range.end; ++f) sums[f - range.begin] += term(group + f, f);
      } else {
        for (int f = range.begin; f < range.end; ++f) {
          const std::ptrdiff_t start = group + std::ptrdiff_t(f) * inner_;
          sums[f - range.begin] += run_sum(inner_, [&](int i) { return term(start + i, f); });
        }
      }
    }
  }
  // write(element, f) for the features of a range.
  template <class Write>
  void each_element(Range range, int groups, Write write) const {
    for (int g = 0; g < groups; ++g) {
      const std::ptrdiff_t group = std::ptrdiff_t(g) * features_ * inner_;
      if (inner_ == 1) {
#pragma GCC ivdep
        for (int f = range.begin; f < range.end; ++f) write(group + f, f);
      } else {
        for (int f = range.begin; f < range.end; ++f) {
          const std::ptrdiff_t start = group + std::ptrdiff_t(f) * inner_;
#pragma GCC ivdep
          for (int i = 0; i < inner_; ++i) write(start + i, f);
        }
      }
    }
  }

  static constexpr int kChunk = 64;
  int features_ = 0, inner_ = 1;

 private:
  int group_count(const Tensor<T>& x) const { return int(x.size() / (std::size_t(features_) * std::size_t(inner_))); }

  std::string name_, site_;
  Shape shape_;
  Activation activation_;
  SiteKind kind_ = SiteKind::Hidden;
};

template <class T>
class BatchNormLayer final : public NormLayer<T> {
  using NormLayer<T>::features_;
  using NormLayer<T>::inner_;
  using NormLayer<T>::kChunk;

 public:
  using NormLayer<T>::NormLayer;

  PartKind part() const override { return PartKind::Norm; }
  std::vector<ParamBlock> blocks() const override {
    std::vector<ParamBlock> all = NormLayer<T>::blocks();
    for (const char* statistic : {".running_mean", ".running_variance"})
      all.push_back({this->name() + statistic, 0, std::size_t(features_), features_, 0, true});
    return all;
  }
  void init(Init init, std::uint64_t seed, T* params) const override {
    NormLayer<T>::init(init, seed, params);
    std::fill_n(params + kVariance * features_, features_, T(1));
  }

  void update_statistics(const LayerTape<T>& tape, T* params) const override {
    if (!tape.training || tape.work.empty()) return;
    const T* seen = tape.work[0].data();
    const double n = double(tape.z.size()) / features_;
    for (int f = 0; f < features_; ++f) {
      T& mean = params[kMean * features_ + f];
      mean = T((1 - kNormMomentum) * double(mean) + kNormMomentum * double(seen[f]));
      T& variance = params[kVariance * features_ + f];
      if (n > 1)
        variance = T((1 - kNormMomentum) * double(variance) +
                     kNormMomentum * double(seen[kBatchVariance * features_ + f]) * n / (n - 1));
    }
  }

 protected:
  void normalise(const ForwardArgs<T>& args, int groups) const override {
    LayerTape<T>& tape = args.tape;
    tape.work.resize(1);
    tape.work[0].resize({{Axis::In, 3}, {Axis::Unit, features_}});
    spread(this->worth(args.parallel, args.x()), [&](int part, int parts) {
      this->each_chunk(part_of(features_, part, parts), [&](Range range) { normalise_features(args, groups, range); });
    });
  }
  void normalise_backward(const BackwardArgs<T>& args, int groups) const override {
    spread(this->worth(args.parallel, args.x()), [&](int part, int parts) {
      this->each_chunk(part_of(features_, part, parts), [&](Range range) { return_features(args, groups, range); });
    });
  }

 private:
  void normalise_features(const ForwardArgs<T>& args, int groups, Range range) const {
    LayerTape<T>& tape = args.tape;
    const T* x = args.x().data();
    const double n = double(groups) * inner_;
    T *mean = tape.work[0].data(), *inverse = mean + features_, *variance = inverse + features_;
    double sums[kChunk];
    if (tape.training) {
      this->sum_features(range, groups, sums, [x](std::ptrdiff_t i, int) { return double(x[i]); });
      for (int f = range.begin; f < range.end; ++f) mean[f] = T(sums[f - range.begin] / n);
      this->sum_features(range, groups, sums, [x, mean](std::ptrdiff_t i, int f) {
        const double d = double(x[i]) - double(mean[f]);
        return d * d;
      });
      for (int f = range.begin; f < range.end; ++f) variance[f] = T(sums[f - range.begin] / n);
    } else {
      for (int f = range.begin; f < range.end; ++f) mean[f] = args.params[kMean * features_ + f];
      for (int f = range.begin; f < range.end; ++f) variance[f] = args.params[kVariance * features_ + f];
    }
    for (int f = range.begin; f < range.end; ++f) inverse[f] = T(1 / std::sqrt(double(variance[f]) + kNormEpsilon));
    const T *gamma = args.params, *beta = args.params + features_;
    T* z = tape.z.data();
    this->each_element(range, groups,
                       [=](std::ptrdiff_t i, int f) { z[i] = gamma[f] * ((x[i] - mean[f]) * inverse[f]) + beta[f]; });
  }

  // With batch statistics x also moves the mean and the variance:
  // dx = gamma / deviation * (dz - mean(dz) - normalised * mean(dz * normalised)).
  void return_features(const BackwardArgs<T>& args, int groups, Range range) const {
    LayerTape<T>& tape = args.tape;
    const T *x = args.x().data(), *dz = tape.dz.data();
    const T *mean = tape.work[0].data(), *inverse = mean + features_, *gamma = args.params;
    double d_gamma[kChunk], d_beta[kChunk];
    this->sum_features(range, groups, d_gamma,
                       [=](std::ptrdiff_t i, int f) { return double(dz[i]) * double((x[i] - mean[f]) * inverse[f]); });
    this->sum_features(range, groups, d_beta, [=](std::ptrdiff_t i, int) { return double(dz[i]); });
    for (int f = range.begin; f < range.end; ++f) {
      args.gradients[f] = T(d_gamma[f - range.begin]);
      args.gradients[features_ + f] = T(d_beta[f - range.begin]);
      args.gradients[kMean * features_ + f] = args.gradients[kVariance * features_ + f] = T(0);
    }
    if (!args.dx()) return;
    T* dx = args.dx()->data();
    const T share = tape.training ? T(1 / (double(groups) * inner_)) : T(0);
    const T *by_gamma = args.gradients, *by_beta = args.gradients + features_;
    this->each_element(range, groups, [=](std::ptrdiff_t i, int f) {
      const T normalised = (x[i] - mean[f]) * inverse[f];
      dx[i] = gamma[f] * inverse[f] * (dz[i] - share * (by_beta[f] + normalised * by_gamma[f]));
    });
  }

  static constexpr int kMean = 2, kVariance = 3;  // the blocks of running statistics
  static constexpr int kBatchVariance = 2;        // work[0]: mean, 1 / deviation, variance
};

template <class T>
class LayerNormLayer final : public NormLayer<T> {
  using NormLayer<T>::features_;
  using NormLayer<T>::inner_;
  using NormLayer<T>::kChunk;

 public:
  using NormLayer<T>::NormLayer;

 protected:
  void normalise(const ForwardArgs<T>& args, int groups) const override {
    LayerTape<T>& tape = args.tape;
    tape.work.resize(1);
    tape.work[0].resize({{Axis::Sample, groups}, {Axis::In, 2}});
    spread(this->worth(args.parallel, args.x()), [&](int part, int parts) {
      const Range range = part_of(groups, part, parts);
      const int size = features_ * inner_;
      for (int g = range.begin; g < range.end; ++g) {
        const T* x = args.x().data() + std::ptrdiff_t(g) * size;
        const T mean = T(run_sum(size, [x](int i) { return double(x[i]); }) / size);
        const double variance = run_sum(size,
                                        [x, mean](int i) {
                                          const double d = double(x[i]) - double(mean);
                                          return d * d;
                                        }) /
                                size;
        const T inverse = T(1 / std::sqrt(variance + kNormEpsilon));
        tape.work[0][std::size_t(g) * 2] = mean;
        tape.work[0][std::size_t(g) * 2 + 1] = inverse;
        T* z = tape.z.data() + std::ptrdiff_t(g) * size;
        for (int f = 0, i = 0; f < features_; ++f) {
          const T gamma = args.params[f], beta = args.params[features_ + f];
          for (const int end = i + inner_; i < end; ++i) z[i] = gamma * ((x[i] - mean) * inverse) + beta;
        }
      }
    });
  }

  // dx = (d - mean(d) - normalised * mean(d * normalised)) / deviation with d = gamma * dz, over each group.
  void normalise_backward(const BackwardArgs<T>& args, int groups) const override {
    LayerTape<T>& tape = args.tape;
    const int size = features_ * inner_;
    const T *x = args.x().data(), *dz = tape.dz.data(), *statistics = tape.work[0].data();
    Parallel* parallel = this->worth(args.parallel, args.x());
    spread(parallel, [&](int part, int parts) {
      this->each_chunk(part_of(features_, part, parts), [&](Range range) {
        double d_gamma[kChunk], d_beta[kChunk];
        this->sum_features(range, groups, d_gamma, [=](std::ptrdiff_t i, int) {
          const T* of = statistics + i / size * 2;
          return double(dz[i]) * double((x[i] - of[0]) * of[1]);
        });
        this->sum_features(range, groups, d_beta, [=](std::ptrdiff_t i, int) { return double(dz[i]); });
        for (int f = range.begin; f < range.end; ++f) {
          args.gradients[f] = T(d_gamma[f - range.begin]);
          args.gradients[features_ + f] = T(d_beta[f - range.begin]);
        }
      });
    });
    if (!args.dx()) return;
    spread(parallel, [&](int part, int parts) {
      const Range range = part_of(groups, part, parts);
      const T* gamma = args.params;
      for (int g = range.begin; g < range.end; ++g) {
        const std::ptrdiff_t start = std::ptrdiff_t(g) * size;
        const T mean = statistics[2 * g], inverse = statistics[2 * g + 1];
        double sum = 0, product = 0;
        for (int f = 0; f < features_; ++f) {
          const std::ptrdiff_t at = start + std::ptrdiff_t(f) * inner_;
          sum += double(gamma[f]) * run_sum(inner_, [&](int i) { return double(dz[at + i]); });
          product += double(gamma[f]) *
                     run_sum(inner_, [&](int i) { return double(dz[at + i]) * double((x[at + i] - mean) * inverse); });
        }
        const T mean_d = T(sum / size), mean_product = T(product / size);
        T* dx = args.dx()->data() + start;
        for (int f = 0, i = 0; f < features_; ++f)
          for (const int end = i + inner_; i < end; ++i)
            dx[i] = inverse * (gamma[f] * dz[start + i] - mean_d - (x[start + i] - mean) * inverse * mean_product);
      }
    });
  }
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_batch_norm(std::string name, std::string site, const Shape& in, Activation activation) {
  return std::make_unique<BatchNormLayer<T>>(std::move(name), std::move(site), in, activation);
}
template <class T>
std::unique_ptr<Layer<T>> make_layer_norm(std::string name, std::string site, const Shape& in, Activation activation) {
  return std::make_unique<LayerNormLayer<T>>(std::move(name), std::move(site), in, activation);
}

#define DROPSCOPE_INSTANTIATE(T)                                                                             \
  template std::unique_ptr<Layer<T>> make_batch_norm<T>(std::string, std::string, const Shape&, Activation); \
  template std::unique_ptr<Layer<T>> make_layer_norm<T>(std::string, std::string, const Shape&, Activation);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
