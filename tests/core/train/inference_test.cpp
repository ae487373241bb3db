// Monte Carlo inference: evaluation with masks on, averaged over passes (VARIANTS.md 12).
#include <gtest/gtest.h>

#include <cmath>

#include "core/dropout/registry.h"
#include "core/train/evaluator.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

RunSpec monte_carlo(double rate, int passes, const char* variant = "inverted") {
  RunSpec spec = runs::spec(rate, variant);
  spec.inference.policy = InferencePolicy::MonteCarlo;
  spec.inference.passes = passes;
  return spec;
}

// Loss and accuracy by the definition: passes drawn by hand, probabilities averaged in double.
Evaluation by_hand(const Trainer& t, const Split& split, int passes) {
  const Network<float>& network = t.network();
  const std::size_t classes = std::size_t(network.outputs());
  constexpr std::size_t kChunk = 64;
  double total = 0, correct = 0;
  for (std::size_t first = 0; first < split.count; first += kChunk) {
    const std::size_t count = std::min(kChunk, split.count - first);
    std::vector<double> mean(count * classes, 0.0);
    for (int k = 0; k < passes; ++k) {
      Tape<float> tape = network.make_tape();
      Tensor<float>& x = network.begin(tape, int(count));
      std::copy_n(split.x.data() + first * std::size_t(network.inputs()), x.size(), x.data());
      for (std::size_t s = 0; s < t.plans().size(); ++s) {
        const Uniforms draw({t.spec().seed, t.places()[s], std::uint32_t(t.tick()),
                             std::uint32_t(first / kChunk * std::size_t(passes) + std::size_t(k))},
                            Stream::Probe);
        network.draw_noise_at(t.params(), t.plans()[s], int(s), {&draw, 1}, tape);
      }
      network.forward(t.params(), tape, nullptr);
      for (std::size_t b = 0; b < count; ++b) {
        double sum = 0;
        for (std::size_t c = 0; c < classes; ++c) sum += std::exp(double(tape.logits()[b * classes + c]));
        for (std::size_t c = 0; c < classes; ++c)
          mean[b * classes + c] += std::exp(double(tape.logits()[b * classes + c])) / sum / passes;
      }
    }
    for (std::size_t b = 0; b < count; ++b) {
      const double* row = mean.data() + b * classes;
      total -= std::log(row[split.label[first + b]]);
      correct += std::max_element(row, row + classes) - row == split.label[first + b] ? 1 : 0;
    }
  }
  return {total / double(split.count), correct / double(split.count)};
}

TEST(MonteCarloInference, AveragesProbabilitiesAndNotLosses) {
  for (int passes : {1, 3, 20}) {
    Trainer t(monte_carlo(0.3, passes), runs::classes(50, 100));
    runs::ticks(t, 25);
    const MetricPoint point = t.measure();
    const Evaluation train = by_hand(t, t.data().train, passes), validation = by_hand(t, t.data().validation, passes);
    // Single precision of the softmax and of the mean.
    EXPECT_NEAR(double(point.train_loss), train.loss, 1e-5);
    EXPECT_NEAR(double(point.validation_loss), validation.loss, 1e-5);
    EXPECT_FLOAT_EQ(point.train_accuracy, float(train.accuracy));
    EXPECT_FLOAT_EQ(point.validation_accuracy, float(validation.accuracy));
  }
}

TEST(MonteCarloInference, TakesBatchNormalisationAsEvaluationDoes) {
  RunSpec spec = monte_carlo(0.3, 5);
  spec.network.hidden = parse_layers("9,batchnorm,6", spec.network.hidden, "test");
  Trainer t(spec, runs::classes(50, 100));
  runs::ticks(t, 25);
  // by_hand() leaves Tape::training false: running statistics.
  EXPECT_NEAR(double(t.measure().validation_loss), by_hand(t, t.data().validation, 5).loss, 1e-5);
}

TEST(MonteCarloInference, WithoutNoiseItIsTheOrdinaryEvaluation) {
  Trainer masked(monte_carlo(0, 7), runs::classes()), plain(runs::spec(0), runs::classes());
  runs::ticks(masked, 10);
  runs::ticks(plain, 10);
  EXPECT_NEAR(double(masked.measure().validation_loss), double(plain.measure().validation_loss), 1e-6);
  EXPECT_EQ(masked.measure().validation_accuracy, plain.measure().validation_accuracy);
}

