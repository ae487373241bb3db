// Dropout in transformers (VARIANTS.md 15): identities over all masks, golden values, and what each mask shares.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/dropout/registry.h"
#include "core/nn/attention.h"
#include "core/nn/network.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

NoisePlan plan_of(const char* variant, double rate) {
  const Variant* v = find_variant(variant);
  return {v, rate, v->tie, {}};
}

// An attention layer whose noise is drawn by the engine and whose gates may then be set by hand.
struct Alone {
  std::unique_ptr<Layer<double>> layer;
  AlignedVector<double> params;
  LayerTape<double> tape;
  Tensor<double> x;

  Alone(int batch, int steps, int units, int heads, bool causal)
      : layer(make_attention<double>("a", "a.weights", "a.heads",
                                     {{Axis::Sample, 1}, {Axis::Time, steps}, {Axis::Unit, units}}, heads, causal)),
        params(panel_size(3 * units, units) + panel_size(units, units)),
        x({{Axis::Sample, batch}, {Axis::Time, steps}, {Axis::Unit, units}}) {
    layer->init(Init::LeCun, 7, params.data());
    tape.sites.resize(2);
    const Uniforms u({4}, Stream::Test);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = u.normal(std::uint32_t(i));
  }
  // `slot`: 0 the weights, 1 the heads.
  Noise<double>& draw(int slot, const char* variant, double rate, std::uint32_t age = 1) {
    const Uniforms coins({3, 8, age}, Stream::Dropout);
    SiteNoise<double>& site = tape.sites[std::size_t(slot)];
    draw_site<double>(plan_of(variant, rate), layer->site_shape(slot, x.shape[0].extent), {&coins, 1}, nullptr, site);
    return site.noise;
  }
  const Tensor<double>& forward() {
    const Tensor<double>* in[] = {&x};
    layer->forward({params.data(), in, tape, nullptr});
    return tape.out();
  }
};

double put(Noise<double>& noise, unsigned mask, double rate) {
  double probability = 1;
  for (std::size_t i = 0; i < noise.gate.size(); ++i) {
    noise.gate[i] = mask >> i & 1 ? 1 : 0;
    probability *= mask >> i & 1 ? 1 - rate : rate;
  }
  return probability;
}

// The output is linear in the mask.
TEST(AttentionDropout, MeanOverAllMasksIsTheAttentionWithoutNoise) {
  struct Case {
    int steps, heads;
    bool causal;
  };
  for (const Case& c : {Case{3, 1, false}, Case{2, 2, false}, Case{3, 1, true}})
    for (double rate : {0.1, 0.3, 0.8}) {
      Alone a(1, c.steps, 4, c.heads, c.causal);
      const Tensor<double> plain = a.forward();
      Noise<double>& noise = a.draw(0, "attention", rate);
      std::vector<double> mean(plain.size());
      const unsigned masks = 1u << noise.gate.size();
      for (unsigned mask = 0; mask < masks; ++mask) {
        const double probability = put(noise, mask, rate);
        const Tensor<double>& y = a.forward();
        for (std::size_t i = 0; i < y.size(); ++i) mean[i] += probability * y[i];
      }
      // 512 terms near 1 / (1 - rate): rounding far below 1e-12.
      for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(mean[i], plain[i], 1e-12) << rate;
    }
}

// One query, one unit: the scores are log a, so the weights are a; every value is 1, so the output is a row's sum.
TEST(AttentionDropout, RowSumHasTheVarianceOfTheFormula) {
  const double row[] = {0.5, 0.3, 0.2};
  for (double rate : {0.1, 0.3, 0.8}) {
    Alone a(1, 3, 3, 1, false);
    std::fill(a.params.begin(), a.params.end(), 0.0);
    for (int c = 0; c < 3; ++c) {
      a.params[panel_index(c, 0, 3)] = std::sqrt(3.0) * std::log(row[c]);  // the query of the first step
      a.params[panel_index(3 + c, c, 3)] = 1;                              // key of step k: unit k
      a.params[panel_index(6, c, 3)] = 1;                                  // every value: 1 in the first unit
    }
    a.params[panel_size(9, 3)] = 1;
    a.x.v = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    a.forward();
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(a.tape.work[kAttentionWeightsWork][k], row[k], 1e-15);
    Noise<double>& noise = a.draw(0, "attention", rate);
    double mean = 0, square = 0;
    for (unsigned mask = 0; mask < 512; ++mask) {
      const double probability = put(noise, mask, rate), sum = a.forward()[0];
      mean += probability * sum, square += probability * sum * sum;
    }
    EXPECT_NEAR(mean, 1, 1e-13);
    EXPECT_NEAR(square - mean * mean, rate / (1 - rate) * 0.38, 1e-12) << rate;
    if (rate == 0.1) {
      EXPECT_NEAR(square - mean * mean, 0.042222, 5e-7);
    }
  }
}

