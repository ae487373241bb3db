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
#include "tests/conformance/hosts.h"

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
        if (std::abs(double(f.noise.gate[i]) - d.noise.gate[i]) >
            (place.variant->gates == Gates::Binary ? 0 : 1e-4 * (1 + std::abs(d.noise.gate[i]))))
          return fault(place, rate, "float and double draw one mask", "two");
      if (std::abs(double(f.noise.scale) - d.noise.scale) > 1e-6 * d.noise.scale)
        return fault(place, rate, "float and double scale alike", "they do not");
    }
    return {};
  });
}

TEST_P(VariantConformance, RatesOutsideItsRangeAreRefusedAndTheSpecStaysAsItWas) {
  RunSpec spec;
  const Place place = places_of(variant())[0];
  spec.network = hosts_of(place.kind)[0].network;
  std::string site;
  for (const SiteName& name : site_names(spec.network))
    if (site.empty() && name.kind == place.kind) site = name.name;
  const std::string path = "dropout." + site + ".rate";
  set_field(spec, "dropout." + site + ".variant", variant().id, "test");
  set_field(spec, path, "0.3", "test");
  const RunSpec before = spec;
  std::vector<std::string> bad = {"-0.1", "-1e-300", "1.0000001", "2",    "nan", "-nan",
                                  "inf",  "",        "half",      "0.5x", "1e39"};
  if (variant().max_rate < 1) bad.insert(bad.end(), {"1", real_text(std::nextafter(variant().max_rate, 2.0))});
  for (const std::string& rate : bad) {
    EXPECT_THROW(set_field(spec, path, rate, "test"), InputError) << variant().id << " took rate " << rate;
    EXPECT_EQ(spec, before);
  }
  EXPECT_NO_THROW(set_field(spec, path, real_text(variant().max_rate), "test"));
  // A spec that was put together by hand is looked at as closely.
  for (double rate : {-0.1, std::nan(""), 1.5, double(INFINITY)}) {
    RunSpec own = before;
    own.dropout.at(site).rate = rate;
    EXPECT_THROW(validate(own, "test"), InputError) << variant().id << " took rate " << rate;
  }
}

// In a whole network, at every site of every kind it may attach to, with both scopes: gradients are those of finite
// differences.
TEST_P(VariantConformance, NetworksWithItHaveTheRightGradients) {
  for (const Place& place : places_of(variant()))
    for (const Host& host : hosts_of(place.kind))
      for (double rate : kRates) {
        if (rate > variant().max_rate) continue;
        GradientCase c;
        c.network = host.network;
        c.form = host.form;
        for (const SiteName& site : site_names(host.network))
          c.plans.push_back(site.kind == place.kind ? place.plan(rate) : NoisePlan{});
        const GradientResult r = check_gradients(c);
        EXPECT_LT(r.worst, 1e-6) << fault(place, rate, "gradients are those of finite differences", "at " + r.where);
      }
}

TEST_P(VariantConformance, ForwardLeavesTheParametersAsTheyWere) {
  for (const Place& place : places_of(variant()))
    for (const Host& host : hosts_of(place.kind)) {
      const Network<float> network(host.network, host.form);
      AlignedVector<float> params(network.param_count());
      network.init(3, params);
      const AlignedVector<float> before = params;
      Tape<float> tape = network.make_tape();
      Tensor<float>& x = network.begin(tape, 8);
      const bool words = host.form.sequence && host.form.sequence->tokens;
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = words ? float(i % 5) : float(i % 7) - 3;
      for (double rate : kRates) {
        if (rate > variant().max_rate) continue;
        for (std::size_t s = 0; s < network.sites().size(); ++s) {
          const Uniforms coins = key_of(1, std::uint32_t(s));
          if (network.sites()[s].kind == place.kind)
            network.draw_noise_at(params, place.plan(rate), int(s), {&coins, 1}, tape);
        }
        network.forward(params, tape, nullptr);
        EXPECT_EQ(params, before) << fault(place, rate, "forward changes no parameter", "one changed");
      }
    }
}

// A site's coins are a function of its name, so that noise at a second site changes nothing at the first.
TEST_P(VariantConformance, AddingAnotherSiteChangesNothing) {
  for (const Place& place : places_of(variant()))
    for (const Host& host : hosts_of(place.kind)) {
      RunSpec one;
      one.network = host.network;
      one.data.dataset = host.dataset;
      one.data.train = 32;
      one.data.validation = 8;
      std::string site;
      for (const SiteName& name : site_names(one.network))
        if (site.empty() && name.kind == place.kind) site = name.name;
      set_field(one, "dropout." + site + ".variant", variant().id, "test");
      set_field(one, "dropout." + site + ".rate", "0.3", "test");
      RunSpec two = one;
      for (const SiteName& name : site_names(one.network))
        if (name.name != site && name.is_output_of_hidden)
          set_field(two, "dropout." + name.name + ".rate", "0.1", "test");
      const auto data = std::make_shared<const Dataset>(make_dataset(one.data, one.data_seed, nullptr));
      Trainer a(one, data), b(two, data);
      a.preview();
      b.preview();
      // Where the draw reads what the layers before it computed, other noise changes what is read.
      if (variant().reads == Reads::PreActivation) continue;
      const int s = a.network().find_site(site);
      EXPECT_TRUE(same_noise(a.network().noise_at(a.tape(), s).noise, b.network().noise_at(b.tape(), s).noise))
          << variant().id << " at " << site;
    }
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
  for (const char* id :
       {"none", "inverted", "classic", "gaussian", "alpha", "concrete", "standout", "dropconnect",
        "dropconnect_classic", "weight_drop", "targeted_unit", "targeted_weight", "spatial", "dropblock", "cutout",
        "stochastic_depth", "droppath", "locked", "recurrent_update", "zoneout", "attention", "head", "word", "token"})
    EXPECT_TRUE(ids.count(id)) << id;
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
