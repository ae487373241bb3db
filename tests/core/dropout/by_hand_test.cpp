// Gates set by hand: exactly 0 or kept whatever the coins say, and all that follows from the gates follows from these.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/tensor/samples.h"
#include "core/train/gradient_check.h"
#include "core/train/host_networks.h"
#include "core/train/trainer.h"
#include "tests/core/dropout/noise_helpers.h"

namespace dropscope {
namespace {

using noise_tests::coins;
using noise_tests::normals;
using noise_tests::plan_of;

constexpr int kBatch = 6;
constexpr double kRates[] = {0.1, 0.3, 0.8};

// One variant at one site of a network that has it.
struct AtSite {
  const Variant* variant;
  SiteKind kind;
  HostNetwork host;
  Network<double> network;
  int site = -1;

  AtSite(const Variant* v, SiteKind k, const HostNetwork& h)
      : variant(v), kind(k), host(h), network(h.network, h.form) {
    for (std::size_t s = 0; s < network.sites().size() && site < 0; ++s)
      if (network.sites()[s].kind == kind) site = int(s);
  }
  std::string what(double rate) const {
    return std::string(variant->id) + " at " + network.sites()[std::size_t(site)].name + ", rate " +
           std::to_string(rate);
  }
};

template <class Visit>
void for_each_place(Visit visit) {
  for (const Variant* variant : all_variants())
    for (int k = 0; k < kSiteKindCount; ++k)
      if (variant->sites.has(SiteKind(k)))
        for (const HostNetwork& host : host_networks(SiteKind(k))) {
          AtSite at(variant, SiteKind(k), host);
          visit(at);
        }
}

// Noise of one site in a whole pass of its network, with or without edits.
template <class T>
struct Pass {
  const Network<T>& network;
  AlignedVector<T> params, gradients;
  Tape<T> tape;
  Tensor<T> d;

