#include "core/nn/attention.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/tensor/math.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

// y[j] += a * x[j].
template <class T>
inline void add_scaled(T a, const T* __restrict x, T* __restrict y, int n) {
  for (int j = 0; j < n; ++j) y[j] += a * x[j];
}

// w = softmax(scale * w), in place.
template <class T>
void softmax_row(T* w, int n, T scale) {
  T most = w[0] * scale;
  for (int j = 0; j < n; ++j) {
    w[j] *= scale;
    most = w[j] > most ? w[j] : most;
  }
  for (int j = 0; j < n; ++j) w[j] = exp_of(w[j] - most);
  T sum = 0;
  for (int j = 0; j < n; ++j) sum += w[j];
  for (int j = 0; j < n; ++j) w[j] /= sum;
}

template <class T>
class Attention final : public Layer<T> {
 public:
  Attention(std::string name, std::string weights_site, std::string heads_site, const Shape& in, int heads, bool causal)
      : name_(std::move(name)),
        weights_site_(std::move(weights_site)),
        heads_site_(std::move(heads_site)),
        steps_(in.extent(Axis::Time)),
        units_(in.extent(Axis::Unit)),
        heads_(heads),
        width_(units_ / heads),
        causal_(causal),
        scale_(T(1 / std::sqrt(double(width_)))) {
    DROPSCOPE_CHECK(in.rank() == 3 && heads >= 1 && units_ % heads == 0);
  }

  const std::string& name() const override { return name_; }
  Shape output_shape(int batch) const override {
    return {{Axis::Sample, batch}, {Axis::Time, steps_}, {Axis::Unit, units_}};
  }
  std::vector<LayerSite> sites() const override {
    return {{weights_site_, SiteKind::AttentionWeights}, {heads_site_, SiteKind::HeadOutput}};
  }
  PartKind part() const override { return PartKind::Attention; }
  void reveal(const LayerTape<T>& tape, std::vector<Inner<T>>& inner) const override {
    if (tape.work.empty()) return;
    const auto show = [&](const char* name, std::size_t which) {
      inner.push_back({name, tape.work[which].shape, tape.work[which].data()});
    };
    show("weights", kAttentionWeightsWork);
    if (tape.sites[kWeightsSite].noise.active) show("weights_used", kNoisyWeights);
  }
  bool uses(int slot, std::size_t element) const override {
    if (slot != kWeightsSite) return true;
    const std::size_t steps = std::size_t(steps_);
    return int(element % steps) < visible(int(element / steps % steps));
  }
  Shape site_shape(int slot, int batch) const override {
    if (slot == kWeightsSite)
      return {{Axis::Sample, batch}, {Axis::Head, heads_}, {Axis::Query, steps_}, {Axis::Key, steps_}};
    return {{Axis::Sample, batch}, {Axis::Head, heads_}, {Axis::Time, steps_}, {Axis::Unit, width_}};
  }

  std::vector<ParamBlock> blocks() const override {
    return {{name_ + ".query_key_value", 0, panel_size(3 * units_, units_), 3 * units_, units_},
            {name_ + ".output", 0, panel_size(units_, units_), units_, units_}};
  }

  void init(Init init, std::uint64_t seed, T* params) const override {
    init_weights<T>(init, seed, name_, 3 * units_, units_, units_, units_, params, nullptr, ".query_key_value");
    init_weights<T>(init, seed, name_, units_, units_, units_, units_, params + panel_size(3 * units_, units_), nullptr,
                    ".output");
  }

  void forward(const ForwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const int batch = args.x().shape[0].extent, rows = batch * steps_;
    tape.work.resize(kWorkCount);
    const auto work = [&tape](std::size_t which, const Shape& shape) -> Tensor<T>& {
      tape.work[which].resize(shape);
      return tape.work[which];
    };
    const Shape of_heads = site_shape(kHeadsSite, batch);
    Tensor<T>& projected = work(kProjected, {{Axis::Sample, batch}, {Axis::Time, steps_}, {Axis::Unit, 3 * units_}});
    Tensor<T>&weights = work(kAttentionWeightsWork, site_shape(kWeightsSite, batch)), &heads = work(kHeads, of_heads),
    &keys = work(kTurned, of_heads), &joined = work(kJoined, output_shape(batch));
    panel_product(args.params, args.x().data(), projected.data(), 3 * units_, units_, rows, args.parallel);
    each_head(batch, args.parallel, [&](int b, int h) {
      T* turned = keys.data() + head_at(b, h);
      turn(row_of(projected, b, kKey, h), turned);
      score(row_of(projected, b, kQuery, h), turned, weights.data() + weights_at(b, h));
    });
    const Tensor<T>& used = with_noise(tape, kWeightsSite, kAttentionWeightsWork, kNoisyWeights);
    each_head(batch, args.parallel, [&](int b, int h) {
      const T *value = row_of(projected, b, kValue, h), *a = used.data() + weights_at(b, h);
      T* out = heads.data() + head_at(b, h);
      std::fill_n(out, steps_ * width_, T(0));
      for (int q = 0; q < steps_; ++q)
        for (int k = 0; k < visible(q); ++k)
          add_scaled(a[q * steps_ + k], value + k * stride(), out + q * width_, width_);
    });
    join(with_noise(tape, kHeadsSite, kHeads, kNoisyHeads), joined, batch);
    tape.h.resize(output_shape(batch));
    tape.noisy = false;
    panel_product(args.params + panel_size(3 * units_, units_), joined.data(), tape.h.data(), units_, units_, rows,
                  args.parallel);
  }