// Real draws: the first of causal steps sees itself alone, and a row of n visible keys vanishes with rate^n.
TEST(AttentionDropout, CausalRowsVanishWithTheRateToThePowerOfWhatTheySee) {
  constexpr int steps = 3, batch = 8, draws = 2500;
  for (double rate : {0.1, 0.3, 0.8}) {
    Alone a(batch, steps, 4, 1, true);
    const Tensor<double> plain = a.forward();
    int gone[steps] = {};
    for (std::uint32_t age = 0; age < draws; ++age) {
      a.draw(0, "attention", rate, age);
      const Tensor<double>& y = a.forward();
      for (int b = 0; b < batch; ++b)
        for (int t = 0; t < steps; ++t) {
          const std::size_t row = std::size_t(b * steps + t) * 4;
          const bool zero = y[row] == 0 && y[row + 1] == 0 && y[row + 2] == 0 && y[row + 3] == 0;
          gone[t] += zero ? 1 : 0;
          if (t > 0 || zero) continue;
          // What is left of the first step is its value over q; three roundings on the way.
          for (std::size_t u = 0; u < 4; ++u)
            ASSERT_NEAR(y[row + u], plain[row + u] / (1 - rate), 1e-14 * (1 + std::abs(y[row + u])));
        }
    }
    const double n = double(draws) * batch;
    for (int t = 0; t < steps; ++t) {
      const double p = std::pow(rate, t + 1);
      EXPECT_NEAR(gone[t] / n, p, 5 * std::sqrt(p * (1 - p) / n)) << rate << " " << t;  // five standard deviations
    }
  }
}

// The gradient of the softmax takes the weights as they were before the noise; with the noisy ones it is another.
TEST(AttentionDropout, BackwardGoesThroughTheSoftmaxWithUndroppedWeights) {
  Alone a(1, 3, 2, 1, false);
  Noise<double>& noise = a.draw(0, "attention", 0.3);
  noise.gate.v = {1, 0, 1, 0, 1, 1, 1, 1, 0};
  const auto loss = [&] { return a.forward()[0] + 2 * a.forward()[3]; };
  loss();
  a.tape.dy.resize(a.x.shape);
  a.tape.dy.v = {1, 0, 0, 2, 0, 0};
  AlignedVector<double> g(a.params.size());
  Tensor<double> dx;
  const Tensor<double>* in[] = {&a.x};
  Tensor<double>* d_in[] = {&dx};
  a.layer->backward({a.params.data(), in, a.tape, g.data(), d_in, nullptr});
  for (int o = 0; o < 6; ++o)
    for (int i = 0; i < 2; ++i) {
      double& w = a.params[panel_index(o, i, 2)];
      const double kept = w;
      w = kept + 1e-5;
      const double above = loss();
      w = kept - 1e-5;
      const double numeric = (above - loss()) / 2e-5;
      w = kept;
      EXPECT_NEAR(g[panel_index(o, i, 2)], numeric, 1e-8) << o << " " << i;
    }
}

TEST(DropHead, DropsWholeHeadsAndGivesTheRestTheirShare) {
  constexpr int batch = 6, steps = 3, heads = 4;
  for (double rate : {0.1, 0.3, 0.8}) {
    Alone a(batch, steps, 8, heads, false);
    int dropped = 0, lost = 0;
    double mean = 0;
    constexpr int draws = 2000;
    for (std::uint32_t age = 0; age < draws; ++age) {
      const Noise<double>& noise = a.draw(1, "head", rate, age);
      ASSERT_EQ(noise.gate.shape,
                (Shape{{Axis::Sample, batch}, {Axis::Head, heads}, {Axis::Time, 1}, {Axis::Unit, 1}}));
      for (int b = 0; b < batch; ++b) {
        int kept = 0;
        double sum = 0;
        for (int h = 0; h < heads; ++h) {
          const double gain = noise.scale * noise.gate[std::size_t(b * heads + h)];
          kept += gain != 0;
          sum += gain;
        }
        dropped += heads - kept;
        lost += kept == 0;
        mean += sum / heads / batch / draws;
        // The gains of an example sum to its number of heads, unless all are gone.
        EXPECT_NEAR(sum, kept ? heads : 0, 1e-12);
      }
    }
    const double n = double(batch) * draws, all = std::pow(rate, heads);
    EXPECT_NEAR(dropped / n / heads, rate, 5 * std::sqrt(rate * (1 - rate) / n / heads));
    EXPECT_NEAR(lost / n, all, 5 * std::sqrt(all * (1 - all) / n));
    EXPECT_NEAR(mean, 1 - all, 5 * std::sqrt(all * (1 - all) / n) + 1e-12);
  }
}

