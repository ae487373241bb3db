#include "core/nn/recurrent.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/nn/gru_cell.h"
#include "core/nn/lstm_cell.h"
#include "core/nn/recurrent_cells.h"
#include "core/nn/weight_noise.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

// Inside the layer time is the slowest axis, so that a step is one run of memory: [Time, Sample, Unit].
template <class T, template <class> class CellOf>
class Recurrent final : public Layer<T> {
  using Cell = CellOf<T>;

 public:
  Recurrent(std::string name, const Shape& in, int units, Activation activation)
      : name_(std::move(name)),
        steps_(in.extent(Axis::Time)),
        inputs_(in.extent(Axis::Unit)),
        units_(units),
        activation_(activation) {}

  const std::string& name() const override { return name_; }
  Activation activation() const override { return is_plain() ? activation_ : Activation::Identity; }
  Shape output_shape(int batch) const override { return sequence(batch, units_); }

  std::vector<ParamBlock> blocks() const override {
    std::vector<ParamBlock> list = {
        {name_ + ".weight", 0, panel_size(rows(), inputs_), rows(), inputs_},
        {name_ + ".bias", 0, std::size_t(rows()), rows(), 0},
        {name_ + ".recurrent_weight", 0, panel_size(rows(), units_), rows(), units_},
    };
    if (Cell::kKeepsRecurrent) list.push_back({name_ + ".recurrent_bias", 0, std::size_t(units_), units_, 0});
    return list;
  }

  std::vector<LayerSite> sites() const override {
    std::vector<LayerSite> list = {
        {name_ + ".input", SiteKind::Sequence},           {name_ + ".recurrent_weight", SiteKind::RecurrentWeight},
        {name_ + ".recurrent", SiteKind::RecurrentState}, {name_ + ".update", SiteKind::CellUpdate},
        {name_ + ".state", SiteKind::StateUpdate},        {name_, SiteKind::Sequence},
    };
    if (Cell::kMemory) list.push_back({name_ + ".cell", SiteKind::CellState});
    return list;
  }
  Shape site_shape(int slot, int batch) const override {
    if (slot == kInput) return sequence(batch, inputs_);
    if (slot == kWeights) return {{Axis::Sample, batch}, {Axis::Out, rows()}, {Axis::In, units_}};
    return output_shape(batch);
  }
  PartKind part() const override { return PartKind::Recurrent; }
  // From the first step on, without the zeros before it.
  void reveal(const LayerTape<T>& tape, std::vector<Inner<T>>& inner) const override {
    if (!Cell::kMemory || tape.work.empty()) return;
    const Tensor<T>& cells = tape.work[kMemory];
    const int batch = cells.shape.extent(Axis::Sample);
    inner.push_back({"cell",
                     {{Axis::Time, steps_}, {Axis::Sample, batch}, {Axis::Unit, units_}},
                     cells.data() + std::ptrdiff_t(batch) * units_});
  }
  int weights_of_site(int slot) const override { return slot == kWeights ? kRecurrentBlock : -1; }

  void init(Init init, std::uint64_t seed, T* params) const override {
    // torch.nn draws everything within 1/sqrt(units). He's factor of 2 makes up for the half that ReLU cuts away;
    // a gate or tanh cuts nothing.
    const bool relu = is_plain() && (activation_ == Activation::Relu || activation_ == Activation::LeakyRelu);
    if (init == Init::He && !relu) init = Init::LeCun;
    const int fan_in = init == Init::Uniform ? units_ : inputs_;
    T* const bias = params + panel_size(rows(), inputs_);
    T* const recurrent = bias + rows();
    init_weights(init, seed, name_, rows(), inputs_, fan_in, units_, params, bias);
    init_weights<T>(init, seed, name_, rows(), units_, units_, units_, recurrent, nullptr, ".recurrent_weight");
    if (Cell::kMemory)
      for (int u = units_; u < 2 * units_; ++u) bias[u] += T(1);
    if (!Cell::kKeepsRecurrent || init != Init::Uniform) return;
    const Uniforms draws({seed, block_place(name_ + ".recurrent_bias")}, Stream::Init);
    const double bound = 1 / std::sqrt(double(units_));
    T* const recurrent_bias = recurrent + panel_size(rows(), units_);
    for (int u = 0; u < units_; ++u) recurrent_bias[u] = T(draws.between(std::uint32_t(u), -bound, bound));
  }

