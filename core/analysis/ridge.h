// What dropout on the inputs of a linear or logistic model minimises on average: a penalty that adapts to the
// data. Small problems, in double, as closed forms.
// Sources: Wager, Wang, Liang, "Dropout Training as Adaptive Regularization", NIPS 2013; Srivastava et al., JMLR
// 2014, section 9.
#pragma once
#include <span>
#include <vector>

namespace dropscope {

// A design matrix of `rows` examples with `columns` inputs each, row-major.
struct Design {
  int rows = 0, columns = 0;
  std::vector<double> x;
  double at(int r, int c) const { return x[std::size_t(r) * std::size_t(columns) + std::size_t(c)]; }
};

// The minimiser of E_m || y - (m * X / (1 - rate)) w ||^2: (X'X + rate / (1 - rate) diag(X'X)) w = X'y.
// rate in [0, 1); X'X must have full rank where rate is 0.
std::vector<double> dropout_ridge(const Design& design, std::span<const double> y, double rate);

// ||y - X w||^2 + rate / (1 - rate) sum_j w_j^2 (X'X)_jj: that expectation, for any w.
double dropout_ridge_objective(const Design& design, std::span<const double> y, std::span<const double> w, double rate);

// sum_i E[A(x~_i . b)] - A(x_i . b) for the logistic model, A(z) = log(1 + e^z), over all 2^columns masks of each
// example. Throws InputError above 12 columns.
double logistic_dropout_penalty(const Design& design, std::span<const double> b, double rate);
// Its quadratic form (1/2) rate / (1 - rate) sum_i A''(x_i . b) sum_j x_ij^2 b_j^2; exact as b goes to 0, not as the
// rate does.
double logistic_quadratic_penalty(const Design& design, std::span<const double> b, double rate);

}  // namespace dropscope
