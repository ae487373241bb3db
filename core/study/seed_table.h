// What many seeds say together: means with their spread, curves as bands, and whether a difference between two runs
// exceeds the spread of seeds. Pure functions of trials.
#pragma once
#include <span>

#include "core/study/study.h"

namespace dropscope {

struct Spread {
  int count = 0;         // values that are finite
  double mean = 0;       // NaN for count 0
  double deviation = 0;  // standard deviation (n - 1); NaN below two values
};
Spread spread_of(std::span<const double> values);

// b - a, seed by seed.
struct PairedDifference {
  int count = 0;              // pairs of finite values
  double mean = 0, deviation = 0;
  double half_width = 0;      // of the 95 % confidence interval of the mean: t(0.975, n - 1) deviation / sqrt(n)
  int lower = 0, higher = 0;  // pairs in which b is lower, or higher; equal ones are neither
  int only_a = 0, only_b = 0, none = 0;  // pairs of which one number is missing, or both: in no number above
  int pairs() const { return count + only_a + only_b + none; }
  bool whole() const { return count == pairs(); }
  // The interval does not contain 0: the difference exceeds what seeds alone do. Never for fewer than 3 pairs, nor
  // where some are not whole: those that are would be a choice by their outcome.
  bool exceeds() const { return whole() && count >= 3 && (mean - half_width > 0 || mean + half_width < 0); }
};
PairedDifference paired_difference(std::span<const double> a, std::span<const double> b);
// The 0.975 quantile of Student's t for n degrees of freedom, n >= 1.
double student_t975(int degrees);

// The numbers of a trial that tables show.
enum class Measure : std::uint8_t {
  ValidationLoss, TrainLoss, Gap, ValidationAccuracy, TrainAccuracy, BestValidation, BestTick, TicksToTarget,
  ActiveWeights, SecondsPer1000
};
inline constexpr int kMeasureCount = 10;
const char* measure_id(Measure measure);     // "validation_loss", for files
const char* measure_title(Measure measure);  // "val loss", for tables
bool lower_is_better(Measure measure);
// Not time, which is the machine's and not the seed's.
bool is_compared(Measure measure);
double value_of(const Trial& trial, Measure measure);  // NaN where there is none (target not reached, regression)

// One run of the study over its seeds.
struct SeedRow {
  std::string name;
  std::vector<Spread> measures;             // one per Measure
  // To the study's first run, one per Measure (without pairs where it is not compared); empty for the first run. Of
  // seeds that both runs were trained with.
  std::vector<PairedDifference> against;
  int diverged = 0;
};
// Mean and deviation of a curve over seeds, at the ticks that all of them evaluated.
struct Band {
  std::vector<std::int64_t> tick;
  std::vector<double> mean, deviation;  // deviation 0 for one seed
};
enum class Curve : std::uint8_t { TrainLoss, ValidationLoss, TrainAccuracy, ValidationAccuracy };

struct SeedTable {
  int seeds = 0, trials = 0, expected = 0;  // seeds of the study; trials at hand, and in all
  std::vector<SeedRow> rows;                // one per run
};
// Trials in any order; those that are missing are left out, of pairs both.
SeedTable seed_table(const Study& study, std::span<const Trial> trials);
Band band_of(const Study& study, std::span<const Trial> trials, std::size_t run, Curve curve);

// What the table says about one pair, for people, in parts that follow each other as they are; any but the first may be
// empty. Differences of shares are in percentage points.
struct Verdict {
  std::string difference;  // "val loss 0.12 lower than A"
  std::string average;     // " on average"
  std::string count;       // ", lower in 18 of 20 seeds"
  std::string judgement;   // "; more than seeds alone do", or why nothing can be said
  std::string interval;    // " (95 %: -0.15 to -0.09)", where there is a judgement
};
Verdict verdict_of(const PairedDifference& difference, Measure measure, const std::string& first);
// All of it in one sentence.
std::string verdict_words(const PairedDifference& difference, Measure measure, const std::string& first);

// The measure that a comparison asks its question of; all others describe.
inline constexpr Measure kTested = Measure::ValidationLoss;
// The sentence that belongs beside several intervals.
std::string tested_words();

}  // namespace dropscope