// A network with three units that may drop out has eight sub-networks: many passes average to them.
TEST(MonteCarloInference, ApproachesTheMeanOfAllSubnetworks) {
  RunSpec spec = runs::spec(0);
  spec.network.hidden = {{LayerKind::Dense, 3, Activation::Tanh}};
  spec.dropout = {};
  spec.dropout.at("hidden1").rate = 0.3;
  spec.inference.policy = InferencePolicy::MonteCarlo;
  spec.inference.passes = 4000;
  spec.evaluate_every = 1000;
  auto data = runs::classes(50, 1);
  Trainer t(spec, data);
  const int site = t.network().find_site("hidden1");
  Tape<float> tape = t.network().make_tape();
  double exact = 0, square = 0;
  for (unsigned mask = 0; mask < 8; ++mask) {
    std::copy_n(data->validation.x.data(), 3, t.network().begin(tape, 1).data());
    const Uniforms draw({1}, Stream::Test);
    t.network().draw_noise_at(t.params(), t.plans()[std::size_t(site)], site, {&draw, 1}, tape);
    double p = 1;
    for (unsigned u = 0; u < 3; ++u) {
      t.network().noise_at(tape, site).noise.gate[u] = float(mask >> u & 1);
      p *= mask >> u & 1 ? 0.7 : 0.3;
    }
    t.network().forward(t.params(), tape, nullptr);
    Tensor<float> probability = tape.logits();
    softmax_rows(probability);
    const double right = double(probability[std::size_t(data->validation.label[0])]);
    exact += p * right;
    square += p * right * right;
  }
  // Five standard errors of the mean of 4000 passes.
  EXPECT_NEAR(std::exp(-double(t.measure().validation_loss)), exact,
              5 * std::sqrt((square - exact * exact) / 4000) + 1e-6);
}

TEST(MonteCarloInference, PredictionsOfNumbersAreAveraged) {
  RunSpec spec = monte_carlo(0.3, 6);
  auto data = runs::numbers(40, 10);
  Trainer t(spec, data);
  runs::ticks(t, 20);
  double total = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    double mean = 0;
    for (int k = 0; k < 6; ++k) {
      Tape<float> tape = t.network().make_tape();
      std::copy_n(data->validation.x.data(), 30, t.network().begin(tape, 10).data());
      for (std::size_t s = 0; s < t.plans().size(); ++s) {
        const Uniforms draw({spec.seed, t.places()[s], 20, std::uint32_t(k)}, Stream::Probe);
        t.network().draw_noise_at(t.params(), t.plans()[s], int(s), {&draw, 1}, tape);
      }
      t.network().forward(t.params(), tape, nullptr);
      mean += double(tape.logits()[i]) / 6;
    }
    const double error = mean - double(data->validation.target[i]);
    total += error * error / 10;
  }
  EXPECT_NEAR(double(t.measure().validation_loss), total, 1e-5 * total);
  EXPECT_TRUE(std::isnan(t.measure().validation_accuracy));
}

TEST(MonteCarloInference, RepeatsAndLeavesTrainingAlone) {
  const auto data = runs::classes();
  Trainer masked(monte_carlo(0.3, 4), data), again(monte_carlo(0.3, 4), data), plain(runs::spec(0.3), data);
  for (Trainer* t : {&masked, &again, &plain}) runs::ticks(*t, 30);
  EXPECT_EQ(masked.state_hash(), plain.state_hash());
  EXPECT_EQ(masked.history().back().validation_loss, again.history().back().validation_loss);
  EXPECT_EQ(masked.measure().validation_loss, masked.measure().validation_loss);
  EXPECT_EQ(masked.measure().validation_loss, masked.history().back().validation_loss);
  EXPECT_NE(masked.history().back().validation_loss, plain.history().back().validation_loss);
}

TEST(MonteCarloInference, PolicyCanChangeWhileARunGoesOn) {
  Trainer t(runs::spec(0.3), runs::classes());
  runs::ticks(t, 10);
  const float eval = t.measure().validation_loss;
  t.set_field("inference.passes", "3", "test");
  t.set_field("inference.policy", "monte_carlo", "test");
  EXPECT_NE(t.measure().validation_loss, eval);
  t.set_field("inference.policy", "eval", "test");
  EXPECT_EQ(t.measure().validation_loss, eval);
}

TEST(WeightInference, ClosedAndSampledAveragesAgreeInARunAndDifferFromTheMeanNetwork) {
  RunSpec spec = runs::spec(0);
  spec.dropout = {};
  spec.dropout.at("hidden1.weight").variant = "dropconnect";
  spec.dropout.at("hidden1.weight").rate = 0.5;
  Trainer t(spec, runs::classes());
  runs::ticks(t, 60);
  const float mean = t.measure().validation_loss;
  t.set_field("inference.weights", "closed", "test");
  const float closed = t.measure().validation_loss;
  t.set_field("inference.samples", "100000", "test");  // deviations of 0.3 % of a unit's own
  t.set_field("inference.weights", "gaussian", "test");
  const float sampled = t.measure().validation_loss;
  EXPECT_NE(mean, closed);
  EXPECT_LT(std::abs(sampled - closed), 0.1f * std::abs(mean - closed));
}

}  // namespace
}  // namespace dropscope