// Each of two heads alone counts twice, so the two outputs average to the one without noise.
TEST(DropHead, OutputIsThatOfTheHeadsThatAreLeft) {
  Alone a(1, 4, 6, 2, true);
  const Tensor<double> plain = a.forward();
  Noise<double>& noise = a.draw(1, "head", 0.3);
  noise.gate.v = {2, 0};
  const Tensor<double> first = a.forward();
  noise.gate.v = {0, 2};
  const Tensor<double> second = a.forward();
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR((first[i] + second[i]) / 2, plain[i], 1e-14);
  EXPECT_NE(first.v, second.v);
  noise.gate.v = {0, 0};
  for (double y : a.forward().v) EXPECT_EQ(y, 0);
}

// One example's mask is the same whatever the others lost; with one mask per batch all share it.
TEST(DropHead, CountsEachExampleAlone) {
  Alone a(5, 2, 6, 3, false);
  const Noise<double> per_example = a.draw(1, "head", 0.3, 2);
  std::set<std::vector<double>> kinds;
  for (std::size_t b = 0; b < 5; ++b)
    kinds.insert(
        {per_example.gate.v.begin() + std::ptrdiff_t(3 * b), per_example.gate.v.begin() + std::ptrdiff_t(3 * b + 3)});
  EXPECT_GT(kinds.size(), 1u);
  NoisePlan batch = plan_of("head", 0.3);
  batch.tie = batch.tie | AxisSet{Axis::Sample};
  const Uniforms coins({3, 8, 2}, Stream::Dropout);
  SiteNoise<double>& site = a.tape.sites[1];
  draw_site<double>(batch, a.layer->site_shape(1, 5), {&coins, 1}, nullptr, site);
  EXPECT_EQ(site.noise.gate.size(), 3u);
  // A batch of one draws what the first example of a larger batch draws.
  Alone one(1, 2, 6, 3, false);
  const Noise<double>& first = one.draw(1, "head", 0.3, 2);
  for (std::size_t h = 0; h < 3; ++h) EXPECT_EQ(first.gate[h], per_example.gate[h]);
}

// ---- Words and tokens

constexpr int kSteps = 6, kWords = 5, kUnits = 3;

struct Words {
  ArchSpec spec;
  Network<double> network;
  AlignedVector<double> params;
  Tape<double> tape;
  // Words 4 and 1 stand twice in the first sequence; the second is the first once more.
  Words()
      : spec([] {
          ArchSpec s;
          s.hidden = {make_layer(LayerKind::Embedding, kUnits)};
          s.init = Init::LeCun;
          return s;
        }()),
        network(
            spec,
            {.inputs = kSteps, .outputs = 2, .image = {}, .sequence = SequenceShape{kSteps, 1, true, kWords, false}}),
        params(network.param_count()),
        tape(network.make_tape()) {
    network.init(3, params);
    network.begin(tape, 2).v = {4, 1, 0, 4, 1, 2, 4, 1, 0, 4, 1, 2};
  }
  const Tensor<double>& draw_and_run(const char* site, const NoisePlan& plan, std::uint32_t age) {
    const Uniforms coins({1, 2, age}, Stream::Dropout);
    network.draw_noise_at(params, plan, network.find_site(site), {&coins, 1}, tape);
    network.forward(params, tape, nullptr);
    return tape.layers[1].out();
  }
  bool row_is_zero(const Tensor<double>& y, int row) const {
    bool zero = true;
    for (int u = 0; u < kUnits; ++u) zero = zero && y[std::size_t(row * kUnits + u)] == 0;
    return zero;
  }
};

