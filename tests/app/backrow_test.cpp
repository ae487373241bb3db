// Kept and dropped must be told apart from the last row: in grey, blurred, with light in the room (backrow.h).
// "Kept" is a value of 0.7 of the strongest in its layer; paler ones are told by their shape, which has no threshold.
#include "tests/app/backrow.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "app/export/atomic_write.h"
#include "app/scene/glyphs/forms.h"
#include "app/scene/scene_parts.h"
#include "tests/app/sample_steps.h"

namespace dropscope {
namespace {

constexpr double kLeast = 2.0;
constexpr float kTypical = 0.7f;

struct Size {
  const char* name;
  float radius;
  Detail detail;
};
constexpr Size kSizes[] = {{"full", 16, Detail::Full}, {"ring", 9, Detail::Ring}, {"box", 5, Detail::Box}};

BackRow seen(const DisplayList& list, int width, int height, const Palette& colours) {
  const CairoTextMeasure measure;
  const BackRow back(paint_bitmap(list, width, height, colours.background, measure));
  // To look at what the last row sees: DROPSCOPE_BACKROW=FOLDER.
  if (const char* folder = std::getenv("DROPSCOPE_BACKROW")) {
    static int number = 0;
    atomic_write(std::string(folder) + "/" + colours.name + std::to_string(++number) + ".png",
                 encode_png(back.as_seen()));
  }
  return back;
}

double light_of_mark(Glyph glyph, float gate, const Size& size, const Palette& colours) {
  DisplayList list;
  const UnitMark mark{{40, 40}, size.radius, size.detail, gate == 0 ? 0 : kTypical, 1, true, gate, 0.5, false};
  glyph_entry(glyph).paint(list, mark, {&colours, 1});
  const BackRow back = seen(list, 80, 80, colours);
  // Of a block only the box counts; the arc above it is the detour.
  if (glyph == Glyph::BypassArc && size.detail != Detail::Box)
    return back.in_disc({40, 40 + size.radius * 0.3f}, size.radius * 0.66f);
  // What was held is said by the bar that comes in from the left.
  if (glyph == Glyph::HeldState) {
    const float x = 40 - size.radius;
    return back.in_rect({{x - size.radius * 0.8f, 40 - size.radius * 0.15f}, {x - 1, 40 + size.radius * 0.15f}});
  }
  return back.in_disc(mark.center, size.radius);
}

double ratio_of(Glyph glyph, const Size& size, const Palette& colours) {
  return light_ratio(light_of_mark(glyph, 1, size, colours), light_of_mark(glyph, 0, size, colours));
}

// Noise without a gate of 0 drops nothing, and weights are lines.
bool drops_marks(Glyph glyph) { return glyph != Glyph::NoisyHalo && glyph != Glyph::CutWeight; }

TEST(BackRowTest, KeptAndDroppedDifferTwofoldUnderEveryGlyphAtEverySize) {
  for (ThemeId theme : {ThemeId::Light, ThemeId::Projector})
    for (int g = 0; g < kGlyphCount; ++g)
      for (const Size& size : kSizes)
        if (drops_marks(Glyph(g))) {
          EXPECT_GE(ratio_of(Glyph(g), size, palette(theme)), kLeast)
              << palette(theme).name << " glyph " << g << " " << size.name;
        }
}

// Lines between two columns at 0.7 of the strongest weight, half of them dropped; light along the lines' middles.
double weights_ratio(const Palette& colours) {
  SampleOptions options;
  options.widths = {1, 1, 2, 1};
  Snapshot snapshot = sample_snapshot(options);
  drop_weights(snapshot, 2, 0.5);
  for (std::size_t l = 1; l < 4; ++l)
    snapshot.layers[l].weights =
        std::make_shared<const std::vector<float>>(snapshot.layers[l].weights->size(), kTypical);
  for (LayerView& layer : snapshot.layers) layer.max_abs_weight = 1;
  snapshot.sites.back().gate = {1, 0};
  SceneStyle style;
  style.palette = &colours;
  const NetworkLayout layout = layout_network(snapshot, {{0, 0}, {1000, 700}}, style);
  const BackRow back = seen(build_edges(snapshot, layout, style), 1000, 700, colours);
  double light[2] = {};
  for (std::uint32_t i : {0u, 1u}) {
    const Vec2 middle = gate_rect(layout, snapshot, {int(snapshot.sites.size()) - 1, i})->center();
    light[i] = back.in_rect({middle - Vec2{3, 1.5f}, middle + Vec2{3, 1.5f}});
  }
  return light_ratio(light[0], light[1]);
}

TEST(BackRowTest, ADroppedWeightLeavesAGapThatIsSeen) {
  for (ThemeId theme : {ThemeId::Light, ThemeId::Projector})
    EXPECT_GE(weights_ratio(palette(theme)), kLeast) << palette(theme).name;
}

// Wide layers: columns of boxes and of tiles as they are laid out, neighbours and all.
std::pair<double, double> wide_ratios(int units, const Palette& colours) {
  SampleOptions options;
  options.widths = {2, units, 2};
  Snapshot snapshot = sample_snapshot(options);
  LayerView& layer = snapshot.layers[1];
  SiteView& site = snapshot.sites[1];
  const int block = units > 4096 ? 64 * 16 : 4;  // several neighbours share their fate, as in rows of tiles
  for (int i = 0; i < units; ++i) {
    const bool kept = i / block % 2 == 0;
    site.gate[std::size_t(i)] = site.recent[std::size_t(i)] = kept;
    layer.y[std::size_t(i)] = i == 0 ? 1 : kept ? kTypical : 0;
  }
  SceneStyle style;
  style.palette = &colours;
  const NetworkLayout layout = layout_network(snapshot, {{0, 0}, {1000, 800}}, style);
  const ColumnLayout& column = layout.columns[1];
  const CairoTextMeasure measure;
  const BackRow back = seen(build_units(snapshot, layout, style, measure), 1000, 800, colours);
  double light[2] = {}, count[2] = {};
  const int each = column.style == ColumnLayout::Style::Density ? 64 : 1;
  for (int i = 0; i < units; i += each) {
    const float r = column.radius * 0.8f;
    const Vec2 c = unit_center(column, i);
    const bool kept = site.gate[std::size_t(i)] != 0;
    light[kept] += back.in_rect({c - Vec2{r, r}, c + Vec2{r, r}}), ++count[kept];
  }
  return {light_ratio(light[0] / count[0], light[1] / count[1]), double(column.style)};
}

TEST(BackRowTest, WideLayersKeepTheirHolesAsBoxesAndAsTiles) {
  for (ThemeId theme : {ThemeId::Light, ThemeId::Projector}) {
    const auto [boxes, box_style] = wide_ratios(1024, palette(theme));
    EXPECT_EQ(int(box_style), int(ColumnLayout::Style::Boxes));
    EXPECT_GE(boxes, kLeast) << palette(theme).name;
    const auto [tiles, tile_style] = wide_ratios(100000, palette(theme));
    EXPECT_EQ(int(tile_style), int(ColumnLayout::Style::Density));
    EXPECT_GE(tiles, kLeast) << palette(theme).name;
  }
}

TEST(BackRowTest, TheMeasureItselfTellsBlackFromWhiteAndSeesTheRoom) {
  DisplayList list;
  list.add(draw::Box{{{0, 0}, {40, 40}}, {0, 0, 0, 255}, {}, 0, 0, 0});
  const CairoTextMeasure measure;
  const BackRow back(paint_bitmap(list, 80, 40, {255, 255, 255, 255}, measure));
  EXPECT_NEAR(back.in_rect({{5, 5}, {25, 35}}), kAmbient, 1e-6);
  EXPECT_NEAR(back.in_rect({{55, 5}, {75, 35}}), 1 + kAmbient, 1e-6);
  // A line of one pixel is nearly gone at this distance.
  DisplayList thin;
  thin.add(draw::Line{{0, 20}, {80, 20}, 1, {0, 0, 0, 255}});
  const BackRow far(paint_bitmap(thin, 80, 40, {255, 255, 255, 255}, measure));
  EXPECT_GT(far.in_rect({{30, 19}, {50, 21}}), 0.75);
}

// A lit room is no place for the dark theme: it is measured and written down beside the others, not held to the limit.
TEST(BackRowTest, EveryThemeIsReportedAndTheDarkOneIsTheWeakest) {
  const auto two_digits = [](double ratio) { return std::to_string(ratio).substr(0, 4); };
  double least[kThemeCount] = {};
  for (const Palette* colours : all_palettes()) {
    std::string line = std::string(colours->name) + ": weights " + two_digits(weights_ratio(*colours)) + ", boxes " +
                       two_digits(wide_ratios(1024, *colours).first) + ", tiles " +
                       two_digits(wide_ratios(100000, *colours).first);
    double& lowest = least[int(colours->id)] = 100;
    for (const Size& size : kSizes) {
      line += std::string(", ") + size.name;
      for (int g = 0; g < kGlyphCount; ++g) {
        if (!drops_marks(Glyph(g))) continue;
        const double ratio = ratio_of(Glyph(g), size, *colours);
        line += " " + two_digits(ratio);
        lowest = std::min(lowest, ratio);
      }
    }
    std::printf("%s\n", line.c_str());
  }
  EXPECT_LT(least[int(ThemeId::Dark)], least[int(ThemeId::Light)]);
  EXPECT_LT(least[int(ThemeId::Dark)], least[int(ThemeId::Projector)]);
  EXPECT_GT(least[int(ThemeId::Dark)], 1.2);
}

}  // namespace
}  // namespace dropscope
