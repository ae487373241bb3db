// What is drawn again must hold every pixel that may differ: pictures are painted in full and by damage, side by side.
#include "app/platform/damage.h"

#include <gtest/gtest.h>

#include <random>

namespace dropscope {
namespace {

constexpr int kWidth = 40, kHeight = 30;

bool in(const PixelRect& r, int x, int y) { return x >= r.left && x < r.right && y >= r.top && y < r.bottom; }

bool contains(const PixelRect& outer, const PixelRect& inner) { return intersection(outer, inner) == inner; }

using Picture = std::vector<std::uint64_t>;

// Every piece mixes its hash into the pixels of its area, so that order counts as it does with transparency.
void paint(Picture& picture, const std::vector<DrawnPiece>& pieces, const PixelRect& part) {
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      if (!in(part, x, y)) continue;
      std::uint64_t& pixel = picture[std::size_t(y * kWidth + x)];
      pixel = 1;
      for (const DrawnPiece& piece : pieces)
        if (in(piece.area, x, y)) pixel = pixel * 31 + piece.hash;
    }
}

TEST(Damage, IsEverythingAtFirstAndAfterwardsNothingUntilSomethingChanges) {
  Damage damage;
  const std::vector<DrawnPiece> pieces{{1, {0, 0, 10, 10}}, {2, {5, 5, 20, 20}}};
  const std::vector<PixelRect> all{{0, 0, kWidth, kHeight}};
  EXPECT_EQ(damage.update(pieces, kWidth, kHeight), all);
  EXPECT_TRUE(damage.update(pieces, kWidth, kHeight).empty());
  damage.forget();
  EXPECT_EQ(damage.update(pieces, kWidth, kHeight), all);
  EXPECT_EQ(damage.update(pieces, kWidth, kHeight - 1), (std::vector<PixelRect>{{0, 0, kWidth, kHeight - 1}}));
}

TEST(Damage, IsWhereAPieceWasAndWhereItIs) {
  Damage damage;
  damage.update({{1, {0, 0, 40, 30}}, {2, {2, 2, 6, 6}}}, kWidth, kHeight);
  const auto changed = damage.update({{1, {0, 0, 40, 30}}, {3, {20, 20, 24, 24}}}, kWidth, kHeight);
  ASSERT_EQ(changed.size(), 2u);
  EXPECT_TRUE(contains(changed[0], {20, 20, 24, 24}) || contains(changed[1], {20, 20, 24, 24}));
  EXPECT_TRUE(contains(changed[0], {2, 2, 6, 6}) || contains(changed[1], {2, 2, 6, 6}));
}

TEST(Damage, SeesThatTwoPiecesChangedPlaces) {
  Damage damage;
  damage.update({{1, {0, 0, 10, 10}}, {2, {5, 0, 15, 10}}}, kWidth, kHeight);
  EXPECT_FALSE(damage.update({{2, {5, 0, 15, 10}}, {1, {0, 0, 10, 10}}}, kWidth, kHeight).empty());
}

TEST(Damage, OfSomethingBehindEverythingIsOnlyWhereItIs) {
  Damage damage;
  std::vector<DrawnPiece> pieces;
  for (int i = 0; i < 30; ++i) pieces.push_back({std::uint64_t(100 + i), {i, 0, i + 1, 30}});
  damage.update(pieces, kWidth, kHeight);
  pieces.insert(pieces.begin(), {7, {0, 0, 3, 3}});
  EXPECT_EQ(damage.update(pieces, kWidth, kHeight), (std::vector<PixelRect>{{0, 0, 3, 3}}));
}

TEST(Damage, ReachesAsFarAsThePictureAndNoFurther) {
  Damage damage;
  damage.update({}, kWidth, kHeight);
  EXPECT_EQ(damage.update({{1, {-5, 25, 4, 90}}}, kWidth, kHeight), (std::vector<PixelRect>{{0, 25, 4, 30}}));
  EXPECT_TRUE(damage.update({{1, {-5, 25, 4, 90}}, {2, {}}, {3, {50, 50, 60, 60}}}, kWidth, kHeight).empty());
}

TEST(Damage, PaintsWhatAllOfItWouldPaint) {
  std::mt19937 random(5);
  const auto below = [&](int n) { return int(random() % unsigned(n)); };
  Damage damage;
  Picture kept(kWidth * kHeight, 0), whole = kept;
  std::vector<DrawnPiece> pieces;
  std::size_t painted = 0, rounds = 600;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto at = [&] { return pieces.begin() + below(int(pieces.size())); };
    const auto fresh = [&] {
      const int x = below(kWidth), y = below(kHeight);
      const PixelRect area{x - 2, y - 2, x + below(6), y + below(6)};
      // Pieces that look alike are at one place, as hashes hold the place.
      return DrawnPiece{std::uint64_t(x * 64 + y) * 4096 + std::uint64_t(area.right * 64 + area.bottom), area};
    };
    for (int change = below(3); change >= 0; --change) {
      const int what = pieces.size() < 4 ? 0 : below(5);
      if (what == 0) pieces.insert(pieces.empty() ? pieces.end() : at(), fresh());
      if (what == 1) pieces.erase(at());
      if (what == 2) *at() = fresh();
      if (what == 3) std::swap(*at(), *at());
      if (what == 4) pieces.push_back(*at());
    }
    const std::vector<PixelRect> changed = damage.update(pieces, kWidth, kHeight);
    for (std::size_t i = 0; i < changed.size(); ++i) {
      EXPECT_TRUE(contains({0, 0, kWidth, kHeight}, changed[i]));
      EXPECT_FALSE(changed[i].empty());
      for (std::size_t j = 0; j < i; ++j) EXPECT_TRUE(intersection(changed[i], changed[j]).empty());
      paint(kept, pieces, changed[i]);
      painted += std::size_t((changed[i].right - changed[i].left) * (changed[i].bottom - changed[i].top));
    }
    paint(whole, pieces, {0, 0, kWidth, kHeight});
    ASSERT_EQ(kept, whole) << "round " << round;
  }
  EXPECT_LT(painted, rounds * kWidth * kHeight / 2) << "much of the picture stays";
}

}  // namespace
}  // namespace dropscope
