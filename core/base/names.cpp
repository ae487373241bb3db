#include "core/base/names.h"

#include <algorithm>
#include <numeric>

namespace dropscope {
namespace {

// Levenshtein distance in O(|a| |b|) time and O(|b|) memory.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::vector<std::string> near_names(std::string_view word, std::span<const std::string> candidates, std::size_t most) {
  const std::string_view head = word.substr(0, 64);  // A hostile megabyte of text costs no time.
  std::vector<std::pair<std::size_t, const std::string*>> scored;
  for (const std::string& candidate : candidates) {
    std::size_t distance = edit_distance(head, candidate);
    // A part of the path, such as "learning_rate", is near however long the rest is.
    if (head.size() >= 3 && candidate.find(head) != std::string::npos) distance = std::min<std::size_t>(distance, 1);
    if (distance <= std::max<std::size_t>(2, candidate.size() / 2)) scored.push_back({distance, &candidate});
  }
  std::stable_sort(scored.begin(), scored.end(), [](auto& a, auto& b) { return a.first < b.first; });
  std::vector<std::string> near;
  for (std::size_t i = 0; i < scored.size() && i < most; ++i) near.push_back(*scored[i].second);
  return near;
}

std::string expected_one_of(std::string_view word, std::span<const char* const> names) {
  std::string text = "one of ";
  for (std::size_t i = 0; i < names.size(); ++i) text += (i ? ", " : "") + std::string(names[i]);
  const std::vector<std::string> all(names.begin(), names.end());
  if (const auto near = near_names(word, all, 1); !near.empty()) text += " (did you mean " + near[0] + "?)";
  return text;
}

}  // namespace dropscope
