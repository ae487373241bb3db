#include "core/session/subnetwork_view.h"

#include <vector>

#include "core/analysis/enumerate.h"
#include "core/base/check.h"
#include "core/session/snapshot_parts.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

int layer_named(const Network<float>& network, const std::string& name) {
  for (int l = 0; l < network.layer_count(); ++l)
    if (network.layer(l).name() == name) return l;
  return -1;
}

void put_site(const Noise<float>& noise, const UsedElements& used, SiteView& view) {
  view.active = noise.active;
  view.recent.clear();
  view.recent_rows = 0;
  view.locked.clear();
  view.by_hand.clear();
  if (noise.active) return put_gates(noise, 0, used, view);
  view.scale = 1;
  view.gate.clear();
  view.offset.clear();
  view.kept = view.total;
  view.coins_kept = view.coins;
  view.realized_rate = 0;
}

void put_weights(const FrozenRun& run, const Column& column, LayerView& view) {
  const int before = drawn_inputs(*run.network, column);
  if (before == 0 || !view.weights) return;
  const float* params = run.params->data() + run.network->layer(column.last).offset;
  view.weights = unpacked(params, view.units, before);
  const float* bias = params + panel_size(view.units, before);
  view.bias.assign(bias, bias + view.units);
}

}  // namespace

Snapshot subnetwork_snapshot(const Snapshot& s, const FrozenRun& run, std::span<const float> x, std::uint32_t bits) {
  const Network<float>& network = *run.network;
  const std::vector<Column> columns = columns_of(network);
  DROPSCOPE_CHECK(columns.size() == s.layers.size() && x.size() == std::size_t(network.inputs()));
  Tape<float> tape = network.make_tape();
  run_subnetwork<float>(run.model(), x, bits, tape);
  Snapshot shown = s;
  shown.tick = run.tick;
  shown.phase = Phase::Update;
  shown.preview = false;
  shown.eval_view = false;
  shown.example_shown = -1;
  shown.row = 0;
  shown.rows = 1;
  shown.norms.clear();
  shown.trace = nullptr;
  const std::vector<UsedElements> used = used_elements(network);
  for (SiteView& site : shown.sites)
    if (const int i = network.find_site(site.site); i >= 0) {
      site.rate = run.plans[std::size_t(i)].rate;  // none is learned where gates are coins
      put_site(network.noise_at(tape, i).noise, used[std::size_t(i)], site);
    }
  for (std::size_t c = 0; c < columns.size(); ++c) {
    LayerView& layer = shown.layers[c];
    const LayerTape<float>& here = tape.layers[std::size_t(columns[c].last)];
    layer.h = row_of(here.h, 0);
    layer.y = row_of(here.out(), 0);
    layer.z = c > 0 ? row_of(here.z, 0) : std::vector<float>{};
    put_weights(run, columns[c], layer);
    for (PartView& part : layer.parts) {
      std::erase_if(part.inner, [](const InnerView& inner) { return inner.name != "kernels"; });
      const int l = layer_named(network, part.name);
      const bool drawn = l >= 0 && !part.h.empty();
      part.h = drawn ? row_of(tape.layers[std::size_t(l)].h, 0) : std::vector<float>{};
      part.y = drawn ? row_of(tape.layers[std::size_t(l)].out(), 0) : std::vector<float>{};
      part.skipped = false;
    }
  }
  return shown;
}

}  // namespace dropscope
