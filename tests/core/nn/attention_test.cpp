#include "core/nn/attention.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/session/worker_pool.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

// An attention layer on its own, with weights and inputs at random.
template <class T>
struct Alone {
  std::unique_ptr<Layer<T>> layer;
  AlignedVector<T> params;
  LayerTape<T> tape;
  Tensor<T> x;
  int steps, units, heads;
  bool causal;

  Alone(int batch, int steps_, int units_, int heads_, bool causal_)
      : layer(make_attention<T>("a", "a.weights", "a.heads",
                                {{Axis::Sample, 1}, {Axis::Time, steps_}, {Axis::Unit, units_}}, heads_, causal_)),
        x({{Axis::Sample, batch}, {Axis::Time, steps_}, {Axis::Unit, units_}}),
        steps(steps_),
        units(units_),
        heads(heads_),
        causal(causal_) {
    std::size_t size = 0;
    for (const ParamBlock& b : layer->blocks()) size += b.size;
    params.assign(size, T(0));
    layer->init(Init::LeCun, 7, params.data());
    tape.sites.resize(2);
    const Uniforms u({4}, Stream::Test);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = T(u.normal(std::uint32_t(i)));
  }
  const Tensor<T>& forward(Parallel* parallel = nullptr) {
    const Tensor<T>* in[] = {&x};
    layer->forward({params.data(), in, tape, parallel});
    return tape.out();
  }
  AlignedVector<T> gradients(Tensor<T>& dx, Parallel* parallel = nullptr) {
    const Tensor<T>* in[] = {&x};
    Tensor<T>* d_in[] = {&dx};
    AlignedVector<T> g(params.size());
    tape.dy.resize(x.shape);
    const Uniforms u({5}, Stream::Test);
    for (std::size_t i = 0; i < x.size(); ++i) tape.dy[i] = T(u.normal(std::uint32_t(i)));
    layer->backward({params.data(), in, tape, g.data(), d_in, parallel});
    return g;
  }
  T weight(int block, int out, int in) const {
    return params[(block ? panel_size(3 * units, units) : 0) + panel_index(out, in, units)];
  }
  T projected(int b, int t, int row) const {
    T sum = 0;
    for (int i = 0; i < units; ++i) sum += weight(0, row, i) * x[std::size_t((b * steps + t) * units + i)];
    return sum;
  }
  const Tensor<T>& weights() const { return tape.work[kAttentionWeightsWork]; }
};

// The formulas written down a second time, term by term.
TEST(Attention, IsTheFormulaOfThePaper) {
  for (bool causal : {false, true})
    for (int heads : {1, 2, 3}) {
      Alone<double> a(2, 4, 6, heads, causal);
      const Tensor<double>& y = a.forward();
      const int d = 6 / heads;
      for (int b = 0; b < 2; ++b)
        for (int q = 0; q < 4; ++q) {
          std::vector<double> joined(6);
          for (int h = 0; h < heads; ++h) {
            double e[4] = {}, sum = 0;
            for (int k = 0; k < 4; ++k) {
              double score = 0;
              for (int c = 0; c < d; ++c) score += a.projected(b, q, h * d + c) * a.projected(b, k, 6 + h * d + c);
              e[k] = causal && k > q ? 0 : std::exp(score / std::sqrt(double(d)));
              sum += e[k];
            }
            for (int k = 0; k < 4; ++k) {
              EXPECT_NEAR(a.weights()[std::size_t(((b * heads + h) * 4 + q) * 4 + k)], e[k] / sum, 1e-14);
              for (int c = 0; c < d; ++c)
                joined[std::size_t(h * d + c)] += e[k] / sum * a.projected(b, k, 12 + h * d + c);
            }
          }
          for (int o = 0; o < 6; ++o) {
            double expected = 0;
            for (int i = 0; i < 6; ++i) expected += a.weight(1, o, i) * joined[std::size_t(i)];
            // Sums of at most 6 terms near 1, in another order: far below 1e-13.
            EXPECT_NEAR(y[std::size_t((b * 4 + q) * 6 + o)], expected, 1e-13) << causal << heads;
          }
        }
    }
}

TEST(Attention, RowsOfWeightsSumToOneAndHiddenKeysHaveNone) {
  Alone<float> a(3, 9, 8, 2, true);
  a.forward();
  for (int row = 0; row < 3 * 2 * 9; ++row) {
    double sum = 0;
    for (int k = 0; k < 9; ++k) {
      const float w = a.weights()[std::size_t(row * 9 + k)];
      if (k > row % 9) {
        EXPECT_EQ(w, 0.0f);
      }
      sum += double(w);
    }
    EXPECT_NEAR(sum, 1, 9 * 6e-8);  // nine roundings of a float below 1
  }
}

