#include "core/spec/fields.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/base/check.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/spec_io.h"

namespace dropscope {
namespace {

std::string refusal(const RunSpec& spec, const std::string& path, const std::string& value) {
  RunSpec copy = spec;
  try {
    set_field(copy, path, value, "--set");
  } catch (const InputError& error) {
    EXPECT_EQ(copy, spec) << path << " = " << value << " changed the spec although it was refused";
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return {};
}

const Field& field_of(const std::vector<Field>& all, const std::string& path) {
  for (const Field& f : all)
    if (f.path == path) return f;
  throw std::runtime_error("no field " + path);
}

// Another value that the field allows.
std::string other_value(const Field& f) {
  switch (f.type) {
    case FieldType::Text:
      return f.path == "network.hidden" ? "7,6,5" : "some text";
    case FieldType::Choice:
      return f.value == f.choices.front() ? f.choices.back() : f.choices.front();
    case FieldType::Integer:
      if (f.path == "data.image_size") return f.value == "28" ? "16" : "28";
      return f.value == "3" ? "4" : "3";
    case FieldType::Real: {
      const double middle = f.lo + (std::min(f.hi, 1.0) - f.lo) * 0.37;
      return real_text(middle);
    }
  }
  return {};
}

TEST(Fields, EveryOneCanBeSetAndReadsBackAsItWasSet) {
  const RunSpec spec;
  for (const Field& f : fields(spec)) {
    RunSpec next = spec;
    const std::string value = other_value(f);
    ASSERT_NO_THROW(set_field(next, f.path, value, "test")) << f.path << " = " << value;
    EXPECT_EQ(field_of(fields(next), f.path).value, value) << f.path;
    EXPECT_NE(next, spec) << f.path << " changed nothing";
    set_field(next, f.path, f.value, "test");
    if (f.path != "network.hidden") {
      EXPECT_EQ(next, spec) << f.path << " does not go back";
    }
  }
}

TEST(Fields, EveryOneTakesItsOwnLimitsAndNothingBeyond) {
  const RunSpec spec;
  for (const Field& f : fields(spec)) {
    if (f.type != FieldType::Integer && f.type != FieldType::Real) continue;
    if (f.path == "seed" || f.path == "data_seed") continue;
    const auto text = [&](double x) {
      return f.type == FieldType::Real ? real_text(x) : std::to_string(std::int64_t(x));
    };
    RunSpec copy = spec;
    EXPECT_NO_THROW(set_field(copy, f.path, text(f.lo), "test")) << f.path;
    copy = spec;
    EXPECT_NO_THROW(set_field(copy, f.path, text(f.hi), "test")) << f.path;
    const bool real = f.type == FieldType::Real;
    EXPECT_NE(refusal(spec, f.path, real ? real_text(std::nextafter(f.lo, -INFINITY)) : text(f.lo - 1)), "") << f.path;
    EXPECT_NE(refusal(spec, f.path, real ? real_text(std::nextafter(f.hi, INFINITY)) : text(f.hi + 1)), "") << f.path;
  }
}

// Trap T8, and what people type.
TEST(Fields, WhatIsNoNumberIsRefused) {
  const RunSpec spec;
  for (const char* bad : {"nan", "-nan", "NaN", "inf", "-inf", "infinity", "1,5", "1.5.2", "", " ", " 0.5", "0.5 ",
                          "+0.5", "0x1p-1", "1e", "half", "1e999", "--1"})
    for (const char* path : {"dropout.hidden1.rate", "optimizer.learning_rate", "data.noise"})
      EXPECT_NE(refusal(spec, path, bad), "") << path << " took '" << bad << "'";
  for (const char* bad : {"-1", "2.7", "1e3", "0x10", "99999999999999999999", "", "ten", "3,", "nan", "1 000"})
    for (const char* path : {"batch_size", "network.hidden1.units", "data.train"})
      EXPECT_NE(refusal(spec, path, bad), "") << path << " took '" << bad << "'";
  for (const char* bad : {"-1", "18446744073709551616", "1.5", "", "seven"})
    EXPECT_NE(refusal(spec, "seed", bad), "") << bad;
  EXPECT_NE(refusal(spec, "optimizer.learning_rate", "1e39"), "");
}

TEST(Fields, NumbersWithLeadingZerosAreDecimal) {
  RunSpec spec;
  set_field(spec, "batch_size", "010", "test");
  EXPECT_EQ(spec.batch_size, 10);
  set_field(spec, "seed", "18446744073709551615", "test");
  EXPECT_EQ(spec.seed, 18446744073709551615ull);
}

TEST(Fields, MinusZeroIsZero) {
  RunSpec spec;
  set_field(spec, "dropout.hidden1.rate", "-0", "test");
  EXPECT_EQ(spec, RunSpec());
}

TEST(Fields, ARefusalNamesSourcePathExpectedAndFound) {
  const RunSpec spec;
  EXPECT_EQ(refusal(spec, "dropout.hidden1.rate", "1.5"),
            "--set dropout.hidden1.rate: expected a number from 0 to 1, found '1.5'");
  const std::string unknown = refusal(spec, "dropout.hiden1.rate", "0.5");
  EXPECT_NE(unknown.find("such as dropout.hidden1.rate"), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("'dropout.hiden1.rate'"), std::string::npos) << unknown;
  EXPECT_NE(refusal(spec, "learning_rate", "0.5").find("optimizer.learning_rate"), std::string::npos);
  EXPECT_NE(refusal(spec, "network.init", "kaiming").find("he, xavier, lecun, uniform"), std::string::npos);
  EXPECT_NE(refusal(spec, "dropout.hidden1.variant", "gausian").find("did you mean gaussian?"), std::string::npos);
  EXPECT_NE(refusal(spec, "data.dataset", "moon").find("moons"), std::string::npos);
  EXPECT_NE(refusal(spec, "dropout.hidden3.rate", "0.5"), "") << "there is no third layer";
  EXPECT_NE(refusal(spec, std::string(1 << 20, 'x') + "\n", "1"), "");
  EXPECT_NE(refusal(spec, "data.path", std::string(5000, 'x')), "");
  EXPECT_NE(refusal(spec, "data.path", std::string("a\0b", 3)), "");
}

TEST(Fields, ShortFormsReachEveryHiddenLayer) {
  RunSpec spec;
  set_field(spec, "network.hidden", "32,16,8", "test");
  ASSERT_EQ(spec.network.hidden.size(), 3u);
  EXPECT_EQ(spec.network.hidden[2].units, 8);
  set_field(spec, "network.activation", "tanh", "test");
  set_field(spec, "dropout.rate", "0.3", "test");
  set_field(spec, "dropout.variant", "gaussian", "test");
  set_field(spec, "dropout.scope", "batch", "test");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(spec.network.hidden[i].activation, Activation::Tanh);
    const SitePlan* plan = spec.dropout.find(hidden_name(i));
    ASSERT_NE(plan, nullptr);
    EXPECT_EQ(plan->rate, 0.3);
    EXPECT_EQ(plan->variant, "gaussian");
    EXPECT_EQ(plan->scope, MaskScope::Batch);
  }
  EXPECT_EQ(spec.dropout.find("input"), nullptr) << "short forms mean the hidden sites";
  // All or nothing: the rate that Gaussian noise cannot have is refused at every site.
  EXPECT_NE(refusal(spec, "dropout.rate", "1"), "");
}

TEST(Fields, WidthsMayBeNoneButNotNonsense) {
  RunSpec spec;
  set_field(spec, "network.hidden", "", "test");
  EXPECT_TRUE(spec.network.hidden.empty());
  for (const char* bad : {",", "16,", ",16", "16,,16", "0", "-4", "131073", "16;16", "16, 16", "a"})
    EXPECT_NE(refusal(spec, "network.hidden", bad), "") << bad;
  std::string many = "4";
  for (int i = 0; i < 64; ++i) many += ",4";
  EXPECT_NE(refusal(spec, "network.hidden", many), "") << "65 layers";
}

TEST(Fields, AreListedForInputAndEveryHiddenLayerOnce) {
  RunSpec spec;
  set_field(spec, "network.hidden", "4,4,4", "test");
  std::set<std::string> paths;
  for (const Field& f : fields(spec)) {
    EXPECT_TRUE(paths.insert(f.path).second) << f.path << " is listed twice";
    EXPECT_FALSE(f.help.empty()) << f.path;
  }
  for (const char* p : {"dropout.input.rate", "dropout.hidden3.rate", "network.hidden3.units", "seed"})
    EXPECT_TRUE(paths.count(p)) << p;
  EXPECT_FALSE(paths.count("dropout.hidden4.rate"));
}

TEST(Fields, NoiseAtALayerThatWasTakenAwayIsForgottenWithIt) {
  RunSpec spec;
  set_field(spec, "network.hidden", "8,8,8", "test");
  set_field(spec, "dropout.hidden3.rate", "0.4", "test");
  set_field(spec, "network.hidden", "8", "test");
  RunSpec fresh;
  set_field(fresh, "network.hidden", "8", "test");
  EXPECT_EQ(spec, fresh);
  for (const Field& f : fields(spec)) EXPECT_EQ(f.path.find("hidden3"), std::string::npos) << f.path;
  EXPECT_EQ(spec_from_json(spec_to_json(spec), "test"), spec);
}

TEST(Validate, LooksAtSpecsThatWereMadeByHand) {
  const auto bad = [](auto change) {
    RunSpec spec;
    change(spec);
    EXPECT_THROW(validate(spec, "test"), InputError);
  };
  EXPECT_NO_THROW(validate(RunSpec(), "test"));
  bad([](RunSpec& s) { s.batch_size = 0; });
  bad([](RunSpec& s) { s.optimizer.learning_rate = std::nan(""); });
  bad([](RunSpec& s) { s.optimizer.learning_rate = 0; });
  bad([](RunSpec& s) { s.network.hidden[0].units = -1; });
  bad([](RunSpec& s) { s.network.hidden.assign(65, {}); });
  bad([](RunSpec& s) { s.network.hidden.assign(3, {LayerKind::Dense, 131072, Activation::Relu}); });
  bad([](RunSpec& s) { s.data.image_size = 20; });
  bad([](RunSpec& s) { s.data.dataset = "nowhere"; });
  bad([](RunSpec& s) { s.dropout.at("hidden1").variant = "nothing"; });
  bad([](RunSpec& s) { s.dropout.at("elsewhere").rate = 0.5; });
  bad([](RunSpec& s) { s.dropout.at("hidden1").rate = INFINITY; });
  bad([](RunSpec& s) { s.dropout.at("hidden1.weight").rate = 0.5; });  // no weight is a unit
}

TEST(Validate, AcceptsEveryScenario) {
  for (const Scenario* scenario : all_scenarios())
    EXPECT_NO_THROW(validate(scenario->spec(), scenario->id)) << scenario->id;
}

}  // namespace
}  // namespace dropscope
