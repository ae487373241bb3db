// What a network does not know, by Monte Carlo dropout: a band over a line, a map over a plane, or the examples about
// which its passes disagree most, and one probe in all detail. The numbers of the window's Ensemble mode and of
// `dropscope uncertainty`.
#pragma once

#include "core/analysis/monte_carlo.h"
#include "core/analysis/watch.h"
#include "core/data/dataset.h"

namespace dropscope {

class Nearness;  // core/analysis/nearness.h

struct UncertaintyPlan {
  int passes = 30;           // T, 1 .. 1000
  std::uint64_t seed = 7;
  int columns = 64, rows = 64;  // of the map, 2 .. 1024; points of a band: columns
  double margin = 0.5;       // of the data's extent, 0 .. 10, added on each side: where there are no examples
  bool classify = true;      // false: outputs are predictions even where the data are classes (Trainer::classifies)
  std::size_t most = 500;    // validation examples that are asked, for data that are neither a line nor a plane
};

// Points of a map within so many units of an example count as near it.
inline constexpr double kNear = 3;

struct ProbeDoubt {
  std::vector<float> x;
  std::vector<double> mean, deviation;  // per class (probabilities) or output
  std::vector<float> passes;            // [pass, class or output]
  double predictive_entropy = 0, expected_entropy = 0, mutual_information = 0, variation_ratio = 0;  // classes only
  // How far the nearest training example is, in units of the typical distance between neighbouring ones
  // (core/analysis/nearness.h).
  double distance = 0;
  bool outside = false;  // beyond the box of the training examples
};

// Band: one input, one number to be predicted. Map: two inputs, classes. Examples: anything else.
enum class UncertaintyKind : std::uint8_t { Band, Map, Examples };

struct UncertaintyReport {
  UncertaintyKind kind = UncertaintyKind::Map;
  bool silent = false;  // no noise acts: all passes are equal
  int passes = 0, classes = 0;
  // Band: inputs on a line.
  std::vector<double> x, mean, deviation;  // [points]; of the model, without observation noise
  std::vector<float> functions;            // [pass, point]
  double train_lo = 0, train_hi = 0;       // extent of the training inputs
  // Stretches within it without a training example, widest first: wider than chance would leave anywhere, in all but
  // one of twenty sets, between inputs as dense as the others.
  std::vector<std::pair<double, double>> gaps;
  double deviation_inside = 0, deviation_gap = 0, deviation_outside = 0;  // mean of `deviation` there; NaN where none
  double error_inside = 0, error_gap = 0;  // root mean square of `mean` on validation examples there; NaN where none
  // Map: rows from y1 (top) down to y0.
  PlaneGrid grid;
  std::vector<float> entropy, mutual_information;  // [rows, columns], as all of these; nats
  std::vector<float> p1;                           // P(class 1), of two classes; else empty
  std::vector<float> deviation_p;                  // over the passes: of that, or of the winner's probability
  std::vector<std::uint8_t> winner;                // the class of largest mean probability
  // Mean mutual information of points within kNear of an example, and of the others; mean entropy of the former and of
  // those of the map's outermost points that are among the others. NaN where there are none.
  double information_near = 0, information_far = 0, entropy_near = 0, entropy_edge = 0;
  // Examples: the first `most` validation ones. Classes:
  std::vector<float> example_entropy, example_information;
  std::vector<std::uint8_t> example_wrong;              // any step of it, where each has a label
  double information_right = 0, information_wrong = 0;  // mean mutual information; NaN where there is none
  // Numbers: standard deviation over the passes (root mean square over the targets), and root mean square error of all.
  std::vector<float> example_deviation;
  double example_error = 0;
  ProbeDoubt probe;
  // In words, with the numbers: what this picture does and does not say away from the data.
  std::string caveat;
};

// Throws InputError for a plan out of range. `watch` may be empty; asked often; where it gives up that ends it with
// what there is, and without a caveat.
UncertaintyReport uncertainty_report(const Model<float>& model, const Dataset& data, std::span<const float> probe,
                                     const UncertaintyPlan& plan, const Watch& watch = {},
                                     Parallel* parallel = nullptr);
// The probe alone, for dragging it. `near`: of the data; to be made once, since it looks at all examples.
ProbeDoubt probe_doubt(const Model<float>& model, const Dataset& data, const Nearness& near,
                       std::span<const float> probe, const UncertaintyPlan& plan, Parallel* parallel = nullptr);

}  // namespace dropscope
