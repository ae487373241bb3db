// The two sources that read files, as wholes: folders of IDX files and tables.
#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>

#include "core/data/dataset.h"
#include "tests/core/data/hostile.h"

namespace dropscope {
namespace {

using test::expect_refused;
using test::idx_bytes;
using test::TempFolder;

DataSpec spec_of(const std::string& id, const std::string& path, int train = 0, int validation = 0) {
  DataSpec spec;
  spec.dataset = id;
  spec.path = path;
  spec.train = train;
  spec.validation = validation;
  return spec;
}

// A sound folder of six training and three test images of 2 x 2 pixels.
struct MnistFolder {
  MnistFolder() {
    folder.write("train-images-idx3-ubyte", idx_bytes({6, 2, 2}, "aaaabbbbccccddddeeeeffff"));
    folder.write("train-labels-idx1-ubyte", idx_bytes({6}, std::string{0, 1, 2, 3, 4, 9}));
    folder.write("t10k-images-idx3-ubyte",
                 idx_bytes({3, 2, 2}, std::string(4, '\0') + std::string(4, '\xFF') + "0000"));
    folder.write("t10k-labels-idx1-ubyte", idx_bytes({3}, std::string{7, 8, 9}));
  }
  Dataset load(int train = 0, int validation = 0, std::uint64_t seed = 7) const {
    return make_dataset(spec_of("mnist", folder.path(), train, validation), seed, nullptr);
  }
  void refused(std::initializer_list<std::string_view> parts) const {
    expect_refused([&] { load(); }, parts);
  }
  TempFolder folder;
};

TEST(MnistFiles, TheTestFilesAreTheValidationSet) {
  const MnistFolder files;
  const Dataset data = files.load();
  EXPECT_EQ(data.train.label, (std::vector<std::int32_t>{0, 1, 2, 3, 4, 9}));
  EXPECT_EQ(data.validation.label, (std::vector<std::int32_t>{7, 8, 9}));
  EXPECT_EQ(data.image, (ImageShape{2, 2, 1}));
  EXPECT_EQ(data.validation.x[0], 0.0f);
  EXPECT_EQ(data.validation.x[4], 1.0f);
  EXPECT_FLOAT_EQ(data.train.x[0], 'a' / 255.0f);
}

TEST(MnistFiles, AFewAreDrawnBySeedAndKeepTheirLabels) {
  const MnistFolder files;
  std::map<std::vector<std::int32_t>, int> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Dataset data = files.load(3, 2, seed);
    ASSERT_EQ(data.train.count, 3u);
    ++orders[data.train.label];
    for (std::size_t i = 0; i < 3; ++i) {
      const int letter = int(std::lround(data.train.x[4 * i] * 255)) - 'a';
      EXPECT_EQ(data.train.label[i], letter == 5 ? 9 : letter);
    }
  }
  EXPECT_GT(orders.size(), 10u);
}

TEST(MnistFiles, MissingFilesAreNamed) {
  const MnistFolder files;
  std::filesystem::remove(files.folder / "train-labels-idx1-ubyte");
  files.refused({files.folder.path(), "train-labels-idx1-ubyte or train-labels-idx1-ubyte.gz", "neither"});
  expect_refused([] { make_dataset(spec_of("mnist", ""), 1, nullptr); }, {"data.path", "a folder"});
  expect_refused([&] { make_dataset(spec_of("mnist", files.folder / "t10k-labels-idx1-ubyte"), 1, nullptr); },
                 {"a folder", "no folder"});
  expect_refused([] { make_dataset(spec_of("mnist", "/dev/zero"), 1, nullptr); }, {"/dev/zero", "a folder"});
}

TEST(MnistFiles, CountsThatDifferAreRefused) {
  const MnistFolder files;
  files.folder.write("train-labels-idx1-ubyte", idx_bytes({5}, std::string(5, '\1')));
  files.refused({"train-images-idx3-ubyte (byte 4)", "5 images, as many as labels", "found 6"});
}

TEST(MnistFiles, LabelsBeyondNineAreRefusedWithTheirByte) {
  const MnistFolder files;
  files.folder.write("t10k-labels-idx1-ubyte", idx_bytes({3}, std::string{0, 9, 10}));
  files.refused({"t10k-labels-idx1-ubyte (byte 10)", "a label of 0 to 9", "found 10"});
  files.folder.write("t10k-labels-idx1-ubyte", idx_bytes({3}, std::string{char(255), 9, 1}));
  files.refused({"(byte 8)", "found 255"});
}

TEST(MnistFiles, ImagesOfTwoSizesAreRefused) {
  const MnistFolder files;
  files.folder.write("train-images-idx3-ubyte", idx_bytes({6, 1, 4}, "aaaabbbbccccddddeeeeffff"));
  files.refused({"training images of 2 x 2 pixels", "found 1 x 4"});
  files.folder.write("train-images-idx3-ubyte", idx_bytes({6, 257, 1}, std::string(6 * 257, 'x')));
  files.refused({"(byte 8)", "at most 256 x 256", "257 x 1"});
}

TEST(MnistFiles, ImagesAndLabelsSwappedAreRefused) {
  const MnistFolder files;
  files.folder.write("t10k-labels-idx1-ubyte", idx_bytes({3, 2, 2}, std::string(12, 'x')));
  files.refused({"t10k-labels-idx1-ubyte (byte 0)", "1-D labels", "00 00 08 03"});
}

TEST(MnistFiles, APipeInPlaceOfAFileDoesNotHang) {
  const MnistFolder files;
  std::filesystem::remove(files.folder / "t10k-labels-idx1-ubyte");
  ASSERT_EQ(::mkfifo((files.folder / "t10k-labels-idx1-ubyte").c_str(), 0644), 0);
  ::alarm(20);
  files.refused({"t10k-labels-idx1-ubyte", "a regular file", "a named pipe"});
  ::alarm(0);
}

TEST(MnistFiles, FoldersWithStrangeNamesAreRead) {
  const MnistFolder files;
  const std::string strange = files.folder / "-two\nlines";
  ASSERT_TRUE(std::filesystem::create_directory(strange));
  for (const char* name :
       {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"})
    std::filesystem::copy(files.folder / name, strange + "/" + name);
  EXPECT_EQ(make_dataset(spec_of("mnist", strange), 1, nullptr).train.count, 6u);
  std::filesystem::remove(strange + "/t10k-images-idx3-ubyte");
  expect_refused([&] { make_dataset(spec_of("mnist", strange), 1, nullptr); }, {"-two\\x0Alines"});
}

TEST(MnistFiles, TheRealSetHasItsKnownFigures) {
  const std::filesystem::path folder = std::filesystem::path(DROPSCOPE_SOURCE_DIR) / ".." / "shared" / "data" / "mnist";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no MNIST files in " << folder;
  const Dataset data = make_dataset(spec_of("mnist", folder.string()), 7, nullptr);
  EXPECT_EQ(data.train.count, 60'000u);
  EXPECT_EQ(data.validation.count, 10'000u);
  EXPECT_EQ(data.inputs, 784);
  // Known of the set: the first labels, the number of ones, and the mean brightness 0.1307.
  EXPECT_EQ(data.train.label[0], 5);
  EXPECT_EQ(data.train.label[1], 0);
  EXPECT_EQ(data.validation.label[0], 7);
  EXPECT_EQ(std::count(data.train.label.begin(), data.train.label.end(), 1), 6742);
  EXPECT_EQ(std::count(data.validation.label.begin(), data.validation.label.end(), 1), 1135);
  const double sum = std::accumulate(data.train.x.begin(), data.train.x.end(), 0.0);
  EXPECT_NEAR(sum / double(data.train.x.size()), 0.1307, 0.00005);
}

std::string line_table(int rows) {
  std::string text = "a,b,same,y\n";
  for (int i = 0; i < rows; ++i)
    text += std::to_string(i) + "," + std::to_string((i * 7919) % 1000) + ".25,0.1," + (i % 2 ? "odd" : "even") + "\n";
  return text;
}

TEST(CsvTable, InputsAreStandardisedByTheTrainingRowsAlone) {
  const TempFolder folder;
  const Dataset data = make_dataset(spec_of("csv", folder.write("t.csv", line_table(500)), 100, 400), 7, nullptr);
  for (std::size_t c = 0; c < 2; ++c) {
    double mean = 0, square = 0, held_out = 0;
    for (std::size_t i = 0; i < 100; ++i) mean += double(data.train.x[3 * i + c]) / 100;
    for (std::size_t i = 0; i < 100; ++i) square += std::pow(double(data.train.x[3 * i + c]), 2) / 100;
    for (std::size_t i = 0; i < 400; ++i) held_out += double(data.validation.x[3 * i + c]) / 400;
    EXPECT_NEAR(mean, 0, 1e-6);
    EXPECT_NEAR(square, 1, 1e-5);
    EXPECT_GT(std::abs(held_out), 1e-4) << "validation has no mean of its own: it was used";
  }
}

TEST(CsvTable, AConstantColumnBecomesZero) {
  // The mean of a hundred 0.1 is not 0.1 in floating point, so their variance is not 0.
  const TempFolder folder;
  const Dataset data = make_dataset(spec_of("csv", folder.write("t.csv", line_table(500)), 100, 400), 7, nullptr);
  for (const Split* split : {&data.train, &data.validation})
    for (std::size_t i = 0; i < split->count; ++i) ASSERT_EQ(split->x[3 * i + 2], 0.0f);
}

TEST(CsvTable, RowsKeepTheirLabelsAndNoneIsLostOrDoubled) {
  const TempFolder folder;
  const Dataset data = make_dataset(spec_of("csv", folder.write("t.csv", line_table(300))), 7, nullptr);
  EXPECT_EQ(data.train.count, 240u);
  EXPECT_EQ(data.validation.count, 60u);
  EXPECT_EQ(data.output_names, (std::vector<std::string>{"even", "odd"}));
  // Column a counts the rows, so its standardised values in order are evenly spaced.
  std::map<float, std::int32_t> rows;
  for (const Split* split : {&data.train, &data.validation})
    for (std::size_t i = 0; i < split->count; ++i) rows[split->x[3 * i]] = split->label[i];
  ASSERT_EQ(rows.size(), 300u);
  std::int32_t expected = 0;
  for (const auto& [a, label] : rows) {
    EXPECT_EQ(label, expected);
    expected = 1 - expected;
  }
}

TEST(CsvTable, ZeroMeansWhatTheOtherSplitLeaves) {
  const TempFolder folder;
  const std::string path = folder.write("t.csv", line_table(100));
  const auto counts = [&](int train, int validation) {
    const Dataset data = make_dataset(spec_of("csv", path, train, validation), 7, nullptr);
    return std::pair(data.train.count, data.validation.count);
  };
  using P = std::pair<std::size_t, std::size_t>;
  EXPECT_EQ(counts(0, 0), P(80, 20));
  EXPECT_EQ(counts(30, 0), P(30, 70));
  EXPECT_EQ(counts(0, 10), P(90, 10));
  EXPECT_EQ(counts(30, 10), P(30, 10));
  EXPECT_EQ(counts(99, 1), P(99, 1));
  for (const auto& pair : {std::pair{60, 500}, {100, 0}, {0, 100}, {100, 1}, {50, 51}})
    expect_refused([&] { counts(pair.first, pair.second); }, {"data.train and data.validation", "at most 100 rows"});
}

TEST(CsvTable, ATableOfTwoRowsIsEnough) {
  const TempFolder folder;
  const Dataset data = make_dataset(spec_of("csv", folder.write("t.csv", "x,y\n1,a\n2,b\n")), 7, nullptr);
  EXPECT_EQ(data.train.count, 1u);
  EXPECT_EQ(data.validation.count, 1u);
  EXPECT_EQ(data.train.x[0], 0.0f);  // one value is a constant
}

TEST(CsvTable, TargetsAreStandardisedSoThatPricesCanBeLearned) {
  const TempFolder folder;
  std::string text = "x,price\n";
  for (int i = 0; i < 200; ++i) text += std::to_string(i) + "," + std::to_string(1e6 + 1e4 * i) + "\n";
  const Dataset data = make_dataset(spec_of("csv", folder.write("t.csv", text), 150, 50), 7, nullptr);
  EXPECT_EQ(data.task, Task::Regression);
  EXPECT_EQ(data.output_names, std::vector<std::string>{"price (standardised)"});
  double square = 0;
  for (float t : data.train.target) square += double(t) * double(t) / 150;
  EXPECT_NEAR(square, 1, 1e-5);
  // The price is a line in x, so both standardise alike.
  for (std::size_t i = 0; i < 50; ++i) EXPECT_NEAR(data.validation.target[i], data.validation.x[i], 1e-4);
}

TEST(CsvTable, HugeValuesStandardiseWithoutOverflow) {
  const TempFolder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 40; ++i) text += std::string(i % 4 < 2 ? "-1e300" : "1e300") + (i % 2 ? ",a\n" : ",b\n");
  const Dataset data = make_dataset(spec_of("csv", folder.write("t.csv", text), 20, 20), 7, nullptr);
  for (float x : data.train.x) EXPECT_LT(std::abs(x), 5.0f);
}

TEST(CsvTable, AValueOutOfAllProportionIsRefusedWithItsLine) {
  const TempFolder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 40; ++i) text += std::to_string(i % 3) + "e-30" + (i % 2 ? ",a\n" : ",b\n");
  text += "1e30,a\n";
  const std::string path = folder.write("t.csv", text);
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) try {
      make_dataset(spec_of("csv", path, 20, 20), seed, nullptr);
    } catch (const InputError& error) {
      ++refused;
      EXPECT_NE(std::string(error.what()).find("line 42 column 'x'"), std::string::npos) << error.what();
    }
  EXPECT_GT(refused, 0);
}

TEST(CsvTable, PathsThatAreNoFilesAreRefused) {
  const TempFolder folder;
  expect_refused([] { make_dataset(spec_of("csv", ""), 1, nullptr); }, {"data.path", "a CSV file"});
  expect_refused([&] { make_dataset(spec_of("csv", folder.path()), 1, nullptr); }, {"a regular file", "a folder"});
  expect_refused([] { make_dataset(spec_of("csv", "/dev/zero"), 1, nullptr); }, {"a regular file", "a device"});
}

}  // namespace
}  // namespace dropscope
