// Identities that hold exactly, checked by going through all masks with the engine's own operations.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/dropout/dropper.h"
#include "core/dropout/registry.h"
#include "core/nn/activation.h"
#include "core/nn/network.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

// The noise of one variant with a mask put in by hand: bit j of `mask` keeps element j.
Noise<double> masked(const char* variant, double rate, int n, unsigned mask) {
  Noise<double> noise;
  const NoisePlan plan{find_variant(variant), rate, {}, {}};
  draw_noise<double>(plan, {{Axis::Sample, 1}, {Axis::Unit, n}}, Uniforms({1}, Stream::Test), {}, nullptr, noise);
  // At rate 0 there is no noise, and every mask but the full one has probability 0.
  for (int j = 0; j < n && noise.active; ++j) noise.gate[std::size_t(j)] = mask >> j & 1 ? 1 : 0;
  return noise;
}

double probability(int n, unsigned mask, double rate) {
  double p = 1;
  for (int j = 0; j < n; ++j) p *= mask >> j & 1 ? 1 - rate : rate;
  return p;
}

Vector through(const Noise<double>& noise, const Vector& x) {
  Tensor<double> in({{Axis::Sample, 1}, {Axis::Unit, int(x.size())}}), out;
  std::copy(x.begin(), x.end(), in.v.begin());
  apply_noise<double>(noise, in, nullptr, out);
  return Eigen::Map<const Vector>(out.data(), x.size());
}

Vector softmax(const Vector& z) {
  const Vector e = (z.array() - z.maxCoeff()).exp();
  return e / e.sum();
}

// ---- Linear regression with input dropout is ridge regression with a penalty per feature (VARIANTS.md 7.1)

struct Ridge {
  Matrix x{{1, 2}, {3, -1}, {0.5, 1}};
  Vector y{{1, 2, 3}};
  Vector closed(double p) const {
    const Matrix gram = x.transpose() * x;
    return (gram + p / (1 - p) * Matrix(gram.diagonal().asDiagonal())).ldlt().solve(x.transpose() * y);
  }
  // The expected squared error over all masks of every row, with the engine's noise.
  double enumerated(const Vector& w, double p) const {
    double total = 0;
    for (int r = 0; r < x.rows(); ++r)
      for (unsigned mask = 0; mask < 4; ++mask) {
        const double error = y[r] - w.dot(through(masked("inverted", p, 2, mask), x.row(r).transpose()));
        total += probability(2, mask, p) * error * error;
      }
    return total;
  }
};

TEST(RidgeIdentity, ClosedFormHasTheRationalGoldenValues) {
  const Ridge r;
  EXPECT_LT((r.closed(0) - Vector{{6.0 / 7, 4.0 / 7}}).norm(), 1e-14);
  EXPECT_LT((r.closed(0.25) - Vector{{834.0 / 1309, 543.0 / 1309}}).norm(), 1e-14);
  EXPECT_LT((r.closed(0.5) - Vector{{414.0 / 983, 263.0 / 983}}).norm(), 1e-14);
}

TEST(RidgeIdentity, AllMasksTogetherHaveTheObjectiveOfRidge) {
  const Ridge r;
  EXPECT_NEAR(r.enumerated(r.closed(0), 0), 5, 1e-13);
  EXPECT_NEAR(r.enumerated(r.closed(0.25), 0.25), 9608.0 / 1309, 1e-13);
  EXPECT_NEAR(r.enumerated(r.closed(0.5), 0.5), 9454.0 / 983, 1e-13);
  // And the same at any other weights and rates.
  for (double p : {0.1, 0.3, 0.8}) {
    const Vector w{{0.7, -1.3}};
    double ridge = (r.y - r.x * w).squaredNorm();
    for (int j = 0; j < 2; ++j) ridge += p / (1 - p) * w[j] * w[j] * r.x.col(j).squaredNorm();
    EXPECT_NEAR(r.enumerated(w, p), ridge, 1e-12 * ridge) << p;
    const Vector best = r.closed(p);
    for (const Vector& step : {Vector{{1e-3, 0}}, Vector{{0, 1e-3}}, Vector{{-1e-3, 1e-3}}})
      EXPECT_GT(r.enumerated(best + step, p), r.enumerated(best, p));
  }
}