  Pass(const AtSite& at, const Network<T>& of, double rate, std::span<const GateEdit> edits)
      : network(of), params(of.param_count()), gradients(params.size()), tape(of.make_tape()) {
    network.init(9, params);
    NoisePlan plan = plan_of(at.variant->id, rate);
    const SiteInfo& site = network.sites()[std::size_t(at.site)];
    for (std::size_t i = 0; i < at.variant->learned.size(); ++i)
      params[site.learned + i] = T(at.variant->learned[i].initial);
    const bool words = at.host.form.sequence && at.host.form.sequence->tokens;
    Tensor<T>& x = network.begin(tape, kBatch);
    const Tensor<T> drawn = normals<T>(x.shape, 4);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = words ? T(i % 5) : drawn[i];
    tape.training = true;
    const Uniforms u = coins(2);
    network.draw_noise_at(params, plan, at.site, {&u, 1}, tape, edits);
    network.forward(params, tape, nullptr);
    d = normals<T>(tape.logits().shape, 6);
    tape.layers.back().dy = d;
    network.backward(params, tape, gradients, nullptr);
  }
  const Noise<T>& noise(const AtSite& at) const { return network.noise_at(tape, at.site).noise; }
};

// What leaves the noise where x goes in; held values are 7.
Tensor<double> applied(const Noise<double>& noise, const Shape& shape, double x) {
  const Tensor<double> in(shape, x), held(shape, 7);
  Tensor<double> out;
  apply_noise<double>(noise, in, &held, out);
  return out;
}

TEST(GatesByHand, ADroppedGateIsZeroForwardAndBackwardAndNoOtherGateIsTouched) {
  int places = 0;
  for_each_place([&](AtSite& at) {
    for (double rate : kRates) {
      const std::string what = at.what(rate);
      const Noise<double> plain = Pass<double>(at, at.network, rate, {}).noise(at);
      const Shape shape = at.network.site_shape(at.site, kBatch);
      const std::uint32_t element = std::uint32_t(shape.count() / kBatch / 2);
      for (int row : {-1, 1}) {
        const GateEdit edit{element, row, false};
        const Pass<double> pass(at, at.network, rate, {&edit, 1});
        const Noise<double>& noise = pass.noise(at);
        ASSERT_TRUE(noise.active) << what;
        const Shape gates = noise.gate.shape;
        const Tensor<double> out = applied(noise, shape, std::numeric_limits<double>::infinity());
        const Tensor<double> dy(shape, 1);
        Tensor<double> dx, dheld;
        apply_noise_backward<double>(noise, dy, dx, &dheld);
        for (int b = 0; b < kBatch; ++b) {
          const std::size_t i = std::size_t(b) * shape.count() / kBatch + element;
          const std::size_t g = broadcast_index(shape, gates, i);
          const bool set = row < 0 || row == b || gates[0].extent == 1;
          if (!set) continue;
          EXPECT_EQ(noise.gate[g], 0) << what;
          EXPECT_EQ(dx[i], 0) << what;
          const double rest =
              (noise.carry.empty() ? 0 : noise.carry[g] * 7) + (noise.offset.empty() ? 0 : noise.offset[g]);
          EXPECT_EQ(out[i], rest) << what << ": what goes in must not matter";
        }
        if (at.variant->piece) continue;
        for (std::size_t g = 0; plain.active && g < plain.gate.size(); ++g) {
          const bool same =
              gates[0].extent == 1 || row < 0 || int(g / (noise.gate.size() / std::size_t(gates[0].extent))) == row;
          const bool set = same && g % (noise.gate.size() / std::size_t(gates[0].extent)) ==
                                       broadcast_index(with_samples(shape, 1), with_samples(gates, 1), element);
          // What is kept may grow (DropHead); it stays what it was: dropped or kept.
          if (!set && !at.variant->follow) {
            EXPECT_EQ(noise.gate[g], plain.gate[g]) << what;
          }
          if (!set) {
            EXPECT_EQ(noise.gate[g] == 0, plain.gate[g] == 0) << what;
          }
        }
      }
      ++places;
    }
  });
  EXPECT_GT(places, 100);
}

TEST(GatesByHand, AKeptGateIsAsDrawnOrOneAndTakesPart) {
  for_each_place([&](AtSite& at) {
    for (double rate : kRates) {
      const std::string what = at.what(rate);
      const Noise<double> plain = Pass<double>(at, at.network, rate, {}).noise(at);
      const std::size_t each = at.network.site_shape(at.site, 1).count();
      std::vector<GateEdit> all;
      for (std::size_t e = 0; e < each; ++e) all.push_back({std::uint32_t(e), -1, true});
      const Pass<double> pass(at, at.network, rate, all);
      const Noise<double>& noise = pass.noise(at);
      ASSERT_TRUE(noise.active) << what;
      int raised = 0;
      for (std::size_t g = 0; g < noise.gate.size(); ++g) {
        EXPECT_NE(noise.gate[g], 0) << what;
        if (plain.active && plain.gate[g] == 0) ++raised;
        if (plain.active && !at.variant->follow) {
          EXPECT_EQ(noise.gate[g], plain.gate[g] == 0 ? 1 : plain.gate[g]) << what;
        }
        if (at.variant->follow) {
          EXPECT_EQ(noise.gate[g], 1) << what;  // of heads all are there
        }
        if (!noise.carry.empty()) {
          EXPECT_EQ(noise.carry[g], 0) << what;
        }
      }
      EXPECT_EQ(int(noise.by_hand.size()), raised) << what;
      if (at.variant->rescale == Rescale::RealizedKeep) {
        EXPECT_EQ(noise.scale, 1) << what;
      }
      if (at.variant->rescale == Rescale::InverseKeep) {
        EXPECT_EQ(noise.scale, 1 / (1 - rate)) << what;
      }
      Tensor<double> dx;
      apply_noise_backward<double>(noise, Tensor<double>(noise.gate.shape, 1), dx, nullptr);
      for (double v : dx.v) EXPECT_NE(v, 0) << what;
    }
  });
}

TEST(GatesByHand, WithoutEffectAllGatesAreOneButThoseSet) {
  for_each_place([&](AtSite& at) {
    const GateEdit edit{0, 2, false};
    const Pass<double> pass(at, at.network, 0, {&edit, 1});
    const Noise<double>& noise = pass.noise(at);
    ASSERT_TRUE(noise.active) << at.what(0);
    std::size_t zeros = 0;
    for (double g : noise.gate.v) zeros += g == 0 ? 1 : 0;
    if (!at.variant->piece && at.variant->rate_is != RateIs::Learned) {
      EXPECT_EQ(zeros, 1u) << at.what(0);
    }
    if (at.variant->rescale == Rescale::None || at.variant->rescale == Rescale::InverseKeep) {
      EXPECT_EQ(noise.scale, 1) << at.what(0);
    }
    if (at.variant->fill == Fill::Held) {
      EXPECT_EQ(noise.carry[noise.gate.size() / kBatch * 2], 1) << at.what(0);
    }
    // One beyond the batch sets nothing.
    const GateEdit beyond{0, kBatch, false};
    const Pass<double> none(at, at.network, 0, {&beyond, 1});
    if (at.variant->rate_is == RateIs::Learned) return;
    for (double g : none.noise(at).gate.v) EXPECT_EQ(g, 1) << at.what(0);
  });
}

TEST(GatesByHand, GradientsAreThoseOfFiniteDifferences) {
  for_each_place([&](AtSite& at) {
    for (double rate : {0.0, 0.3}) {
      GradientCase c;
      c.network = at.host.network;
      c.form = at.host.form;
      c.classify = true;
      for (const SiteInfo& site : at.network.sites()) {
        const std::uint32_t n = std::uint32_t(at.network.site_shape(int(&site - at.network.sites().data()), 1).count());
        const bool here = site.kind == at.kind;
        c.plans.push_back(here ? plan_of(at.variant->id, rate) : NoisePlan{});
        c.edits.emplace_back();
        if (here) c.edits.back() = {{n / 2, -1, false}, {n - 1, 1, false}, {0, -1, true}};
      }
      const GradientResult r = check_gradients(c);
      EXPECT_LT(r.worst, 1e-6) << at.what(rate) << " at " << r.where;
    }
  });
}

TEST(GatesByHand, OfAUnitNoWeightGetsAGradient) {
  for (double rate : kRates) {
    ArchSpec spec = layers_of("5,4", Activation::Tanh);
    noise_tests::Bench<double> b(spec, flat_form(3, 3));
    const GateEdit edits[] = {{2, -1, false}};
    b.input(normals<double>({{Axis::Sample, kBatch}, {Axis::Unit, 3}}, 1));
    const Uniforms u = coins(5);
    b.network.draw_noise_at(b.params, plan_of("inverted", rate), b.network.find_site("hidden1"), {&u, 1}, b.tape,
                            edits);
    b.forward();
    b.backward(normals<double>({{Axis::Sample, kBatch}, {Axis::Unit, 3}}, 2));
    int others = 0;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(b.gradient("hidden1.weight", 2, i), 0);
    EXPECT_EQ(b.gradient("hidden1.bias", 2), 0);
    for (int o = 0; o < 4; ++o) {
      EXPECT_EQ(b.gradient("hidden2.weight", o, 2), 0);
      for (int i : {0, 1, 3, 4}) others += b.gradient("hidden2.weight", o, i) != 0 ? 1 : 0;
    }
    EXPECT_GT(others, 0);
  }
}

TEST(GatesByHand, OfAWeightThatWeightAloneGetsNoGradient) {
  for (const char* variant : {"none", "dropconnect"}) {
    ArchSpec spec = layers_of("5,4", Activation::Tanh);
    noise_tests::Bench<double> b(spec, flat_form(3, 3));
    const GateEdit edits[] = {{1 * 3 + 2, -1, false}};  // from input 2 to unit 1
    b.input(normals<double>({{Axis::Sample, kBatch}, {Axis::Unit, 3}}, 1));
    NoisePlan plan = plan_of(variant, 0);
    plan.tie = plan.tie | AxisSet{Axis::Sample};
    const Uniforms u = coins(5);
    b.network.draw_noise_at(b.params, plan, b.network.find_site("hidden1.weight"), {&u, 1}, b.tape, edits);
    b.forward();
    b.backward(normals<double>({{Axis::Sample, kBatch}, {Axis::Unit, 3}}, 2));
    for (int o = 0; o < 5; ++o)
      for (int i = 0; i < 3; ++i)
        EXPECT_EQ(b.gradient("hidden1.weight", o, i) == 0, o == 1 && i == 2) << variant << " " << o << " " << i;
  }
}

TEST(GatesByHand, TheLaterOneHoldsAndAKeptGateIsAsDrawn) {
  const Shape shape{{Axis::Sample, 2}, {Axis::Unit, 5}};
  Noise<double> plain, noise;
  const NoisePlan plan = plan_of("gaussian", 0.3);
  draw_noise<double>(plan, shape, coins(1), {}, nullptr, plain);
  const GateEdit edits[] = {{3, -1, false}, {3, 1, true}, {4, -1, true}, {4, 0, false}};
  draw_noise<double>(plan, shape, coins(1), {}, nullptr, edits, noise);
  EXPECT_EQ(noise.gate[3], 0);
  EXPECT_EQ(noise.gate[5 + 3], plain.gate[5 + 3]) << "the value of the draw, not 1";
  EXPECT_EQ(noise.gate[4], 0);
  EXPECT_EQ(noise.gate[5 + 4], plain.gate[5 + 4]);
  EXPECT_EQ(noise.by_hand, (std::vector<std::uint32_t>{3, 4}));
}

TEST(GatesByHand, AtRateOneAKeptGateIsOneAndTheScaleStays) {
  const Shape shape{{Axis::Sample, 2}, {Axis::Unit, 5}};
  for (const char* variant : {"inverted", "classic"}) {
    Noise<double> noise;
    const GateEdit edit{1, 0, true};
    draw_noise<double>(plan_of(variant, 1), shape, coins(1), {}, nullptr, {&edit, 1}, noise);
    for (std::size_t i = 0; i < noise.gate.size(); ++i) EXPECT_EQ(noise.gate[i], i == 1 ? 1 : 0) << variant;
    EXPECT_EQ(noise.scale, std::string(variant) == "inverted" ? 0 : 1);
  }
}

TEST(GatesByHand, AlphaRestsAtItsFloorWhereAUnitIsDroppedByHand) {
  const Shape shape{{Axis::Sample, 2}, {Axis::Unit, 40}};
  for (double rate : {0.0, 0.1, 0.3, 0.8}) {
    Noise<double> noise;
    std::vector<GateEdit> edits;
    for (std::uint32_t e = 0; e < 40; ++e) edits.push_back({e, 0, e % 2 == 0});
    draw_noise<double>(plan_of("alpha", rate), shape, coins(1), {}, nullptr, edits, noise);
    const double floor = -1.7580993408473766, a = 1 / std::sqrt((1 - rate) * (1 + floor * floor * rate));
    const double b = -a * rate * floor;
    EXPECT_DOUBLE_EQ(noise.scale, a);
    for (std::size_t e = 0; e < 40; ++e) {
      EXPECT_EQ(noise.gate[e], e % 2 == 0 ? 1 : 0);
      EXPECT_DOUBLE_EQ(noise.offset[e], e % 2 == 0 ? b : a * floor + b) << rate;
    }
  }
}

TEST(GatesByHand, HeadsThatAreLeftGrowByWhatIsLeftByHand) {
  const Shape shape{{Axis::Sample, 3}, {Axis::Head, 4}, {Axis::Time, 2}, {Axis::Unit, 3}};
  for (double rate : {0.0, 0.1, 0.3, 0.8}) {
    Noise<double> noise;
    std::vector<GateEdit> edits;
    for (std::uint32_t head = 0; head < 4; ++head) {
      edits.push_back({head * 6 + 2, 0, head != 1});
      edits.push_back({head * 6 + 5, 1, head == 3});
      edits.push_back({head * 6, 2, false});
    }
    draw_noise<double>(plan_of("head", rate), shape, coins(1), {}, nullptr, edits, noise);
    EXPECT_EQ(noise.gate.v, (AlignedVector<double>{4.0 / 3, 0, 4.0 / 3, 4.0 / 3, 0, 0, 0, 4, 0, 0, 0, 0})) << rate;
  }
}

TEST(GatesByHand, DropBlockTakesTheSquareAroundAPixelAndTheRestGrows) {
  const Shape maps{{Axis::Sample, 2}, {Axis::Channel, 2}, {Axis::Row, 5}, {Axis::Col, 6}};
  for (bool coupled : {false, true}) {
    Noise<double> noise;
    const NoisePlan plan = plan_of("dropblock", 0, {3, coupled ? 1.0 : 0.0, 0});
    // Row 2, column 4 of the second map; then a corner, where the map cuts the square.
    for (auto [row, col, rows, cols] : {std::array{2, 4, 3, 3}, std::array{0, 0, 2, 2}, std::array{4, 5, 2, 2}}) {
      const GateEdit edit{std::uint32_t(30 + row * 6 + col), 1, false};
      draw_noise<double>(plan, maps, coins(1), {}, nullptr, {&edit, 1}, noise);
      int zeros = 0;
      for (std::size_t i = 0; i < noise.gate.size(); ++i) {
        const int c = int(i) % 6, r = int(i) / 6 % 5, channel = int(i) / 30 % 2, b = int(i) / 60;
        const bool inside = b == 1 && (coupled || channel == 1) && std::abs(r - row) <= 1 && std::abs(c - col) <= 1;
        EXPECT_EQ(noise.gate[i], inside ? 0 : 1) << b << " " << channel << " " << r << " " << c;
        zeros += inside ? 1 : 0;
      }
      EXPECT_EQ(zeros, rows * cols * (coupled ? 2 : 1));
      EXPECT_DOUBLE_EQ(noise.scale, 120.0 / (120 - zeros));
    }
  }
}

TEST(GatesByHand, CutoutTakesItsSquareOutOfOneExampleAndPutsItBack) {
  const Shape image{{Axis::Sample, 2}, {Axis::Channel, 3}, {Axis::Row, 8}, {Axis::Col, 8}};
  for (double rate : kRates) {
    Noise<double> plain, noise;
    const NoisePlan plan = plan_of("cutout", rate, {4});
    draw_noise<double>(plan, image, coins(1), {}, nullptr, plain);
    const GateEdit drop{64 + 4 * 8 + 5, 0, false};
    draw_noise<double>(plan, image, coins(1), {}, nullptr, {&drop, 1}, noise);
    ASSERT_EQ(noise.gate.size(), 128u) << "one coin for all channels";
    for (int i = 0; i < 128; ++i) {
      const int r = i / 8 % 8, c = i % 8;
      const bool inside = i < 64 && r >= 2 && r < 6 && c >= 3 && c < 7;
      EXPECT_EQ(noise.gate[std::size_t(i)], inside ? 0 : plain.gate[std::size_t(i)]) << i;
    }
    EXPECT_EQ(noise.scale, 1);
    const GateEdit edits[] = {drop, {4 * 8 + 5, -1, true}};
    draw_noise<double>(plan, image, coins(1), {}, nullptr, edits, noise);
    for (int r = 2; r < 6; ++r)
      for (int c = 3; c < 7; ++c) EXPECT_EQ(noise.gate[std::size_t(r * 8 + c)], 1);
  }
}

TEST(GatesByHand, ZoneoutHoldsWhatIsDroppedByHand) {
  const Shape steps{{Axis::Sample, 2}, {Axis::Time, 3}, {Axis::Unit, 4}};
  for (double rate : {0.0, 0.1, 0.8}) {
    Noise<double> noise;
    const GateEdit edits[] = {{5, 1, false}, {6, 1, true}};
    draw_noise<double>(plan_of("zoneout", rate), steps, coins(1), {}, nullptr, edits, noise);
    const Tensor<double> out = applied(noise, steps, 3);
    EXPECT_EQ(out[12 + 5], 7) << rate;
    EXPECT_EQ(out[12 + 6], 3) << rate;
  }
}

TEST(GatesByHand, ASharedGateGoesWithEveryElementThatSharesIt) {
  const Shape maps{{Axis::Sample, 2}, {Axis::Channel, 3}, {Axis::Row, 2}, {Axis::Col, 2}};
  Noise<double> one, other;
  const GateEdit first{4 + 0, 1, false}, last{4 + 3, 1, false};
  draw_noise<double>(plan_of("spatial", 0.3), maps, coins(1), {}, nullptr, {&first, 1}, one);
  draw_noise<double>(plan_of("spatial", 0.3), maps, coins(1), {}, nullptr, {&last, 1}, other);
  EXPECT_EQ(one.gate[3 + 1], 0);
  EXPECT_EQ(one.gate.v, other.gate.v);
}

// Two passes of R-Drop in one batch: a row's edit is its run's.
TEST(GatesByHand, EachRunHasItsOwn) {
  const Shape shape{{Axis::Sample, 6}, {Axis::Unit, 5}};
  const Uniforms draws[] = {coins(1), coins(2)};
  for (const char* variant : {"inverted", "gaussian", "alpha", "classic"})
    for (bool shared : {false, true}) {
      NoisePlan plan = plan_of(variant, 0.3);
      if (shared) plan.tie = plan.tie | AxisSet{Axis::Sample};
      SiteNoise<double> plain, first, second, both;
      draw_site<double>(plan, shape, draws, nullptr, plain);
      const GateEdit in_first{2, 1, false}, in_second{2, 4, false}, in_both{2, -1, false};
      draw_site<double>(plan, shape, draws, nullptr, first, {&in_first, 1});
      draw_site<double>(plan, shape, draws, nullptr, second, {&in_second, 1});
      draw_site<double>(plan, shape, draws, nullptr, both, {&in_both, 1});
      for (std::size_t i = 0; i < 30; ++i) {
        const std::size_t row = i / 5;
        const bool unit = i % 5 == 2, early = row < 3;
        const double drawn = plain.noise.gate[i];
        EXPECT_EQ(first.noise.gate[i], unit && (shared ? early : row == 1) ? 0 : drawn) << variant << shared << i;
        EXPECT_EQ(second.noise.gate[i], unit && (shared ? !early : row == 4) ? 0 : drawn) << variant << shared << i;
        EXPECT_EQ(both.noise.gate[i], unit ? 0 : drawn) << variant << shared << i;
      }
      // Without coins a run without edits has ones, not what was there before.
      plan.rate = 0;
      draw_site<double>(plan, shape, draws, nullptr, second, {&in_second, 1});
      ASSERT_EQ(second.noise.gate.size(), 30u);
      for (std::size_t i = 0; i < 30; ++i)
        EXPECT_EQ(second.noise.gate[i] == 0, i % 5 == 2 && (shared ? i / 5 > 2 : i / 5 == 4)) << variant << i;
    }
}

// Standout decides in the middle of the pass.
TEST(GatesByHand, WaitForWhatIsDrawnLate) {
  const Shape shape{{Axis::Sample, 4}, {Axis::Unit, 6}};
  const Tensor<double> z = normals<double>(shape, 8);
  for (std::size_t runs : {1u, 2u})
    for (double rate : kRates) {
      const Uniforms draws[] = {coins(1), coins(2)};
      SiteNoise<double> plain, edited;
      const GateEdit edits[] = {{3, -1, false}, {4, 2, true}};
      draw_site<double>(plan_of("standout", rate), shape, {draws, runs}, nullptr, plain);
      draw_site<double>(plan_of("standout", rate), shape, {draws, runs}, nullptr, edited, edits);
      ASSERT_TRUE(edited.pending);
      settle(plain, z);
      settle(edited, z);
      for (std::size_t i = 0; i < 24; ++i) {
        const double expected = i % 6 == 3 ? 0 : i == 16 ? 1 : plain.noise.gate[i];
        EXPECT_EQ(edited.noise.gate[i], expected) << i;
      }
      // The next draw has forgotten them.
      draw_site<double>(plan_of("standout", rate), shape, {draws, runs}, nullptr, edited);
      settle(edited, z);
      EXPECT_EQ(edited.noise.gate.v, plain.noise.gate.v);
    }
}

}  // namespace
}  // namespace dropscope
