// Monte Carlo dropout: many passes with masks on, batch normalisation frozen, and what their disagreement says.
// Sources: Gal and Ghahramani, "Dropout as a Bayesian Approximation", ICML 2016, arXiv:1506.02142; mutual
// information: Houlsby et al., arXiv:1112.5745 (BALD).
#pragma once
#include <cstdint>

#include "core/analysis/model.h"

namespace dropscope {

// PerPass: one mask per pass that all points share, so a pass is a function of x and its curve is smooth.
// PerPoint: every point of every pass has its own. Mean and variance at a point are the same.
enum class MaskSharing : std::uint8_t { PerPass, PerPoint };

struct MonteCarloPlan {
  int passes = 50;
  std::int64_t first_pass = 0;  // pass k draws the same masks whatever the number of passes
  MaskSharing masks = MaskSharing::PerPass;
  std::uint64_t seed = 7;
  bool classify = true;  // outputs are logits of classes
  bool keep = false;     // keep what every pass gave
};

// Rows are [point, output]; all variances are over the passes, divided by their number T (not T - 1).
template <class T>
struct MonteCarlo {
  int points = 0, outputs = 0, passes = 0;
  std::vector<double> mean;      // of probabilities or predictions
  std::vector<double> variance;  // of the same: what the model does not know. 1 / tau of noise comes on top
  // Per point, nats; classes only. 0 <= mutual_information = predictive - expected <= predictive <= log(classes).
  std::vector<double> predictive_entropy, expected_entropy, mutual_information;
  std::vector<double> variation_ratio;  // share of passes that do not choose the most chosen class
  std::vector<T> kept;                  // [pass, point, output] where asked for
};

// Passes over `points` inputs (row-major). For sequences with a label at each step an output row is all steps.
template <class T>
MonteCarlo<T> monte_carlo(const Model<T>& model, std::span<const T> x, std::size_t points, const MonteCarloPlan& plan,
                          Parallel* parallel = nullptr);

// The precision of the observation noise that weight decay stands for: tau = (1 - rate) l^2 / (2 N lambda), with
// prior length scale l, N training examples and the decay lambda of a loss without the factor 1/2.
double model_precision(double rate, double length_scale, std::size_t examples, double weight_decay);

// log of the mean over passes of N(y; f_t, 1/tau): logsumexp_t(-tau/2 (y - f_t)^2) - log T - (log 2 pi - log tau) / 2.
double log_predictive_density(std::span<const double> predictions, double y, double tau);

// The same measures for probabilities that are given: rows of [pass, classes].
struct Disagreement {
  double predictive_entropy = 0, expected_entropy = 0, mutual_information = 0, variation_ratio = 0;
};
Disagreement disagreement(std::span<const double> probabilities, int passes, int classes);

// Functions drawn from a network of one input, at points evenly spread over [lo, hi].
struct RegressionBand {
  std::vector<double> x, mean;
  std::vector<double> model_deviation;  // standard deviation over the functions
  std::vector<double> total_deviation;  // with the observation noise of precision tau; infinite tau: the same
  std::vector<float> functions;         // [pass, point]
};
RegressionBand regression_band(const Model<float>& model, double lo, double hi, int points, double tau,
                               const MonteCarloPlan& plan, Parallel* parallel = nullptr);

// A rectangle of inputs of a network with two of them; rows from y0 to y1, columns from x0 to x1, ends included.
struct PlaneGrid {
  double x0 = -1, x1 = 1, y0 = -1, y1 = 1;
  int columns = 64, rows = 64;
};
std::vector<float> plane_points(const PlaneGrid& grid);
MonteCarlo<float> uncertainty_map(const Model<float>& model, const PlaneGrid& grid, const MonteCarloPlan& plan,
                                  Parallel* parallel = nullptr);

}  // namespace dropscope
