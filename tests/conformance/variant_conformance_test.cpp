// Every registered variant through the same checks: a new variant is tested by being listed.
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/nn/network.h"
#include "core/spec/fields.h"
#include "core/train/gradient_check.h"
#include "core/train/trainer.h"
#include "tests/conformance/conformance.h"

namespace dropscope {
namespace {

using namespace conformance;

class VariantConformance : public ::testing::TestWithParam<const Variant*> {
 protected:
  const Variant& variant() const { return *GetParam(); }
  // A check at every site the variant may attach to, with a mask per example and one per batch.
  template <class Check>
  void everywhere(Check check) const {
    for (const Place& place : places_of(variant())) EXPECT_EQ(check(place), "");
  }
};

TEST_P(VariantConformance, FactsAreComplete) { EXPECT_EQ(facts_are_complete(variant()), ""); }

TEST_P(VariantConformance, MaskHasTheTiedShape) {
  everywhere(mask_has_tied_shape<float>);
  everywhere(mask_has_tied_shape<double>);
}
TEST_P(VariantConformance, RateZeroIsTheIdentityBitForBit) {
  everywhere([](const Place& p) { return rate_zero_is_the_identity<float>(p); });
  everywhere([](const Place& p) { return rate_zero_is_the_identity<double>(p); });
}
TEST_P(VariantConformance, RateOneGivesExactZerosWhateverComesIn) {
  everywhere([](const Place& p) { return rate_one_gives_exact_zeros<float>(p); });
  everywhere([](const Place& p) { return rate_one_gives_exact_zeros<double>(p); });
}
TEST_P(VariantConformance, DropsTheFractionAskedFor) {
  everywhere([](const Place& p) { return drops_the_fraction_asked_for<float>(p); });
  everywhere([](const Place& p) { return drops_the_fraction_asked_for<double>(p); });
}
TEST_P(VariantConformance, MeanIsPreserved) {
  everywhere([](const Place& p) { return keeps_the_moments_it_declares<float>(p); });
  everywhere([](const Place& p) { return keeps_the_moments_it_declares<double>(p); });
}
TEST_P(VariantConformance, TrainingAveragesToInference) {
  everywhere([](const Place& p) { return training_averages_to_inference<float>(p); });
  everywhere([](const Place& p) { return training_averages_to_inference<double>(p); });
}
TEST_P(VariantConformance, GradientIsThatOfTheFrozenNoise) {
  everywhere([](const Place& p) { return gradient_is_that_of_the_frozen_noise(p); });
}
TEST_P(VariantConformance, RepeatsForOneKeyAndRefreshesForTheNext) {
  everywhere([](const Place& p) { return repeats_for_one_key_and_refreshes_for_the_next<float>(p); });
  everywhere([](const Place& p) { return repeats_for_one_key_and_refreshes_for_the_next<double>(p); });
}
TEST_P(VariantConformance, ALargerRateNeverRevivesAnElement) {
  everywhere([](const Place& p) { return a_larger_rate_never_revives<float>(p); });
  everywhere([](const Place& p) { return a_larger_rate_never_revives<double>(p); });
}

TEST_P(VariantConformance, FloatAndDoubleDrawTheSameMask) {
  everywhere([](const Place& place) -> std::string {
    for (double rate : kRates) {
      if (rate > place.variant->max_rate) continue;
      const Draw<float> f(place, rate, 6);
      const Draw<double> d(place, rate, 6);
      if (f.noise.active != d.noise.active)
        return fault(place, rate, "float and double agree on whether there is noise", "they do not");
      for (std::size_t i = 0; i < f.noise.gate.size(); ++i)
        if (f.noise.gate[i] != float(d.noise.gate[i]))
          return fault(place, rate, "float and double draw one mask", "two");
      if (f.noise.scale != float(d.noise.scale))
        return fault(place, rate, "float and double scale alike", "they do not");
    }
    return {};
  });
}

TEST_P(VariantConformance, RatesOutsideItsRangeAreRefusedAndTheSpecStaysAsItWas) {
  RunSpec spec;
  set_field(spec, "dropout.hidden1.variant", variant().id, "test");
  set_field(spec, "dropout.hidden1.rate", "0.3", "test");
  const RunSpec before = spec;
  std::vector<std::string> bad = {"-0.1", "-1e-300", "1.0000001", "2",    "nan", "-nan",
                                  "inf",  "",        "half",      "0.5x", "1e39"};
  if (variant().max_rate < 1) bad.insert(bad.end(), {"1", real_text(std::nextafter(variant().max_rate, 2.0))});
  for (const std::string& rate : bad) {
    EXPECT_THROW(set_field(spec, "dropout.hidden1.rate", rate, "test"), InputError)
        << variant().id << " took rate " << rate;
    EXPECT_EQ(spec, before);
  }
  EXPECT_NO_THROW(set_field(spec, "dropout.hidden1.rate", real_text(variant().max_rate), "test"));
  // A spec that was put together by hand is looked at as closely.
  for (double rate : {-0.1, std::nan(""), 1.5, double(INFINITY)}) {
    RunSpec own = before;
    own.dropout.at("hidden1").rate = rate;
    EXPECT_THROW(validate(own, "test"), InputError) << variant().id << " took rate " << rate;
  }
}

// In a whole network, at every site at once, with both scopes: forward does not touch the parameters, and
// gradients are those of finite differences.
TEST_P(VariantConformance, NetworksWithItHaveTheRightGradients) {
  for (Activation activation : {Activation::Tanh, Activation::Relu})
    for (MaskScope scope : {MaskScope::Example, MaskScope::Batch})
      for (double rate : kRates) {
        if (rate > variant().max_rate) continue;
        GradientCase c;
        c.network.hidden = {{LayerKind::Dense, 5, activation}, {LayerKind::Dense, 4, activation}};
        c.network.init = Init::Xavier;
        const NoisePlan plan = Place{&variant(), SiteKind::Hidden, scope}.plan(rate);
        c.plans = {plan, plan, plan};
        const GradientResult r = check_gradients(c);
        EXPECT_LT(r.worst, 1e-6) << variant().id << ", " << name_of(activation) << ", one mask per " << name_of(scope)
                                 << ", rate " << rate << ", at " << r.where;
      }
}

TEST_P(VariantConformance, ForwardLeavesTheParametersAsTheyWere) {
  ArchSpec arch;
  const Network<float> network(arch, 3, 2);
  AlignedVector<float> params(network.param_count());
  network.init(3, params);
  const AlignedVector<float> before = params;
  Tape<float> tape = network.make_tape();
  Tensor<float>& x = network.begin(tape, 8);
  x.v = normals<float>(x.shape, 4).v;
  for (double rate : kRates) {
    if (rate > variant().max_rate) continue;
    for (std::size_t s = 0; s < network.sites().size(); ++s)
      draw_noise<float>(Place{&variant(), SiteKind::Hidden}.plan(rate), network.site_shape(int(s), 8),
                        key_of(1, std::uint32_t(s)), {}, nullptr, tape.layers[s].noise);
    network.forward(params, tape, nullptr);
    EXPECT_EQ(params, before) << variant().id << " at rate " << rate;
  }
}

// A site's coins are a function of its name, so that a second site changes nothing at the first.
TEST_P(VariantConformance, AddingAnotherSiteChangesNothing) {
  RunSpec one;
  one.data.dataset = "xor";
  one.data.train = 32;
  one.data.validation = 8;
  set_field(one, "dropout.hidden1.variant", variant().id, "test");
  set_field(one, "dropout.hidden1.rate", "0.3", "test");
  RunSpec two = one;
  set_field(two, "dropout.input.rate", "0.1", "test");
  set_field(two, "dropout.hidden2.rate", "0.8", "test");
  const auto data = std::make_shared<const Dataset>(make_dataset(one.data, one.data_seed, nullptr));
  Trainer a(one, data), b(two, data);
  a.preview();
  b.preview();
  const Noise<float>&first = a.tape().layers[1].noise, &second = b.tape().layers[1].noise;
  EXPECT_TRUE(same_noise(first, second)) << variant().id;
}

INSTANTIATE_TEST_SUITE_P(Variants, VariantConformance,
                         ::testing::ValuesIn(all_variants().begin(), all_variants().end()),
                         [](const auto& i) { return std::string(i.param->id); });

TEST(Registry, HoldsEveryVariantOnceAndFindsIt) {
  std::set<std::string> ids;
  for (const Variant* v : all_variants()) {
    EXPECT_TRUE(ids.insert(v->id).second) << v->id << " stands twice";
    EXPECT_EQ(find_variant(v->id), v);
    EXPECT_EQ(&variant_or_throw(v->id, "test"), v);
  }
  for (const char* id : {"none", "inverted", "classic", "gaussian"}) EXPECT_TRUE(ids.count(id)) << id;
}

TEST(Registry, NamesNearIdsForOneThatDoesNotExist) {
  EXPECT_EQ(find_variant("Inverted"), nullptr);
  try {
    variant_or_throw("gausian", "--set dropout.rate");
    FAIL() << "took an unknown id";
  } catch (const InputError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("--set dropout.rate"), std::string::npos) << text;
    EXPECT_NE(text.find("did you mean gaussian?"), std::string::npos) << text;
    EXPECT_NE(text.find("'gausian'"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace dropscope
