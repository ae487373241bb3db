// Sound files damaged at random, hundreds of times: a reader either reads or refuses with one line. Most
// telling under AddressSanitizer and UndefinedBehaviorSanitizer.
#include <functional>

#include "core/data/csv.h"
#include "core/data/idx.h"
#include "core/random/uniforms.h"
#include "tests/core/data/hostile.h"

namespace dropscope {
namespace {

// One to four bytes changed, cut out, or put in, drawn for `round`.
std::string damaged(std::string bytes, std::uint32_t round) {
  using std::literals::operator""sv;
  static constexpr std::string_view kLikely = "\0\1\x08\xFF\x7F\x80\",\n\r;\t -+.eE0919nainf\xEF\xBB\xBF\x1F\x8B"sv;
  const Uniforms draws({.run_seed = 1, .age = round}, Stream::Test);
  const std::uint32_t edits = 1 + draws.below(0, 4);
  for (std::uint32_t e = 0; e < edits && !bytes.empty(); ++e) {
    const std::uint32_t at = draws.below(8 * e + 1, std::uint32_t(bytes.size()));
    const bool likely = draws.at(8 * e + 2) < 0.5;
    const char value =
        likely ? kLikely[draws.below(8 * e + 3, std::uint32_t(kLikely.size()))] : char(draws.below(8 * e + 3, 256));
    switch (draws.below(8 * e + 4, 4)) {
      case 0:
        bytes.erase(at, 1 + draws.below(8 * e + 5, 8));
        break;
      case 1:
        bytes.insert(at, 1 + draws.below(8 * e + 5, 8), value);
        break;
      default:
        bytes[at] = value;
    }
  }
  return bytes;
}

struct Outcome {
  int read = 0, refused = 0;
};

Outcome survive(const std::string& good, int rounds, const std::function<void(const std::string&)>& reader) {
  const test::TempFolder folder;
  Outcome outcome;
  for (int round = 0; round < rounds; ++round) try {
      reader(folder.write("file", damaged(good, std::uint32_t(round))));
      ++outcome.read;
    } catch (const InputError& error) {
      ++outcome.refused;
      EXPECT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos) << error.what();
    }
  return outcome;
}

TEST(Damage, IdxFilesAreReadOrRefused) {
  const std::string good = test::idx_bytes({3, 4, 2}, "abcdefghijklmnopqrstuvwx");
  const auto reader = [](const std::string& path) {
    const IdxArray array = read_idx(path, {.dimensions = 3, .what = "images"}, nullptr);
    ASSERT_EQ(array.sizes.size(), 3u);
    ASSERT_EQ(array.bytes.size(), std::size_t(array.sizes[0]) * array.sizes[1] * array.sizes[2]);
  };
  const Outcome plain = survive(good, 1000, reader), packed = survive(test::gzip(good), 1000, reader);
  EXPECT_GT(plain.read, 30);
  EXPECT_GT(plain.refused, 400);
  EXPECT_GT(packed.refused, 700);
}

TEST(Damage, TablesAreReadOrRefused) {
  for (const char* good :
       {"a,b,\"c d\",kind\n1,2.5,-3e2,x\n4,5,6,\"y, z\"\n7,8.25,9,x\n", "a,b,y\r\n1,2,0.5\r\n3,4,1.5\r\n"}) {
    const Outcome outcome = survive(good, 1000, [](const std::string& path) {
      const CsvTable table = read_csv(path, "", nullptr);
      ASSERT_EQ(table.inputs.size(), table.rows * table.input_names.size());
      ASSERT_EQ(table.labels.size() + table.targets.size(), table.rows);
      for (std::int32_t label : table.labels) ASSERT_LT(std::size_t(label), table.class_names.size());
    });
    EXPECT_GT(outcome.read, 50);
    EXPECT_GT(outcome.refused, 200);
  }
}

}  // namespace
}  // namespace dropscope
