// dropscope reproduce: the list is whole, every figure runs to its end, and quoted and measured numbers stay apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/data/dataset.h"
#include "core/reproduce/figure.h"
#include "tests/app/cli_program.h"

namespace dropscope::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

// The four files of the MNIST form, of digits drawn here.
void write_digits(const ScratchFolder& folder) {
  DataSpec spec;
  spec.dataset = "digits";
  spec.image_size = 28;
  spec.train = 300;
  spec.validation = 100;
  const Dataset data = make_dataset(spec, 3, nullptr);
  const auto write = [&folder](const std::string& name, std::initializer_list<std::uint32_t> sizes,
                               const std::string& bytes) {
    std::string head{'\0', '\0', '\x08', char(sizes.size())};
    for (std::uint32_t s : sizes)
      for (int shift = 24; shift >= 0; shift -= 8) head.push_back(char(s >> shift & 255));
    std::ofstream(folder.path(name), std::ios::binary) << head << bytes;
  };
  for (const auto& [stem, split] : {std::pair{std::string("train"), &data.train}, {"t10k", &data.validation}}) {
    std::string pixels, labels;
    for (float v : split->x) pixels.push_back(char(std::lround(255 * double(v))));
    for (std::int32_t label : split->label) labels.push_back(char(label));
    write(stem + "-images-idx3-ubyte", {std::uint32_t(split->count), 28, 28}, pixels);
    write(stem + "-labels-idx1-ubyte", {std::uint32_t(split->count)}, labels);
  }
}

json reproduce_json(std::vector<std::string> words) {
  words.insert(words.begin(), "reproduce");
  words.push_back("--json");
  ProgramOptions options;
  options.seconds = 250;  // under a sanitizer everything takes ten times as long
  const ProgramResult result = run_program(words, options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return json::parse(result.out);
}

TEST(CliReproduce, ListHasEveryFigureWithItsSourceAndQuotes) {
  const std::string text = run_program({"reproduce", "list"}).out;
  const json list = reproduce_json({"list"});
  ASSERT_EQ(list.size(), all_figures().size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Figure& figure = *all_figures()[i];
    EXPECT_EQ(list[i]["id"], figure.id);
    EXPECT_EQ(list[i]["rows"].size(), figure.rows().size());
    EXPECT_THAT(text, HasSubstr(figure.title));
    EXPECT_THAT(text, HasSubstr(figure.source));
  }
  EXPECT_THAT(text, HasSubstr("with dropout, epoch 5, test accuracy [%]"));
  EXPECT_THAT(text, HasSubstr("95.8"));
  EXPECT_EQ(list[0]["rows"][0].count("measured"), 0u);
}

TEST(CliReproduce, AnExactFigureAgreesAndSaysSo) {
  const ProgramResult result = run_program({"reproduce", "nwgm", "--seeds", "1"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("0.798186777740"));
  EXPECT_THAT(result.out, HasSubstr("6 agree, 0 differ; one seed, no spread."));
  EXPECT_THAT(result.out, Not(HasSubstr("differs")));
}

TEST(CliReproduce, JsonKeepsQuotedAndMeasuredApart) {
  const json run = reproduce_json({"bald", "--seeds", "3"});
  EXPECT_EQ(run["format"], "dropscope.reproduction");
  EXPECT_EQ(run["shortened"], false);
  for (const json& row : run["rows"]) {
    EXPECT_TRUE(row["quoted"].is_number());
    EXPECT_EQ(row["measured"].size(), 3u);
    EXPECT_EQ(row["verdict"], "agrees");
  }
}

class CliReproduceQuick : public ::testing::TestWithParam<const Figure*> {};

TEST_P(CliReproduceQuick, RunsToItsEndAndJudgesNothing) {
  const ScratchFolder folder;
  std::vector<std::string> words{GetParam()->id, "--quick"};
  if (GetParam()->needs_data) {
    write_digits(folder);
    words.insert(words.end(), {"--data", folder.path()});
  }
  const json run = reproduce_json(words);
  EXPECT_EQ(run["shortened"], true);
  ASSERT_EQ(run["rows"].size(), GetParam()->rows().size());
  for (const json& row : run["rows"]) {
    EXPECT_EQ(row["verdict"], "not judged");
    ASSERT_EQ(row["measured"].size(), 1u);
    // Only a count of passes may have no end.
    if (row["what"] != "passes that do as well within a deviation") {
      EXPECT_TRUE(row["measured"][0].is_number()) << row;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Figures, CliReproduceQuick, ::testing::ValuesIn(all_figures().begin(), all_figures().end()),
                         [](const auto& tested) {
                           std::string name = tested.param->id;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(CliReproduce, AShortenedRunSaysThatItIsOne) {
  const std::string text = run_program({"reproduce", "ridge", "--quick"}).out;
  EXPECT_THAT(text, HasSubstr("A shortened run"));
  EXPECT_THAT(text, HasSubstr("not judged"));
  EXPECT_THAT(text, Not(HasSubstr("agrees\n")));
}

TEST(CliReproduce, RefusesWhatItCannotDo) {
  const struct {
    std::vector<std::string> words;
    const char* part;
  } cases[] = {{{"reproduce"}, "expected one of"},
               {{"reproduce", "rigde"}, "did you mean ridge"},
               {{"reproduce", "seed-table"}, "train-images-idx3-ubyte"},
               {{"reproduce", "seed-table", "--data", "/no/such/folder"}, "/no/such/folder"},
               {{"reproduce", "ridge", "--seeds", "0"}, "--seeds"},
               {{"reproduce", "ridge", "--seeds", "two"}, "--seeds"},
               {{"reproduce", "list", "--quick"}, "--quick"},
               {{"reproduce", "ridge", "nwgm"}, "nwgm"}};
  for (const auto& c : cases) {
    const ProgramResult result = run_program(c.words);
    EXPECT_EQ(result.exit_code, 2) << c.part;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err_lines(), 1) << result.err;
    EXPECT_THAT(result.err, HasSubstr(c.part));
  }
}

}  // namespace
}  // namespace dropscope::test
