// h = f(gamma * (x - mean) / sqrt(variance + 1e-5) + beta): batch and layer normalisation, with an activation.
#pragma once
#include <memory>

#include "core/nn/layer.h"

namespace dropscope {

inline constexpr double kNormEpsilon = 1e-5;
inline constexpr double kNormMomentum = 0.1;  // share of the newest batch in running statistics
// Where a tape's `work` holds what a batch norm normalised with: [In 3, Unit] mean, 1 / deviation, variance.
inline constexpr std::size_t kNormMomentsWork = 0;

// `in`: the shape of one example, [Sample, Unit], [Sample, Time, Unit] or [Sample, Channel, Row, Col]; the output
// has the same. `site`: the name of the site after the activation, of the kind that the shape says; empty: none.

// Ioffe and Szegedy, arXiv:1502.03167. Mean and population variance of each unit over examples and steps, or of each
// channel over examples and pixels; passes that do not train use running ones, which take up the variance of an
// unbiased estimate, as torch.nn.BatchNorm1d does. A batch with one number per unit has variance 0 and leaves the
// running variance as it was. Blocks: gamma, beta, running_mean, running_variance.
template <class T>
std::unique_ptr<Layer<T>> make_batch_norm(std::string name, std::string site, const Shape& in, Activation activation);

// Ba, Kiros and Hinton, arXiv:1607.06450. Mean and population variance of each example (of each step of a sequence)
// over its units, as torch.nn.LayerNorm(units) does; over channels, rows and columns with one gamma and beta per
// channel, as torch.nn.GroupNorm(1, channels) does. The same in every pass. Blocks: gamma, beta.
template <class T>
std::unique_ptr<Layer<T>> make_layer_norm(std::string name, std::string site, const Shape& in, Activation activation);

}  // namespace dropscope
