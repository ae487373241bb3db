#include "core/base/check.h"

#include <gtest/gtest.h>

#include "core/base/hash.h"
#include "core/base/names.h"
#include "core/base/parallel.h"

namespace dropscope {
namespace {

TEST(InputError, SaysWhereWhatWasExpectedAndWhatWasFound) {
  EXPECT_STREQ(InputError("a.csv: line 3", "4 columns", "5").what(), "a.csv: line 3: expected 4 columns, found 5");
}

TEST(InputError, IsOneShortLineWhateverItQuotes) {
  const std::string text = InputError("--set a\nb", "a field", "'" + std::string(100000, 'x') + "\r\n\x1b[31m'").what();
  EXPECT_EQ(text.find_first_of("\n\r\x1b"), std::string::npos);
  EXPECT_LT(text.size(), 1000u);
}

TEST(NearNames, FindsSlipsAndPartsAndNothingElse) {
  const std::vector<std::string> all = {"dropout.hidden1.rate", "optimizer.learning_rate", "batch_size", "seed"};
  EXPECT_EQ(near_names("batchsize", all).at(0), "batch_size");
  EXPECT_EQ(near_names("learning_rate", all).at(0), "optimizer.learning_rate");
  EXPECT_EQ(near_names("dropout.hiden1.rate", all).at(0), "dropout.hidden1.rate");
  EXPECT_TRUE(near_names("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", all).empty());
  EXPECT_NO_THROW(near_names(std::string(5000000, 'a'), all));
}

TEST(PartOf, CoversEverythingOnce) {
  for (int n : {0, 1, 2, 7, 100})
    for (int parts : {1, 2, 3, 8}) {
      int next = 0;
      for (int p = 0; p < parts; ++p) {
        const Range r = part_of(n, p, parts);
        EXPECT_EQ(r.begin, next);
        next = r.end;
      }
      EXPECT_EQ(next, n);
    }
}

TEST(Fnv1a, TellsBitsApartThatCompareEqual) {
  const auto hash = [](float x) {
    Fnv1a h;
    h.values(std::span<const float>(&x, 1));
    return h.digest();
  };
  EXPECT_NE(hash(0.0f), hash(-0.0f));
  EXPECT_EQ(hash(1.5f), hash(1.5f));
}

}  // namespace
}  // namespace dropscope
