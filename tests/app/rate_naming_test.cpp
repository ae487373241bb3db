// What the letter p stands for: every formula says the same in both namings, with numbers put in.
#include "app/scene/rate_naming.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <optional>

#include "core/data/dataset.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

constexpr RateNaming kDrop = RateNaming::Drop, kKeep = RateNaming::Keep;
const std::map<std::string, int> kFunctions = {{"logit", 1}, {"sigmoid", 1}, {"sum", 1},       {"count", 1}, {"N", 2},
                                               {"U", 2},     {"f", 1},       {"softmax", 1},   {"logs", 1},  {"P", 1},
                                               {"sqrt", 1},  {"log", 1},     {"Bernoulli", 1}, {"exp", 1}};

// The value of a formula with numbers for its letters: + - * /, products without a sign, functions with and without
// parentheses. Nothing where it is no formula.
class Formula {
 public:
  Formula(std::string text, double p) : text_(std::move(text)), p_(p) {}
  std::optional<double> value() {
    const double v = sum();
    skip();
    return good_ && at_ == text_.size() ? std::optional(v) : std::nullopt;
  }

 private:
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(std::string_view sign) {
    skip();
    if (text_.compare(at_, sign.size(), sign) != 0) return false;
    at_ += sign.size();
    return true;
  }
  bool begins_factor() {
    skip();
    return at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '(');
  }
  double sum() {
    double v = product();
    while (good_)
      if (take("+"))
        v += product();
      else if (take("-") || take("\u2212"))
        v -= product();
      else
        break;
    return v;
  }
  double product() {
    double v = factor();
    while (good_)
      if (take("*") || take("\u00b7"))
        v *= factor();
      else if (take("/"))
        v /= factor();
      else if (begins_factor())
        v *= factor();
      else
        break;
    return v;
  }
  double factor() {
    if (take("-")) return -factor();
    if (take("(")) return closed();
    skip();
    const std::size_t first = at_;
    const auto inside = [&](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.'; };
    while (at_ < text_.size() && inside(text_[at_])) ++at_;
    std::string name = text_.substr(first, at_ - first);
    if (name.empty()) return good_ = false, 0;
    if (std::isdigit(static_cast<unsigned char>(name[0]))) return std::stod(name);
    if (name == "p") return p_;
    const bool called = text_.compare(at_, 1, "(") == 0;
    if (const auto it = kFunctions.find(name); it != kFunctions.end() && (called || name.size() > 1)) {
      double v = 0;
      if (called) {
        ++at_;
        v = sum();
        for (int more = 1; more < it->second && take(","); ++more) v = 3 * v + sum();
        good_ = good_ && take(")");
      } else {
        v = factor();
      }
      return name == "logit" ? std::log(v / (1 - v)) : name == "sigmoid" ? 1 / (1 + std::exp(-v)) : std::cos(v + 2);
    }
    if (name.size() > 1 && name[1] != '_') return good_ = false, 0;
    double v = 0.37;  // of a letter: its own
    for (char c : name) v = std::fmod(v * 31 + c * 0.173, 0.8) + 0.1;
    return v;
  }
  double closed() {
    const double v = sum();
    good_ = good_ && take(")");
    return v;
  }

  std::string text_;
  double p_;
  std::size_t at_ = 0;
  bool good_ = true;
};

bool has_p(const std::string& text) {
  for (std::size_t at = text.find('p'); at != std::string::npos; at = text.find('p', at + 1)) {
    const bool before = at == 0 || !std::isalnum(static_cast<unsigned char>(text[at - 1]));
    const bool after = at + 1 == text.size() || !std::isalnum(static_cast<unsigned char>(text[at + 1]));
    if (before && after) return true;
  }
  return false;
}

// What of a depiction can be reckoned: the sides of equations, distributions, a chance named in words.
std::vector<std::string> pieces(std::string text) {
  for (const char* index : {"[c]", "{t-1}"})
    for (std::size_t at = text.find(index); at != std::string::npos; at = text.find(index, at))
      text.replace(at, std::string_view(index).size(), index[0] == '{' ? "t" : "");
  for (const char* mark : {"train:", "test:", ",  ", " = ", " ~ ", "    ", "with probability", " for "})
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
      text.replace(at, std::string_view(mark).size(), "\n");
  std::vector<std::string> list;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    list.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return list;
}

// Every piece with a p in it has the same value with P(dropped) as with P(kept) under the other name.
void expect_same_meaning(const std::string& formula) {
  const std::string said = formula_in(kKeep, formula);
  const std::vector<std::string> drop = pieces(formula), keep = pieces(said);
  ASSERT_EQ(drop.size(), keep.size()) << formula << " -> " << said;
  for (std::size_t i = 0; i < drop.size(); ++i) {
    if (drop[i].find("learned") != std::string::npos || !has_p(drop[i])) {
      EXPECT_EQ(drop[i], keep[i]);
      continue;
    }
    EXPECT_TRUE(has_p(keep[i]) && keep[i] != drop[i]) << formula << " -> " << said;
    for (double rate : {0.2, 0.35, 0.83}) {
      const std::optional<double> a = Formula(drop[i], rate).value(), b = Formula(keep[i], 1 - rate).value();
      ASSERT_TRUE(a.has_value() && b.has_value()) << drop[i] << " -> " << keep[i];
      EXPECT_NEAR(*a, *b, 1e-9 * (1 + std::fabs(*a))) << drop[i] << " -> " << keep[i];
    }
  }
}

}  // namespace

