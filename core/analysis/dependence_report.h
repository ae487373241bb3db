// How much the units of a network depend on each other, side by side with and without dropout: correlations,
// knock-outs, sparsity, features, what is left when units or weights are taken away. The numbers of the window's
// Ensemble mode and of `dropscope ensemble`.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/analysis/coadaptation.h"
#include "core/analysis/pruning.h"
#include "core/analysis/watch.h"
#include "core/data/dataset.h"

namespace dropscope {

struct DependencePlan {
  int column = 0;             // which of hidden_sites() (core/analysis/hidden_units.h)
  std::size_t most = 500;     // examples asked (0 = all)
  int bins = 30;              // of the histogram of activations
  int draws = 20;             // random choices of removed units that are averaged
  std::uint64_t seed = 7;
  bool classify = true;       // losses are cross entropy in nats, else squared error
  std::vector<double> fractions = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
  bool operator==(const DependencePlan&) const = default;
};

// What is left of a network when a random share of the units of all hidden layers is removed (kept at 0, without
// scaling what stays): mean and deviation over draws (divided by their number). Each unit falls with probability
// `fraction`, decided by a word that depends on (seed, draw, site, unit) alone, so that a unit that is removed at 0.3
// is removed at 0.4 too. Empty where it was given up. Throws InputError for no examples, no draws, or no fraction.
struct RemovedPoint {
  double fraction = 0;
  double loss = 0, loss_deviation = 0;
  double accuracy = 0, accuracy_deviation = 0;  // NaN for regression
};
std::vector<RemovedPoint> removal_curve(const Model<float>& model, const Split& split, bool classify, std::size_t most,
                                        std::span<const double> fractions, int draws, std::uint64_t seed,
                                        const Watch& watch = {}, Parallel* parallel = nullptr);

struct DependenceReport {
  std::string site;                  // "hidden1"
  std::vector<std::string> sites;    // all that `column` counts
  int units = 0;                     // of the site; channels of maps
  // The listed units, the first 128 of the site, ordered so that correlated ones are neighbours; places of a map and
  // steps of a sequence count as examples. The same order in `correlation` and `rises`.
  std::vector<int> order;
  std::vector<double> correlation;   // [listed, listed]
  double mean_correlation = 0;       // mean |correlation| over pairs of all units of the site that vary
  double loss = 0;                   // without masks
  std::vector<double> rises;         // knock-out of each listed unit: rise of that loss
  double worst_rise = 0;             // the largest of them
  Sparsity sparsity;
  Features features;                 // of the first layer; empty where the inputs are no image
  std::vector<RemovedPoint> removal;
  std::vector<PrunedPoint> by_weight, by_unit;
};
// Of the validation examples. Throws InputError where the network has no hidden site, or not so many. Given up: what
// there is by then.
DependenceReport dependence_report(const Model<float>& model, const Dataset& data, const DependencePlan& plan,
                                   const Watch& watch = {}, Parallel* parallel = nullptr);

}  // namespace dropscope
