// How many weights take part in a step under the masks that were drawn. Reads the noise of the trainer's own tape.
#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "core/study/study.h"
#include "core/tensor/samples.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

std::size_t count_kept(const float* gates, std::size_t n) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < n; ++i) kept += gates[i] != 0.0f ? 1 : 0;
  return kept;
}

// What masks leave of some elements, for each example of the batch, or once where all share it.
struct Kept {
  std::vector<double> share;        // empty: all are kept
  std::vector<std::uint8_t> flags;  // [example][element]; only where masks of weights must know which
  std::size_t elements = 0;         // of one example

  bool all() const { return share.empty(); }
  double at(std::size_t row) const { return all() ? 1 : share[std::min(row, share.size() - 1)]; }
  const std::uint8_t* flags_at(std::size_t row) const {
    return flags.data() + std::min(row, share.size() - 1) * elements;
  }
};

// `shape`: of one example, nothing tied.
Kept kept_of(const Noise<float>& noise, const Shape& shape, bool flags) {
  Kept kept;
  if (!noise.active) return kept;
  const Shape tied = with_samples(noise.gate.shape, 1);
  const std::size_t rows = std::size_t(noise.gate.shape[0].extent), gates = tied.count();
  kept.elements = shape.count();
  for (std::size_t r = 0; r < rows; ++r) {
    const float* row = noise.gate.data() + r * gates;
    kept.share.push_back(double(count_kept(row, gates)) / double(gates));
    if (flags)
      for (std::size_t e = 0; e < kept.elements; ++e)
        kept.flags.push_back(row[gates == kept.elements ? e : broadcast_index(shape, tied, e)] != 0.0f ? 1 : 0);
  }
  return kept;
}

// What two masks leave, one after the other.
void cut(Kept& kept, const Kept& other) {
  if (other.all()) return;
  if (kept.all()) {
    kept = other;
    return;
  }
  const bool exact = !kept.flags.empty() && !other.flags.empty() && kept.elements == other.elements;
  Kept both;
  both.elements = kept.elements;
  for (std::size_t r = 0; r < std::max(kept.share.size(), other.share.size()); ++r) {
    both.share.push_back(kept.at(r) * other.at(r));
    if (!exact) continue;
    std::size_t count = 0;
    for (std::size_t e = 0; e < kept.elements; ++e) {
      both.flags.push_back(kept.flags_at(r)[e] & other.flags_at(r)[e]);
      count += both.flags.back();
    }
    both.share.back() = double(count) / double(kept.elements);
  }
  kept = std::move(both);
}

using Words = std::vector<std::uint64_t>;

// Which weights a mask of weights keeps, as bits: a run of words for each output.
class WeightBits {
 public:
  WeightBits(const Noise<float>& noise, const ParamBlock& block)
      : noise_(noise), outputs_(std::size_t(block.outputs)), inputs_(std::size_t(block.inputs)) {}

  // Of one example: the number of weights kept with both ends kept. Null: all of them are.
  double count(std::size_t row, const std::uint8_t* in, const std::uint8_t* out) {
    load(row);
    inputs_kept_.assign(words(), in ? 0 : ~std::uint64_t{0});
    for (std::size_t i = 0; in && i < inputs_; ++i) inputs_kept_[i / 64] |= std::uint64_t(in[i]) << i % 64;
    std::size_t kept = 0;
    for (std::size_t o = 0; o < outputs_; ++o) {
      if (out && !out[o]) continue;
      const std::uint64_t* bits = bits_.data() + o * words();
      for (std::size_t w = 0; w < words(); ++w) kept += std::size_t(std::popcount(bits[w] & inputs_kept_[w]));
    }
    return double(kept);
  }

