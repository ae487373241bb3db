// Checks that cannot fail are worth nothing: each fault below has been shipped by a well-known program, and
// the conformance checks must find it.
#include <gtest/gtest.h>

#include "core/dropout/registry.h"
#include "tests/conformance/conformance.h"

namespace dropscope {
namespace {

using namespace conformance;

Variant like_inverted() { return *find_variant("inverted"); }

template <class T>
std::string first_fault(const Variant& v, const Operations<T>& ops = {}) {
  for (const Place& place : places_of(v)) {
    for (const std::string& found :
         {rate_zero_is_the_identity<T>(place, ops), rate_one_gives_exact_zeros<T>(place, ops),
          drops_the_fraction_asked_for<T>(place, ops), keeps_the_moments_it_declares<T>(place, ops),
          training_averages_to_inference<T>(place, ops), repeats_for_one_key_and_refreshes_for_the_next<T>(place, ops),
          a_larger_rate_never_revives<T>(place, ops)})
      if (!found.empty()) return found;
    if constexpr (std::is_same_v<T, double>)
      if (const std::string found = gradient_is_that_of_the_frozen_noise(place, ops); !found.empty()) return found;
  }
  return {};
}

void expect_caught(const std::string& found, const std::string& id, const std::string& fact) {
  EXPECT_NE(found.find("variant '" + id + "'"), std::string::npos) << "does not name the variant: " << found;
  EXPECT_NE(found.find(fact), std::string::npos) << "does not name the fact: " << found;
}

TEST(NegativeControl, TheSoundVariantHasNoFault) {
  EXPECT_EQ(first_fault<float>(like_inverted()), "");
  EXPECT_EQ(first_fault<double>(like_inverted()), "");
}

TEST(NegativeControl, KeepAndDropMixedUpIsCaught) {
  Variant v = like_inverted();
  v.id = "mixed_up";
  v.draw = []<class T>(const DrawContext<T>& c, Noise<T>& noise) {
    for (std::size_t i = 0; i < noise.gate.size(); ++i)
      noise.gate[i] = c.uniforms.at(std::uint32_t(i)) <= c.rate ? T(1) : T(0);
  };
  expect_caught(first_fault<float>(v), "mixed_up", "drops the fraction asked for");
  expect_caught(first_fault<double>(v), "mixed_up", "drops the fraction asked for");
}

TEST(NegativeControl, AMissingRescaleIsCaught) {
  Variant v = like_inverted();
  v.id = "unscaled";
  v.rescale = Rescale::None;
  expect_caught(first_fault<double>(v), "unscaled", "training keeps the mean");
}

TEST(NegativeControl, ScalingTwiceIsCaught) {
  Variant v = like_inverted();
  v.id = "twice";
  v.inference = Inference::Expected;
  v.rescale = Rescale::None;
  v.preserves = Preserves::Nothing;
  EXPECT_EQ(first_fault<double>(v), "");  // this is classic dropout, and sound
  v.draw = []<class T>(const DrawContext<T>& c, Noise<T>& noise) {
    independent_coins(c, noise);
    for (T& g : noise.gate.v) g *= T(1 / (1 - c.rate));
  };
  v.gates = Gates::Real;
  expect_caught(first_fault<double>(v), "twice", "training averages to what inference computes");
}

TEST(NegativeControl, BackwardWithoutTheScaleIsCaught) {
  Operations<double> ops;
  ops.backward = [](const NoisePlan&, const Uniforms&, const Noise<double>& n, const Tensor<double>& dy,
                    Tensor<double>& dx, Tensor<double>* dheld) {
    Noise<double> unscaled = n;
    unscaled.scale = 1;
    apply_noise_backward<double>(unscaled, dy, dx, dheld);
  };
  expect_caught(first_fault<double>(like_inverted(), ops), "inverted", "gradient of the very noise");
}

TEST(NegativeControl, AFreshMaskInBackwardIsCaught) {
  Operations<double> ops;
  ops.backward = [](const NoisePlan& plan, const Uniforms&, const Noise<double>& n, const Tensor<double>& dy,
                    Tensor<double>& dx, Tensor<double>* dheld) {
    Noise<double> fresh;
    if (n.active) draw_noise<double>(plan, dy.shape, key_of(123456), {}, nullptr, fresh);
    apply_noise_backward<double>(fresh, dy, dx, dheld);
  };
  expect_caught(first_fault<double>(like_inverted(), ops), "inverted", "gradient of the very noise");
}

TEST(NegativeControl, MultiplyingByAZeroGateIsCaught) {
  Operations<float> ops;
  ops.apply = [](const Noise<float>& n, const Tensor<float>& x, const Tensor<float>*, Tensor<float>& y) {
    y = x;
    if (!n.active) return;
    for (std::size_t i = 0; i < x.size(); ++i)
      y[i] = n.scale * n.gate[broadcast_index(x.shape, n.gate.shape, i)] * x[i];
  };
  expect_caught(first_fault<float>(like_inverted(), ops), "inverted", "exact zeros");
}

TEST(NegativeControl, AMaskThatIsNeverRefreshedIsCaught) {
  Variant v = like_inverted();
  v.id = "frozen";
  v.draw = []<class T>(const DrawContext<T>& c, Noise<T>& noise) {
    const Uniforms always({1, 1, 1}, Stream::Dropout);
    always.coins(noise.gate.span(), c.rate);
  };
  // Its fraction is as good as one mask's, so the wide-eyed check may find that first.
  const std::string found = repeats_for_one_key_and_refreshes_for_the_next<double>(places_of(v)[0]);
  expect_caught(found, "frozen", "another mask");
}

TEST(NegativeControl, CoinsThatAreNotNestedAreCaught) {
  Variant v = like_inverted();
  v.id = "not_nested";
  v.draw = []<class T>(const DrawContext<T>& c, Noise<T>& noise) {
    const Uniforms other({std::uint64_t(c.rate * 1e6), 1, c.uniforms.word(0)}, Stream::Dropout);
    other.coins(noise.gate.span(), c.rate);
  };
  expect_caught(first_fault<float>(v), "not_nested", "a larger rate only drops more");
}

TEST(NegativeControl, AVariantWithoutItsFactsIsCaught) {
  Variant v = like_inverted();
  v.paper = "";
  EXPECT_NE(facts_are_complete(v), "");
  v = like_inverted();
  v.sites = SiteKinds{};
  EXPECT_NE(facts_are_complete(v), "");
  v = like_inverted();
  v.id = "Not Lower";
  EXPECT_NE(facts_are_complete(v), "");
}

}  // namespace
}  // namespace dropscope