// Real masks, drawn by key, and plain SGD with averaging end where the closed form says.
TEST(RidgeIdentity, TrainingWithRealMasksConvergesToIt) {
  const Ridge r;
  for (const char* variant : {"inverted", "gaussian"})
    for (double p : {0.25, 0.5}) {
      Vector w{{0, 0}}, sum{{0, 0}};
      Tensor<double> x({{Axis::Sample, 3}, {Axis::Unit, 2}}), noisy;
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 2; ++j) x[std::size_t(2 * i + j)] = r.x(i, j);
      Noise<double> noise;
      constexpr std::uint32_t steps = 200000, burn = 2000;
      for (std::uint32_t t = 0; t < steps; ++t) {
        draw_noise<double>({find_variant(variant), p, {}, {}}, x.shape, Uniforms({17, 1, t}, Stream::Dropout), {},
                           nullptr, noise);
        apply_noise<double>(noise, x, nullptr, noisy);
        Vector gradient{{0, 0}};
        for (int i = 0; i < 3; ++i) {
          const Vector row = Eigen::Map<const Vector>(noisy.data() + 2 * i, 2);
          gradient += 2 * (w.dot(row) - r.y[i]) * row / 3;
        }
        w -= 0.01 * gradient;
        if (t >= burn) sum += w;
      }
      // Masks are correlated with nothing, so the average of 198,000 steps at rate 0.01 (a memory of about
      // 30 steps) has a standard error near 0.006; Gaussian noise has heavier products.
      EXPECT_LT((sum / (steps - burn) - r.closed(p)).norm(), 0.02) << variant << " at " << p;
    }
}

// ---- The ensemble's normalised geometric mean is the weight-scaled network (VARIANTS.md 6)

struct Logits {
  Matrix w{{0.2, -0.4, 1.0}, {-0.6, 0.1, 0.3}};
  Vector x{{1, -2, 0.5}}, b{{0.1, -0.2}};
  Vector at(unsigned mask, double p) const { return w * through(masked("classic", p, 3, mask), x) + b; }
};

TEST(GeometricMean, OfAllSubnetworksIsTheScaledNetwork) {
  const Logits l;
  for (double p : {0.1, 0.3, 0.5, 0.8}) {
    Vector log_mean = Vector::Zero(2), arithmetic = Vector::Zero(2), mean_logits = Vector::Zero(2);
    for (unsigned mask = 0; mask < 8; ++mask) {
      const Vector s = softmax(l.at(mask, p));
      log_mean += probability(3, mask, p) * s.array().log().matrix();
      arithmetic += probability(3, mask, p) * s;
      mean_logits += probability(3, mask, p) * l.at(mask, p);
    }
    Noise<double> mean;
    expected_noise<double>({find_variant("classic"), p, {}, {}}, {{Axis::Sample, 1}, {Axis::Unit, 3}}, mean);
    const Vector scaled = l.w * through(mean, l.x) + l.b, network = softmax(scaled);
    EXPECT_LT((mean_logits - scaled).norm(), 1e-12) << p;
    EXPECT_LT((softmax(log_mean) - network).norm(), 1e-12) << p;
    EXPECT_GT((arithmetic - network).norm(), 1e-3) << "the arithmetic mean is something else";
    // Cross entropy of the mean network is at most the mean cross entropy, for every label.
    for (int k = 0; k < 2; ++k) EXPECT_LE(-std::log(network[k]), -log_mean[k] + 1e-15);
    if (p != 0.5) continue;
    EXPECT_LT((scaled - Vector{{0.85, -0.525}}).norm(), 1e-14);
    EXPECT_LT((network - Vector{{0.798186777739621, 0.201813222260379}}).norm(), 1e-14);
    EXPECT_LT((log_mean.array().exp().matrix() - Vector{{0.770334570891126, 0.194771081538535}}).norm(), 1e-14);
    EXPECT_LT((arithmetic - Vector{{0.778487772768918, 0.221512227231082}}).norm(), 1e-14);
  }
}

// ---- Mean and covariance of z over all masks (VARIANTS.md 1 and 8)

TEST(MaskedLinearLayer, HasTheMeanAndCovarianceOfTheFormula) {
  const Matrix w{{1, -2, 0.5, 1.5}, {0.3, 1, -1, 0.7}};
  const Vector h{{0.5, 1, -1, 2}}, b{{0.25, -4}};
  for (double p : {0.1, 0.3, 0.5, 0.8}) {
    Vector mean = Vector::Zero(2);
    Matrix square = Matrix::Zero(2, 2);
    for (unsigned mask = 0; mask < 16; ++mask) {
      const Vector z = w * through(masked("classic", p, 4, mask), h) + b;
      mean += probability(4, mask, p) * z;
      square += probability(4, mask, p) * z * z.transpose();
    }
    const Matrix covariance = square - mean * mean.transpose();
    Matrix formula = Matrix::Zero(2, 2);
    for (int j = 0; j < 4; ++j) formula += p * (1 - p) * h[j] * h[j] * w.col(j) * w.col(j).transpose();
    EXPECT_LT((mean - ((1 - p) * w * h + b)).norm(), 1e-12) << p;  // the bias is not scaled
    EXPECT_LT((covariance - formula).norm(), 1e-12) << p;
    if (p == 0.5) {
      EXPECT_NEAR(covariance(0, 1), 0.44375, 1e-12);
    }
    // DropConnect drops each weight for itself: the variances are the same, the covariance is 0.
    double cross = 0, first = 0, second = 0;
    for (unsigned a = 0; a < 16; ++a)
      for (unsigned c = 0; c < 16; ++c) {
        const double pr = probability(4, a, p) * probability(4, c, p);
        const double z0 = w.row(0).dot(through(masked("classic", p, 4, a), h)),
                     z1 = w.row(1).dot(through(masked("classic", p, 4, c), h));
        cross += pr * z0 * z1, first += pr * z0, second += pr * z1;
      }
    EXPECT_NEAR(cross - first * second, 0, 1e-12) << p;
  }
}

