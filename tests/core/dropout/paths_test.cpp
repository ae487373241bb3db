// Stochastic depth and DropPath on a linear residual net: identities over all 2^L gates (VARIANTS.md section 14).
#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "core/dropout/registry.h"
#include "core/nn/network.h"
#include "core/spec/dropout_plan.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

using Matrix = Eigen::MatrixXd;

constexpr int kWidth = 3;

// x -> prod (I + F_l) x with F_l = W2 W1: residual blocks without an activation or biases.
struct LinearNet {
  int blocks;
  Network<double> network;
  AlignedVector<double> params;
  Tape<double> tape;
  std::vector<double> rates;  // of each block

  LinearNet(int count, DepthSchedule depth, double rate)
      : blocks(count),
        network(spec(count), flat_form(kWidth, 2)),
        params(network.param_count()),
        tape(network.make_tape()) {
    network.init(11, params);
    SitePlan plan;
    plan.rate = rate;
    plan.depth = depth;
    for (int l = 1; l <= blocks; ++l) rates.push_back(scheduled_dropout(plan, 0, 1, l, blocks));
  }
  static ArchSpec spec(int count) {
    ArchSpec s;
    s.hidden = {make_layer(LayerKind::Residual, 4)};
    s.hidden[0].count = count;
    s.hidden[0].activation = Activation::Identity;
    return s;
  }
  int site(int l) const { return network.find_site("block" + std::to_string(l)); }
  NoisePlan plan(const char* variant, int l) const {
    const Variant* v = find_variant(variant);
    return {v, rates[std::size_t(l - 1)], v->tie, {}};
  }
  Matrix f(int l) const {
    Matrix w[2];
    for (int i = 0; i < 2; ++i) {
      const std::string name = "block" + std::to_string(l) + ".linear" + std::to_string(i + 1) + ".weight";
      for (const ParamBlock& b : network.blocks())
        if (b.name == name) {
          w[i].resize(b.outputs, b.inputs);
          for (int o = 0; o < b.outputs; ++o)
            for (int k = 0; k < b.inputs; ++k) w[i](o, k) = params[b.offset + panel_index(o, k, b.inputs)];
        }
    }
    return w[1] * w[0];
  }
  void begin(int batch) {
    Tensor<double>& x = network.begin(tape, batch);
    const Uniforms u({2}, Stream::Test);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = u.normal(std::uint32_t(i % kWidth));
  }
  void draw(const char* variant, std::uint32_t age) {
    for (int l = 1; l <= blocks; ++l) {
      const Uniforms coins({4, std::uint32_t(l), age}, Stream::Dropout);
      network.draw_noise_at(params, plan(variant, l), site(l), {&coins, 1}, tape);
    }
  }
  void expect(const char* variant) {
    for (int l = 1; l <= blocks; ++l) network.expect_noise_at(params, plan(variant, l), site(l), tape);
  }
  // What enters the output layer, one row per example.
  Matrix trunk() {
    network.forward(params, tape, nullptr);
    const Tensor<double>& out = tape.layers[std::size_t(network.layer_count() - 2)].out();
    return Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>>(out.data(), tape.batch, kWidth);
  }
  Matrix input() const {
    const Tensor<double>& x = tape.layers[0].h;
    return Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>>(x.data(), tape.batch, kWidth);
  }
  // The mean over all gates, each weighted by its probability.
  Matrix mean_over_gates(const char* variant) {
    draw(variant, 1);
    Matrix mean = Matrix::Zero(tape.batch, kWidth);
    double total = 0;
    for (unsigned mask = 0; mask < 1u << blocks; ++mask) {
      double p = 1;
      for (int l = 1; l <= blocks; ++l) {
        const bool open = mask >> (l - 1) & 1;
        p *= open ? 1 - rates[std::size_t(l - 1)] : rates[std::size_t(l - 1)];
        Noise<double>& noise = network.noise_at(tape, site(l)).noise;
        for (double& g : noise.gate.v) g = open ? 1 : 0;
      }
      // A block of rate 0 has no noise, and every mask that closes it has probability 0.
      if (p > 0) mean += p * trunk();
      total += p;
    }
    EXPECT_NEAR(total, 1, 1e-14);
    return mean;
  }
};

// 16 masks of products of four matrices with entries near 1: rounding stays some units of 1e-16.
constexpr double kExact = 1e-13;

TEST(StochasticDepth, MeanOverAllGatesIsItsOwnInferenceNetwork) {
  for (DepthSchedule depth : {DepthSchedule::Same, DepthSchedule::Linear, DepthSchedule::FromZero})
    for (double rate : {0.1, 0.3, 0.5, 0.8}) {
      LinearNet net(4, depth, rate);
      net.begin(2);
      const Matrix mean = net.mean_over_gates("stochastic_depth");
      Matrix product = Matrix::Identity(kWidth, kWidth);
      for (int l = 1; l <= 4; ++l)
        product = (Matrix::Identity(kWidth, kWidth) + (1 - net.rates[std::size_t(l - 1)]) * net.f(l)) * product;
      const Matrix exact = net.input() * product.transpose();
      EXPECT_LT((mean - exact).cwiseAbs().maxCoeff(), kExact);
      net.expect("stochastic_depth");
      EXPECT_LT((net.trunk() - exact).cwiseAbs().maxCoeff(), kExact);
    }
}

