#include "core/spec/spec_io.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/check.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

std::string refusal(std::string_view text) {
  try {
    spec_from_json(text, "run.json");
  } catch (const InputError& error) {
    const std::string what = error.what();
    EXPECT_EQ(what.rfind("run.json", 0), 0u) << what;
    EXPECT_EQ(what.find('\n'), std::string::npos) << what;
    EXPECT_LT(what.size(), 5000u);
    return what;
  }
  return {};
}

std::string with_fields(const std::string& inside) {
  return R"({"format": "dropscope.run", "version": 1, "fields": {)" + inside + "}}";
}

TEST(SpecJson, EveryScenarioRoundTrips) {
  for (const Scenario* scenario : all_scenarios()) {
    const RunSpec spec = scenario_or_throw(scenario->id, "test");
    EXPECT_EQ(spec_from_json(spec_to_json(spec), "test"), spec) << scenario->id;
  }
}

TEST(SpecJson, AwkwardValuesRoundTrip) {
  RunSpec spec;
  spec.seed = 18446744073709551615ull;
  spec.data.path = "a \"quoted\" \\ path \xc3\xa9\n";
  spec.ticks = 1000000000000;
  spec.optimizer.learning_rate = std::nextafter(0.1, 1.0);
  spec.network.hidden.clear();
  spec.dropout.at("input").rate = 1.0 / 3;
  spec.dropout.at("input").variant = "gaussian";
  spec.dropout.at("input").scope = MaskScope::Batch;
  EXPECT_EQ(spec_from_json(spec_to_json(spec), "test"), spec);
  spec.network.hidden.assign(64, {LayerKind::Dense, 3, Activation::Selu});
  EXPECT_EQ(spec_from_json(spec_to_json(spec), "test"), spec);
}

TEST(SpecJson, AbsentFieldsKeepTheirFirstValuesAndOrderDoesNotMatter) {
  EXPECT_EQ(spec_from_json(with_fields(""), "test"), RunSpec());
  const RunSpec spec = spec_from_json(
      with_fields(R"("dropout.hidden3.rate": 0.9, "dropout.hidden3.variant": "gaussian", "network.hidden": "4,5,6")"),
      "test");
  EXPECT_EQ(spec.network.hidden.size(), 3u);
  EXPECT_EQ(spec.dropout.find("hidden3")->rate, 0.9);
}

// Trap T7: what a JSON library takes without a word, and what makes it crash.
TEST(SpecJson, HostileTextIsRefusedInOneLine) {
  EXPECT_NE(refusal(""), "");
  EXPECT_NE(refusal("{"), "");
  EXPECT_NE(refusal("null"), "");
  EXPECT_NE(refusal("[]"), "");
  EXPECT_NE(refusal(std::string("\xff\xfe{}")), "");
  EXPECT_NE(refusal(with_fields("") + "x"), "");
  EXPECT_NE(refusal(std::string(100000, '[')), "");
  EXPECT_NE(refusal(std::string(100000, '[') + std::string(100000, ']')).find("32 nested levels"), std::string::npos);
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  EXPECT_NE(refusal(objects + "1" + std::string(100000, '}')), "");
  EXPECT_NE(refusal(with_fields(R"("seed": 1, "seed": 2)")).find("twice"), std::string::npos);
  EXPECT_NE(refusal(R"({"format": "dropscope.run", "version": 1, "version": 1, "fields": {}})"), "");
  EXPECT_NE(refusal(std::string(17 << 20, ' ')).find("16 MB"), std::string::npos);
  EXPECT_NE(refusal("{\"" + std::string(1 << 20, 'k') + "\": 1, \"" + std::string(1 << 20, 'k') + "\": 1}"), "");
  EXPECT_NE(refusal(with_fields("\"" + std::string(1 << 20, 'k') + "\": null")), "");
  EXPECT_NE(refusal(with_fields("\"a\\nb\\u001b\": 1")), "");
}

TEST(SpecJson, WrongValuesAreRefused) {
  for (const char* bad : {"NaN", "null", "true", "[]", "{}", "\"nan\"", "\"1,5\"", "1e400", "-0.5", "1.5", "\"\""})
    EXPECT_NE(refusal(with_fields(std::string("\"dropout.hidden1.rate\": ") + bad)), "") << bad;
  for (const char* bad : {"-1", "2.7", "300000000000", "99999999999999999999999", "null", "\"010x\"", "1e30"})
    EXPECT_NE(refusal(with_fields(std::string("\"batch_size\": ") + bad)), "") << bad;
  EXPECT_NE(refusal(with_fields(R"("network.hidden": "0")")), "");
  EXPECT_NE(refusal(with_fields(R"("network.hidden1.units": 2147483648)")), "");
  EXPECT_NE(refusal(with_fields(R"("network.hidden": "131072,131072")")), "") << "68 GB of weights";
}

TEST(SpecJson, AnUnknownFieldIsRefusedAndNamed) {
  const std::string what = refusal(with_fields(R"("dropout.hidden1.rat": 0.5)"));
  EXPECT_NE(what.find("'dropout.hidden1.rat'"), std::string::npos) << what;
  EXPECT_NE(what.find("dropout.hidden1.rate"), std::string::npos) << what;
}

TEST(SpecJson, AnotherVersionOrFormatIsRefusedAndNamed) {
  const std::string what = refusal(R"({"format": "dropscope.run", "version": 2, "fields": {}})");
  EXPECT_NE(what.find("version"), std::string::npos) << what;
  EXPECT_NE(what.find("found 2"), std::string::npos) << what;
  for (const char* version : {"0", "-1", "1.5", "\"1\"", "null", "{}", "true"})
    EXPECT_NE(refusal(std::string(R"({"format": "dropscope.run", "version": )") + version + R"(, "fields": {}})"), "")
        << version;
  EXPECT_NE(refusal(R"({"format": "other", "version": 1, "fields": {}})"), "");
  EXPECT_NE(refusal(R"({"format": 3, "version": 1, "fields": {}})"), "");
  EXPECT_NE(refusal(R"({"format": "dropscope.run", "fields": {}})"), "");
  EXPECT_NE(refusal(R"({"format": "dropscope.run", "version": 1})"), "");
  EXPECT_NE(refusal(R"({"format": "dropscope.run", "version": 1, "fields": []})"), "");
}

}  // namespace
}  // namespace dropscope
