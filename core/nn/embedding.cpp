#include "core/nn/embedding.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

template <class T>
class Embedding final : public Layer<T> {
 public:
  Embedding(std::string name, int steps, int vocabulary, int units, Positions positions)
      : name_(std::move(name)), steps_(steps), vocabulary_(vocabulary), units_(units), positions_(positions) {
    if (positions == Positions::Sinusoidal) waves_ = sinusoidal_positions<T>(steps, units);
  }

  const std::string& name() const override { return name_; }
  Shape output_shape(int batch) const override {
    return {{Axis::Sample, batch}, {Axis::Time, steps_}, {Axis::Unit, units_}};
  }
  std::vector<LayerSite> sites() const override {
    return {{name_ + ".words", SiteKind::Embedding}, {name_, SiteKind::Sequence}};
  }
  Shape site_shape(int slot, int batch) const override {
    if (slot == kWords) return {{Axis::Sample, batch}, {Axis::In, vocabulary_}, {Axis::Out, units_}};
    return output_shape(batch);
  }
  int weights_of_site(int) const override { return 0; }
  PartKind part() const override { return PartKind::Embedding; }

  std::vector<ParamBlock> blocks() const override {
    std::vector<ParamBlock> blocks = {{name_ + ".weight", 0, panel_size(units_, vocabulary_), units_, vocabulary_}};
    if (positions_ == Positions::Learned)
      blocks.push_back({name_ + ".position", 0, panel_size(units_, steps_), units_, steps_});
    return blocks;
  }

  void init(Init init, std::uint64_t seed, T* params) const override {
    init_weights<T>(init, seed, name_, units_, vocabulary_, 1, units_, params, nullptr);
    if (positions_ == Positions::Learned)
      init_weights<T>(init, seed, name_, units_, steps_, 1, units_, params + panel_size(units_, vocabulary_), nullptr,
                      ".position");
  }

  void forward(const ForwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const Tensor<T>& x = args.x();
    const int rows = x.shape[0].extent * steps_;
    // Nothing is computed of rows that no step reads, so noise that looks at values has nothing to look at.
    DROPSCOPE_CHECK(!tape.sites[kWords].pending && tape.sites[kWords].learned.empty());
    const Noise<T>& noise = tape.sites[kWords].noise;
    const T* positions = args.params + panel_size(units_, vocabulary_);
    tape.h.resize(output_shape(x.shape[0].extent));
    for (int r = 0; r < rows; ++r) {
      const int word = word_at(x[std::size_t(r)]), step = r % steps_;
      T* h = tape.h.data() + std::ptrdiff_t(r) * units_;
      const Gates gates = noise.active ? gates_of(noise, r / steps_, word) : Gates{};
      for (int u = 0; u < units_; ++u) {
        T value = args.params[panel_index(u, word, vocabulary_)];
        if (noise.active) {
          const std::size_t g = gates.at(u);
          value = noise.gate[g] == T(0) ? T(0) : noise.scale * noise.gate[g] * value;
          if (!noise.offset.empty()) value += noise.offset[g];
        }
        if (positions_ == Positions::Sinusoidal) value += waves_[std::size_t(step * units_ + u)];
        if (positions_ == Positions::Learned) value += positions[panel_index(u, step, steps_)];
        h[u] = value;
      }
    }
    finish_forward(tape, kOutput, tape.h);
  }

  void backward(const BackwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const int rows = args.x().shape[0].extent * steps_;
    const Tensor<T>* dh = &tape.dy;
    if (tape.noisy) {
      site_backward(tape.sites[kOutput], tape.h, tape.dy, tape.dz);
      dh = &tape.dz;
    }
    const std::size_t table = panel_size(units_, vocabulary_);
    std::fill_n(args.gradients, table + (positions_ == Positions::Learned ? panel_size(units_, steps_) : 0), T(0));
    const Noise<T>& noise = tape.sites[kWords].noise;
    for (int r = 0; r < rows; ++r) {
      const int word = word_at(args.x()[std::size_t(r)]);
      const T* d = dh->data() + std::ptrdiff_t(r) * units_;
      const Gates gates = noise.active ? gates_of(noise, r / steps_, word) : Gates{};
      for (int u = 0; u < units_; ++u) {
        const T gate = noise.active ? noise.gate[gates.at(u)] : T(1);
        if (gate != T(0)) args.gradients[panel_index(u, word, vocabulary_)] += noise.scale * gate * d[u];
        if (positions_ == Positions::Learned) args.gradients[table + panel_index(u, r % steps_, steps_)] += d[u];
      }
    }
    // A word is a name, not a quantity.
    if (!args.dx()) return;
    args.dx()->resize(args.x().shape);
    std::fill(args.dx()->v.begin(), args.dx()->v.end(), T(0));
  }

 private:
  static constexpr int kWords = 0, kOutput = 1;

  // Where the gates of one row of the table lie.
  struct Gates {
    std::size_t first = 0, stride = 0;
    std::size_t at(int unit) const { return first + stride * std::size_t(unit); }
  };
  static Gates gates_of(const Noise<T>& noise, int sample, int word) {
    const Shape& s = noise.gate.shape;
    const std::size_t row = (s[0].extent > 1 ? std::size_t(sample) * std::size_t(s[1].extent) : 0) +
                            (s[1].extent > 1 ? std::size_t(word) : 0);
    return {row * std::size_t(s[2].extent), s[2].extent > 1 ? std::size_t{1} : std::size_t{0}};
  }
  // Pictures ask for values between the words too.
  int word_at(T value) const {
    const T last = T(vocabulary_ - 1);
    return value > T(0) ? int((value < last ? value : last) + T(0.5)) : 0;
  }

  std::string name_;
  int steps_, vocabulary_, units_;
  Positions positions_;
  std::vector<T> waves_;
};

}  // namespace

// The C library's sine, rounded from doubles once: its last bit can show only in tests in double.
template <class T>
std::vector<T> sinusoidal_positions(int steps, int units) {
  std::vector<T> waves;
  for (int t = 0; t < steps; ++t)
    for (int u = 0; u < units; ++u) {
      const double angle = t / std::pow(10000.0, double(u / 2 * 2) / units);
      waves.push_back(T(u % 2 == 0 ? std::sin(angle) : std::cos(angle)));
    }
  return waves;
}

template <class T>
std::unique_ptr<Layer<T>> make_embedding(std::string name, int steps, int vocabulary, int units, Positions positions) {
  return std::make_unique<Embedding<T>>(std::move(name), steps, vocabulary, units, positions);
}

#define DROPSCOPE_INSTANTIATE(T)                             \
  template std::vector<T> sinusoidal_positions<T>(int, int); \
  template std::unique_ptr<Layer<T>> make_embedding<T>(std::string, int, int, int, Positions);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
