#include "app/scene/compare/run_view.h"

#include <algorithm>

namespace dropscope {

bool same_shape(const Snapshot& a, const Snapshot& b) {
  return std::equal(a.layers.begin(), a.layers.end(), b.layers.begin(), b.layers.end(),
                    [](const LayerView& x, const LayerView& y) {
                      return x.name == y.name && x.units == y.units && x.weight_count == y.weight_count &&
                             x.shape == y.shape && x.bias.size() == y.bias.size();
                    });
}

}  // namespace dropscope
