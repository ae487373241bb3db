#include "core/analysis/ridge.h"

#include <Eigen/Dense>
#include <cmath>
#include <string>

#include "core/analysis/enumerate.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> matrix(const Design& d) {
  return {d.x.data(), d.rows, d.columns};
}
Eigen::Map<const Eigen::VectorXd> vector(std::span<const double> v) { return {v.data(), Eigen::Index(v.size())}; }

// log(1 + e^z) without overflow.
double log_partition(double z) { return (z > 0 ? z : 0) + std::log1p(std::exp(-std::abs(z))); }

double dot(const Design& design, int row, std::span<const double> b) {
  double z = 0;
  for (int j = 0; j < design.columns; ++j) z += design.at(row, j) * b[std::size_t(j)];
  return z;
}

}  // namespace

std::vector<double> dropout_ridge(const Design& design, std::span<const double> y, double rate) {
  DROPSCOPE_CHECK(rate >= 0 && rate < 1 && int(y.size()) == design.rows);
  const auto x = matrix(design);
  Eigen::MatrixXd gram = x.transpose() * x;
  gram.diagonal() *= 1 + rate / (1 - rate);
  const Eigen::VectorXd w = gram.ldlt().solve(x.transpose() * vector(y));
  return {w.begin(), w.end()};
}

double dropout_ridge_objective(const Design& design, std::span<const double> y, std::span<const double> w,
                               double rate) {
  const auto x = matrix(design);
  double total = (vector(y) - x * vector(w)).squaredNorm();
  for (int j = 0; j < design.columns; ++j)
    total += rate / (1 - rate) * w[std::size_t(j)] * w[std::size_t(j)] * x.col(j).squaredNorm();
  return total;
}

double logistic_dropout_penalty(const Design& design, std::span<const double> b, double rate) {
  if (design.columns > kMostEnumeratedUnits)
    throw InputError("all masks", "at most " + std::to_string(kMostEnumeratedUnits) + " inputs",
                     std::to_string(design.columns));
  double total = 0;
  for (int i = 0; i < design.rows; ++i) {
    double mean = 0;
    for (unsigned mask = 0; mask < 1u << design.columns; ++mask) {
      double p = 1, z = 0;
      for (int j = 0; j < design.columns; ++j) {
        const bool kept = mask >> j & 1;
        p *= kept ? 1 - rate : rate;
        if (kept) z += design.at(i, j) * b[std::size_t(j)] / (1 - rate);
      }
      mean += p * log_partition(z);
    }
    total += mean - log_partition(dot(design, i, b));
  }
  return total;
}

double logistic_quadratic_penalty(const Design& design, std::span<const double> b, double rate) {
  double total = 0;
  for (int i = 0; i < design.rows; ++i) {
    const double s = 1 / (1 + std::exp(-dot(design, i, b)));
    double squares = 0;
    for (int j = 0; j < design.columns; ++j) squares += std::pow(design.at(i, j) * b[std::size_t(j)], 2);
    total += s * (1 - s) * squares;
  }
  return 0.5 * rate / (1 - rate) * total;
}

}  // namespace dropscope
