#include "app/scene/rate_naming.h"

#include <array>
#include <cctype>
#include <cmath>
#include <utility>

#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr std::array<std::string_view, 2> kMinuses = {"-", "\u2212"};
// What binds more tightly than a minus.
constexpr std::array<std::string_view, 11> kProducts = {"*",      "/",      "\u00d7", "\u00b7", "^",     "\u00b2",
                                                        "\u00b3", "\u207b", "\u00b9", "\u2070", "\u2074"};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}
std::size_t skip_spaces_back(std::string_view text, std::size_t end) {
  while (end > 0 && text[end - 1] == ' ') --end;
  return end;
}
template <std::size_t N>
std::size_t begins(std::string_view text, const std::array<std::string_view, N>& with) {
  for (std::string_view sign : with)
    if (text.starts_with(sign)) return sign.size();
  return 0;
}
template <std::size_t N>
std::size_t ends(std::string_view text, const std::array<std::string_view, N>& with) {
  for (std::string_view sign : with)
    if (text.ends_with(sign)) return sign.size();
  return 0;
}

std::string_view word_at_end(std::string_view text) {
  std::size_t first = text.size();
  while (first > 0 && is_word(text[first - 1])) --first;
  return text.substr(first);
}
std::string_view word_at_start(std::string_view text) {
  std::size_t last = 0;
  while (last < text.size() && is_word(text[last])) ++last;
  return text.substr(0, last);
}
bool is_function(std::string_view word) {
  return word == "logit" || word == "log" || word == "exp" || word == "sqrt" || word == "sigmoid";
}
// A name or number of a formula, x or x_t or 0.5; longer words are those of a sentence.
bool is_factor(std::string_view word) {
  return word.size() == 1 || (word.size() > 1 && word[1] == '_') ||
         (!word.empty() && std::isdigit(static_cast<unsigned char>(word[0])));
}

// What stands before and after multiplies, so that a sum needs parentheses.
bool binds_before(std::string_view before) {
  const std::string_view near = before.substr(0, skip_spaces_back(before, before.size()));
  const bool closed = near.ends_with(')') || near.ends_with(']') || near.ends_with('}');
  return closed || ends(near, kProducts) || ends(near, kMinuses) || is_factor(word_at_end(near));
}
bool binds_after(std::string_view after) {
  const std::string_view near = after.substr(skip_spaces(after, 0));
  const std::string_view word = word_at_start(near);
  return begins(near, kProducts) || near.starts_with('(') || is_factor(word) ||
         (word.size() < near.size() && !word.empty() && near[word.size()] == '(');
}

// "1 - " at the end, of which p is taken away; the number of its bytes, 0 where there is none.
std::size_t one_minus(std::string_view before) {
  std::size_t at = skip_spaces_back(before, before.size());
  const std::size_t sign = ends(before.substr(0, at), kMinuses);
  if (!sign) return 0;
  at = skip_spaces_back(before, at - sign);
  if (at == 0 || before[at - 1] != '1') return 0;
  --at;
  const bool whole = at == 0 || (!is_word(before[at - 1]) && before[at - 1] != '.');
  return whole && !binds_before(before.substr(0, at)) ? before.size() - at : 0;
}

bool is_lone_p(std::string_view text, std::size_t at) {
  return text[at] == 'p' && (at == 0 || (!is_word(text[at - 1]) && text[at - 1] != '\'')) &&
         (at + 1 == text.size() || (!is_word(text[at + 1]) && text[at + 1] != '\''));
}

}  // namespace

double letter_value(RateNaming naming, double rate) {
  return naming == RateNaming::Drop ? rate : std::round((1 - rate) * 1e12) / 1e12;
}

std::string rate_digits(double rate) {
  return std::fabs(rate * 1000 - std::round(rate * 1000)) < 1e-6 ? short_text(rate) : fixed_text(rate, 3);
}

const char* rate_letter(RateNaming naming) { return naming == RateNaming::Drop ? "p" : "p(keep)"; }

std::string rate_letter_words(RateNaming naming, double rate) {
  return "p = " + rate_digits(letter_value(naming, rate));
}

std::string rate_name_words(RateNaming naming, std::span<const double> rates) {
  std::string words = naming == RateNaming::Keep ? ", " + std::string(rate_letter(naming)) + " = " : " ";
  for (std::size_t i = 0; i < rates.size(); ++i) words += (i ? " / " : "") + short_text(letter_value(naming, rates[i]));
  return words;
}

std::string rate_range_words(RateNaming naming, double least, double most) {
  if (least == most) return rate_letter_words(naming, most);
  if (naming == RateNaming::Keep) std::swap(least, most);
  return "p from " + fixed_text(letter_value(naming, least), 2) + " to " + fixed_text(letter_value(naming, most), 2);
}

std::string formula_in(RateNaming naming, std::string_view text) {
  if (naming == RateNaming::Drop) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view after = text.substr(i + 1);
    // Learned is learned, whichever of the two it is.
    if (!is_lone_p(text, i) || after.starts_with(" learned")) {
      out += text[i];
      continue;
    }
    const bool closed = after.starts_with(')');
    if (const std::size_t length = closed || !binds_after(after) ? one_minus(out) : 0) {
      out.resize(out.size() - length);
      // The parentheses of a sum are no longer needed, those of a function are.
      const bool own = closed && out.ends_with('(') && (out.size() < 2 || !is_word(out[out.size() - 2]));
      if (own) out.pop_back(), ++i;
      out += 'p';
      continue;
    }
    const std::size_t gap = skip_spaces_back(out, out.size());
    const bool argument = gap < out.size() && is_function(word_at_end(std::string_view(out).substr(0, gap)));
    if (argument) out.resize(gap);
    out += argument || binds_before(out) || binds_after(after) ? "(1 - p)" : "1 - p";
  }
  return out;
}

const char* chance_words(RateNaming naming) {
  return naming == RateNaming::Drop ? "chance of being dropped" : "chance of being kept";
}

}  // namespace dropscope