 private:
  std::size_t words() const { return (inputs_ + 63) / 64; }
  void load(std::size_t row) {
    const Shape& shape = noise_.gate.shape;
    const std::size_t sample = std::min(row, std::size_t(shape[0].extent) - 1);
    if (!bits_.empty() && sample == loaded_) return;
    loaded_ = sample;
    bits_.assign(outputs_ * words(), 0);
    // Tables lie by input and others by output, and what is shared has extent 1.
    std::size_t by_output = 0, by_input = 0, stride = 1;
    for (int d = shape.rank() - 1; d > 0; --d) {
      if (shape[d].extent > 1) (shape[d].axis == Axis::Out ? by_output : by_input) = stride;
      stride *= std::size_t(shape[d].extent);
    }
    const float* gates = noise_.gate.data() + sample * stride;
    for (std::size_t o = 0; o < outputs_; ++o) {
      const float* own = gates + o * by_output;
      for (std::size_t first = 0; first < inputs_; first += 64) {
        const std::size_t n = std::min<std::size_t>(64, inputs_ - first);
        std::array<std::uint8_t, 64> kept{};
        if (by_input == 1)
          for (std::size_t k = 0; k < n; ++k) kept[k] = own[first + k] != 0.0f;
        else
          for (std::size_t k = 0; k < n; ++k) kept[k] = own[(first + k) * by_input] != 0.0f;
        std::uint64_t word = 0;
        for (std::size_t k = 0; k < 64; ++k) word |= std::uint64_t(kept[k]) << k;
        bits_[o * words() + first / 64] = word;
      }
    }
  }
  const Noise<float>& noise_;
  std::size_t outputs_, inputs_, loaded_ = 0;
  Words bits_, inputs_kept_;
};

// One pass over the network with the masks of a tape.
class Survey {
 public:
  explicit Survey(const Trainer& trainer) : network_(trainer.network()), tape_(trainer.tape()) {
    for (std::size_t s = 0; s < network_.sites().size(); ++s) {
      const Noise<float>& noise = network_.noise_at(tape_, int(s)).noise;
      if (!noise.active) continue;
      any_ = true;
      rows_ = std::max(rows_, std::size_t(noise.gate.shape[0].extent));
      flags_ = flags_ || acts_on_table(network_.sites()[s].kind);
    }
  }

  double share() {
    if (!any_) return 1;
    read();
    written();
    double active = 0, all = 0;
    std::size_t block = 0;
    for (int l = 0; l < network_.layer_count(); ++l) {
      int matrix = 0;
      for (const ParamBlock& b : network_.layer(l).blocks()) {
        if (b.is_weight()) {
          const double weights = double(b.outputs) * b.inputs;
          all += weights;
          active += weights * mean_share(l, matrix++, int(block), b);
        }
        ++block;
      }
    }
    return all > 0 ? active / all : 1;
  }

 private:
  bool has_matrix(int layer) const {
    for (const ParamBlock& block : network_.layer(layer).blocks())
      if (block.is_weight()) return true;
    return false;
  }
  bool is(int layer, PartKind kind) const { return network_.layer(layer).part() == kind; }
  // One of the layer's own sites, by its kind; all kept where there is none.
  Kept site(int layer, SiteKind kind, bool output) const {
    const std::vector<LayerSite> sites = network_.layer(layer).sites();
    for (std::size_t s = 0; s < sites.size(); ++s)
      if (sites[s].kind == kind && (sites[s].name == network_.layer(layer).name()) == output)
        return kept_of(tape_.layers[std::size_t(layer)].sites[s].noise, network_.layer(layer).site_shape(int(s), 1),
                       flags_);
    return {};
  }
  Kept output_of(int layer) const {
    for (SiteKind kind : {SiteKind::Input, SiteKind::Hidden, SiteKind::FeatureMap, SiteKind::Sequence})
      if (Kept kept = site(layer, kind, true); !kept.all()) return kept;
    return {};
  }

  // What is left of each layer's output for those that read it.
  void read() {
    for (int l = 0; l < network_.layer_count(); ++l) {
      Kept kept;
      if (l > 0 && !has_matrix(l) && !is(l, PartKind::Norm) && !is(l, PartKind::Branch)) {
        kept = read_[std::size_t(network_.inputs_of(l)[0])];
        if (kept.elements != std::size_t(network_.layer(l).units())) kept.flags.clear();
      }
      cut(kept, output_of(l));
      read_.push_back(std::move(kept));
    }
  }