  void forward(const ForwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const int batch = args.x().shape[0].extent;
    prepare(tape, batch);
    project_inputs(args, batch);
    mask_recurrent(args);
    const std::size_t state = std::size_t(batch) * std::size_t(units_);
    std::fill_n(tape.work[kHidden].data(), state, T(0));
    if (Cell::kMemory) std::fill_n(tape.work[kMemory].data(), state, T(0));
    for (int t = 0; t < steps_; ++t) forward_step(args, t, batch);
    tape.h.resize(output_shape(batch));
    to_samples(tape.work[kHidden].data() + state, tape.h.data(), batch, units_);
    if (is_plain()) {
      tape.z.resize(output_shape(batch));
      to_samples(tape.work[kSums].data(), tape.z.data(), batch, units_);
    }
    finish_forward(tape, kOutput, is_plain() ? tape.z : tape.h);
  }

  void backward(const BackwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const int batch = args.x().shape[0].extent;
    const std::size_t state = std::size_t(batch) * std::size_t(units_);
    const Tensor<T>* dy = &tape.dy;
    if (tape.noisy) {
      tape.dz.resize(output_shape(batch));
      site_backward(tape.sites[kOutput], tape.h, tape.dy, tape.dz);
      dy = &tape.dz;
    }
    to_steps(dy->data(), work(tape, kDh, batch, steps_, units_), batch, units_);
    work(tape, kDa, batch, steps_, rows());
    if (Cell::kKeepsRecurrent) work(tape, kDaRecurrent, batch, steps_, rows());
    for (Work w : {kDhFresh, kDcRead, kDcFresh, kDEntered, kDhRecurrent, kDcBefore}) work(tape, w, batch, 1, units_);
    T* const dc = work(tape, kDc, batch, 1, units_);
    std::fill_n(dc, state, T(0));
    transpose_recurrent(args);
    for (int t = steps_ - 1; t >= 0; --t) backward_step(args, t, batch);
    weight_gradients(args, batch);
    // Noise that learns asks for the inputs' gradient even where nobody below does.
    const SiteNoise<T>& site = tape.sites[kInput];
    if (args.dx() || (site.noise.active && !site.learned.empty())) input_gradient(args, batch);
  }

 private:
  enum Slot { kInput, kWeights, kRecurrent, kUpdate, kState, kOutput, kCell };
  static constexpr int kRecurrentBlock = 2;
  // Tensors of the tape. By steps: inputs as noise leaves them, sums before the gates, gates, U h, candidates as noise
  // leaves them, h and c (with the zeros before the first step), h on its way into U, c~, tanh of c, and gradients by
  // h, by the sums and by U h. Of one step: gradients, and what noise reads and writes. Then weights: U as noise
  // leaves it, its transpose, and gradients of one example.
  enum Work {
    kNoisyInput,
    kSteps,
    kSums,
    kGates,
    kProduct,
    kEntered,
    kHidden,
    kMemory,
    kHeard,
    kFresh,
    kSquashed,
    kDh,
    kDa,
    kDaRecurrent,
    kDhFresh,
    kDc,
    kDcRead,
    kDcFresh,
    kDEntered,
    kDhRecurrent,
    kDcBefore,
    kNoiseIn,
    kNoiseHeld,
    kNoiseHeldBack,
    kMasked,
    kTransposed,
    kOwn,
    kOwnRows,
    kOwnHeard,
    kDSteps,
    kWorkCount
  };
  static_assert(kHidden == kStatesOfTape && kMemory == kCellsOfTape);

  bool is_plain() const { return Cell::kGates == 1; }
  int rows() const { return Cell::kGates * units_; }
  Shape sequence(int batch, int units) const {
    return {{Axis::Sample, batch}, {Axis::Time, steps_}, {Axis::Unit, units}};
  }
  const T* bias_of(const T* params) const { return params + panel_size(rows(), inputs_); }
  const T* recurrent_of(const T* params) const { return bias_of(params) + rows(); }
  const T* recurrent_bias_of(const T* params) const { return recurrent_of(params) + panel_size(rows(), units_); }

