// Numbers from text: the whole text, no locale, no octal, nothing silently clamped.
#include <charconv>
#include <cmath>

#include "core/base/check.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  const std::string shown(text.substr(0, kShown));
  return "'" + shown + (text.size() > kShown ? "...'" : "'");
}

template <class T>
bool parses(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string real_text(double value) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

double parse_real(std::string_view text, double lo, double hi, const std::string& where) {
  double value = 0;
  if (!parses(text, value) || !std::isfinite(value) || value < lo || value > hi)
    throw InputError(where, "a number from " + real_text(lo) + " to " + real_text(hi), quoted(text));
  return value == 0 ? 0.0 : value;  // "-0" would otherwise give a rate that prints oddly.
}

std::int64_t parse_integer(std::string_view text, std::int64_t lo, std::int64_t hi, const std::string& where) {
  std::int64_t value = 0;
  if (!parses(text, value) || value < lo || value > hi)
    throw InputError(where, "a whole number from " + std::to_string(lo) + " to " + std::to_string(hi), quoted(text));
  return value;
}

std::uint64_t parse_seed(std::string_view text, const std::string& where) {
  std::uint64_t value = 0;
  if (!parses(text, value)) throw InputError(where, "a whole number from 0 to 18446744073709551615", quoted(text));
  return value;
}

}  // namespace dropscope
