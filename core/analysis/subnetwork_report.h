// One input, asked of every sub-network that dropout can draw, or of many: the three averages beside each other, and
// how many samples it takes to come as near as weight scaling does. The numbers of the window's Ensemble mode and of
// `dropscope ensemble`.
// Sources: as in enumerate.h; Srivastava et al., JMLR 2014, section 7.5 (Monte Carlo averaging against scaling).
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/model.h"
#include "core/analysis/watch.h"

namespace dropscope {

struct SubnetworkPlan {
  int samples = 1000;        // T of the Monte Carlo estimate, 1 .. 10000
  std::uint64_t seed = 7;
  bool classify = true;
};

// A gate of the enumeration, as people name it.
struct GatePlace {
  int site = 0;             // index into Network::sites()
  std::uint32_t coin = 0;   // its number within the site
  std::string name;         // "hidden1, unit 3"
};

struct SubnetworkReport {
  std::vector<float> x;     // the input that was asked about
  int gates = 0;              // n
  bool enumerated = false;    // all 2^n were run; else `why_sampled` says why not
  // "32 gates: 2^32 sub-networks are too many to run", "Gaussian dropout at hidden1: its gates are not independent
  // coins"
  std::string why_sampled;
  bool silent = false;        // no noise acts: all sub-networks are the whole one
  int classes = 0;            // 0 for regression
  int outputs = 0;            // numbers in a row: the classes (of each step, where each has a label), or the targets
  std::vector<GatePlace> places;      // of the gates, where enumerated
  // Where enumerated, [2^n] and [2^n, outputs]: bit j of the index set means that gate j is open.
  std::vector<double> probability;
  std::vector<double> predictions;    // probabilities of the classes; predictions for regression
  // Where not enumerated, [T, outputs]: what each of the T passes predicts, in the units of `predictions`.
  std::vector<double> drawn;
  // Where enumerated, exact; else the Monte Carlo estimate of T passes. One row.
  std::vector<double> arithmetic;     // mean of the predictions
  std::vector<double> geometric;      // normalised geometric mean; empty for regression
  std::vector<double> scaled;         // the network without masks, with mean gains
  // Largest difference over the outputs to `scaled`; NaN where one of them is, and `geometric_off` for regression.
  double arithmetic_off = 0, geometric_off = 0;
  // Theory says that scaled = geometric (classes) or = arithmetic (regression): noise only where nothing but affine
  // layers follow (core/analysis/affine.h).
  bool equal_by_theory = false;

  // The Monte Carlo mean of the first t passes, for t in `samples` (1, 2, 3, 5, 7, 10, ... T).
  std::vector<int> samples;
  std::vector<double> estimate;        // [t, outputs]
  // How far a mean of t masks is off, for the same t: mean and deviation over `sequences` independent sequences of
  // masks (core/analysis/mask_sequences.h) of the largest difference over the outputs to the exact mean, each drawn
  // from all 2^n; where that is not known, to the estimate of all T passes, each drawn from these with replacement.
  int sequences = 0;
  std::vector<double> error, error_deviation;
  double scaled_error = 0;             // of weight scaling, by the same yardstick
  // Standard errors of the means above, largest over the outputs: 0 where they are exact, NaN for fewer than two
  // passes. Of the geometric mean to first order, and 0 for regression.
  double standard_error = 0, geometric_standard_error = 0;
  // The least t from which on the mean error over the sequences is at most that of weight scaling; 0 = none up to
  // `meets_within`. That is T, or T / 4 where all T passes are the yardstick: from there on it is itself as uncertain
  // as half of the error. It is 0 where fewer than 4 passes say nothing either way.
  int meets_scaling_at = 0, meets_within = 0;
};

// `watch` may be empty; asked often; where it gives up that ends it with what there is. Pass k draws the same masks
// whatever T. Throws InputError for a plan out of range.
SubnetworkReport subnetwork_report(const Model<float>& model, std::span<const float> x, const SubnetworkPlan& plan,
                                   const Watch& watch = {}, Parallel* parallel = nullptr);

// Quality over a split instead of one input: cross entropy (or mean squared error) and error share of the mean of t
// passes, for the listed t, beside weight scaling. Each pass is one sub-network that all examples are asked of.
// Figure 11 of the JMLR paper.
struct ConvergencePoint {
  int samples = 0;
  int sequences = 0;           // disjoint ones of t passes among the T, at most kSequencesOfBlocks
  double loss = 0, error = 0;  // means over them; error: share of examples that are wrong; NaN for regression
  double loss_deviation = 0;   // over them, divided by their number; NaN for fewer than two
};
struct Convergence {
  std::vector<ConvergencePoint> points;
  double scaled_loss = 0, scaled_error = 0;
  // The least listed t from which on the mean loss is at most scaled_loss; 0 = not within T.
  int meets_scaling_at = 0;
};
// The first `most` examples of the split (0 = all).
Convergence convergence_of(const Model<float>& model, const Split& split, std::size_t most, const SubnetworkPlan& plan,
                           const Watch& watch = {}, Parallel* parallel = nullptr);

}  // namespace dropscope