  T* work(LayerTape<T>& tape, Work which, int batch, int steps, int units) const {
    Tensor<T>& t = tape.work[which];
    t.resize({{Axis::Time, steps}, {Axis::Sample, batch}, {Axis::Unit, units}});
    return t.data();
  }
  void prepare(LayerTape<T>& tape, int batch) const {
    tape.work.resize(kWorkCount);
    for (Work w : {kSums, kGates}) work(tape, w, batch, steps_, rows());
    work(tape, kProduct, batch, Cell::kKeepsRecurrent ? steps_ : 1, rows());
    for (Work w : {kEntered, kHeard}) work(tape, w, batch, steps_, units_);
    work(tape, kHidden, batch, steps_ + 1, units_);
    if (!Cell::kMemory) return;
    work(tape, kMemory, batch, steps_ + 1, units_);
    for (Work w : {kFresh, kSquashed}) work(tape, w, batch, steps_, units_);
  }

  // [Sample, Time, Unit] to [Time, Sample, Unit] and back.
  void to_steps(const T* from, T* to, int batch, int units) const {
    for (int t = 0; t < steps_; ++t)
      for (int b = 0; b < batch; ++b)
        std::copy_n(from + (std::ptrdiff_t(b) * steps_ + t) * units, units,
                    to + (std::ptrdiff_t(t) * batch + b) * units);
  }
  void to_samples(const T* from, T* to, int batch, int units) const {
    for (int t = 0; t < steps_; ++t)
      for (int b = 0; b < batch; ++b)
        std::copy_n(from + (std::ptrdiff_t(t) * batch + b) * units, units,
                    to + (std::ptrdiff_t(b) * steps_ + t) * units);
  }

  // W x + b for all steps.
  void project_inputs(const ForwardArgs<T>& args, int batch) const {
    LayerTape<T>& tape = args.tape;
    SiteNoise<T>& site = tape.sites[kInput];
    settle(site, args.x());
    if (site.noise.active) site_forward(site, args.x(), tape.work[kNoisyInput]);
    const T* x = site.noise.active ? tape.work[kNoisyInput].data() : args.x().data();
    T* const steps = work(tape, kSteps, batch, steps_, inputs_);
    to_steps(x, steps, batch, inputs_);
    T* const sums = tape.work[kSums].data();
    panel_product(args.params, steps, sums, rows(), inputs_, steps_ * batch, args.parallel);
    const T* __restrict bias = bias_of(args.params);
    const int n = rows();
    for (std::ptrdiff_t r = 0; r < std::ptrdiff_t(steps_) * batch; ++r) {
      T* __restrict row = sums + r * n;
      for (int o = 0; o < n; ++o) row[o] += bias[o];
    }
  }

  // Samples whose recurrent weights differ: 1 where all share them.
  int weight_samples(const LayerTape<T>& tape) const {
    const Noise<T>& noise = tape.sites[kWeights].noise;
    return noise.active && weights_differ(noise) ? noise.gate.shape.extent(Axis::Sample) : 1;
  }
  void mask_recurrent(const ForwardArgs<T>& args) const {
    LayerTape<T>& tape = args.tape;
    for (const SiteNoise<T>& site : tape.sites) DROPSCOPE_CHECK(!site.pending || &site == &tape.sites[kOutput]);
    const Noise<T>& noise = tape.sites[kWeights].noise;
    if (!noise.active) return;
    const int samples = weight_samples(tape);
    const std::size_t size = panel_size(rows(), units_);
    tape.work[kMasked].resize({{Axis::Sample, samples}, {Axis::Unit, int(size)}});
    for (int n = 0; n < samples; ++n)
      mask_weights(noise, n, recurrent_of(args.params), rows(), units_,
                   tape.work[kMasked].data() + std::size_t(n) * size, args.parallel);
  }
  // The panels of U that a sample uses.
  const T* recurrent_for(const LayerTape<T>& tape, const T* params, int sample) const {
    if (!tape.sites[kWeights].noise.active) return recurrent_of(params);
    return tape.work[kMasked].data() + std::size_t(sample) * panel_size(rows(), units_);
  }

