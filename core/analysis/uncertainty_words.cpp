#include "core/analysis/uncertainty_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace dropscope {
namespace {

std::string decimals(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}
// Two significant digits at least, however small.
std::string amount(double value) {
  char text[40];
  std::snprintf(text, sizeof text, value != 0 && std::abs(value) < 0.095 ? "%.1e" : "%.2f", value);
  if (std::abs(value) >= 0.00095 && std::abs(value) < 0.095) std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

// "Masks disagree 3.1 times as much in the gap as where there are examples."
std::string against(double there, const std::string& where, double here, const std::string& place) {
  if (!std::isfinite(there) || !std::isfinite(here)) return {};
  if (here <= 0)
    return there > 0 ? "Masks agree " + place + " and disagree " + where + "."
                     : "Masks agree " + place + " and " + where + ".";
  const double ratio = there / here;
  if (ratio < 0.95)
    return "Masks disagree less " + where + " than " + place + " (" + decimals(ratio, 2) + " times as much).";
  if (ratio <= 1.05) return "Masks disagree as much " + where + " as " + place + ".";
  return "Masks disagree " + decimals(ratio, ratio < 100 ? 1 : 0) + " times as much " + where + " as " + place + ".";
}

void add(std::string& text, const std::string& sentence) {
  if (!sentence.empty()) text += (text.empty() ? "" : " ") + sentence;
}

std::string of_band(const UncertaintyReport& r) {
  std::string text;
  const std::string here = "where there are examples";
  add(text, against(r.deviation_gap, r.gaps.size() > 1 ? "in the gaps" : "in the gap", r.deviation_inside, here));
  if (std::isfinite(r.error_gap) && std::isfinite(r.deviation_gap))
    add(text, "There their standard deviation is " + amount(r.deviation_gap) + ", and their mean is off by " +
                  amount(r.error_gap) + " from the held-out examples (root mean square).");
  add(text, against(r.deviation_outside, "beyond all examples", r.deviation_inside, here));
  add(text, "Where masks agree they may still be wrong: the band holds what masks change, and nothing else.");
  return text;
}

std::string of_map(const UncertaintyReport& r) {
  std::string text = against(r.information_far, "away from the examples", r.information_near, "near them");
  if (!text.empty())
    add(text, "Mutual information from " + std::to_string(r.passes) + " masks (fewer give less): " +
                  amount(r.information_far) + " and " + amount(r.information_near) + " nats.");
  if (!std::isfinite(r.entropy_edge)) return text;  // the map ends where the examples do
  const double most = std::log(double(r.classes));
  const std::string edge =
      "at the edge of this map the mean entropy is " + amount(r.entropy_edge) + " of at most " + amount(most) + " nats";
  if (r.entropy_edge < 0.95 * r.entropy_near)
    add(text, "Far from all examples the network is surer than near them, right or wrong: " + edge + ", near them " +
                  amount(r.entropy_near) + ".");
  else
    add(text, "Far from all examples masks may agree and be wrong: " + edge + ".");
  return text;
}

// Of classes: how many wrong answers hide among those about which masks disagree least.
std::string of_classes(const UncertaintyReport& r) {
  const std::size_t n = r.example_wrong.size();
  const auto wrong = std::count(r.example_wrong.begin(), r.example_wrong.end(), std::uint8_t(1));
  const std::string all = std::to_string(n) + " examples";
  if (wrong == 0) return "None of the " + all + " is wrong, so they do not show whether masks disagree about mistakes.";
  if (std::size_t(wrong) == n) return "All of the " + all + " are wrong: there are none to compare them with.";
  const std::string those = wrong == 1 ? "the one of " : "the " + std::to_string(wrong) + " of ";
  std::string text = against(r.information_wrong, "about " + those + all + " that the network gets wrong",
                             r.information_right, "about the others");
  std::vector<float> sorted = r.example_information;
  std::nth_element(sorted.begin(), sorted.begin() + std::ptrdiff_t(n / 2), sorted.end());
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < n; ++i) hidden += r.example_wrong[i] && r.example_information[i] < sorted[n / 2];
  const std::string half = " in the half about which masks disagree least";
  add(text, hidden == 0   ? "No wrong one is" + half + "."
            : hidden == 1 ? "One wrong one is" + half + ": they agree and are wrong."
                          : std::to_string(hidden) + " wrong ones are" + half + ": they agree and are wrong.");
  return text;
}

std::string of_numbers(const UncertaintyReport& r) {
  double squares = 0;
  for (float d : r.example_deviation) squares += double(d) * double(d);
  return "The standard deviation over masks is " + amount(std::sqrt(squares / double(r.example_deviation.size()))) +
         " (root mean square over " + std::to_string(r.example_deviation.size()) + " examples), their mean is off by " +
         amount(r.example_error) + ": the one is what masks change, not how wrong the network is.";
}

}  // namespace

std::string uncertainty_caveat(const UncertaintyReport& report) {
  if (report.silent)
    return "No noise acts, so all predictions are equal: nothing here says what the network does not know.";
  if (report.passes == 1)
    return "One mask cannot disagree with itself: nothing here says what the network does not know.";
  switch (report.kind) {
    case UncertaintyKind::Band:
      return of_band(report);
    case UncertaintyKind::Map:
      return of_map(report);
    case UncertaintyKind::Examples:
      break;
  }
  if (!report.example_wrong.empty()) return of_classes(report);
  return report.example_deviation.empty() ? "There are no held-out examples to ask." : of_numbers(report);
}

}  // namespace dropscope
