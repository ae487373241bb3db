// What a frame costs on the window's thread before anything is drawn: layout and display lists.
#include "app/scene/curves.h"
#include "app/scene/network_scene.h"
#include "app/scene/plot.h"
#include "app/scene/probe_strip.h"
#include "app/scene/surface_view.h"
#include "core/base/check.h"
#include "core/scenarios/scenarios.h"
#include "tests/bench/measurements.h"

namespace dropscope::bench {
namespace {

constexpr Rect kNetworkArea{{330, 60}, {1210, 830}};
constexpr Rect kCard{{1220, 60}, {1590, 330}};

// The rule costs about what looking up glyph widths costs.
class FixedMeasure final : public TextMeasure {
 public:
  float width(const std::string& text, float size, Face) const override { return 0.55f * size * float(text.size()); }
};

SceneStyle scene_style() {
  SceneStyle style;
  style.palette = &palette(ThemeId::Light);
  style.u = 900.0f / 1080.0f;
  return style;
}

std::size_t build_scene(const Snapshot& snapshot, const SceneStyle& style, const TextMeasure& measure) {
  const NetworkLayout layout = layout_network(snapshot, kNetworkArea, style);
  const NetworkScene scene = build_network_scene(snapshot, layout, style, measure);
  return scene.edges.items.size() + scene.units.items.size() + scene.labels.items.size();
}

std::size_t build_results(const Snapshot& snapshot, const SceneStyle& style, const TextMeasure& measure) {
  PlotStyle plot;
  plot.palette = style.palette;
  plot.u = style.u;
  const CardStyle card{style.palette, style.u};
  std::size_t items =
      build_plot(loss_series(snapshot.history, *style.palette), kCard, {}, plot, measure, {}).list.items.size();
  items +=
      build_plot(accuracy_series(snapshot.history, *style.palette), kCard, {}, plot, measure, {}).list.items.size();
  items += build_surface_view(snapshot, kCard, card, measure).items.size();
  return items + build_probe_strip(snapshot, kCard, card, measure).items.size();
}

}  // namespace

void measure_pictures(double seconds, Record& record) {
  static const Snapshot small = [] {
    RunSpec spec = scenario_or_throw("moons", "benchmark");
    return snapshot_of(spec, "B");
  }();
  static const Snapshot large = [] {
    RunSpec spec = scenario_or_throw("moons", "benchmark");
    spec.network.hidden = {{LayerKind::Dense, 140}, {LayerKind::Dense, 140}};
    return snapshot_of(spec, "B");
  }();
  // The values of a narrow run, spread over a wide layer: what is measured is the picture.
  static const Snapshot wide = [] {
    Snapshot s = small;
    LayerView& layer = s.layers[1];
    SiteView& site = s.sites[std::size_t(layer.site)];
    constexpr int kUnits = 100000;
    const auto spread = [](auto& values, std::size_t rows) {
      const auto old = values;
      if (old.empty()) return;
      values.resize(rows * kUnits);
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = old[i % old.size()];
    };
    layer.units = site.total = kUnits;
    for (auto* values : {&layer.z, &layer.h, &layer.y, &site.gate}) spread(*values, 1);
    spread(site.recent, std::size_t(site.recent_rows));
    spread(site.dropped_lately, 1);
    layer.weights = s.layers[2].weights = nullptr;
    layer.weight_count = s.layers[2].weight_count = 2 * kUnits;
    return s;
  }();
  const FixedMeasure measure;
  const SceneStyle style = scene_style();
  SceneStyle stepping = style;
  stepping.stepping = true;
  DROPSCOPE_CHECK(build_scene(small, style, measure) > 100 && build_results(small, style, measure) > 20);
  record.add("scene", seconds_per_call(seconds, [&] { build_scene(small, style, measure); }) * 1e3);
  record.add("scene 20000", seconds_per_call(seconds, [&] { build_scene(large, style, measure); }) * 1e3);
  record.add("scene wide", seconds_per_call(seconds, [&] { build_scene(wide, style, measure); }) * 1e3);
  record.add("scene step", seconds_per_call(seconds, [&] { build_scene(small, stepping, measure); }) * 1e3);
  record.add("plots", seconds_per_call(seconds, [&] { build_results(small, style, measure); }) * 1e3);
}

}  // namespace dropscope::bench
