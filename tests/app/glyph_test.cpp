#include "app/scene/glyphs/glyph.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "app/export/atomic_write.h"
#include "app/export/cairo_painter.h"
#include "app/scene/glyphs/forms.h"
#include "tests/app/picture_checks.h"

namespace dropscope {
namespace {

// All glyphs in all states at the three sizes, without any text, so that no font matters. A row per glyph.
DisplayList glyph_sheet(const Palette& colours) {
  DisplayList list;
  const MarkStyle style{&colours, 1};
  struct State {
    float value, gate;
    bool noisy;
  };
  const State states[] = {{0.8f, 1, true}, {0, 0, true}, {0, 1, true}, {NAN, 1, true}, {-0.5f, 1.9f, true}};
  for (int g = 0; g < kGlyphCount; ++g) {
    float x = 30;
    for (const State& s : states) {
      for (auto [radius, detail] :
           {std::pair{15.0f, Detail::Full}, std::pair{9.0f, Detail::Ring}, std::pair{5.0f, Detail::Box}}) {
        const UnitMark mark{{x, 24 + 42 * float(g)}, radius, detail, s.value, 1, s.noisy, s.gate, 0.3, false};
        glyph_entry(Glyph(g)).paint(list, mark, style);
        x += detail == Detail::Full ? 44 : detail == Detail::Ring ? 26 : 34;
      }
    }
  }
  return list;
}

constexpr int kWidth = 540, kHeight = 390;

double share_of_different_pixels(const Bitmap& a, const Bitmap& b) {
  if (a.width != b.width || a.height != b.height) return 1;
  std::size_t different = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    const auto far = [](std::uint8_t x, std::uint8_t y) { return std::abs(int(x) - int(y)) > 24; };
    const Color &p = a.pixels[i], &q = b.pixels[i];
    different += far(p.r, q.r) || far(p.g, q.g) || far(p.b, q.b);
  }
  return double(different) / double(a.pixels.size());
}

// To make them anew after a wanted change: DROPSCOPE_UPDATE_GOLDEN=1, then look at them.
TEST(GlyphPictures, AreTheGoldenOnesInEveryTheme) {
  const CairoTextMeasure measure;
  for (const Palette* colours : all_palettes()) {
    const std::string path =
        std::string(DROPSCOPE_SOURCE_DIR) + "/tests/golden/pictures/glyphs_" + colours->name + ".png";
    const Bitmap now = paint_bitmap(glyph_sheet(*colours), kWidth, kHeight, colours->background, measure);
    if (std::getenv("DROPSCOPE_UPDATE_GOLDEN")) atomic_write(path, encode_png(now));
    EXPECT_LT(share_of_different_pixels(now, read_png(path)), 0.001) << path;
    EXPECT_LT(std::filesystem::file_size(path), 50000u);
  }
}

TEST(GlyphPictures, ComparisonNoticesAMissingX) {
  const CairoTextMeasure measure;
  const Palette& colours = palette(ThemeId::Light);
  DisplayList list = glyph_sheet(colours);
  const Bitmap whole = paint_bitmap(list, kWidth, kHeight, colours.background, measure);
  std::erase_if(list.items, [&](const draw::Item& item) {
    const auto* line = std::get_if<draw::Line>(&item);
    return line && line->color == colours.dropped;
  });
  EXPECT_GT(share_of_different_pixels(whole, paint_bitmap(list, kWidth, kHeight, colours.background, measure)), 0.001);
}

// Mean relative luminance inside the mark, as grey paper or a weak projector shows it.
double grey_of(const UnitMark& mark, const Palette& colours) {
  DisplayList list;
  paint_crossed_unit(list, mark, {&colours, 1});
  const CairoTextMeasure measure;
  const Bitmap bitmap = paint_bitmap(list, 60, 60, colours.background, measure);
  const auto linear = [](std::uint8_t v) {
    return v <= 10 ? v / 255.0 / 12.92 : std::pow((v / 255.0 + 0.055) / 1.055, 2.4);
  };
  double sum = 0;
  int count = 0;
  for (int y = 0; y < 60; ++y)
    for (int x = 0; x < 60; ++x) {
      if (std::hypot(x + 0.5 - 30, y + 0.5 - 30) > double(mark.radius)) continue;
      const Color c = bitmap.pixels[std::size_t(y * 60 + x)];
      sum += 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
      ++count;
    }
  return sum / count;
}

TEST(Glyphs, KeptAndDroppedDifferTwofoldInGreyWithAmbientLight) {
  const UnitMark kept{{30, 30}, 15, Detail::Full, 0.7f, 1, true, 1, 0.5, false};
  UnitMark dropped = kept;
  dropped.gate = 0;
  constexpr double kAmbient = 0.15;
  for (ThemeId theme : {ThemeId::Light, ThemeId::Projector}) {
    const double ratio = (grey_of(dropped, palette(theme)) + kAmbient) / (grey_of(kept, palette(theme)) + kAmbient);
    EXPECT_GE(ratio, 2.0) << palette(theme).name;
  }
}

TEST(Glyphs, EachOneShowsAGateOfZeroUnlessItDropsWeights) {
  for (int g = 0; g < kGlyphCount; ++g) {
    DisplayList kept, dropped;
    UnitMark mark{{20, 20}, 15, Detail::Full, 0.7f, 1, true, 1, 0.5, false};
    const MarkStyle style{&palette(ThemeId::Light), 1};
    glyph_entry(Glyph(g)).paint(kept, mark, style);
    mark.gate = 0;
    glyph_entry(Glyph(g)).paint(dropped, mark, style);
    ASSERT_FALSE(kept.items.empty());
    const CairoTextMeasure measure;
    const double difference = share_of_different_pixels(paint_bitmap(kept, 40, 40, {255, 255, 255, 255}, measure),
                                                        paint_bitmap(dropped, 40, 40, {255, 255, 255, 255}, measure));
    if (Glyph(g) == Glyph::CutWeight)
      EXPECT_EQ(difference, 0);
    else
      EXPECT_GT(difference, 0.01) << g;
    EXPECT_FALSE(std::string(glyph_entry(Glyph(g)).legend).empty());
  }
}

TEST(Glyphs, WithoutNoiseNoUnitIsEverCrossedOut) {
  for (int g = 0; g < kGlyphCount; ++g) {
    DisplayList list;
    glyph_entry(Glyph(g)).paint(list, {{20, 20}, 15, Detail::Full, 0.7f, 1, false, 0, 0, false},
                                {&palette(ThemeId::Light), 1});
    for (const draw::Line& line : all_of_kind<draw::Line>(list))
      EXPECT_NE(line.color, palette(ThemeId::Light).dropped) << g;
    for (const draw::Disc& disc : all_of_kind<draw::Disc>(list)) EXPECT_EQ(disc.dash, 0) << g;
  }
}

TEST(Glyphs, TheStrokeOfTheXIsTwelvePercentOfTheDiameter) {
  DisplayList list;
  paint_dropped_unit(list, {{20, 20}, 15, Detail::Full, 0, 1, true, 0, 0.5, true}, {&palette(ThemeId::Light), 1}, true);
  const std::vector<draw::Line> lines = all_of_kind<draw::Line>(list);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_FLOAT_EQ(lines[0].width, 0.12f * 30);
  EXPECT_FLOAT_EQ(lines[2].b.x - lines[2].a.x, 14);
}

TEST(Glyphs, TheRimOfANoisyUnitGrowsWithItsFactor) {
  const auto rim = [](float gate) {
    DisplayList list;
    paint_noisy_halo(list, {{20, 20}, 20, Detail::Full, 0.5f, 1, true, gate, 0.5, false},
                     {&palette(ThemeId::Light), 1});
    return all_of_kind<draw::Disc>(list).at(0).stroke_width;
  };
  EXPECT_FLOAT_EQ(rim(1), 3);
  EXPECT_FLOAT_EQ(rim(2), 6);
  EXPECT_FLOAT_EQ(rim(0.5f), 1.5f);
  DisplayList list;
  paint_noisy_halo(list, {{20, 20}, 20, Detail::Full, 0.5f, 1, true, 0.7f, 0.5, true}, {&palette(ThemeId::Light), 1});
  EXPECT_TRUE(has_text(list, "\u00d70.7"));
}

TEST(Glyphs, APendingUnitIsAThinEmptyRingUnderEveryGlyphUnlessItIsDropped) {
  for (int g = 0; g < kGlyphCount; ++g) {
    UnitMark mark{{20, 20}, 20, Detail::Full, 0, 1, true, 1, 0.5, false};
    mark.pending = true;
    DisplayList list;
    glyph_entry(Glyph(g)).paint(list, mark, {&palette(ThemeId::Light), 1});
    for (const draw::Disc& disc : all_of_kind<draw::Disc>(list)) {
      EXPECT_EQ(disc.fill.a, 0) << "glyph " << g;
      EXPECT_LE(disc.stroke_width, 1.5f) << "glyph " << g;
    }
  }
}

TEST(Glyphs, ACutWeightIsTwoStubsWithAGap) {
  DisplayList list;
  paint_cut_edge(list, {0, 0}, {100, 0}, true, {&palette(ThemeId::Light), 1});
  const std::vector<draw::Line> lines = all_of_kind<draw::Line>(list);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_FLOAT_EQ(lines[0].b.x, 22);
  EXPECT_FLOAT_EQ(lines[1].a.x, 78);
}

}  // namespace
}  // namespace dropscope