  void backward(const BackwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const int batch = args.x().shape[0].extent, rows = batch * steps_;
    const Tensor<T>&projected = tape.work[kProjected], &weights = tape.work[kAttentionWeightsWork];
    const Tensor<T>& joined = tape.work[kJoined];
    Tensor<T>&d_joined = tape.work[kDJoined], &transposed = tape.work[kTransposed], &d_heads = tape.work[kDHeads],
    &d_weights = tape.work[kDWeights], &d_projected = tape.work[kDProjected], &values = tape.work[kTurned];
    T* const d_output = args.gradients + panel_size(3 * units_, units_);
    panel_weight_gradient(tape.dy.data(), joined.data(), d_output, units_, units_, rows, args.parallel);
    d_joined.resize(joined.shape);
    through_transpose(args.params + panel_size(3 * units_, units_), units_, tape.dy, d_joined, transposed, rows,
                      args.parallel);
    d_heads.resize(site_shape(kHeadsSite, batch));
    split(d_joined, d_heads, batch);
    if (tape.sites[kHeadsSite].noise.active) site_backward(tape.sites[kHeadsSite], tape.work[kHeads], d_heads, d_heads);

    const bool noisy = tape.sites[kWeightsSite].noise.active;
    const Tensor<T>& used = noisy ? tape.work[kNoisyWeights] : weights;
    d_weights.resize(weights.shape);
    d_projected.resize(projected.shape);
    each_head(batch, args.parallel, [&](int b, int h) {
      const T *d_out = d_heads.data() + head_at(b, h), *a = used.data() + weights_at(b, h);
      T *turned = values.data() + head_at(b, h), *d_a = d_weights.data() + weights_at(b, h);
      turn(row_of(projected, b, kValue, h), turned);
      clear_rows(d_projected, b, kValue, h);
      std::fill_n(d_a, steps_ * steps_, T(0));
      T* d_value = row_of(d_projected, b, kValue, h);
      for (int q = 0; q < steps_; ++q) {
        const T* d = d_out + q * width_;
        for (int c = 0; c < width_; ++c) add_scaled(d[c], turned + c * steps_, d_a + q * steps_, visible(q));
        for (int k = 0; k < visible(q); ++k) add_scaled(a[q * steps_ + k], d, d_value + k * stride(), width_);
      }
    });
    if (noisy) site_backward(tape.sites[kWeightsSite], weights, d_weights, d_weights);
    each_head(batch, args.parallel, [&](int b, int h) {
      const T *query = row_of(projected, b, kQuery, h), *key = row_of(projected, b, kKey, h);
      clear_rows(d_projected, b, kQuery, h);
      clear_rows(d_projected, b, kKey, h);
      T *d_query = row_of(d_projected, b, kQuery, h), *d_key = row_of(d_projected, b, kKey, h);
      for (int q = 0; q < steps_; ++q) {
        // Of the softmax: with the weights as they were before the noise.
        const T* a = weights.data() + weights_at(b, h) + q * steps_;
        const T* d_a = d_weights.data() + weights_at(b, h) + q * steps_;
        T sum = 0;
        for (int k = 0; k < visible(q); ++k) sum += d_a[k] * a[k];
        for (int k = 0; k < visible(q); ++k) {
          const T d_score = a[k] * (d_a[k] - sum) * scale_;
          add_scaled(d_score, key + k * stride(), d_query + q * stride(), width_);
          add_scaled(d_score, query + q * stride(), d_key + k * stride(), width_);
        }
      }
    });
    panel_weight_gradient(d_projected.data(), args.x().data(), args.gradients, 3 * units_, units_, rows, args.parallel);
    if (!args.dx()) return;
    args.dx()->resize(args.x().shape);
    through_transpose(args.params, 3 * units_, d_projected, *args.dx(), transposed, rows, args.parallel);
  }

 private:
  static constexpr int kWeightsSite = 0, kHeadsSite = 1;
  static constexpr int kQuery = 0, kKey = 1, kValue = 2;
  // kTurned: the keys, in the backward pass the values, as [Sample, Head, Unit, Time].
  enum Work : std::size_t {
    kProjected = kAttentionWeightsWork + 1,
    kTurned,
    kNoisyWeights,
    kHeads,
    kNoisyHeads,
    kJoined,
    kTransposed,
    kDJoined,
    kDHeads,
    kDWeights,
    kDProjected,
    kWorkCount
  };

