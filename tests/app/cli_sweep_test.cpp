// dropscope sweep: the same files however it is spread, and merge refuses what is not one whole sweep.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/app/cli_program.h"

namespace dropscope::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Three rates by two widths by two seeds: twelve short trainings.
const std::vector<std::string> kSweep = {"sweep",
                                         "--axis",
                                         "dropout.rate=0..0.6:0.3",
                                         "--axis",
                                         "network.hidden=4;8,6",
                                         "--seeds",
                                         "2",
                                         "--ticks",
                                         "40",
                                         "--quiet",
                                         "--no-times"};

std::string swept(const ScratchFolder& folder, const std::string& name, const std::vector<std::string>& more) {
  const ProgramResult result = run_program(with(with(kSweep, {"--json", folder.path(name)}), more));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out + result.err, "");
  return read_file(folder.path(name));
}

std::vector<std::string> parts_of(const ScratchFolder& folder, int parts) {
  std::vector<std::string> files;
  for (int part = parts; part >= 1; --part) {
    const std::string name = std::to_string(part) + "of" + std::to_string(parts) + ".json";
    swept(folder, name, {"--shard", std::to_string(part) + "/" + std::to_string(parts)});
    files.push_back(folder.path(name));
  }
  return files;
}

ProgramResult merged(const std::vector<std::string>& files, const std::string& to) {
  return run_program(with({"sweep", "merge", "--no-times", "--json", to}, files));
}

TEST(Sweep, AnySpreadingGivesTheSameBytes) {
  const ScratchFolder folder;
  const std::string whole = swept(folder, "whole.json", {"--jobs", "1", "--csv", folder.path("whole.csv")});
  EXPECT_EQ(whole, swept(folder, "two.json", {"--jobs", "2"}));
  // 5 does not divide 12; of 13 parts one is empty.
  for (int parts : {1, 2, 5, 13}) {
    const auto files = parts_of(folder, parts);
    const ProgramResult result = run_program(
        with({"sweep", "merge", "--no-times", "--json", folder.path("m.json"), "--csv", folder.path("m.csv")}, files));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(read_file(folder.path("m.json")), whole) << parts << " parts";
    EXPECT_EQ(read_file(folder.path("m.csv")), read_file(folder.path("whole.csv")));
  }
}

TEST(Sweep, EveryCellIsARunOfItsValues) {
  const ScratchFolder folder;
  const json whole = json::parse(swept(folder, "whole.json", {}));
  ASSERT_EQ(whole["trials"].size(), 12u);
  EXPECT_EQ(whole["cells"], 12);
  EXPECT_EQ(whole["axes"][0]["values"], json({"0", "0.3", "0.6"}));
  EXPECT_EQ(whole["axes"][1]["values"], json({"4", "8,6"}));
  // Cell 7 is the fourth combination with the second seed: rate 0.3 with widths 8 and 6.
  const json& trial = whole["trials"][7];
  EXPECT_EQ(whole["rows"][3]["run"], "dropout.rate=0.3, network.hidden=8,6");
  const ProgramResult result =
      run_program({"train", "--quiet", "--ticks", "40", "--set", "network.hidden=8,6", "--set", "dropout.rate=0.3",
                   "--seed", "8", "--set", "data_seed=8", "--json", folder.path("t.json")});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(json::parse(read_file(folder.path("t.json")))["state_hash"].back()["hash"], trial["state_hash"]);
}

