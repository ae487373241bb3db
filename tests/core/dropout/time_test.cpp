// Dropout along time: which masks a sequence shares, and what that does to what a network remembers
// (VARIANTS.md 13 and 20.15).
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <set>

#include "core/data/dataset.h"
#include "core/train/trainer.h"
#include "tests/core/nn/recurrent_cell.h"

namespace dropscope {
namespace {

using recurrent::CellUnderTest;

// ---- Which elements share a coin

double gate_of(const Noise<double>& noise, int b, int t, int u) {
  const Shape& s = noise.gate.shape;
  const auto at = [&s](int axis, int i) { return std::size_t(s[axis].extent > 1 ? i : 0); };
  return noise.gate[(at(0, b) * std::size_t(s[1].extent) + at(1, t)) * std::size_t(s[2].extent) + at(2, u)];
}

TEST(LockedDropout, OneMaskServesAllStepsAndEverySequenceHasItsOwn) {
  CellUnderTest<double> c(LayerKind::Lstm, 6, 9, 40, 40);
  c.fill_all(3);
  for (const char* name : {"input", "recurrent", "", "cell"}) {
    std::set<std::vector<double>> masks;
    for (std::uint32_t age = 0; age < 3; ++age) {
      const Noise<double>& noise = c.draw(name, "locked", 0.3, age);
      ASSERT_EQ(noise.gate.shape, (Shape{{Axis::Sample, 6}, {Axis::Time, 1}, {Axis::Unit, 40}}));
      for (int b = 0; b < 6; ++b) {
        std::vector<double> mask;
        for (int u = 0; u < 40; ++u) mask.push_back(gate_of(noise, b, 0, u));
        EXPECT_TRUE(masks.insert(mask).second) << "two sequences share a mask at " << name;
      }
    }
    // What the layer makes of it: a dropped output is 0 at every step, another at none.
    if (std::string(name) != "") continue;
    c.run();
    const Noise<double>& noise = c.noise("");
    for (int b = 0; b < 6; ++b)
      for (int t = 0; t < 9; ++t)
        for (int u = 0; u < 40; ++u) EXPECT_EQ(c.h(b, t, u) == 0, gate_of(noise, b, 0, u) == 0);
  }
}

TEST(NaiveDropout, EveryStepHasAMaskOfItsOwn) {
  CellUnderTest<double> c(LayerKind::Lstm, 2, 9, 40, 40);
  for (const char* name : {"input", "recurrent", "update", ""}) {
    const Noise<double>& noise = c.draw(name, "inverted", 0.3);
    std::set<std::vector<double>> masks;
    for (int b = 0; b < 2; ++b)
      for (int t = 0; t < 9; ++t) {
        std::vector<double> mask;
        for (int u = 0; u < 40; ++u) mask.push_back(gate_of(noise, b, t, u));
        EXPECT_TRUE(masks.insert(mask).second) << name;
      }
  }
}

TEST(RecurrentUpdate, TheParameterFixesTheFirstStepsMask) {
  const Shape site{{Axis::Sample, 3}, {Axis::Time, 5}, {Axis::Unit, 30}};
  NoisePlan plan = CellUnderTest<double>::plan("recurrent_update", 0.4, {});
  Noise<double> fresh, fixed;
  draw_noise<double>(plan, site, Uniforms({2}, Stream::Dropout), {}, nullptr, fresh);
  plan.params[0] = 1;
  draw_noise<double>(plan, site, Uniforms({2}, Stream::Dropout), {}, nullptr, fixed);
  int differ = 0;
  for (int b = 0; b < 3; ++b)
    for (int t = 0; t < 5; ++t)
      for (int u = 0; u < 30; ++u) {
        EXPECT_EQ(gate_of(fixed, b, t, u), gate_of(fresh, b, 0, u));
        differ += gate_of(fresh, b, t, u) != gate_of(fresh, b, 0, u) ? 1 : 0;
      }
  EXPECT_GT(differ, 0);
}

TEST(WeightDrop, IsThePlainLayerWithTheMaskedWeightsForTheWholeBatchAndAllSteps) {
  for (LayerKind kind : {LayerKind::Rnn, LayerKind::Lstm, LayerKind::Gru}) {
    CellUnderTest<double> dropped(kind, 4, 6, 3, 7), plain(kind, 4, 6, 3, 7);
    dropped.fill_all(11);
    plain.fill_all(11);
    const Noise<double>& noise = dropped.draw("recurrent_weight", "weight_drop", 0.4);
    const int outputs = dropped.block("recurrent_weight").outputs;
    ASSERT_EQ(noise.gate.shape, (Shape{{Axis::Sample, 1}, {Axis::Out, outputs}, {Axis::In, 7}}));
    int cut = 0;
    for (int o = 0; o < outputs; ++o)
      for (int i = 0; i < 7; ++i) {
        const double gate = noise.gate[std::size_t(o * 7 + i)];
        plain.weight("recurrent_weight", o, i) *= gate / 0.6;
        cut += gate == 0 ? 1 : 0;
      }
    EXPECT_GT(cut, 0);
    dropped.run();
    plain.run();
    for (std::size_t k = 0; k < plain.tape.out().size(); ++k)
      EXPECT_NEAR(dropped.tape.out()[k], plain.tape.out()[k], 1e-13);
  }
}

// The trainer draws a new mask for every update, and so for every sequence.
TEST(TimeDropout, TheNextUpdateDrawsAnew) {
  RunSpec spec;
  spec.data.dataset = "adding";
  spec.data.train = 32;
  spec.data.validation = 8;
  spec.data.steps = 6;
  spec.network.hidden = {make_layer(LayerKind::Lstm, 24)};
  spec.batch_size = 8;
  for (const auto& [site, variant] : {std::pair{"lstm1.input", "locked"},
                                      {"lstm1.recurrent", "locked"},
                                      {"lstm1.recurrent_weight", "weight_drop"},
                                      {"lstm1.update", "recurrent_update"},
                                      {"lstm1.cell", "zoneout"},
                                      {"lstm1.state", "zoneout"}}) {
    spec.dropout.at(site).variant = variant;
    spec.dropout.at(site).rate = 0.5;
  }
  Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, 7, nullptr)));
  std::vector<std::set<std::vector<float>>> seen(trainer.network().sites().size());
  for (int tick = 0; tick < 4; ++tick) {
    trainer.advance(Granularity::Tick);
    for (std::size_t s = 0; s < seen.size(); ++s) {
      const Noise<float>& noise = trainer.network().noise_at(trainer.tape(), int(s)).noise;
      if (noise.active) {
        EXPECT_TRUE(seen[s].insert({noise.gate.v.begin(), noise.gate.v.end()}).second);
      }
    }
  }
  EXPECT_EQ(std::count_if(seen.begin(), seen.end(), [](const auto& masks) { return masks.size() == 4; }), 6);
}