  int stride() const { return 3 * units_; }
  int visible(int query) const { return causal_ ? query + 1 : steps_; }
  std::ptrdiff_t head_at(int b, int h) const { return std::ptrdiff_t(b * heads_ + h) * steps_ * width_; }
  std::ptrdiff_t weights_at(int b, int h) const { return std::ptrdiff_t(b * heads_ + h) * steps_ * steps_; }
  // One head's part of the queries, keys or values of example b; steps are stride() apart.
  template <class Rows>
  auto row_of(Rows& projected, int b, int part, int h) const {
    return projected.data() + std::ptrdiff_t(b) * steps_ * stride() + part * units_ + h * width_;
  }
  void clear_rows(Tensor<T>& projected, int b, int part, int h) const {
    T* row = row_of(projected, b, part, h);
    for (int t = 0; t < steps_; ++t) std::fill_n(row + t * stride(), width_, T(0));
  }

  // Calls work(b, h) for every head of every example. Heads share nothing, so they may be spread over threads.
  template <class Each>
  void each_head(int batch, Parallel* parallel, const Each& work) const {
    constexpr double kWorthSharing = 100000;  // products; fewer are not worth waking a thread for
    const int pairs = batch * heads_;
    const bool share = double(pairs) * steps_ * steps_ * width_ > kWorthSharing;
    spread(share ? parallel : nullptr, [&](int part, int parts) {
      const Range range = part_of(pairs, part, parts);
      for (int p = range.begin; p < range.end; ++p) work(p / heads_, p % heads_);
    });
  }

  // [Time, Unit] with a stride to [Unit, Time], so that sums over units run side by side for all steps.
  void turn(const T* rows, T* turned) const {
    for (int t = 0; t < steps_; ++t)
      for (int c = 0; c < width_; ++c) turned[c * steps_ + t] = rows[t * stride() + c];
  }

  // The weights of one head: what a query does not see has a score of minus infinity, so a weight of 0.
  void score(const T* query, const T* turned_keys, T* weights) const {
    std::fill_n(weights, steps_ * steps_, T(0));
    for (int q = 0; q < steps_; ++q) {
      T* row = weights + q * steps_;
      for (int c = 0; c < width_; ++c) add_scaled(query[q * stride() + c], turned_keys + c * steps_, row, visible(q));
      softmax_row(row, visible(q), scale_);
    }
  }

  const Tensor<T>& with_noise(LayerTape<T>& tape, int slot, std::size_t plain, std::size_t noisy) const {
    SiteNoise<T>& site = tape.sites[std::size_t(slot)];
    settle(site, tape.work[plain]);
    if (!site.noise.active) return tape.work[plain];
    site_forward(site, tape.work[plain], tape.work[noisy]);
    return tape.work[noisy];
  }

  // [Sample, Head, Time, Unit] to [Sample, Time, Head and Unit], and back.
  template <class Copy>
  void regroup(int batch, const Copy& copy) const {
    for (int b = 0; b < batch; ++b)
      for (int h = 0; h < heads_; ++h)
        for (int t = 0; t < steps_; ++t)
          copy(head_at(b, h) + t * width_, (std::ptrdiff_t(b) * steps_ + t) * units_ + h * width_);
  }
  void join(const Tensor<T>& heads, Tensor<T>& rows, int batch) const {
    regroup(batch, [&](std::ptrdiff_t h, std::ptrdiff_t r) { std::copy_n(heads.data() + h, width_, rows.data() + r); });
  }
  void split(const Tensor<T>& rows, Tensor<T>& heads, int batch) const {
    regroup(batch, [&](std::ptrdiff_t h, std::ptrdiff_t r) { std::copy_n(rows.data() + r, width_, heads.data() + h); });
  }

  // dx = W^T dz for a matrix of `outputs` x units.
  void through_transpose(const T* w, int outputs, const Tensor<T>& dz, Tensor<T>& dx, Tensor<T>& transposed, int rows,
                         Parallel* parallel) const {
    transposed.resize({{Axis::In, panel_count(units_) * kPanel}, {Axis::Out, outputs}});
    panel_transpose(w, transposed.data(), outputs, units_, parallel);
    panel_product(transposed.data(), dz.data(), dx.data(), units_, outputs, rows, parallel);
  }

  std::string name_, weights_site_, heads_site_;
  int steps_, units_, heads_, width_;  // width_: units of one head
  bool causal_;
  T scale_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_attention(std::string name, std::string weights_site, std::string heads_site,
                                         const Shape& in, int heads, bool causal) {
  return std::make_unique<Attention<T>>(std::move(name), std::move(weights_site), std::move(heads_site), in, heads,
                                        causal);
}
template std::unique_ptr<Layer<float>> make_attention<float>(std::string, std::string, std::string, const Shape&, int,
                                                             bool);
template std::unique_ptr<Layer<double>> make_attention<double>(std::string, std::string, std::string, const Shape&, int,
                                                               bool);

}  // namespace dropscope