  // y = the noise of step t on x; both are [batch, units] and may be one array.
  void noise_step(LayerTape<T>& tape, Slot slot, int t, int batch, const T* x, const T* held, T* y) const {
    SiteNoise<T>& site = tape.sites[slot];
    const Shape shape{{Axis::Sample, batch}, {Axis::Time, 1}, {Axis::Unit, units_}};
    time_slice(site.noise, t, site.slice);
    Tensor<T>&in = tape.work[kNoiseIn], &old = tape.work[kNoiseHeld];
    in.resize(shape);
    std::copy_n(x, in.size(), in.data());
    old.resize(shape);
    if (held) std::copy_n(held, old.size(), old.data());
    apply_noise<T>(site.slice, in, held ? &old : nullptr, in);
    std::copy_n(in.data(), in.size(), y);
  }
  // dx from dy; what went through the held value is added to d_held where that is given.
  void noise_step_back(LayerTape<T>& tape, Slot slot, int t, int batch, const T* dy, T* dx, T* d_held) const {
    SiteNoise<T>& site = tape.sites[slot];
    const Shape shape{{Axis::Sample, batch}, {Axis::Time, 1}, {Axis::Unit, units_}};
    time_slice(site.noise, t, site.slice);
    Tensor<T>&in = tape.work[kNoiseIn], &old = tape.work[kNoiseHeldBack];
    in.resize(shape);
    std::copy_n(dy, in.size(), in.data());
    const bool holds = d_held && !site.slice.carry.empty();
    apply_noise_backward<T>(site.slice, in, in, holds ? &old : nullptr);
    std::copy_n(in.data(), in.size(), dx);
    if (holds)
      for (std::size_t k = 0; k < old.size(); ++k) d_held[k] += old[k];
  }

  CellStep<T> at_step(LayerTape<T>& tape, const T* params, int t, int batch) const {
    const std::ptrdiff_t state = std::ptrdiff_t(batch) * units_, all = std::ptrdiff_t(batch) * rows();
    const auto part = [&tape](Work which, std::ptrdiff_t at) {
      return tape.work[which].empty() ? nullptr : tape.work[which].data() + at;
    };
    CellStep<T> s;
    s.batch = batch;
    s.units = units_;
    s.activation = activation_;
    s.a = part(kSums, t * all);
    s.gates = part(kGates, t * all);
    s.recurrent = part(kProduct, Cell::kKeepsRecurrent ? t * all : 0);
    s.recurrent_bias = Cell::kKeepsRecurrent ? recurrent_bias_of(params) : nullptr;
    s.h_before = part(kHidden, t * state);
    s.entered = part(kEntered, t * state);
    s.h_fresh = part(kHidden, (t + 1) * state);
    if (!Cell::kMemory) return s;
    s.c_before = part(kMemory, t * state);
    s.c_fresh = part(kFresh, t * state);
    s.squashed = part(kSquashed, t * state);
    // Where a dropped cell holds its old value, the output is made from the new one all the same.
    const Noise<T>& cell = tape.sites[kCell].noise;
    s.c_read = cell.active && cell.carry.empty() ? part(kMemory, (t + 1) * state) : s.c_fresh;
    return s;
  }

  void forward_step(const ForwardArgs<T>& args, int t, int batch) const {
    LayerTape<T>& tape = args.tape;
    const std::ptrdiff_t state = std::ptrdiff_t(batch) * units_;
    const CellStep<T> s = at_step(tape, args.params, t, batch);
    const T* heard = s.h_before;
    if (tape.sites[kRecurrent].noise.active) {
      T* const to = tape.work[kHeard].data() + t * state;
      noise_step(tape, kRecurrent, t, batch, heard, nullptr, to);
      heard = to;
    }
    const int samples = weight_samples(tape), each = batch / samples;
    for (int n = 0; n < samples; ++n)
      panel_product(recurrent_for(tape, args.params, n), heard + std::ptrdiff_t(n) * units_,
                    s.recurrent + std::ptrdiff_t(n) * rows(), rows(), units_, each, args.parallel);
    Cell::open(s);
    T* const entered = tape.work[kEntered].data() + t * state;
    for (int b = 0; b < batch; ++b)
      std::copy_n(s.gates + (std::ptrdiff_t(b) * Cell::kGates + Cell::kCandidate) * units_, units_,
                  entered + std::ptrdiff_t(b) * units_);
    if (tape.sites[kUpdate].noise.active) noise_step(tape, kUpdate, t, batch, entered, nullptr, entered);
    Cell::combine(s);
    if (Cell::kMemory) {
      T* const c = tape.work[kMemory].data() + (t + 1) * state;
      if (tape.sites[kCell].noise.active)
        noise_step(tape, kCell, t, batch, s.c_fresh, s.c_before, c);
      else
        std::copy_n(s.c_fresh, state, c);
    }
    Cell::read(s);
    if (tape.sites[kState].noise.active) noise_step(tape, kState, t, batch, s.h_fresh, s.h_before, s.h_fresh);
  }