// A hidden key counts as minus infinity. Were its score 0, it would outweigh visible keys whose scores are low.
TEST(Attention, HiddenKeysAreNotKeysOfScoreZero) {
  Alone<float> a(1, 3, 2, 1, true);
  std::fill(a.params.begin(), a.params.end(), 0.0f);
  const auto set = [&](int row, int in, float v) { a.params[panel_index(row, in, 2)] = v; };
  set(0, 0, 100.0f), set(2, 0, -100.0f), set(4, 1, 1.0f);  // q = 100 x0, k = -100 x0, v = x1
  a.params[panel_size(6, 2)] = 1.0f;
  a.x.v = {1, 5, 1, 7, 1, 11};
  const Tensor<float>& y = a.forward();
  EXPECT_EQ(y[0], 5.0f);
  EXPECT_EQ(y[2], 6.0f);  // both scores are the same
}

TEST(Attention, CausalStepsKnowNothingOfLaterOnes) {
  Alone<float> a(1, 6, 8, 2, true);
  const Tensor<float> before = a.forward();
  for (std::size_t i = 4 * 8; i < 6 * 8; ++i) a.x[i] += 3.0f;
  const Tensor<float>& after = a.forward();
  for (std::size_t i = 0; i < 6 * 8; ++i) EXPECT_EQ(before[i] == after[i], i < 4 * 8) << i;
}

TEST(Attention, WithoutPositionsTheOrderOfStepsIsTheOrderOfOutputs) {
  Alone<double> a(1, 5, 8, 2, false);
  const Tensor<double> y = a.forward();
  Tensor<double> turned = a.x;
  for (std::size_t t = 0; t < 5; ++t) std::copy_n(a.x.data() + t * 8, 8, turned.data() + (4 - t) * 8);
  a.x = turned;
  const Tensor<double>& z = a.forward();
  for (std::size_t t = 0; t < 5; ++t)
    for (std::size_t u = 0; u < 8; ++u) EXPECT_NEAR(z[(4 - t) * 8 + u], y[t * 8 + u], 1e-13);
}

TEST(Attention, AnExampleAloneHasTheBitsItHasInABatch) {
  Alone<float> many(5, 7, 12, 3, false), one(1, 7, 12, 3, false);
  const Tensor<float>& y = many.forward();
  for (std::size_t b = 0; b < 5; ++b) {
    std::copy_n(many.x.data() + b * 84, 84, one.x.data());
    const Tensor<float>& z = one.forward();
    for (std::size_t i = 0; i < 84; ++i) ASSERT_EQ(y[b * 84 + i], z[i]);
  }
}

// Large enough that the heads are spread over threads.
TEST(Attention, AnyNumberOfThreadsGivesTheSameBits) {
  for (bool causal : {false, true}) {
    Alone<float> alone(16, 24, 32, 4, causal);
    const Tensor<float> y = alone.forward();
    Tensor<float> dx(y.shape);
    const AlignedVector<float> g = alone.gradients(dx);
    for (int threads : {2, 3}) {
      WorkerPool pool(threads);
      Alone<float> spread(16, 24, 32, 4, causal);
      EXPECT_EQ(spread.forward(&pool).v, y.v);
      Tensor<float> dx_spread(y.shape);
      EXPECT_EQ(spread.gradients(dx_spread, &pool), g);
      EXPECT_EQ(dx_spread.v, dx.v);
    }
  }
}

// L = sum of dy * y; central differences in double over weights and inputs.
TEST(Attention, GradientsAreThoseOfFiniteDifferences) {
  for (bool causal : {false, true}) {
    Alone<double> a(2, 4, 6, 2, causal);
    a.forward();
    Tensor<double> dx(a.x.shape);
    const AlignedVector<double> g = a.gradients(dx);
    const auto loss = [&] {
      const Tensor<double>& y = a.forward();
      double sum = 0;
      for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * a.tape.dy[i];
      return sum;
    };
    constexpr double h = 1e-5;  // truncation and rounding both stay near 1e-10
    const auto check = [&](double& at, double analytic) {
      const double kept = at;
      at = kept + h;
      const double above = loss();
      at = kept - h;
      const double numeric = (above - loss()) / (2 * h);
      at = kept;
      EXPECT_LT(std::abs(analytic - numeric) / (std::abs(analytic) + std::abs(numeric) + 1e-3), 1e-6);
    };
    for (int block = 0; block < 2; ++block)
      for (int o = 0; o < (block ? 6 : 18); ++o)
        for (int i = 0; i < 6; ++i) {
          const std::size_t at = (block ? panel_size(18, 6) : 0) + panel_index(o, i, 6);
          check(a.params[at], g[at]);
        }
    for (std::size_t i = 0; i < a.x.size(); ++i) check(a.x[i], dx[i]);
  }
}

TEST(Attention, FirstWeightsDependOnTheirOwnFans) {
  Alone<double> a(1, 2, 64, 2, false);
  double squares[4] = {};
  for (int part = 0; part < 4; ++part)
    for (int o = 0; o < 64; ++o)
      for (int i = 0; i < 64; ++i)
        squares[part] += part < 3 ? std::pow(a.weight(0, part * 64 + o, i), 2) : std::pow(a.weight(1, o, i), 2);
  // LeCun: variance 1 / 64 each. The mean of 4096 squares has relative deviation sqrt(2 / 4096).
  for (double s : squares) EXPECT_NEAR(s / 64, 1, 5 * std::sqrt(2.0 / 4096));
}

}  // namespace
}  // namespace dropscope
