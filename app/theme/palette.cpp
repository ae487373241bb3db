// The tokens of the three themes and the maps from numbers to colours. Maps mix in OKLab, where equal steps look equal.
#include "app/theme/palette.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dropscope {
namespace {

constexpr Color hex(std::uint32_t rgb) {
  return {std::uint8_t(rgb >> 16), std::uint8_t((rgb >> 8) & 255u), std::uint8_t(rgb & 255u), 255};
}

constexpr Palette kLight{
    .id = ThemeId::Light,
    .name = "light",
    .background = hex(0xFFFFFF),
    .panel = hex(0xF6F7F9),
    .card = hex(0xFFFFFF),
    .control = hex(0xE9ECF0),
    .control_hovered = hex(0xDDE2E8),
    .control_active = hex(0xCFD6DF),
    .border = hex(0x7A828E),
    .text = hex(0x16191D),
    .secondary = hex(0x4A5260),
    .focus = hex(0x005FCC),
    .accent = hex(0x005FCC),
    .on_accent = hex(0xFFFFFF),
    .dropped = hex(0x6B7280),
    .dropped_fill = hex(0xF8F9FA),
    .unit_outline = hex(0x16191D),
    .positive = hex(0x00508F),
    .negative = hex(0xC25700),
    .neutral = hex(0xE8EAEB),
    .hazard_a = hex(0x16191D),
    .hazard_b = hex(0xFFD500),
    .warning = hex(0x8A5300),
    .error = hex(0xB42318),
    .run = {hex(0x6969B4), hex(0x872D00), hex(0x2DA596), hex(0x2D0F3C)},
    .train = hex(0x6969B4),
    .validation = hex(0x6969B4),
    .data_class = {hex(0x0072B2), hex(0xD55E00), hex(0x009E73), hex(0xCC79A7), hex(0x16191D), hex(0x56B4E9),
                   hex(0xE69F00), hex(0xF0E442)},
    .line_scale = 1.0f,
    .type_scale = 1.0f,
};

constexpr Palette kDark{
    .id = ThemeId::Dark,
    .name = "dark",
    .background = hex(0x14171C),
    .panel = hex(0x1A1E25),
    .card = hex(0x21262E),
    .control = hex(0x262C35),
    .control_hovered = hex(0x333A46),
    .control_active = hex(0x3E4756),
    .border = hex(0x69737F),
    .text = hex(0xE8EAED),
    .secondary = hex(0xAEB6C2),
    .focus = hex(0xF0E442),
    .accent = hex(0x4DB2FF),
    .on_accent = hex(0x14171C),
    .dropped = hex(0x8B95A3),
    .dropped_fill = hex(0x1E2229),
    .unit_outline = hex(0xE8EAED),
    .positive = hex(0x4DB2FF),
    .negative = hex(0xF5A623),
    .neutral = hex(0x2A3038),
    .hazard_a = hex(0x14171C),
    .hazard_b = hex(0xF0E442),
    .warning = hex(0xF5C04A),
    .error = hex(0xFF7A70),
    .run = {hex(0x2D87F0), hex(0xF0A52D), hex(0xB4FFE1), hex(0xA53C78)},
    .train = hex(0x2D87F0),
    .validation = hex(0x2D87F0),
    .data_class = {hex(0x56B4E9), hex(0xE69F00), hex(0x009E73), hex(0xCC79A7), hex(0xF0E442), hex(0xE8EAED),
                   hex(0xD55E00), hex(0x0072B2)},
    .line_scale = 1.0f,
    .type_scale = 1.0f,
};

constexpr Palette kProjector{
    .id = ThemeId::Projector,
    .name = "projector",
    .background = hex(0xFFFFFF),
    .panel = hex(0xFFFFFF),
    .card = hex(0xFFFFFF),
    .control = hex(0xE6E9EE),
    .control_hovered = hex(0xD6DBE3),
    .control_active = hex(0xC4CBD6),
    .border = hex(0x4A4F57),
    .text = hex(0x000000),
    .secondary = hex(0x2B2F36),
    .focus = hex(0x0040C0),
    .accent = hex(0x0040C0),
    .on_accent = hex(0xFFFFFF),
    .dropped = hex(0x3A3F47),
    .dropped_fill = hex(0xF8F9FA),
    .unit_outline = hex(0x000000),
    .positive = hex(0x003F7A),
    .negative = hex(0xB04A00),
    .neutral = hex(0xE8EAEB),
    .hazard_a = hex(0x000000),
    .hazard_b = hex(0xFFD500),
    .warning = hex(0x6B3F00),
    .error = hex(0x9B1C12),
    .run = {hex(0x6969B4), hex(0x872D00), hex(0x2DA596), hex(0x2D0F3C)},
    .train = hex(0x6969B4),
    .validation = hex(0x6969B4),
    .data_class = {hex(0x0072B2), hex(0xD55E00), hex(0x009E73), hex(0xCC79A7), hex(0x000000), hex(0x56B4E9),
                   hex(0xE69F00), hex(0xF0E442)},
    .line_scale = 1.25f,
    .type_scale = 1.44f,
};

constexpr std::array<const Palette*, kThemeCount> kPalettes{&kLight, &kDark, &kProjector};

double to_linear(double srgb) { return srgb <= 0.04045 ? srgb / 12.92 : std::pow((srgb + 0.055) / 1.055, 2.4); }
double to_srgb(double linear) {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * std::pow(linear, 1.0 / 2.4) - 0.055;
}

double luminance(Color c) {
  return 0.2126 * to_linear(c.r / 255.0) + 0.7152 * to_linear(c.g / 255.0) + 0.0722 * to_linear(c.b / 255.0);
}

struct Lab {
  double l, a, b;
};

// Björn Ottosson, "A perceptual color space for image processing", 2020.
Lab to_oklab(Color c) {
  const double r = to_linear(c.r / 255.0), g = to_linear(c.g / 255.0), b = to_linear(c.b / 255.0);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

std::uint8_t to_byte(double unit) { return std::uint8_t(std::lround(std::clamp(unit, 0.0, 1.0) * 255.0)); }

Color from_oklab(Lab lab) {
  const double l = std::pow(lab.l + 0.3963377774 * lab.a + 0.2158037573 * lab.b, 3.0);
  const double m = std::pow(lab.l - 0.1055613458 * lab.a - 0.0638541728 * lab.b, 3.0);
  const double s = std::pow(lab.l - 0.0894841775 * lab.a - 1.2914855480 * lab.b, 3.0);
  return {to_byte(to_srgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
          to_byte(to_srgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
          to_byte(to_srgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)), 255};
}

Color mix(Color from, Color to, double t) {
  if (t <= 0) return from;
  if (t >= 1) return to;
  const Lab a = to_oklab(from), b = to_oklab(to);
  return from_oklab({a.l + (b.l - a.l) * t, a.a + (b.a - a.a) * t, a.b + (b.b - a.b) * t});
}

// |value| / limit in [0, 1]; 0 for what is not a number and for an empty range.
double share(float value, float limit) {
  if (!std::isfinite(value) || !(limit > 0)) return 0;
  return std::min(1.0, std::abs(double(value)) / double(limit));
}

}  // namespace

const Palette& palette(ThemeId id) {
  for (const Palette* p : kPalettes) {
    if (p->id == id) return *p;
  }
  return kLight;
}

std::span<const Palette* const> all_palettes() { return kPalettes; }

const Palette* find_palette(std::string_view name) {
  for (const Palette* p : kPalettes) {
    if (p->name == name) return p;
  }
  return nullptr;
}

Color activation_color(const Palette& palette, float value, float limit) {
  return value > 0 ? mix(palette.neutral, palette.positive, share(value, limit)) : palette.neutral;
}

Color weight_color(const Palette& palette, float value, float limit) {
  return mix(palette.neutral, value < 0 ? palette.negative : palette.positive, share(value, limit));
}

// Nuñez, Anderton and Renslow, PLOS ONE 2018; the polynomials of d3-scale-chromatic, within 2 levels of the table.
Color uncertainty_color(float value) {
  const double t = std::isfinite(value) ? std::clamp(double(value), 0.0, 1.0) : 0.0;
  const double r = -4.54 - t * (35.34 - t * (2381.73 - t * (6402.7 - t * (7024.72 - t * 2710.57))));
  const double g = 32.49 + t * (170.73 + t * (52.82 - t * (131.46 - t * (176.58 - t * 67.37))));
  const double b = 81.24 + t * (442.36 - t * (2482.43 - t * (6167.24 - t * (6614.94 - t * 2475.67))));
  return {to_byte(r / 255.0), to_byte(g / 255.0), to_byte(b / 255.0), 255};
}

double contrast(Color a, Color b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

}  // namespace dropscope
