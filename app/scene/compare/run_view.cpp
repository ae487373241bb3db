#include "app/scene/compare/run_view.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_text.h"

namespace dropscope {

std::string gap_text(double gap) {
  const bool readable = std::fabs(gap) < 99.95;
  return (gap > 0 ? "+" : "") + (readable ? fixed_text(gap, 3) : value_text(gap));
}

bool same_shape(const Snapshot& a, const Snapshot& b) {
  return std::equal(a.layers.begin(), a.layers.end(), b.layers.begin(), b.layers.end(),
                    [](const LayerView& x, const LayerView& y) {
                      return x.name == y.name && x.units == y.units && x.weight_count == y.weight_count &&
                             x.shape == y.shape && x.bias.size() == y.bias.size();
                    });
}

std::string shared_words(RunViews runs) {
  const RunSpec* first = nullptr;
  bool seed = true, data = true, network = true, batches = true, alike = true;
  for (const RunView& run : runs) {
    if (!run.snapshot) continue;
    const RunSpec& spec = run.snapshot->spec;
    if (!first) first = &spec;
    seed = seed && spec.seed == first->seed;
    data = data && spec.data == first->data && spec.data_seed == first->data_seed;
    network = network && spec.network == first->network;
    batches = batches && spec.batch_size == first->batch_size;
    alike = alike && spec.augment == first->augment;
  }
  if (!first) return "";
  std::string words;
  const auto add = [&words](bool so, const std::string& what) {
    if (so) words += (words.empty() ? "" : " \u00b7 ") + what;
  };
  add(data, "same data");
  add(seed && network, "same initial weights");
  add(seed && data && batches, alike ? "same batches" : "same order of batches");
  add(seed, "same random numbers");
  add(seed, "seed " + std::to_string(first->seed));
  return words;
}

}  // namespace dropscope
