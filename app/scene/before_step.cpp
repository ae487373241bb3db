#include "app/scene/before_step.h"

#include <algorithm>

namespace dropscope {

Snapshot before_step(const Snapshot& snapshot) {
  Snapshot s = snapshot;
  if (!s.preview || s.eval_view) return s;
  for (LayerView& layer : s.layers) {
    layer.z.clear(), layer.h.clear(), layer.y.clear();
    for (PartView& part : layer.parts) {
      part.h.clear(), part.y.clear();
      part.skipped = false;
      std::erase_if(part.inner, [](const InnerView& inner) { return inner.name != "kernels"; });
    }
  }
  for (NormView& norm : s.norms) {
    norm.in_train = norm.in_eval = norm.out_train = norm.out_eval = {};
    norm.train_variance = norm.eval_variance = 0;
  }
  s.trace = nullptr;
  const auto by_hand = [](const SiteView& site) { return !site.by_hand.empty() || !site.locked.empty(); };
  if (std::any_of(s.sites.begin(), s.sites.end(), by_hand)) return s;
  for (SiteView& site : s.sites) {
    site.gate.clear();
    site.kept = site.total;
    site.coins_kept = site.coins;
    site.scale = 1;
    site.realized_rate = 0;
  }
  return s;
}

}  // namespace dropscope