TEST(Sweep, MergeRefusesMissingParts) {
  const ScratchFolder folder;
  auto files = parts_of(folder, 3);
  files.erase(files.begin() + 1);
  const ProgramResult result = merged(files, folder.path("m.json"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("part 2 of 3"));
  EXPECT_THAT(result.err, HasSubstr("dropout.rate=0, network.hidden=4"));
  EXPECT_EQ(read_file(folder.path("m.json")), "");
}

TEST(Sweep, MergeRefusesAnotherSweepAndNamesTheFiles) {
  const ScratchFolder folder;
  const auto files = parts_of(folder, 2);
  swept(folder, "other.json", {"--shard", "2/2", "--set", "batch_size=8"});
  const ProgramResult result = merged({files[1], folder.path("other.json")}, folder.path("m.json"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("other.json"));
  EXPECT_THAT(result.err, HasSubstr("1of2.json"));
  EXPECT_THAT(result.err, HasSubstr("another sweep"));
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

TEST(Sweep, MergeRefusesPartsThatDisagree) {
  const ScratchFolder folder;
  const std::string whole = swept(folder, "whole.json", {});
  const std::string hash = json::parse(whole)["trials"][5]["state_hash"];
  std::ofstream(folder.path("changed.json")) << replaced(whole, hash, "0123456789abcdef");
  const ProgramResult result = merged({folder.path("whole.json"), folder.path("changed.json")}, folder.path("m.json"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("0123456789abcdef"));
  EXPECT_THAT(result.err, HasSubstr(hash));
}

TEST(Sweep, MergeRefusesAPartThatIsGivenTwiceAndNamesBothFiles) {
  const ScratchFolder folder;
  const auto files = parts_of(folder, 2);
  std::ofstream(folder.path("copy.json")) << read_file(files[1]);
  const ProgramResult result = merged({files[1], files[0], folder.path("copy.json")}, folder.path("m.json"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err_lines(), 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("part 1 of 2 (" + folder.path("copy.json") + ")"));
  EXPECT_THAT(result.err, HasSubstr("each part once"));
  EXPECT_THAT(result.err, HasSubstr("part 1 of 2 (" + files[1] + ")"));
  EXPECT_EQ(read_file(folder.path("m.json")), "");
  // Parts of other divisions may overlap where they agree.
  swept(folder, "whole.json", {});
  EXPECT_EQ(merged({folder.path("whole.json"), files[0]}, folder.path("m.json")).exit_code, 0);
}

TEST(Sweep, DamagedFilesAreRefusedWithThePlace) {
  const ScratchFolder folder;
  const std::string whole = swept(folder, "whole.json", {});
  const std::string deep(100000, '[');
  const std::pair<std::string, const char*> cases[] = {
      {"", "an empty file"},
      {"{}", "dropscope.sweep"},
      {"[1, 2]", "dropscope.sweep"},
      {whole.substr(0, whole.size() / 2), "found the end of the file"},
      {"\xff\xfe{}", "byte 1"},
      {deep, "nested"},
      {replaced(whole, "\"version\": 1", "\"version\": 2"), "version: expected 1, which this program reads, found 2"},
      {replaced(whole, "\"seeds\": [7, 8]", "\"seeds\": []"), "bad.json: expected a sweep that can be trained"},
      {replaced(whole, "\"part\": 1", "\"part\": 2"), "part"},
      {replaced(whole, "\"parts\": 1", "\"parts\": \"one\""), "parts"},
      {replaced(whole, "\"seeds\": [7, 8]", "\"seeds\": [7, 9]"), "sweep_hash"},
      {replaced(whole, "\"seeds\": [7, 8]", "\"seeds\": [7, -8]"), "seeds[1]"},
      {replaced(whole, "\"status\": \"finished\",\n      \"state_hash\": \"",
                "\"status\": \"fine\",\n      \"state_hash\": \""),
       "trials[0], status"},
      {replaced(whole, "\"record_losses\": [", "\"record_losses\": [0.5, "), "record_losses"},
      {replaced(whole, "\"record_ticks\": [", "\"record_ticks\": [-1, "), "record_losses"},
      {replaced(whole, "\"active_weights\": 1.0", "\"active_weights\": \"1\""), "active_weights"},
      {replaced(whole, "\"network.hidden\": \"", "\"network.hidden\": \"x"), "network.hidden"},
  };
  for (const auto& [text, says] : cases) {
    std::ofstream(folder.path("bad.json")) << text;
    const ProgramResult result = merged({folder.path("bad.json")}, folder.path("m.json"));
    EXPECT_EQ(result.exit_code, 2) << says;
    EXPECT_EQ(result.err_lines(), 1) << result.err;
    EXPECT_THAT(result.err, HasSubstr(says));
  }
  EXPECT_EQ(merged({folder.path("none.json")}, folder.path("m.json")).exit_code, 2);
  EXPECT_EQ(merged({"/dev/zero"}, folder.path("m.json")).exit_code, 2);
}

// Six combinations with 166,667 seeds each: refused before anything is made of them.
TEST(Sweep, APartOfTooManyCellsIsRefused) {
  const ScratchFolder folder;
  json part = json::parse(swept(folder, "part.json", {"--shard", "1/2"}));
  const auto refused = [&] {
    std::ofstream(folder.path("many.json")) << part;
    const ProgramResult result = merged({folder.path("many.json")}, folder.path("m.json"));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.err_lines(), 1) << result.err;
    EXPECT_EQ(read_file(folder.path("m.json")), "");
    return result.err;
  };
  for (int seed = 9; seed < 166'667 + 7; ++seed) part["seeds"].push_back(seed);
  EXPECT_THAT(refused(), HasSubstr("many.json: expected a sweep that can be trained"));
  EXPECT_THAT(refused(), HasSubstr("at most a million trainings, found 1000002"));
  // As many combinations of values alone.
  part["seeds"] = {7};
  for (json& axis : part["axes"]) axis["values"] = std::vector<std::string>(100'000, "1");
  EXPECT_THAT(refused(), HasSubstr("at most a million trainings, found 10000000000"));
}

TEST(Sweep, WhatIsNoFileIsRefused) {
  const ScratchFolder folder;
  swept(folder, "1.json", {"--shard", "1/2"});
  std::filesystem::create_directory(folder.path("folder"));
  std::filesystem::create_symlink("b", folder.path("a"));
  std::filesystem::create_symlink("a", folder.path("b"));
  std::filesystem::create_symlink("1.json", folder.path("link"));
  for (const auto& [name, says] :
       {std::pair{"folder", "a folder"}, std::pair{"a", "symbolic links"}, std::pair{"none", "No such file"}}) {
    const ProgramResult result = merged({folder.path("1.json"), folder.path(name)}, folder.path("m.json"));
    EXPECT_EQ(result.exit_code, 2) << name;
    EXPECT_THAT(result.err, HasSubstr(says));
    EXPECT_THAT(result.err, HasSubstr(folder.path(name)));
  }
  EXPECT_THAT(merged({folder.path("1.json"), folder.path("link")}, folder.path("m.json")).err,
              HasSubstr("each part once"))
      << "a link to a part is that part";
  swept(folder, "2.json", {"--shard", "2/2"});
  EXPECT_THAT(merged({folder.path("1.json"), folder.path("2.json")}, folder.path("a")).err, HasSubstr("circular link"));
}

TEST(Sweep, OneAxisIsATableAndTheLowestIsMarked) {
  const ProgramResult result = run_program({"sweep", "--axis", "data.train=20,40", "--seeds", "2", "--ticks", "30"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("data.train"));
  EXPECT_THAT(result.out, HasSubstr("* lowest mean: data.train="));
  EXPECT_THAT(result.out, HasSubstr("±"));
}

}  // namespace
}  // namespace dropscope::test