  // U^T of every sample that has its own.
  void transpose_recurrent(const BackwardArgs<T>& args) const {
    LayerTape<T>& tape = args.tape;
    const int samples = weight_samples(tape);
    const std::size_t size = panel_size(units_, rows());
    tape.work[kTransposed].resize({{Axis::Sample, samples}, {Axis::Unit, int(size)}});
    for (int n = 0; n < samples; ++n)
      panel_transpose(recurrent_for(tape, args.params, n), tape.work[kTransposed].data() + std::size_t(n) * size,
                      rows(), units_, args.parallel);
  }

  // Takes dh of the step and what the later step left in kDc; leaves theirs for the step before.
  void backward_step(const BackwardArgs<T>& args, int t, int batch) const {
    LayerTape<T>& tape = args.tape;
    const std::ptrdiff_t state = std::ptrdiff_t(batch) * units_, all = std::ptrdiff_t(batch) * rows();
    CellStep<T> s = at_step(tape, args.params, t, batch);
    const auto one = [&tape](Work which) { return tape.work[which].data(); };
    T* const dh = one(kDh) + t * state;
    T* const spare = one(kDhRecurrent);
    // Into the gradient by h of the step before; there is none before the first.
    s.dh_before = t > 0 ? dh - state : spare;
    s.dh = dh;
    if (tape.sites[kState].noise.active) {
      noise_step_back(tape, kState, t, batch, dh, one(kDhFresh), s.dh_before);
      s.dh = one(kDhFresh);
    }
    s.da = one(kDa) + t * all;
    s.da_recurrent = Cell::kKeepsRecurrent ? one(kDaRecurrent) + t * all : s.da;
    s.d_entered = one(kDEntered);
    if (Cell::kMemory) {
      s.dc_read = one(kDcRead);
      s.dc_fresh = one(kDcFresh);
      s.dc_before = one(kDcBefore);
      std::fill_n(s.dc_before, state, T(0));
    }
    Cell::unread(s);
    if (Cell::kMemory) memory_back(tape, s, t, batch);
    Cell::uncombine(s);
    if (tape.sites[kUpdate].noise.active) noise_step_back(tape, kUpdate, t, batch, s.d_entered, s.d_entered, nullptr);
    Cell::finish(s);
    if (Cell::kMemory) std::swap(tape.work[kDc].v, tape.work[kDcBefore].v);
    if (t == 0) return;
    const int samples = weight_samples(tape), each = batch / samples;
    for (int n = 0; n < samples; ++n)
      panel_product(tape.work[kTransposed].data() + std::size_t(n) * panel_size(units_, rows()),
                    s.da_recurrent + std::ptrdiff_t(n) * rows(), spare + std::ptrdiff_t(n) * units_, units_, rows(),
                    each, args.parallel);
    if (tape.sites[kRecurrent].noise.active) noise_step_back(tape, kRecurrent, t, batch, spare, spare, nullptr);
    for (std::ptrdiff_t k = 0; k < state; ++k) s.dh_before[k] += spare[k];
  }

  // The gradient by c~ from those by c and by what h~ reads.
  void memory_back(LayerTape<T>& tape, const CellStep<T>& s, int t, int batch) const {
    const std::size_t state = std::size_t(batch) * std::size_t(units_);
    T* const dc = tape.work[kDc].data();
    const bool noisy = tape.sites[kCell].noise.active, reads_fresh = s.c_read == s.c_fresh;
    if (!reads_fresh)
      for (std::size_t k = 0; k < state; ++k) dc[k] += s.dc_read[k];
    if (noisy)
      noise_step_back(tape, kCell, t, batch, dc, s.dc_fresh, s.dc_before);
    else
      std::copy_n(dc, state, s.dc_fresh);
    if (reads_fresh)
      for (std::size_t k = 0; k < state; ++k) s.dc_fresh[k] += s.dc_read[k];
  }

