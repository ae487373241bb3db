// What every source of examples must hold to, whatever it makes.
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "core/data/dataset.h"
#include "core/spec/known.h"
#include "tests/core/data/hostile.h"

namespace dropscope {
namespace {

bool heeds(const DatasetSource& source, DataOption option) {
  return std::find(source.options.begin(), source.options.end(), option) != source.options.end();
}

// A source with what it needs to run: files for those that read files.
class Conformance : public ::testing::TestWithParam<const DatasetSource*> {
 protected:
  Conformance() {
    spec.dataset = GetParam()->id;
    spec.train = 120;
    spec.validation = 60;
    spec.classes = 5;
    if (spec.dataset == "csv") spec.path = table();
    if (spec.dataset == "mnist") spec.path = idx_folder();
  }

  std::string table() const {
    std::string text = "a,b,c,kind\n";
    for (unsigned i = 0; i < 200; ++i)
      text += std::to_string(i * 37 % 101) + "." + std::to_string(i) + "," + std::to_string(i) + ",7.5," +
              std::string(i % 3 == 0   ? "x"
                          : i % 3 == 1 ? "y"
                                       : "z") +
              "\n";
    return folder.write("table.csv", text);
  }

  std::string idx_folder() const {
    for (const auto& [stem, n] : {std::pair{"train", 200u}, {"t10k", 100u}}) {
      std::string pixels, labels;
      for (unsigned i = 0; i < n * 25; ++i) pixels += char((i + 100000ull * n) * 0x9E3779B97F4A7C15ull >> 56);
      for (unsigned i = 0; i < n; ++i) labels += char(i % 10);
      folder.write(std::string(stem) + "-images-idx3-ubyte", test::idx_bytes({n, 5, 5}, pixels));
      folder.write(std::string(stem) + "-labels-idx1-ubyte.gz", test::gzip(test::idx_bytes({n}, labels)));
    }
    return folder.path();
  }

  Dataset make(std::uint64_t seed = 7) const { return make_dataset(spec, seed, nullptr); }