TEST(DeepLinearNetwork, MeanOverAllMasksIsTheScaledNetwork) {
  ArchSpec arch;
  arch.hidden = {{LayerKind::Dense, 4, Activation::Identity}, {LayerKind::Dense, 3, Activation::Identity}};
  const Network<double> network(arch, flat_form(3, 2));
  AlignedVector<double> params(network.param_count());
  network.init(5, params);
  for (const char* variant : {"inverted", "classic"})
    for (double p : {0.1, 0.3, 0.8}) {
      Tape<double> tape = network.make_tape();
      Tensor<double>& x = network.begin(tape, 1);
      x.v = {0.3, -1.2, 2};
      const auto noise = [&](const char* site) -> Noise<double>& {
        return network.noise_at(tape, network.find_site(site)).noise;
      };
      double mean[2] = {0, 0};
      for (unsigned mask = 0; mask < 1024; ++mask) {
        noise("input") = masked(variant, p, 3, mask & 7);
        noise("hidden1") = masked(variant, p, 4, mask >> 3 & 15);
        noise("hidden2") = masked(variant, p, 3, mask >> 7);
        network.forward(params, tape, nullptr);
        for (std::size_t k = 0; k < 2; ++k) mean[k] += probability(10, mask, p) * tape.logits()[k];
      }
      for (const char* site : {"input", "hidden1", "hidden2"})
        network.expect_noise_at(params, {find_variant(variant), p, {}, {}}, network.find_site(site), tape);
      network.forward(params, tape, nullptr);
      for (std::size_t k = 0; k < 2; ++k) EXPECT_NEAR(mean[k], tape.logits()[k], 1e-12) << variant << " at " << p;
    }
}

// ---- Before ReLU or after it (VARIANTS.md 2)

template <class T>
void before_equals_after(Activation f, double p, bool expect_equal) {
  const Shape shape{{Axis::Sample, 100}, {Axis::Unit, 200}};
  Tensor<T> z(shape), dy(shape), h(shape), dropped, first(shape), second(shape), dz1(shape), dz2(shape), between(shape);
  const Uniforms u({3}, Stream::Test), v({4}, Stream::Test);
  for (std::size_t i = 0; i < z.size(); ++i)
    z[i] = T(u.normal(std::uint32_t(i))), dy[i] = T(v.normal(std::uint32_t(i)));
  Noise<T> noise;
  draw_noise<T>({find_variant("inverted"), p, {}, {}}, shape, Uniforms({5, 1, 1}, Stream::Dropout), {}, nullptr, noise);
  activate(f, z.data(), h.data(), z.size());
  apply_noise<T>(noise, h, nullptr, first);
  apply_noise_backward<T>(noise, dy, between, nullptr);
  activate_backward(f, z.data(), h.data(), between.data(), dz1.data(), z.size());
  apply_noise<T>(noise, z, nullptr, dropped);
  activate(f, dropped.data(), second.data(), z.size());
  activate_backward(f, dropped.data(), second.data(), dy.data(), between.data(), z.size());
  apply_noise_backward<T>(noise, between, dz2, nullptr);
  // Adding 0 takes away the sign of a zero, the one bit that may differ.
  std::size_t differ = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const T a[2] = {first[i] + T(0), dz1[i] + T(0)}, b[2] = {second[i] + T(0), dz2[i] + T(0)};
    differ += std::memcmp(a, b, sizeof a) != 0 ? 1 : 0;
  }
  EXPECT_EQ(differ == 0, expect_equal) << name_of(f) << ", rate " << p << ": " << differ << " differ";
}

TEST(Placement, BeforeReluAndAfterItAreTheSameBitForBit) {
  for (double p : {0.1, 0.3, 0.5, 0.8, 1.0}) {
    before_equals_after<float>(Activation::Relu, p, true);
    before_equals_after<double>(Activation::Relu, p, true);
    before_equals_after<float>(Activation::Identity, p, true);
  }
}

TEST(Placement, BeforeOrAfterMattersForOtherActivations) {
  for (Activation f : {Activation::Tanh, Activation::Sigmoid, Activation::Gelu, Activation::Selu})
    before_equals_after<float>(f, 0.3, false);
}

}  // namespace
}  // namespace dropscope
