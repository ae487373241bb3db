#include "app/state/first_choice.h"

#include "app/scene/gate_words.h"
#include "app/scene/scene_parts.h"

namespace dropscope {

Selection first_choice(const Snapshot& snapshot) {
  Selection choice;
  const int layers = int(snapshot.layers.size());
  if (layers < 2) return choice;
  for (int i = 1; i <= layers; ++i) {
    const int l = i % layers;  // the input comes last
    if (!is_at_work(site_at(snapshot, snapshot.layers[std::size_t(l)].site))) continue;
    choice.layer = l;
    choice.unit = 0;
    choice.gate = gate_of_unit(snapshot, {l, 0});
    return choice;
  }
  for (int l = 0; l < layers; ++l)
    for (int index : snapshot.layers[std::size_t(l)].inner_sites) {
      const SiteView* site = site_at(snapshot, index);
      if (!is_at_work(site) || site->total <= 0) continue;
      for (std::uint32_t coin = 0; coin < coin_count(*site); ++coin)
        if (const GateRef gate{index, first_of_coin(*site, coin)}; has_effect(snapshot, gate)) {
          choice.layer = l;
          choice.gate = gate;
          return choice;
        }
    }
  choice.layer = 1;
  choice.unit = 0;
  choice.gate = gate_of_unit(snapshot, {1, 0});
  return choice;
}

bool is_other_network(const Snapshot& before, const Snapshot& now) {
  return !(before.spec.network == now.spec.network && before.spec.data == now.spec.data);
}

}  // namespace dropscope