  test::TempFolder folder;
  DataSpec spec;
};

void expect_equal(const Split& a, const Split& b) {
  EXPECT_EQ(a.count, b.count);
  EXPECT_EQ(a.x, b.x);
  EXPECT_EQ(a.label, b.label);
  EXPECT_EQ(a.target, b.target);
}

void expect_prefix(const Split& small, const Split& large, int inputs) {
  ASSERT_LE(small.count, large.count);
  EXPECT_TRUE(std::equal(small.x.begin(), small.x.end(), large.x.begin())) << inputs;
  EXPECT_TRUE(std::equal(small.label.begin(), small.label.end(), large.label.begin()));
  EXPECT_TRUE(std::equal(small.target.begin(), small.target.end(), large.target.begin()));
}

void check_split(const Split& split, const Dataset& data, int asked) {
  EXPECT_EQ(split.count, std::size_t(asked));
  EXPECT_EQ(split.x.size(), split.count * std::size_t(data.inputs));
  for (float v : split.x) ASSERT_TRUE(std::isfinite(v));
  for (float v : split.target) ASSERT_TRUE(std::isfinite(v));
  if (data.task == Task::Classification) {
    EXPECT_EQ(split.label.size(), split.count * std::size_t(data.rows()));
    EXPECT_TRUE(split.target.empty());
    // A step of a sequence need not be scored, an example must be.
    const int least = data.rows() > 1 ? -1 : 0;
    for (std::int32_t label : split.label) ASSERT_TRUE(label >= least && label < data.outputs) << label;
    for (std::size_t i = 0; i < split.count; ++i) {
      const auto first = split.label.begin() + std::ptrdiff_t(i) * data.rows();
      EXPECT_TRUE(std::any_of(first, first + data.rows(), [](std::int32_t label) { return label >= 0; }));
    }
  } else {
    EXPECT_EQ(split.target.size(), split.count * std::size_t(data.rows() * data.outputs));
    EXPECT_TRUE(split.label.empty());
  }
}

TEST_P(Conformance, FactsAreComplete) {
  const DatasetSource& source = *GetParam();
  EXPECT_EQ(find_dataset(source.id), &source);
  EXPECT_NE(std::string(source.name), "");
  EXPECT_GE(std::string(source.one_line).size(), 30u);
  EXPECT_LE(std::string(source.one_line).size(), 160u);
  EXPECT_TRUE(heeds(source, DataOption::Count) && heeds(source, DataOption::LabelNoise));
  const auto& known = known_datasets();
  EXPECT_NE(std::find(known.begin(), known.end(), source.id), known.end());
}

TEST_P(Conformance, BothSplitsHaveTheSizesAskedAndFiniteValues) {
  const Dataset data = make();
  EXPECT_EQ(data.id, GetParam()->id);
  EXPECT_EQ(data.name, GetParam()->name);
  EXPECT_GE(data.inputs, 1);
  EXPECT_GE(data.outputs, data.task == Task::Classification ? 2 : 1);
  EXPECT_EQ(data.input_names.size(), std::size_t(data.inputs));
  EXPECT_EQ(data.output_names.size(), std::size_t(data.outputs));
  if (data.image) {
    EXPECT_EQ(data.image->rows * data.image->cols * data.image->channels, data.inputs);
  }
  if (data.sequence) {
    EXPECT_EQ(data.sequence->steps * data.sequence->features, data.inputs);
  }
  check_split(data.train, data, spec.train);
  check_split(data.validation, data, spec.validation);
}

TEST_P(Conformance, TokensAreWholeNumbersOfTheVocabulary) {
  const Dataset data = make();
  if (!data.sequence || !data.sequence->tokens) GTEST_SKIP() << "its inputs are numbers, not words of a vocabulary";
  EXPECT_EQ(data.sequence->features, 1);
  std::set<float> seen(data.train.x.begin(), data.train.x.end());
  EXPECT_EQ(seen.size(), std::size_t(data.sequence->vocabulary));
  for (float token : seen)
    EXPECT_TRUE(token >= 0 && token < float(data.sequence->vocabulary) && token == std::floor(token));
}

TEST_P(Conformance, TheSameSpecAndSeedGiveTheSameBits) {
  spec.label_noise = 0.2;
  const Dataset a = make(), b = make();
  expect_equal(a.train, b.train);
  expect_equal(a.validation, b.validation);
}

TEST_P(Conformance, AnotherSeedGivesOtherExamples) {
  const Dataset a = make(7), b = make(8), c = make((std::uint64_t{1} << 40) + 7);
  EXPECT_NE(a.train.x, b.train.x);
  EXPECT_NE(a.validation.x, b.validation.x);
  EXPECT_NE(a.train.x, c.train.x);
}

TEST_P(Conformance, NoExampleIsInBothSplits) {
  const Dataset data = make();
  const std::size_t n = std::size_t(data.inputs);
  std::set<std::vector<float>> seen;
  for (std::size_t i = 0; i < data.train.count; ++i)
    seen.insert({data.train.x.begin() + std::ptrdiff_t(i * n), data.train.x.begin() + std::ptrdiff_t((i + 1) * n)});
  for (std::size_t i = 0; i < data.validation.count; ++i) {
    const std::vector<float> x(data.validation.x.begin() + std::ptrdiff_t(i * n),
                               data.validation.x.begin() + std::ptrdiff_t((i + 1) * n));
    EXPECT_FALSE(seen.contains(x)) << "validation example " << i;
  }
}

TEST_P(Conformance, AskingForFewerExamplesLeavesTheOthersAsTheyWere) {
  const Dataset large = make();
  spec.train = 37;
  const Dataset fewer_train = make();
  // A table's inputs are standardised by its training rows, so their values do move.
  if (spec.dataset == "csv") {
    EXPECT_EQ(fewer_train.validation.label, large.validation.label);
    return;
  }
  expect_equal(fewer_train.validation, large.validation);
  expect_prefix(fewer_train.train, large.train, large.inputs);
  spec.validation = 11;
  const Dataset fewer = make();
  expect_equal(fewer.train, fewer_train.train);
  expect_prefix(fewer.validation, large.validation, large.inputs);
}

TEST_P(Conformance, GeneratedClassesAreBalancedInEveryPrefix) {
  if (heeds(*GetParam(), DataOption::Path)) GTEST_SKIP() << "a file's classes are as the file has them";
  const Dataset data = make();
  if (data.task != Task::Classification) GTEST_SKIP() << "targets of a regression are no classes to balance";
  if (data.rows() > 1) GTEST_SKIP() << "the classes of steps are as the language has them";
  for (const Split* split : {&data.train, &data.validation}) {
    std::vector<int> count(std::size_t(data.outputs));
    for (std::int32_t label : split->label) {
      ++count[std::size_t(label)];
      const auto [lo, hi] = std::minmax_element(count.begin(), count.end());
      ASSERT_LE(*hi - *lo, 1);
    }
  }
}

TEST_P(Conformance, LabelNoiseMovesTrainingLabelsAlone) {
  const Dataset clean = make();
  spec.label_noise = 0.25;
  const Dataset noisy = make();
  EXPECT_EQ(clean.train.x, noisy.train.x);
  expect_equal(clean.validation, noisy.validation);
  if (clean.task == Task::Classification) {
    EXPECT_NE(clean.train.label, noisy.train.label);
  } else {
    EXPECT_NE(clean.train.target, noisy.train.target);
  }
}

TEST_P(Conformance, ALargerShareOfLabelNoiseOnlyFlipsMore) {
  const Dataset clean = make();
  if (clean.task != Task::Classification) GTEST_SKIP() << "targets of a regression move, none is flipped";
  std::set<std::size_t> before;
  for (double share : {0.0, 0.1, 0.3, 0.7, 1.0}) {
    spec.label_noise = share;
    const Dataset noisy = make();
    std::set<std::size_t> flipped;
    for (std::size_t i = 0; i < clean.train.label.size(); ++i)
      if (clean.train.label[i] != noisy.train.label[i]) flipped.insert(i);
    EXPECT_TRUE(std::includes(flipped.begin(), flipped.end(), before.begin(), before.end()));
    const auto coins = std::count_if(clean.train.label.begin(), clean.train.label.end(), [](int l) { return l >= 0; });
    // Five standard deviations: 27 at most for 120 coins.
    EXPECT_NEAR(double(flipped.size()), double(coins) * share,
                share == 1 || share == 0 ? 0 : 5 * std::sqrt(0.25 * double(coins)));
    before = flipped;
  }
}

TEST_P(Conformance, ImpossibleSpecsAreRefusedByName) {
  const auto refused = [&](auto change, std::string_view option) {
    const DataSpec before = spec;
    change();
    test::expect_refused([&] { make(); }, {option});
    spec = before;
  };
  const double nan = std::nan("");
  refused([&] { spec.label_noise = -0.1; }, "data.label_noise");
  refused([&] { spec.label_noise = 1.01; }, "data.label_noise");
  refused([&] { spec.label_noise = nan; }, "data.label_noise");
  refused([&] { spec.train = -1; }, "data.train");
  refused([&] { spec.validation = -1; }, "data.validation");
  refused([&] { spec.train = 2'000'000'000; }, "data.train");
  if (heeds(*GetParam(), DataOption::Path)) {
    refused([&] { spec.path = ""; }, "data.path");
    refused([&] { spec.path = folder / "nowhere"; }, "nowhere");
    refused([&] { spec.train = 201; }, "data.train");
  } else {
    refused([&] { spec.train = 0; }, "data.train");
    refused([&] { spec.validation = 0; }, "data.validation");
  }
  if (heeds(*GetParam(), DataOption::Noise)) {
    refused([&] { spec.noise = -1; }, "data.noise");
    refused([&] { spec.noise = nan; }, "data.noise");
    refused([&] { spec.noise = INFINITY; }, "data.noise");
  }
  if (heeds(*GetParam(), DataOption::Classes)) {
    refused([&] { spec.classes = 1; }, "data.classes");
    refused([&] { spec.classes = 9; }, "data.classes");
  }
  if (heeds(*GetParam(), DataOption::ImageSize)) refused([&] { spec.image_size = 17; }, "data.image_size");
  if (heeds(*GetParam(), DataOption::Steps)) {
    refused([&] { spec.steps = 1; }, "data.steps");
    refused([&] { spec.steps = 201; }, "data.steps");
  }
  if (heeds(*GetParam(), DataOption::Symbols)) {
    refused([&] { spec.symbols = 1; }, "data.symbols");
    refused([&] { spec.symbols = 27; }, "data.symbols");
  }
}

TEST_P(Conformance, TheEndsOfTheRangesWork) {
  if (heeds(*GetParam(), DataOption::Path)) GTEST_SKIP() << "files have no generator's ranges";
  spec.train = spec.validation = 1;
  for (double noise : {0.0, 10.0})
    for (int classes : {2, 8})
      for (int size : {16, 28}) {
        spec.noise = noise;
        spec.classes = classes;
        spec.image_size = size;
        const Dataset data = make();
        check_split(data.train, data, 1);
        check_split(data.validation, data, 1);
      }
  for (int steps : {2, 3, 200})
    for (int symbols : {2, 26}) {
      spec.steps = steps;
      spec.symbols = symbols;
      const Dataset data = make();
      check_split(data.train, data, 1);
      check_split(data.validation, data, 1);
    }
}

TEST_P(Conformance, NoiseIsHeededExactlyWhereItIsDeclared) {
  if (heeds(*GetParam(), DataOption::Path)) GTEST_SKIP() << "files have no noise";
  const Dataset some = make();
  spec.noise = 0.05;
  const Dataset little = make();
  const bool same = some.train.x == little.train.x && some.train.target == little.train.target;
  EXPECT_NE(same, heeds(*GetParam(), DataOption::Noise));
}

TEST_P(Conformance, PixelRangesAreTheTwoEndsOfOneLine) {
  if (!heeds(*GetParam(), DataOption::Pixels)) GTEST_SKIP() << "no pixels";
  const Dataset zero = make();
  spec.pixels = PixelRange::MinusOneOne;
  const Dataset minus = make();
  float lo = 2, hi = -2;
  for (std::size_t i = 0; i < zero.train.x.size(); ++i) {
    ASSERT_GE(zero.train.x[i], 0.0f);
    ASSERT_LE(zero.train.x[i], 1.0f);
    ASSERT_NEAR(minus.train.x[i], 2 * zero.train.x[i] - 1, 1e-6);
    lo = std::min(lo, minus.train.x[i]);
    hi = std::max(hi, minus.train.x[i]);
  }
  EXPECT_EQ(lo, -1.0f);
  EXPECT_GT(hi, 0.8f);
}

INSTANTIATE_TEST_SUITE_P(Datasets, Conformance, ::testing::ValuesIn(all_datasets().begin(), all_datasets().end()),
                         [](const auto& tested) { return std::string(tested.param->id); });

TEST(DatasetRegistry, IdsDifferAndTheFirstIsTheMoons) {
  std::set<std::string> ids;
  for (const DatasetSource* source : all_datasets()) EXPECT_TRUE(ids.insert(source->id).second) << source->id;
  EXPECT_STREQ(all_datasets()[0]->id, "moons");
  EXPECT_EQ(find_dataset("no such set"), nullptr);
  EXPECT_EQ(find_dataset(""), nullptr);
}

TEST(DatasetRegistry, AnUnknownIdIsRefusedWithTheNearOne) {
  DataSpec spec;
  spec.dataset = "moon";
  test::expect_refused([&] { make_dataset(spec, 1, nullptr); }, {"data.dataset", "did you mean moons?", "'moon'"});
  spec.dataset = "a\nb" + std::string(100'000, 'x');
  test::expect_refused([&] { make_dataset(spec, 1, nullptr); }, {"data.dataset", "a\\x0Ab"});
}

TEST(DatasetRegistry, EveryEnumeratorHasAName) {
  EXPECT_STREQ(name_of(Task::Regression), "regression");
  EXPECT_EQ(enum_names<Task>().size(), 2u);
  EXPECT_STREQ(name_of(DataOption::Count), "count");
  EXPECT_STREQ(name_of(DataOption::Symbols), "symbols");
  EXPECT_EQ(enum_names<DataOption>().size(), std::size_t(DataOption::Symbols) + 1);
}

}  // namespace
}  // namespace dropscope
