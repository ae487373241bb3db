#include "core/random/philox.h"

#include <gtest/gtest.h>

namespace dropscope {
namespace {

// The known answers published with Random123 (kat_vectors, philox4x32 with 10 rounds).
TEST(Philox, GivesThePublishedKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const std::uint32_t f = 0xffffffff;
  EXPECT_EQ(philox({f, f, f, f}, {f, f}), (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, EveryInputBitReachesEveryOutputWord) {
  const PhiloxBlock counter{1, 2, 3, 4};
  const PhiloxKey key{5, 6};
  const PhiloxBlock before = philox(counter, key);
  for (int bit = 0; bit < 192; ++bit) {
    PhiloxBlock c = counter;
    PhiloxKey k = key;
    (bit < 128 ? c[std::size_t(bit / 32)] : k[std::size_t((bit - 128) / 32)]) ^= 1u << (bit % 32);
    const PhiloxBlock after = philox(c, k);
    for (std::size_t w = 0; w < 4; ++w) EXPECT_NE(after[w], before[w]) << "bit " << bit << ", word " << w;
  }
}

static_assert(philox({0, 0, 0, 0}, {0, 0})[0] == 0x6627e8d5, "usable at compile time");

}  // namespace
}  // namespace dropscope