  // What is left of each layer's output for its own weights: what others make of it counts where nobody else reads it.
  void written() {
    const std::size_t layers = std::size_t(network_.layer_count());
    std::vector<std::vector<int>> readers(layers);
    for (int l = 1; l < network_.layer_count(); ++l)
      for (int from : network_.inputs_of(l)) readers[std::size_t(from)].push_back(l);
    written_.resize(layers);
    open_.resize(layers);
    for (int l = network_.layer_count() - 1; l >= 0; --l) {
      Kept& kept = written_[std::size_t(l)];
      if (!is(l, PartKind::Recurrent)) kept = output_of(l);
      if (is(l, PartKind::Branch)) close(l);
      if (is(l, PartKind::Recurrent) || readers[std::size_t(l)].size() != 1) continue;
      const int reader = readers[std::size_t(l)][0];
      if (is(reader, PartKind::Branch)) {
        cut(kept, branch_of(reader));
      } else if (!has_matrix(reader)) {
        cut(kept, written_[std::size_t(reader)]);
      }
    }
  }
  Kept branch_of(int sum) const {
    Kept kept = site(sum, SiteKind::ResidualBranch, true);
    return kept.all() ? site(sum, SiteKind::ResidualBranch, false) : kept;
  }
  // Nothing of a branch takes part where all its gates are closed.
  void close(int sum) {
    const Kept branch = branch_of(sum);
    if (branch.all()) return;
    Kept open;
    for (double share : branch.share) open.share.push_back(share > 0 ? 1 : 0);
    for (int l = network_.inputs_of(sum)[0] + 1; l <= network_.inputs_of(sum)[1]; ++l) open_[std::size_t(l)] = open;
  }

  // The share of one matrix of a layer that takes part, mean over the examples. `matrix`: its number in the layer.
  double mean_share(int layer, int matrix, int block, const ParamBlock& b) const {
    Kept in, out;
    ends(layer, matrix, in, out);
    const Kept& open = open_[std::size_t(layer)];
    const Noise<float>* mask = mask_of(block);
    if (in.all() && out.all() && open.all() && !mask) return 1;
    const auto fits = [](const Kept& kept, int elements) {
      return kept.all() || (!kept.flags.empty() && kept.elements == std::size_t(elements));
    };
    const bool exact = mask && (!in.all() || !out.all()) && fits(in, b.inputs) && fits(out, b.outputs);
    std::optional<WeightBits> bits;
    if (exact) bits.emplace(*mask, b);
    const Kept cells = mask && !exact ? kept_of(*mask, with_samples(mask->gate.shape, 1), false) : Kept{};
    double sum = 0;
    for (std::size_t r = 0; r < rows_; ++r) {
      if (open.at(r) == 0) continue;
      if (exact)
        sum += bits->count(r, in.all() ? nullptr : in.flags_at(r), out.all() ? nullptr : out.flags_at(r)) /
               (double(b.inputs) * b.outputs);
      else
        sum += in.at(r) * out.at(r) * cells.at(r);
    }
    return sum / double(rows_);
  }

  void ends(int layer, int matrix, Kept& in, Kept& out) const {
    const std::vector<int>& inputs = network_.inputs_of(layer);
    if (!inputs.empty()) in = read_[std::size_t(inputs[0])];
    out = written_[std::size_t(layer)];
    if (is(layer, PartKind::Recurrent)) {
      if (matrix == 0)
        cut(in, site(layer, SiteKind::Sequence, false));
      else
        in = site(layer, SiteKind::RecurrentState, false);
    }
    if (is(layer, PartKind::Attention)) (matrix == 0 ? out : in) = site(layer, SiteKind::HeadOutput, false);
  }

  const Noise<float>* mask_of(int block) const {
    for (std::size_t s = 0; s < network_.sites().size(); ++s) {
      const SiteInfo& info = network_.sites()[s];
      if (!acts_on_table(info.kind) || info.weights != block) continue;
      const Noise<float>& noise = network_.noise_at(tape_, int(s)).noise;
      return noise.active ? &noise : nullptr;
    }
    return nullptr;
  }

  const Network<float>& network_;
  const Tape<float>& tape_;
  bool any_ = false, flags_ = false;  // flags_: masks of weights, so that it counts which elements are kept
  std::size_t rows_ = 1;              // examples with masks of their own
  std::vector<Kept> read_, written_, open_;
};

}  // namespace

double active_weight_share(const Trainer& trainer) { return Survey(trainer).share(); }

}  // namespace dropscope
