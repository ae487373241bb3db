#include "tests/app/sample_blocks.h"

#include "core/dropout/registry.h"

namespace dropscope {

void add_sample_layer(Snapshot& snapshot, const std::string& name, int units, bool is_block) {
  LayerView layer;
  layer.name = name, layer.units = units, layer.is_block = is_block;
  layer.shape = {{Axis::Sample, 1}, {Axis::Unit, units}};
  for (int i = 0; i < units; ++i) layer.h.push_back(0.1f * float(i % 7) - 0.2f);
  layer.y = layer.h;
  snapshot.layers.push_back(layer);
}

SiteView& add_sample_branch(Snapshot& snapshot, double rate, bool open) {
  LayerView& layer = snapshot.layers.back();
  SiteView site;
  site.site = layer.name;
  site.kind = SiteKind::ResidualBranch;
  site.variant = find_variant("stochastic_depth");
  site.rate = rate;
  site.active = site.shared = true;
  site.shape = layer.shape;
  site.total = layer.units, site.coins = 1;
  site.gate.assign(std::size_t(layer.units), open ? 1.0f : 0.0f);
  site.kept = open ? layer.units : 0, site.coins_kept = open;
  layer.inner_sites = {int(snapshot.sites.size())};
  snapshot.sites.push_back(site);
  return snapshot.sites.back();
}

}  // namespace dropscope
