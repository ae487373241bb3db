#include "app/scene/outcome.h"

#include <algorithm>
#include <cmath>

namespace dropscope {
namespace {

bool classifies(const Snapshot& snapshot) { return snapshot.data && snapshot.data->task == Task::Classification; }

std::size_t output_count(const Snapshot& snapshot) {
  if (snapshot.data) return std::size_t(std::max(snapshot.data->outputs, 1));
  return snapshot.layers.empty() ? 1 : std::size_t(snapshot.layers.back().units);
}

void softmax(std::vector<float>& values) {
  const float most = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (float value : values) sum += std::exp(double(value) - double(most));
  for (float& value : values) value = float(std::exp(double(value) - double(most)) / sum);
}

}  // namespace

Outcome outcome_of(const Snapshot& snapshot) {
  Outcome outcome;
  const TraceView* trace = snapshot.trace.get();
  if (!snapshot.eval_view) {
    if (!trace || trace->outputs.empty()) return outcome;
    return {trace->outputs, classifies(snapshot)};
  }
  if (snapshot.layers.empty()) return outcome;
  const LayerView& last = snapshot.layers.back();
  const std::vector<float>& all = last.y.empty() ? last.h : last.y;
  // With outputs for every step: those of the step that the card is about.
  const std::size_t n = output_count(snapshot);
  const std::size_t step = trace && trace->output_step >= 0 ? std::size_t(trace->output_step) : 0;
  if (n == 0 || (step + 1) * n > all.size() || (all.size() != n && !(trace && trace->output_step >= 0))) return outcome;
  outcome.values.assign(all.begin() + std::ptrdiff_t(step * n), all.begin() + std::ptrdiff_t((step + 1) * n));
  outcome.probabilities = classifies(snapshot);
  if (outcome.probabilities) softmax(outcome.values);
  return outcome;
}

std::vector<float> class_probabilities(const Snapshot& snapshot) {
  if (snapshot.layers.empty() || !classifies(snapshot)) return {};
  Outcome outcome = outcome_of(snapshot);
  if (!outcome.probabilities || outcome.values.size() != std::size_t(snapshot.layers.back().units)) return {};
  return std::move(outcome.values);
}

Color class_color(const Snapshot& snapshot, int unit, const Palette& palette) {
  return output_count(snapshot) <= kMostClassColors ? palette.data_class[std::size_t(unit) & 7] : palette.accent;
}

}  // namespace dropscope
