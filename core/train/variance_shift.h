// Dropout before batch normalisation: the variance that a batch norm sees in training, masks on, is not that of the
// running statistics' use at inference. Source: Li, Chen, Hu, Yang, "Understanding the Disharmony between Dropout and
// Batch Normalization by Variance Shift", CVPR 2019, arXiv:1801.05134. Nothing here changes a run.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/nn/network.h"

namespace dropscope {

// D = Var_eval / Var_train of x, of this mean and variance, where dropout of this rate acts on it (inverted or of
// 2012, which differ by a factor in both): formula (a), D = v / ((c^2 + v) / q - c^2). rate in [0, 1]; 0 at rate 1.
double dropped_variance_ratio(double mean, double variance, double rate);

// The same for y = x (1 + r), r uniform in (-b, b): D = 3v / ((3 + b^2) v + b^2 c^2).
double uniform_variance_ratio(double mean, double variance, double b);

// Variances of z = sum_j w_j x_j, masks on (inverted dropout of every x_j) and off, for any means and covariances.
struct VariancePair {
  double train = 0, eval = 0;
  double ratio() const { return train > 0 ? eval / train : 1; }
};
// covariance: row-major, of the size of w squared. rate in [0, 1).
VariancePair dropped_sum_variance(std::span<const double> w, std::span<const double> mean,
                                  std::span<const double> covariance, double rate);

// What enters one batch norm layer: variances per unit (or channel) over examples, steps and pixels, averaged over
// units. What leaves the layer at inference has a standard deviation of about sqrt(ratio) instead of 1.
struct NormShift {
  int layer = 0;
  std::string name;       // "norm1", "block3.norm2"
  VariancePair measured;  // over training passes with masks, and over passes as inference makes them
  double predicted = 0;   // formula (a), where one binary mask per element acts directly before the layer; else NaN
  bool skipped = false;   // its branch was closed in every training pass: nothing was measured in training
};

// Runs `passes` training passes over the first `most` examples of a split (0 = all), in batches of `batch`, and one
// without masks. `places` are the sites' numbers in draw keys. One entry for each batch norm layer, first to last.
std::vector<NormShift> measure_variance_shift(const Network<float>& network, std::span<const float> params,
                                              std::span<const NoisePlan> plans, std::span<const std::uint32_t> places,
                                              std::uint64_t seed, const Split& split, int batch, int passes,
                                              std::size_t most = 0, Parallel* parallel = nullptr);

}  // namespace dropscope