TEST(DropPath, MeanOverAllGatesIsTheWholeNetwork) {
  for (DepthSchedule depth : {DepthSchedule::Same, DepthSchedule::Linear, DepthSchedule::FromZero})
    for (double rate : {0.1, 0.3, 0.5, 0.8}) {
      LinearNet net(4, depth, rate);
      net.begin(2);
      const Matrix mean = net.mean_over_gates("droppath");
      Matrix product = Matrix::Identity(kWidth, kWidth);
      for (int l = 1; l <= 4; ++l) product = (Matrix::Identity(kWidth, kWidth) + net.f(l)) * product;
      const Matrix exact = net.input() * product.transpose();
      EXPECT_LT((mean - exact).cwiseAbs().maxCoeff(), kExact);
      net.expect("droppath");
      EXPECT_LT((net.trunk() - exact).cwiseAbs().maxCoeff(), kExact);
    }
}

// All rows of the batch hold the same example, so rows differ exactly where their gates do.
TEST(DropPath, EveryExampleTakesItsOwnPathAndStochasticDepthOneForAll) {
  LinearNet net(4, DepthSchedule::Same, 0.3);
  net.begin(32);
  int different = 0, all = 0;
  for (std::uint32_t age = 0; age < 20; ++age) {
    net.draw("droppath", age);
    const Matrix paths = net.trunk();
    for (int r = 1; r < 32; ++r) {
      different += paths.row(r) != paths.row(0);
      ++all;
    }
    net.draw("stochastic_depth", age);
    const Matrix depth = net.trunk();
    for (int r = 1; r < 32; ++r) EXPECT_EQ(depth.row(r), depth.row(0));
  }
  // Two rows agree at one block with probability .7^2 + .3^2 = .58, at four with .113. 620 pairs that share rows of
  // 20 draws: within .35 of .887 beyond any doubt.
  EXPECT_GT(different, all / 2);
  EXPECT_LT(different, all);
}

TEST(StochasticDepth, OpensThreeQuartersOfTheBlocksOnAverage) {
  LinearNet net(16, DepthSchedule::Linear, 0.5);
  net.begin(1);
  const int draws = 4000;
  double open = 0, variance = 0;
  for (std::uint32_t age = 0; age < draws; ++age) {
    net.draw("stochastic_depth", age);
    for (int l = 1; l <= 16; ++l) open += net.network.noise_at(net.tape, net.site(l)).noise.gate[0];
  }
  for (double p : net.rates) variance += p * (1 - p);
  EXPECT_NEAR(open / draws, (3.0 * 16 - 1) / 4, 5 * std::sqrt(variance / draws));
}

// With f_inverted = s f_huang the two are one network, in every pass (section 14).
TEST(StochasticDepth, IsDropPathWithBranchesMultipliedByTheirSurvival) {
  for (double rate : {0.1, 0.3, 0.8}) {
    LinearNet huang(1, DepthSchedule::Same, rate), inverted(1, DepthSchedule::Same, rate);
    for (const ParamBlock& b : inverted.network.blocks())
      if (b.name.starts_with("block1.linear2"))
        for (std::size_t i = b.offset; i < b.offset + b.size; ++i) inverted.params[i] *= 1 - rate;
    huang.begin(1);
    inverted.begin(1);
    bool seen[2] = {};
    for (std::uint32_t age = 0; age < 40; ++age) {
      huang.draw("stochastic_depth", age);
      inverted.draw("droppath", age);
      const double gate = huang.network.noise_at(huang.tape, huang.site(1)).noise.gate[0];
      ASSERT_EQ(gate, inverted.network.noise_at(inverted.tape, inverted.site(1)).noise.gate[0]);
      seen[gate == 1] = true;
      EXPECT_LT((huang.trunk() - inverted.trunk()).cwiseAbs().maxCoeff(), kExact);
    }
    EXPECT_TRUE(seen[0] && seen[1]);
    huang.expect("stochastic_depth");
    inverted.expect("droppath");
    EXPECT_LT((huang.trunk() - inverted.trunk()).cwiseAbs().maxCoeff(), kExact);
  }
}

TEST(Paths, RateOneLeavesTheTrunkAndRateZeroTheWholeSumBitForBit) {
  for (const char* variant : {"stochastic_depth", "droppath"}) {
    LinearNet all(4, DepthSchedule::Same, 1), none(4, DepthSchedule::Same, 0), plain(4, DepthSchedule::Same, 0);
    all.begin(5);
    none.begin(5);
    plain.begin(5);
    const Matrix whole = plain.trunk();
    for (std::uint32_t age : {1u, 2u}) {
      all.draw(variant, age);
      EXPECT_EQ(all.trunk(), all.input());
      none.draw(variant, age);
      EXPECT_EQ(none.trunk(), whole);
    }
    none.expect(variant);
    EXPECT_EQ(none.trunk(), whole);
    // At inference a branch that never was open is closed for Huang et al., and whole where nothing is scaled.
    all.expect(variant);
    EXPECT_EQ(all.trunk(), std::string(variant) == "droppath" ? whole : Matrix(all.input()));
  }
}

}  // namespace
}  // namespace dropscope
