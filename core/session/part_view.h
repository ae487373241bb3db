// Parts of a column whose inside is worth a picture: maps, steps, heads, branches, norms. Copies of the engine's own
// buffers for the example shown, made by the session's thread.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/spec/part.h"
#include "core/tensor/axes.h"

namespace dropscope {

// Larger buffers are left out of snapshots, and what would make all of them together more than kMostValuesOfParts.
inline constexpr std::size_t kMostPartValues = 4096, kMostValuesOfParts = 65536;

// A buffer inside a layer, for one example, Sample extent 1:
//   Attention: "weights" and, where noise acts on them, "weights_used" [Sample, Head, Query, Key]
//   Recurrent: "cell" [Sample, Time, Unit] of an LSTM
//   Convolution: "kernels" [Out, Channel, Row, Col]
//   Branch: "bypass", "branch" and, where noise acts on it, "branch_used", of the output's shape. Those of a branch
//   that was skipped are missing
struct InnerView {
  std::string name;
  Shape shape;
  std::vector<float> values;
};

struct PartView {
  std::string name;        // "block1.attention"
  PartKind kind = PartKind::Other;
  Shape shape;             // of h and y, for one example
  std::vector<float> h, y; // before and after the noise on its output; empty while not reached, or too large
  std::vector<int> sites;  // indices into Snapshot::sites: the noise that acts in it
  std::vector<InnerView> inner;
  bool causal = false;     // Attention: a query sees no later key
  bool skipped = false;    // closed for the whole batch: nothing was computed

  const InnerView* find(const char* which) const {
    for (const InnerView& view : inner)
      if (view.name == which) return &view;
    return nullptr;
  }
};

// What enters a batch normalisation and what leaves it before its gain and shift, over the batch: as it trains (masks
// on, statistics of the batch) and as inference makes it of the same examples (masks off, running statistics).
struct NormView {
  static constexpr int kBins = 40;
  using Counts = std::array<std::uint32_t, kBins>;
  std::string name;        // "norm1"
  int layer = 0;           // index into Snapshot::layers
  float in_lo = 0, in_hi = 0, out_lo = 0, out_hi = 0;  // what the bins span; values beyond count in the last ones
  Counts in_train{}, in_eval{}, out_train{}, out_eval{};
  double train_variance = 0, eval_variance = 0;  // of what enters, per unit, averaged over units
  // eval / train: 1 where dropout does no harm. Those of this batch; measured, not the formula's.
  double ratio() const { return train_variance > 0 ? eval_variance / train_variance : 1; }
};

}  // namespace dropscope
