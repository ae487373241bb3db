// Colours by meaning, never by hue: panels and scenes name what a thing is, the theme says how it looks.
// Contrast floors (tests/app/palette_test.cpp): text 4.5, projector 7, shapes 3.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace dropscope {

struct Color {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
  constexpr bool operator==(const Color&) const = default;
  constexpr Color with_alpha(float alpha) const { return {r, g, b, std::uint8_t(alpha * 255.0f + 0.5f)}; }
};

enum class ThemeId : std::uint8_t { Light, Dark, Projector };
inline constexpr int kThemeCount = 3;

struct Palette {
  ThemeId id;
  const char* name;  // "light", "dark", "projector": for flags and settings
  Color background;  // of the canvas
  Color panel;       // of panels and bars
  Color card;        // of cards inside panels
  Color control;     // of buttons, sliders, combo boxes
  Color control_hovered, control_active;
  Color border;
  Color text, secondary;        // body; captions
  Color focus;                  // keyboard focus, selection
  Color accent;                 // slider fill, active tab
  Color on_accent;              // text on accent
  Color dropped, dropped_fill;  // the dashed ring and X; the flat disc close to the background
  Color unit_outline;
  Color positive, negative;  // weights
  Color neutral;             // zero activation and the middle of diverging maps
  Color hazard_a, hazard_b;  // NaN stripes
  Color warning, error;
  Color run[4];             // runs A-D
  Color train, validation;  // curves of the run in view
  Color data_class[8];      // points of data sets, told apart by shape too
  float line_scale;         // multiplies line widths: 1, projector 1.25
  float type_scale;         // multiplies type: 1, projector larger
};

const Palette& palette(ThemeId id);
std::span<const Palette* const> all_palettes();
const Palette* find_palette(std::string_view name);

// Zero is neutral, `limit` the full blue; negative and non-finite values count as zero.
Color activation_color(const Palette& palette, float value, float limit);
// Diverging blue-neutral-orange over [-limit, limit].
Color weight_color(const Palette& palette, float value, float limit);
// cividis over [0, 1].
Color uncertainty_color(float t);
// Ratio of relative luminances as WCAG 2 defines it, 1 .. 21.
double contrast(Color a, Color b);

}  // namespace dropscope