TEST(RateNaming, EveryVariantsFormulaHasTheSameValueInBothNamings) {
  int with_p = 0;
  for (const Variant* variant : all_variants()) {
    SCOPED_TRACE(variant->id);
    const std::string formula = variant->depiction.formula;
    EXPECT_EQ(formula_in(kDrop, formula), formula);
    expect_same_meaning(formula);
    with_p += has_p(formula);
    // The other way round it is the formula again, but for how a sum is set in parentheses.
    expect_same_meaning(formula_in(kKeep, formula));
    EXPECT_EQ(formula_in(kKeep, variant->depiction.one_line), variant->depiction.one_line);
    for (const ParamSpec& param : variant->params) EXPECT_EQ(formula_in(kKeep, param.label), param.label);
  }
  EXPECT_GE(with_p, 15);
}

TEST(RateNaming, FormulasAreRewrittenAsAPersonWould) {
  const std::pair<const char*, const char*> all[] = {
      {"y = m x / (1 - p),  m ~ Bernoulli(1 - p)", "y = m x / p,  m ~ Bernoulli(p)"},
      {"m ~ N(1, p / (1 - p))", "m ~ N(1, (1 - p) / p)"},
      {"test: y = x + (1 - p) f(x)", "test: y = x + p f(x)"},
      {"z = (M * W) v / (1 - p) + b", "z = (M * W) v / p + b"},
      {"M = 0 with probability p for the smallest |W|", "M = 0 with probability 1 - p for the smallest |W|"},
      {"z = sigmoid((logit p + logit u) / 0.1),  p learned", "z = sigmoid((logit(1 - p) + logit u) / 0.1),  p learned"},
      {"P(m = 1) = sigmoid(a z + logit(1 - p))", "P(m = 1) = sigmoid(a z + logit(p))"},
      {"m ~ U(-p, p)", "m ~ U(-(1 - p), 1 - p)"},
      {" / (1\u2212p)", " / p"},
      {"every output is multiplied by 1 - p instead", "every output is multiplied by p instead"},
      {"x p", "x (1 - p)"},
      {"x[c] p", "x[c] (1 - p)"},
      {"p x", "(1 - p) x"},
      {"p\u00b2 + 2", "(1 - p)\u00b2 + 2"},
      {"0.1 - p", "0.1 - (1 - p)"},
      {"2 - 1 - p", "2 - 1 - (1 - p)"},
      {"1 - p x", "1 - (1 - p) x"},
      {"u < p", "u < 1 - p"},
      {"P(m = 1), p_max, up, stop", "P(m = 1), p_max, up, stop"},
      {"", ""},
  };
  for (const auto& [drop, keep] : all) {
    EXPECT_EQ(formula_in(kKeep, drop), keep);
    EXPECT_EQ(formula_in(kDrop, drop), drop);
  }
  for (const char* formula : {"p / (1 - p)", "(1 - p) x", "x p", "1 - p x", "2 - 1 - p", "0.1 - p", "U(-p, p)",
                              "logit p", "logit(1 - p) / p", "-p", "a (p + 1) - p / 2", "x / p / (1 - p)", "p (1 - p)"})
    expect_same_meaning(formula);
}

TEST(RateNaming, WordsOfReadyMadeRunsAndDataFollow) {
  int changed = 0;
  for (const Scenario* scenario : all_scenarios()) {
    const std::string said = formula_in(kKeep, scenario->one_line);
    changed += said != scenario->one_line;
    EXPECT_EQ(said != scenario->one_line, has_p(scenario->one_line)) << scenario->one_line;
  }
  EXPECT_GE(changed, 1);
  for (const DatasetSource* source : all_datasets()) EXPECT_EQ(formula_in(kKeep, source->one_line), source->one_line);
}

TEST(RateNaming, NumbersAreThoseOfTheLetterAndComeBackExactly) {
  EXPECT_STREQ(rate_letter(kDrop), "p");
  EXPECT_STREQ(rate_letter(kKeep), "p(keep)");
  EXPECT_EQ(rate_letter_words(kDrop, 0.2), "p = 0.2");
  EXPECT_EQ(rate_letter_words(kKeep, 0.2), "p = 0.8");
  EXPECT_EQ(rate_letter_words(kKeep, 0.9), "p = 0.1");  // 1 - 0.9 is a little less than 0.1
  EXPECT_EQ(rate_letter_words(kKeep, 0.004271), "p = 0.996");
  EXPECT_EQ(rate_letter_words(kKeep, 0), "p = 1");
  EXPECT_EQ(rate_range_words(kDrop, 0.03, 0.5), "p from 0.03 to 0.50");
  EXPECT_EQ(rate_range_words(kKeep, 0.03, 0.5), "p from 0.50 to 0.97");
  EXPECT_EQ(rate_range_words(kKeep, 0.25, 0.25), "p = 0.75");
  for (int thousandth = 0; thousandth <= 1000; ++thousandth) {
    const double rate = thousandth / 1000.0;
    EXPECT_EQ(letter_value(kKeep, letter_value(kKeep, rate)), rate);
    EXPECT_EQ(letter_value(kDrop, rate), rate);
  }
}

}  // namespace dropscope
