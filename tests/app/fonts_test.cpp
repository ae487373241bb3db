#include "app/theme/fonts.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <cstdio>
#include <fstream>

#include "app/platform/compat.h"
#include "app/platform/imgui_host.h"
#include "app/scene/painter_imgui.h"
#include "app/theme/font_file.h"

namespace dropscope {
namespace {

TEST(Fonts, MissingFilesGiveTheBuiltInFontInsteadOfAnAbort) {
  const HeadlessImgui imgui(640, 480);
  Fonts fonts({"/nowhere/a.otf", "", "/nowhere/b.ttf", "", ""});
  fonts.rebuild(1, 1);
  ASSERT_NE(fonts.font(TextRole::Body), nullptr);
  EXPECT_GT(fonts.width(TextRole::Body, "Dropscope"), 0);
}

TEST(Fonts, AFileThatIsNoFontGivesTheBuiltInFont) {
  const std::string path = testing::TempDir() + "no_font.ttf";
  std::ofstream(path) << "this is no font";
  EXPECT_FALSE(readable_font(path));
  EXPECT_FALSE(readable_font(testing::TempDir()));
  const HeadlessImgui imgui(640, 480);
  Fonts fonts({path, path, path, path, path});
  fonts.rebuild(1, 1);
  EXPECT_GT(fonts.width(TextRole::Title, "p = 0.5"), 0);
  std::remove(path.c_str());
}

class InstalledFonts : public testing::Test {
 protected:
  void SetUp() override {
    const FontPaths paths = find_fonts();
    if (paths.regular.empty() || paths.symbols.empty()) GTEST_SKIP() << "Inter and DejaVu Sans are not installed";
  }
  HeadlessImgui imgui_{1600, 900};
  Fonts fonts_{find_fonts()};
};

TEST_F(InstalledFonts, HaveEverySignOurTextsUse) {
  fonts_.rebuild(1, 1);
  // × − · – … ² ⁴ ₁ ᵢ ⱼ α Δ ε θ λ μ σ ∑ ∇ ∈ ⊙ ∼ ℝ √ ∞ ≈ ≠ ≤ ≥ → ← ↑ ↓ ● ○ ■ □ ✓ ⚠ ±
  for (const unsigned code :
       {0x00D7u, 0x2212u, 0x00B7u, 0x2013u, 0x2026u, 0x00B2u, 0x2074u, 0x2081u, 0x1D62u, 0x2C7Cu,
        0x03B1u, 0x0394u, 0x03B5u, 0x03B8u, 0x03BBu, 0x03BCu, 0x03C3u, 0x2211u, 0x2207u, 0x2208u,
        0x2299u, 0x223Cu, 0x211Du, 0x221Au, 0x221Eu, 0x2248u, 0x2260u, 0x2264u, 0x2265u, 0x2192u,
        0x2190u, 0x2191u, 0x2193u, 0x25CFu, 0x25CBu, 0x25A0u, 0x25A1u, 0x2713u, 0x26A0u, 0x00B1u}) {
    EXPECT_TRUE(compat::has_glyph(fonts_.font(TextRole::Body), code)) << std::hex << code;
    EXPECT_TRUE(compat::has_glyph(fonts_.font(TextRole::Mono), code)) << std::hex << code;
  }
}

TEST_F(InstalledFonts, GrowWithTheScaleAndStayInProportion) {
  fonts_.rebuild(1, 1);
  const float body = fonts_.width(TextRole::Body, "Sub-network this step");
  EXPECT_FLOAT_EQ(fonts_.size(TextRole::Body), 18);
  fonts_.rebuild(2, 1);
  EXPECT_FLOAT_EQ(fonts_.size(TextRole::Body), 36);
  EXPECT_NEAR(fonts_.width(TextRole::Body, "Sub-network this step"), 2 * body, 0.04f * body);
}

TEST_F(InstalledFonts, NeverGetTooSmallToRead) {
  fonts_.rebuild(0.3f, 1);
  EXPECT_GE(fonts_.size(TextRole::Caption), 11);
  EXPECT_GE(fonts_.size(TextRole::Body), 14);
}

TEST_F(InstalledFonts, BeyondTheAtlasLimitTextStillHasItsSize) {
  fonts_.rebuild(2, 1);
  const float at_two = fonts_.width(TextRole::Big, "0.50");
  fonts_.rebuild(6, 1);
  EXPECT_NEAR(fonts_.width(TextRole::Big, "0.50"), 3 * at_two, 0.06f * 3 * at_two);
  EXPECT_LE(ImGui::GetIO().Fonts->TexHeight, 8192);
}

TEST_F(InstalledFonts, MeasureWhatThePainterDraws) {
  fonts_.rebuild(1, 1);
  const ImguiTextMeasure measure(fonts_);
  const float regular = measure.width("hidden 1", 18, Face::Regular);
  EXPECT_GT(measure.width("hidden 1", 18, Face::Bold), regular);
  EXPECT_NEAR(measure.width("hidden 1", 36, Face::Regular), 2 * regular, 0.06f * regular);
  // In a monospaced face every digit is as wide as any other.
  EXPECT_FLOAT_EQ(measure.width("1111", 18, Face::Mono), measure.width("0000", 18, Face::Mono));
}

}  // namespace
}  // namespace dropscope
