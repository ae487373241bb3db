// Published figures beside what this engine measures. What was published is quoted and never enters a computation;
// what does not agree is reported as it is.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/progress.h"

namespace dropscope {

// One number of a figure.
struct FigureRow {
  std::string what;              // "test error with dropout, N = 1000"
  std::string unit;              // "%", "nats"; empty for plain numbers
  std::optional<double> quoted;  // as published
  std::string claim;             // where words were published and no number: "a gain"
  // Ours agrees from lo to hi, both included. Without a quote and a claim nothing is judged.
  double lo = -std::numeric_limits<double>::infinity(), hi = std::numeric_limits<double>::infinity();
  bool judged() const { return quoted.has_value() || !claim.empty(); }
};

// What a measurement may use.
struct Circumstances {
  std::string data;    // a folder with the four MNIST files; empty where none was given
  bool quick = false;  // a shortened run: shows that everything works, its numbers mean nothing
  ProgressSink* progress = nullptr;
  Parallel* parallel = nullptr;
};

struct Figure {
  const char* id;
  const char* title;
  const char* source;  // of the quoted numbers
  const char* ours;    // what our run does, and where it departs from the source
  const char* time;    // about how long one seed takes on one core
  bool needs_data;
  std::vector<FigureRow> (*rows)();
  // One number for each row. Throws InputError for missing or unfit data. NaN where a run was lost.
  std::vector<double> (*measure)(const Circumstances& given, std::uint64_t seed);
};

std::span<const Figure* const> all_figures();
const Figure* find_figure(std::string_view id);
// Throws InputError with the near ids.
const Figure& figure_or_throw(std::string_view id, const std::string& where);

enum class Verdict : std::uint8_t { Agrees, Differs, NotJudged };

struct MeasuredRow {
  FigureRow row;
  std::vector<double> values;  // one per seed, seeds 1 .. K
  double mean = 0;
  std::optional<double> spread;  // standard deviation over seeds (n - 1); none for one seed
  Verdict verdict = Verdict::NotJudged;
};

// Mean, spread and verdict of measured values; a value that is not finite makes a judged row differ. Shortened runs
// are not judged.
MeasuredRow judge(const FigureRow& row, std::vector<double> values, bool shortened);

// Measures with seeds 1 .. `seeds`. Throws InputError, before anything long begins, where data are needed and none
// were named.
std::vector<MeasuredRow> reproduce(const Figure& figure, const Circumstances& given, int seeds);

}  // namespace dropscope
