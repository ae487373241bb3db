// What a network says of one input, pass by pass, and how good averaged answers are.
#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/analysis/model.h"

namespace dropscope {

// Passes first .. first + count - 1 with masks: logits, or with `classify` probabilities; [pass, output]. The masks are
// those of monte_carlo.h with one mask for all points, so that a pass is the same sub-network everywhere. `parallel`
// changes no bit.
std::vector<float> ask_with_masks(const Model<float>& model, std::span<const float> x, std::uint64_t seed,
                                  std::int64_t first, int count, bool classify, Parallel* parallel = nullptr);

// Without masks, mean gains instead; [example, output].
std::vector<float> ask_scaled(const Model<float>& model, std::span<const float> x, std::size_t count, bool classify);

// Sums over labels (an example, or a step of a sequence).
struct AnswerScore {
  double total = 0;  // nats, or squared units (mean over the targets)
  std::int64_t scored = 0, wrong = 0;
  double loss() const { return scored ? total / double(scored) : std::numeric_limits<double>::quiet_NaN(); }
  // Share; of classes only.
  double error() const { return scored ? double(wrong) / double(scored) : std::numeric_limits<double>::quiet_NaN(); }
};
// Of probabilities of `outputs` classes against the split's labels, or of predictions against its targets. Rows belong
// to the split's first labels (steps of its first examples); those without a label (-1) or target are not scored. A
// probability below the smallest float counts as that.
AnswerScore score_answers(std::span<const double> answers, const Split& split, std::size_t outputs, bool classify);

}  // namespace dropscope