// ---- Zoneout

template <class T>
bool same_bits(const Tensor<T>& a, const Tensor<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

TEST(Zoneout, AtRateZeroIsThePlainCellAndAtOneStandsStill) {
  for (LayerKind kind : {LayerKind::Rnn, LayerKind::Lstm, LayerKind::Gru}) {
    CellUnderTest<float> plain(kind, 3, 5, 2, 6), none(kind, 3, 5, 2, 6), all(kind, 3, 5, 2, 6);
    for (CellUnderTest<float>* c : {&plain, &none, &all}) c->fill_all(7);
    none.draw("state", "zoneout", 0);
    all.draw("state", "zoneout", 1);
    // Frozen at the state before the first step, whatever the new value would be.
    all.x[0] = std::numeric_limits<float>::quiet_NaN();
    all.x[9] = std::numeric_limits<float>::infinity();
    plain.run();
    none.run();
    all.run();
    EXPECT_TRUE(same_bits(plain.tape.out(), none.tape.out()));
    for (float h : all.tape.out().v) EXPECT_EQ(h, 0.0f);
  }
}

TEST(Zoneout, AFrozenUnitKeepsItsValueAndAFreeOneIsNew) {
  CellUnderTest<double> c(LayerKind::Gru, 4, 8, 3, 20);
  c.fill_all(5);
  const Noise<double> noise = c.draw("state", "zoneout", 0.5);
  c.run();
  int held = 0;
  for (int b = 0; b < 4; ++b)
    for (int t = 1; t < 8; ++t)
      for (int u = 0; u < 20; ++u) {
        const bool frozen = gate_of(noise, b, t, u) == 0;
        EXPECT_EQ(c.h(b, t, u) == c.h(b, t - 1, u), frozen);
        held += frozen ? 1 : 0;
      }
  // 560 coins, five standard deviations: 5 sqrt(560 / 4) = 59.
  EXPECT_NEAR(held, 280, 59);
}

// Every mask of the second step, the first being free: two units' states and cells.
TEST(Zoneout, TheMeanOfTrainingOverAllMasksOfAStepIsInference) {
  constexpr int kUnits = 3;
  for (double rate : {0.05, 0.15, 0.5, 0.9}) {
    CellUnderTest<double> c(LayerKind::Lstm, 1, 2, 2, kUnits);
    c.fill_all(9);
    double mean_h[kUnits] = {}, mean_c[kUnits] = {};
    const Shape site = c.layer->site_shape(c.slot("state"), 1);
    const auto by_hand = [&](const char* name, const std::function<double(int)>& gate) {
      Noise<double>& noise = c.draw(name, "zoneout", rate);
      ASSERT_EQ(noise.gate.shape, site);
      for (int k = 0; k < 2 * kUnits; ++k) {
        noise.gate[std::size_t(k)] = k < kUnits ? 1 : gate(k - kUnits);
        noise.carry[std::size_t(k)] = 1 - noise.gate[std::size_t(k)];
      }
    };
    const auto cell_after = [&c](int u) { return c.tape.work[kCellsOfTape][std::size_t(2 * kUnits + u)]; };
    for (unsigned state = 0; state < 1u << kUnits; ++state)
      for (unsigned cell = 0; cell < 1u << kUnits; ++cell) {
        by_hand("state", [state](int u) { return state >> u & 1 ? 1.0 : 0.0; });
        by_hand("cell", [cell](int u) { return cell >> u & 1 ? 1.0 : 0.0; });
        c.run();
        double p = 1;
        for (int u = 0; u < kUnits; ++u) p *= (state >> u & 1 ? 1 - rate : rate) * (cell >> u & 1 ? 1 - rate : rate);
        for (int u = 0; u < kUnits; ++u) {
          mean_h[u] += p * c.h(0, 1, u);
          mean_c[u] += p * cell_after(u);
        }
      }
    // What the engine puts in place of a draw, from the second step on.
    c.expect("state", "zoneout", rate);
    const double gate = c.noise("state").gate[0], carry = c.noise("state").carry[0];
    EXPECT_DOUBLE_EQ(gate, 1 - rate);
    EXPECT_DOUBLE_EQ(carry, rate);
    for (const char* name : {"state", "cell"}) {
      by_hand(name, [gate](int) { return gate; });
      for (int u = 0; u < kUnits; ++u) c.noise(name).carry[std::size_t(kUnits + u)] = carry;
    }
    c.run();
    for (int u = 0; u < kUnits; ++u) {
      EXPECT_NEAR(c.h(0, 1, u), mean_h[u], 1e-14);
      EXPECT_NEAR(cell_after(u), mean_c[u], 1e-14);
    }
  }
}

TEST(Zoneout, InferenceMovesEveryUnitByTheRate) {
  // h~ = 1 at every step: h_t = (1 - p) + p h_{t-1}, so h_t = 1 - p^t with t counted from 1.
  CellUnderTest<double> c(LayerKind::Rnn, 2, 6, 1, 3, Activation::Identity);
  for (int u = 0; u < 3; ++u) c.weight("bias", u) = 1;
  c.expect("state", "zoneout", 0.3);
  c.run();
  for (int t = 0; t < 6; ++t)
    for (int u = 0; u < 3; ++u) EXPECT_NEAR(c.h(1, t, u), 1 - std::pow(0.3, t + 1), 1e-15);
}

// ---- A value that only has to be carried: h_t = h_{t-1}, h_0 = 1. What each scheme leaves of it (VARIANTS.md 13).

constexpr int kCarry = 10;  // steps after the value came in

// One unit, U = W = 1; example k has the masks of its number. h_0 enters at the first step, whose gate is open.
struct Carried {
  CellUnderTest<double> cell;
  explicit Carried(int batch, LayerKind kind = LayerKind::Rnn)
      : cell(kind, batch, kCarry + 1, 1, 1, Activation::Identity) {
    for (int b = 0; b < batch; ++b) cell.x[std::size_t(b * (kCarry + 1))] = 1;
    if (kind != LayerKind::Rnn) return;
    cell.weight("weight", 0, 0) = 1;
    cell.weight("recurrent_weight", 0, 0) = 1;
  }
  double last(int b) const { return cell.h(b, kCarry, 0); }
};

TEST(CarriedValue, FreshMasksEraseItAndBlowUpTheRest) {
  for (double rate : {0.1, 0.3, 0.5, 0.8}) {
    constexpr int kMasks = 1 << kCarry;
    Carried c(kMasks);
    const double keep = 1 - rate;
    Noise<double>& noise = c.cell.draw("recurrent", "inverted", rate);
    std::vector<double> chance(kMasks, 1.0);
    for (int m = 0; m < kMasks; ++m)
      for (int t = 0; t <= kCarry; ++t) {
        // The first step has no state before it.
        const bool kept = t == 0 || (m >> (t - 1) & 1);
        noise.gate[std::size_t(m * (kCarry + 1) + t)] = kept ? 1 : 0;
        if (t > 0) chance[std::size_t(m)] *= kept ? keep : rate;
      }
    c.cell.run();
    double alive = 0, mean = 0, square = 0;
    for (int m = 0; m < kMasks; ++m) {
      const double h = c.last(m), p = chance[std::size_t(m)];
      alive += h != 0 ? p : 0;
      mean += p * h;
      square += p * h * h;
    }
    EXPECT_NEAR(alive, std::pow(keep, kCarry), 1e-12);
    EXPECT_NEAR(mean, 1, 1e-12);
    EXPECT_NEAR(square / std::pow(keep, -kCarry), 1, 1e-12);
  }
  // At rate 0.5 a unit survives ten steps with a chance of 0.1 %, twenty with 9.5e-7, and then is 2^20 times as large.
  EXPECT_NEAR(std::pow(0.5, 10), 0.00098, 1e-5);
  EXPECT_NEAR(std::pow(0.5, 20), 9.5e-7, 0.05e-7);
  EXPECT_NEAR(std::pow(2, 20), 1.05e6, 0.005e6);
}

TEST(CarriedValue, OneMaskForAllStepsKeepsItButMakesItGrow) {
  for (double rate : {0.1, 0.3, 0.5, 0.8}) {
    Carried c(2);
    const double keep = 1 - rate;
    Noise<double>& noise = c.cell.draw("recurrent", "locked", rate);
    ASSERT_EQ(noise.gate.size(), 2u);
    noise.gate[0] = 0;
    noise.gate[1] = 1;
    c.cell.run();
    EXPECT_EQ(c.last(0), 0);  // gone with probability `rate`, alive with `keep`
    EXPECT_NEAR(c.last(1) * std::pow(keep, kCarry), 1, 1e-12);
    EXPECT_NEAR((rate * c.last(0) + keep * c.last(1)) / std::pow(keep, 1 - kCarry), 1, 1e-12);
  }
}

TEST(CarriedValue, ZoneoutNeverChangesIt) {
  for (double rate : {0.1, 0.3, 0.5, 0.8, 1.0}) {
    Carried c(64);
    Noise<double>& noise = c.cell.draw("state", "zoneout", rate);
    for (int b = 0; b < 64; ++b) {
      noise.gate[std::size_t(b * (kCarry + 1))] = 1;
      noise.carry[std::size_t(b * (kCarry + 1))] = 0;
    }
    c.cell.run();
    for (int b = 0; b < 64; ++b)
      for (int t = 0; t <= kCarry; ++t) EXPECT_EQ(c.cell.h(b, t, 0), 1.0);
  }
}

// An LSTM whose forget gate is wide open holds c exactly while its updates are dropped, and takes in something new as
// soon as one is not. Noise on the cells themselves has no such respect.
TEST(CarriedValue, DroppedUpdatesLeaveTheMemoryUntouched) {
  const auto cells = [](const char* site, const char* variant, double gate) {
    CellUnderTest<double> c(LayerKind::Lstm, 1, kCarry + 1, 1, 1);
    for (double& v : c.x.v) v = 0.3;
    // sigmoid(50) rounds to 1; the candidate is tanh(0.3) at every step.
    for (int of : {0, 1, 3}) c.weight("bias", of) = 50;
    c.weight("weight", 2, 0) = 1;
    Noise<double>& noise = c.draw(site, variant, 0.5);
    for (std::size_t k = 0; k < noise.gate.size(); ++k) noise.gate[k] = k == 0 ? 1 : gate;
    c.run();
    const Tensor<double>& all = c.tape.work[kCellsOfTape];
    return std::vector<double>(all.v.begin() + 1, all.v.end());
  };
  const double first = 2 * std::tanh(0.3);  // kept, and scaled by 1 / (1 - 0.5)
  for (double c : cells("update", "recurrent_update", 0)) EXPECT_EQ(c, first);
  const std::vector<double> growing = cells("update", "recurrent_update", 1);
  for (int t = 0; t <= kCarry; ++t) EXPECT_NEAR(growing[std::size_t(t)], (t + 1) * first, 1e-13);
  EXPECT_GT(cells("cell", "locked", 1).back(), 1000 * first);  // doubled at every step
}

}  // namespace
}  // namespace dropscope