  void weight_gradients(const BackwardArgs<T>& args, int batch) const {
    LayerTape<T>& tape = args.tape;
    const int all = steps_ * batch;
    const T* da = tape.work[kDa].data();
    const T* da_recurrent = Cell::kKeepsRecurrent ? tape.work[kDaRecurrent].data() : da;
    const T* heard = tape.work[tape.sites[kRecurrent].noise.active ? kHeard : kHidden].data();
    T* const dw = args.gradients;
    T* const db = dw + panel_size(rows(), inputs_);
    T* const du = db + rows();
    panel_weight_gradient(da, tape.work[kSteps].data(), dw, rows(), inputs_, all, args.parallel);
    sum_over_rows(da, rows(), rows(), all, db);
    if (Cell::kKeepsRecurrent)
      sum_over_rows(da_recurrent + Cell::kCandidate * units_, rows(), units_, all, du + panel_size(rows(), units_));
    const Noise<T>& noise = tape.sites[kWeights].noise;
    if (weight_samples(tape) > 1) return own_weight_gradients(args, batch, da_recurrent, heard, du);
    panel_weight_gradient(da_recurrent, heard, du, rows(), units_, all, args.parallel);
    if (noise.active) mask_weight_gradient(noise, rows(), units_, du, args.parallel);
  }
  // Every example through the weights it had, first to last.
  void own_weight_gradients(const BackwardArgs<T>& args, int batch, const T* da, const T* heard, T* du) const {
    LayerTape<T>& tape = args.tape;
    const std::size_t size = panel_size(rows(), units_);
    tape.work[kOwn].resize({{Axis::Unit, int(size)}});
    T *const d = work(tape, kOwnRows, 1, steps_, rows()), *const h = work(tape, kOwnHeard, 1, steps_, units_);
    std::fill_n(du, size, T(0));
    for (int n = 0; n < batch; ++n) {
      for (int t = 0; t < steps_; ++t) {
        std::copy_n(da + (std::ptrdiff_t(t) * batch + n) * rows(), rows(), d + std::ptrdiff_t(t) * rows());
        std::copy_n(heard + (std::ptrdiff_t(t) * batch + n) * units_, units_, h + std::ptrdiff_t(t) * units_);
      }
      panel_weight_gradient(d, h, tape.work[kOwn].data(), rows(), units_, steps_, args.parallel);
      add_weight_gradient(tape.sites[kWeights].noise, n, tape.work[kOwn].data(), rows(), units_, du, args.parallel);
    }
  }

  void input_gradient(const BackwardArgs<T>& args, int batch) const {
    LayerTape<T>& tape = args.tape;
    Tensor<T>& transposed = tape.work[kTransposed];
    transposed.resize({{Axis::In, panel_count(inputs_) * kPanel}, {Axis::Out, rows()}});
    panel_transpose(args.params, transposed.data(), rows(), inputs_, args.parallel);
    T* const steps = work(tape, kDSteps, batch, steps_, inputs_);
    panel_product(transposed.data(), tape.work[kDa].data(), steps, inputs_, rows(), steps_ * batch, args.parallel);
    Tensor<T>& dx = args.dx() ? *args.dx() : tape.work[kNoisyInput];
    dx.resize(args.x().shape);
    to_samples(steps, dx.data(), batch, inputs_);
    SiteNoise<T>& site = tape.sites[kInput];
    if (site.noise.active) site_backward(site, args.x(), dx, dx);
  }

  // out[o] = sum over rows of a[row, o], rows ascending; rows lie `stride` apart.
  static void sum_over_rows(const T* a, int stride, int n, int count, T* __restrict out) {
    std::copy_n(a, n, out);
    for (int r = 1; r < count; ++r) {
      const T* row = a + std::ptrdiff_t(r) * stride;
      for (int o = 0; o < n; ++o) out[o] += row[o];
    }
  }

  std::string name_;
  int steps_, inputs_, units_;
  Activation activation_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_recurrent(LayerKind kind, std::string name, const Shape& in, int units,
                                         Activation activation) {
  if (kind == LayerKind::Lstm) return std::make_unique<Recurrent<T, LstmCell>>(std::move(name), in, units, activation);
  if (kind == LayerKind::Gru) return std::make_unique<Recurrent<T, GruCell>>(std::move(name), in, units, activation);
  DROPSCOPE_CHECK(kind == LayerKind::Rnn);
  return std::make_unique<Recurrent<T, RnnCell>>(std::move(name), in, units, activation);
}
template std::unique_ptr<Layer<float>> make_recurrent<float>(LayerKind, std::string, const Shape&, int, Activation);
template std::unique_ptr<Layer<double>> make_recurrent<double>(LayerKind, std::string, const Shape&, int, Activation);

}  // namespace dropscope
