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
  const FixedMeasure measure;
  const SceneStyle style = scene_style();
  DROPSCOPE_CHECK(build_scene(small, style, measure) > 100 && build_results(small, style, measure) > 20);
  record.add("scene", seconds_per_call(seconds, [&] { build_scene(small, style, measure); }) * 1e3);
  record.add("scene 20000", seconds_per_call(seconds, [&] { build_scene(large, style, measure); }) * 1e3);
  record.add("plots", seconds_per_call(seconds, [&] { build_results(small, style, measure); }) * 1e3);
}

}  // namespace dropscope::bench
