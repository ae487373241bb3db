#include "app/theme/palette.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace dropscope {
namespace {

constexpr Color kWhite{255, 255, 255, 255}, kBlack{0, 0, 0, 255};

TEST(Palette, ContrastOfBlackOnWhiteIs21) {
  EXPECT_NEAR(contrast(kBlack, kWhite), 21.0, 1e-9);
  EXPECT_NEAR(contrast(kWhite, kBlack), 21.0, 1e-9);
  EXPECT_NEAR(contrast(kWhite, kWhite), 1.0, 1e-9);
}

TEST(Palette, MeasuredRatiosOfTheDesignAreReached) {
  const Palette& dark = palette(ThemeId::Dark);
  EXPECT_NEAR(contrast(dark.text, dark.background), 14.9, 0.1);
  EXPECT_NEAR(contrast(dark.secondary, dark.background), 8.8, 0.1);
  EXPECT_NEAR(contrast(dark.dropped, dark.background), 5.9, 0.1);
  const Palette& light = palette(ThemeId::Light);
  EXPECT_NEAR(contrast(light.positive, light.background), 8.3, 0.1);
  EXPECT_NEAR(contrast(light.negative, light.background), 4.5, 0.1);
  EXPECT_NEAR(contrast(palette(ThemeId::Projector).dropped, kWhite), 10.6, 0.1);
}

TEST(Palette, TextIsReadableOnEveryFaceOfEveryTheme) {
  for (const Palette* p : all_palettes()) {
    const double floor = p->id == ThemeId::Projector ? 7.0 : 4.5;
    for (const Color face : {p->background, p->panel, p->card, p->control, p->control_hovered, p->control_active}) {
      EXPECT_GE(contrast(p->text, face), floor) << p->name;
    }
    for (const Color face : {p->background, p->panel, p->card}) {
      EXPECT_GE(contrast(p->secondary, face), floor) << p->name;
      EXPECT_GE(contrast(p->warning, face), 4.5) << p->name;
      EXPECT_GE(contrast(p->error, face), 4.5) << p->name;
    }
    EXPECT_GE(contrast(p->on_accent, p->accent), 4.5) << p->name;
  }
}

TEST(Palette, ShapesStandOutFromTheCanvas) {
  for (const Palette* p : all_palettes()) {
    for (const Color shape : {p->border, p->focus, p->accent, p->dropped, p->unit_outline, p->positive, p->negative,
                              p->train, p->validation, p->run[0], p->run[1], p->run[2]}) {
      EXPECT_GE(contrast(shape, p->background), 3.0) << p->name;
    }
    EXPECT_GE(contrast(p->hazard_a, p->hazard_b), 3.0) << p->name;
  }
}

TEST(Palette, DroppedUnitsAreFlatAndCloseToTheCanvas) {
  for (const Palette* p : all_palettes()) EXPECT_LT(contrast(p->dropped_fill, p->background), 1.4) << p->name;
}

TEST(Palette, NamesFindTheirTheme) {
  for (const Palette* p : all_palettes()) EXPECT_EQ(find_palette(p->name), p);
  EXPECT_EQ(find_palette("sepia"), nullptr);
}

TEST(ColorMaps, ZeroIsNeutralAndTheLimitIsTheFullColour) {
  for (const Palette* p : all_palettes()) {
    EXPECT_EQ(weight_color(*p, 0, 2), p->neutral);
    EXPECT_EQ(weight_color(*p, 2, 2), p->positive);
    EXPECT_EQ(weight_color(*p, -2, 2), p->negative);
    EXPECT_EQ(weight_color(*p, 99, 2), p->positive);
    EXPECT_EQ(activation_color(*p, 2, 2), p->positive);
    EXPECT_EQ(activation_color(*p, -1, 2), p->neutral);
  }
}

TEST(ColorMaps, WhatIsNotANumberIsNeutral) {
  const Palette& p = palette(ThemeId::Dark);
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(weight_color(p, nan, 1), p.neutral);
  EXPECT_EQ(activation_color(p, inf, 1), p.neutral);
  EXPECT_EQ(weight_color(p, 1, 0), p.neutral);
  EXPECT_EQ(weight_color(p, 1, nan), p.neutral);
}

TEST(ColorMaps, LargerActivationsStandOutMore) {
  for (const Palette* p : all_palettes()) {
    double last = 0;
    for (int i = 0; i <= 20; ++i) {
      const double now = contrast(activation_color(*p, float(i), 20), p->background);
      EXPECT_GE(now, last - 0.02) << p->name << " at " << i;
      last = now;
    }
  }
}

TEST(ColorMaps, CividisRunsFromDarkBlueToYellowAndOnlyGetsLighter) {
  EXPECT_EQ(uncertainty_color(0), (Color{0, 32, 81, 255}));
  EXPECT_EQ(uncertainty_color(1), (Color{253, 234, 69, 255}));
  EXPECT_EQ(uncertainty_color(-3), uncertainty_color(0));
  EXPECT_EQ(uncertainty_color(std::nanf("")), uncertainty_color(0));
  double last = 0;
  for (int i = 0; i <= 50; ++i) {
    const double lightness = contrast(uncertainty_color(float(i) / 50), kBlack);
    EXPECT_GT(lightness, last) << i;
    last = lightness;
  }
}

}  // namespace
}  // namespace dropscope
