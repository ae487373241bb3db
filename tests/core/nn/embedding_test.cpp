#include "core/nn/embedding.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/nn/network.h"
#include "core/tensor/panels.h"
#include "core/train/gradient_check.h"

namespace dropscope {
namespace {

constexpr int kSteps = 6, kWords = 5;

DataForm words_form() {
  return {.inputs = kSteps, .outputs = 3, .image = {}, .sequence = SequenceShape{kSteps, 1, true, kWords, false}};
}

ArchSpec embedded(int units, Positions positions) {
  ArchSpec spec;
  spec.hidden = {make_layer(LayerKind::Embedding, units)};
  spec.hidden[0].positions = positions;
  spec.init = Init::LeCun;
  return spec;
}

// Two sequences; words 4 and 1 stand twice in the first, word 3 nowhere.
const std::vector<double> kText = {4, 1, 0, 4, 1, 2, /* */ 1, 1, 1, 0, 2, 4};

struct Net {
  Network<double> network;
  AlignedVector<double> params;
  Tape<double> tape;
  explicit Net(Positions positions, int units = 18)
      : network(embedded(units, positions), words_form()), params(network.param_count()), tape(network.make_tape()) {
    network.init(3, params);
    network.begin(tape, 2).v.assign(kText.begin(), kText.end());
  }
  double table(int unit, int word) const {
    return params[network.blocks()[0].offset + panel_index(unit, word, kWords)];
  }
  void draw(const char* site, const char* variant, double rate) {
    const Uniforms coins({5, 1}, Stream::Dropout);
    network.draw_noise_at(params, {find_variant(variant), rate, find_variant(variant)->tie, {}},
                          network.find_site(site), {&coins, 1}, tape);
  }
  const Tensor<double>& forward() {
    network.forward(params, tape, nullptr);
    return tape.layers[1].out();
  }
};

TEST(Embedding, GivesEachStepTheRowOfItsWord) {
  Net net(Positions::None);
  const Tensor<double>& y = net.forward();
  EXPECT_EQ(y.shape, (Shape{{Axis::Sample, 2}, {Axis::Time, kSteps}, {Axis::Unit, 18}}));
  for (std::size_t r = 0; r < kText.size(); ++r)
    for (int u = 0; u < 18; ++u) EXPECT_EQ(y[r * 18 + std::size_t(u)], net.table(u, int(kText[r])));
}

// Golden values of Vaswani et al. for four units: angles t, t, t/100, t/100.
TEST(Embedding, SinusoidsAreThoseOfThePaper) {
  const std::vector<double> waves = sinusoidal_positions<double>(3, 4);
  const double expected[] = {0,
                             1,
                             0,
                             1,
                             0.8414709848078965,
                             0.5403023058681398,
                             0.009999833334166664,
                             0.9999500004166653,
                             0.9092974268256817,
                             -0.4161468365471424,
                             0.01999866669333308,
                             0.9998000066665778};
  // Two roundings in the angle and one in the sine stay below 4 units in the last place.
  for (std::size_t i = 0; i < 12; ++i) EXPECT_NEAR(waves[i], expected[i], 1e-15) << i;
}

TEST(Embedding, AddsItsPositionToEveryRow) {
  Net plain(Positions::None), waves(Positions::Sinusoidal), learned(Positions::Learned);
  const std::vector<double> expected = sinusoidal_positions<double>(kSteps, 18);
  const Tensor<double>&y = plain.forward(), &with_waves = waves.forward(), &with_learned = learned.forward();
  const ParamBlock& block = learned.network.blocks()[1];
  EXPECT_EQ(block.name, "embedding1.position");
  for (std::size_t r = 0; r < kText.size(); ++r)
    for (std::size_t u = 0; u < 18; ++u) {
      const std::size_t i = r * 18 + u, step = r % kSteps;
      EXPECT_EQ(with_waves[i], y[i] + expected[step * 18 + u]);
      EXPECT_EQ(with_learned[i], y[i] + learned.params[block.offset + panel_index(int(u), int(step), kSteps)]);
    }
}

TEST(Embedding, GradientsAreThoseOfFiniteDifferences) {
  for (Positions positions : {Positions::None, Positions::Sinusoidal, Positions::Learned})
    for (int units : {1, 5, 18}) {
      GradientCase c;
      c.network = embedded(units, positions);
      c.form = words_form();
      const GradientResult r = check_gradients(c);
      EXPECT_LT(r.worst, 1e-6) << name_of(positions) << ", " << units << " units, at " << r.where;
    }
}

TEST(Embedding, WordsThatStandNowhereGetNoGradient) {
  Net net(Positions::Learned);
  net.forward();
  AlignedVector<double> gradients(net.params.size());
  softmax_cross_entropy<double>(net.tape.logits(), std::vector<std::int32_t>{0, 2}, &net.tape.layers.back().dy);
  // The last step alone is read out: words 2 and 4.
  net.network.backward(net.params, net.tape, gradients, nullptr);
  for (int w = 0; w < kWords; ++w) {
    double sum = 0;
    for (int u = 0; u < 18; ++u) sum += std::abs(gradients[panel_index(u, w, kWords)]);
    EXPECT_EQ(sum > 0, w == 2 || w == 4) << w;
  }
}

// A picture of a network over its inputs asks for values that are no words.
TEST(Embedding, TakesTheNearestWord) {
  Net near(Positions::None), exact(Positions::None);
  near.network.begin(near.tape, 2).v = {3.6, 0.7, -2, 1e30, 1.2, 2.4, 1, 1, 1, std::nan(""), 2, 4};
  exact.network.begin(exact.tape, 2).v = {4, 1, 0, 4, 1, 2, 1, 1, 1, 0, 2, 4};
  EXPECT_EQ(near.forward().v, exact.forward().v);
}

TEST(Embedding, IsRefusedWhereThereAreNoWords) {
  DataForm numbers = words_form();
  numbers.sequence->tokens = false;
  EXPECT_THROW(Network<float>(embedded(4, Positions::None), numbers), InputError);
  EXPECT_THROW(Network<float>(embedded(4, Positions::None), flat_form(6, 3)), InputError);
  ArchSpec second = embedded(4, Positions::None);
  second.hidden.push_back(second.hidden[0]);
  EXPECT_THROW(Network<float>(second, words_form()), InputError);
  // Words are no numbers that a layer could multiply.
  ArchSpec dense;
  EXPECT_THROW(Network<float>(dense, words_form()), InputError);
}

}  // namespace
}  // namespace dropscope