TEST(WordDropout, TheSameWordHasTheSameBitWithinASequenceAndAnotherInTheNext) {
  for (double rate : {0.1, 0.3, 0.8}) {
    Words w;
    int apart = 0, dropped = 0;
    constexpr int draws = 3000;
    for (std::uint32_t age = 0; age < draws; ++age) {
      const Tensor<double>& y = w.draw_and_run("embedding1.words", plan_of("word", rate), age);
      for (int s = 0; s < 2; ++s) {
        ASSERT_EQ(w.row_is_zero(y, 6 * s + 0), w.row_is_zero(y, 6 * s + 3));  // word 4
        ASSERT_EQ(w.row_is_zero(y, 6 * s + 1), w.row_is_zero(y, 6 * s + 4));  // word 1
        dropped += w.row_is_zero(y, 6 * s + 2);
      }
      apart += w.row_is_zero(y, 0) != w.row_is_zero(y, 6);
      // What is kept is the row of the table over q.
      for (int r = 0; r < 12; ++r)
        for (int u = 0; u < kUnits && !w.row_is_zero(y, r); ++u)
          ASSERT_EQ(y[std::size_t(r * kUnits + u)],
                    1 / (1 - rate) * w.params[panel_index(u, int(w.tape.layers[0].h[std::size_t(r)]), kWords)]);
    }
    const double differ = 2 * rate * (1 - rate);
    EXPECT_NEAR(apart / double(draws), differ, 5 * std::sqrt(differ * (1 - differ) / draws));
    EXPECT_NEAR(dropped / (2.0 * draws), rate, 5 * std::sqrt(rate * (1 - rate) / (2.0 * draws)));
  }
}

TEST(WordDropout, WithOneMaskPerBatchAllSequencesMissTheSameWords) {
  Words w;
  NoisePlan plan = plan_of("word", 0.3);
  plan.tie = plan.tie | AxisSet{Axis::Sample};
  int any = 0;
  for (std::uint32_t age = 0; age < 50; ++age) {
    const Tensor<double>& y = w.draw_and_run("embedding1.words", plan, age);
    for (int r = 0; r < 6; ++r) {
      ASSERT_EQ(w.row_is_zero(y, r), w.row_is_zero(y, 6 + r));
      any += w.row_is_zero(y, r);
    }
  }
  EXPECT_GT(any, 0);
}

TEST(WordDropout, DroppedWordsGetNoGradient) {
  Words w;
  const Uniforms coins({1, 2}, Stream::Dropout);
  const int site = w.network.find_site("embedding1.words");
  w.network.draw_noise_at(w.params, plan_of("word", 0.3), site, {&coins, 1}, w.tape);
  // Both sequences end with word 2, which alone is read out: the first loses it.
  Noise<double>& noise = w.network.noise_at(w.tape, site).noise;
  std::fill(noise.gate.v.begin(), noise.gate.v.end(), 1.0);
  noise.gate[2] = 0;
  const auto gradient = [&] {
    w.network.forward(w.params, w.tape, nullptr);
    AlignedVector<double> g(w.params.size());
    w.tape.layers.back().dy.resize({{Axis::Sample, 2}, {Axis::Unit, 2}});
    w.tape.layers.back().dy.v = {1, -1, 0, 0};  // of the first sequence only
    w.network.backward(w.params, w.tape, g, nullptr);
    double sum = 0;
    for (int u = 0; u < kUnits; ++u) sum += std::abs(g[panel_index(u, 2, kWords)]);
    return sum;
  };
  EXPECT_EQ(gradient(), 0);
  noise.gate[2] = 1;
  EXPECT_GT(gradient(), 0);
}

TEST(TokenDropout, DropsWholeStepsEachWithACoinOfItsOwn) {
  for (double rate : {0.1, 0.3, 0.8}) {
    Words w;
    int dropped = 0, apart = 0, sequences_apart = 0;
    constexpr int draws = 2000;
    for (std::uint32_t age = 0; age < draws; ++age) {
      const Tensor<double>& y = w.draw_and_run("embedding1", plan_of("token", rate), age);
      for (int r = 0; r < 12; ++r) {
        const bool gone = w.row_is_zero(y, r);
        dropped += gone;
        for (int u = 0; u < kUnits && !gone; ++u)
          ASSERT_EQ(y[std::size_t(r * kUnits + u)], 1 / (1 - rate) * w.tape.layers[1].h[std::size_t(r * kUnits + u)]);
      }
      apart += w.row_is_zero(y, 0) != w.row_is_zero(y, 3);  // the same word twice
      sequences_apart += w.row_is_zero(y, 0) != w.row_is_zero(y, 6);
    }
    const double n = 12.0 * draws, differ = 2 * rate * (1 - rate);
    EXPECT_NEAR(dropped / n, rate, 5 * std::sqrt(rate * (1 - rate) / n));
    for (int pairs : {apart, sequences_apart})
      EXPECT_NEAR(pairs / double(draws), differ, 5 * std::sqrt(differ * (1 - differ) / draws));
  }
}

}  // namespace
}  // namespace dropscope
