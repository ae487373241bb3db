#include "app/scene/scene_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace dropscope {
namespace {

const char* const kMinus = "\u2212";

std::string printed(const char* format, int precision, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, precision, std::fabs(value));
  return buffer;
}

// A minus only where a digit other than 0 follows: no "−0.00".
std::string with_sign(double value, const std::string& magnitude) {
  const std::size_t mantissa_end = std::min(magnitude.find('e'), magnitude.size());
  const bool is_zero = magnitude.substr(0, mantissa_end).find_first_of("123456789") == std::string::npos;
  return (value < 0 && !is_zero ? kMinus : "") + magnitude;
}

std::string not_finite(double value) {
  if (std::isnan(value)) return "NaN";
  return value < 0 ? std::string(kMinus) + "\u221e" : "\u221e";
}

// Byte length of the first `count` code points.
std::size_t prefix_bytes(const std::string& text, std::size_t count) {
  std::size_t i = 0;
  for (; i < text.size() && count > 0; --count) {
    ++i;
    while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) ++i;
  }
  return i;
}

std::size_t code_points(const std::string& text) {
  return std::size_t(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string fixed_text(double value, int decimals) {
  if (!std::isfinite(value)) return not_finite(value);
  return with_sign(value, printed("%.*f", decimals, value));
}

std::string value_text(double value) {
  if (!std::isfinite(value)) return not_finite(value);
  const double magnitude = std::fabs(value);
  if (magnitude == 0) return "0";
  if (magnitude >= 99999.5 || magnitude < 0.000995) return with_sign(value, printed("%.*e", 2, value));
  if (magnitude >= 99.95) return with_sign(value, printed("%.*f", 0, value));
  if (magnitude >= 9.995) return with_sign(value, printed("%.*f", 1, value));
  if (magnitude >= 0.9995) return with_sign(value, printed("%.*f", 2, value));
  return with_sign(value, printed("%.*f", magnitude >= 0.09995 ? 3 : 4, value));
}

std::string short_text(double value) {
  if (!std::isfinite(value)) return not_finite(value);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.4g", std::fabs(value));
  return with_sign(value, buffer);
}

std::string count_text(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string power_of_two(int exponent) {
  static constexpr const char* kSuperscripts[10] = {"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                                    "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
  std::string text = "2";
  for (char digit : std::to_string(exponent)) text += kSuperscripts[std::size_t(digit - '0')];
  return text;
}

const char* activation_symbol(Activation activation) {
  static constexpr std::array kSymbols = {"", "relu", "leaky_relu", "tanh", "sigmoid", "gelu", "selu"};
  return kSymbols[std::size_t(activation)];
}

const char* activation_title(Activation activation) {
  static constexpr std::array kTitles = {"identity", "ReLU", "leaky ReLU", "tanh", "sigmoid", "GELU", "SELU"};
  return kTitles[std::size_t(activation)];
}

std::string layer_title(const std::string& name) {
  std::string title = name;
  std::replace_if(
      title.begin(), title.end(), [](char c) { return c == '.' || c == '_'; }, ' ');
  const std::size_t digit = title.find_first_of("0123456789");
  if (digit == std::string::npos || digit == 0 || title[digit - 1] == ' ') return title;
  return title.substr(0, digit) + " " + title.substr(digit);
}

std::string fit_text(const std::string& text, float room, float size, Face face, const TextMeasure& measure) {
  if (measure.width(text, size, face) <= room) return text;
  std::size_t low = 0, high = code_points(text);  // the most code points that fit beside an ellipsis
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    const std::string candidate = text.substr(0, prefix_bytes(text, middle)) + "\u2026";
    if (measure.width(candidate, size, face) <= room)
      low = middle;
    else
      high = middle - 1;
  }
  if (low == 0) return "";
  std::string cut = text.substr(0, prefix_bytes(text, low));
  while (!cut.empty() && cut.back() == ' ') cut.pop_back();
  return cut + "\u2026";
}

std::string first_fitting(std::span<const std::string> wordings, float room, float size, Face face,
                          const TextMeasure& measure) {
  for (const std::string& wording : wordings)
    if (measure.width(wording, size, face) <= room) return wording;
  return wordings.empty() ? "" : fit_text(wordings.back(), room, size, face, measure);
}

std::vector<std::string> wrap_text(const std::string& text, float room, float size, Face face,
                                   const TextMeasure& measure, std::size_t most) {
  static const std::string kDot = " \u00b7 ";
  std::vector<std::string> lines;
  std::string rest = text;
  while (!rest.empty()) {
    if (lines.size() + 1 >= most || measure.width(rest, size, face) <= room) {
      lines.push_back(fit_text(rest, room, size, face, measure));
      break;
    }
    std::size_t end = 0, next = 0;
    for (std::size_t at = rest.find(kDot); at != std::string::npos; at = rest.find(kDot, at + 1))
      if (measure.width(rest.substr(0, at), size, face) <= room) end = at, next = at + kDot.size();
    if (end == 0)
      for (std::size_t at = rest.find(' '); at != std::string::npos; at = rest.find(' ', at + 1))
        // Not between a number and its unit.
        if (rest.compare(at, 2, " %") != 0 && measure.width(rest.substr(0, at), size, face) <= room)
          end = at, next = at + 1;
    if (end == 0) {
      lines.push_back(fit_text(rest, room, size, face, measure));
      break;
    }
    lines.push_back(rest.substr(0, end));
    rest = rest.substr(next);
  }
  return lines;
}

float fit_size(const std::string& text, float room, float size, float least, Face face, const TextMeasure& measure) {
  const float width = measure.width(text, size, face);
  if (width <= room) return size;
  return std::max(least, size * room / width * 0.99f);
}

Color mix(Color a, Color b, float t) {
  t = std::clamp(t, 0.0f, 1.0f);
  const auto blend = [t](std::uint8_t x, std::uint8_t y) {
    return std::uint8_t(float(x) + (float(y) - float(x)) * t + 0.5f);
  };
  return {blend(a.r, b.r), blend(a.g, b.g), blend(a.b, b.b), blend(a.a, b.a)};
}

float type_px(const Palette& palette, float u, float design) {
  // Below 10.5 pixels letters run together on a screen; 14u is the smallest design size.
  return std::max(design * u * palette.type_scale, 10.5f * design / 14.0f > 13.0f ? 13.0f : 10.5f);
}

}  // namespace dropscope
