// What the masks of a run looked like over time: which units the shown example lost lately, and how many
// different sub-networks have been trained. Watches only; nothing here enters the training.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/dropout/dropper.h"

namespace dropscope {

// What MaskStatistics remembers of single ticks, packed for a checkpoint.
struct LatelyMasks {
  int rows = 0;                     // ticks
  std::vector<int> sites;           // those where anything was dropped
  std::vector<std::uint64_t> kept;  // tick by tick from the oldest, for each of these a bit per element in whole words
};

class MaskStatistics {
 public:
  static constexpr int kLately = 100;
  static constexpr std::uint64_t kMostDistinct = 1u << 20;  // counted exactly up to here

  // The shape of each site for one example; a shape without elements: the site is not watched.
  explicit MaskStatistics(std::vector<Shape> sites);

  // Notes the masks of one tick: the noises of all sites (inactive ones count as all kept), for a batch of
  // this many examples. The shown example is the first.
  void note(std::span<const Noise<float>* const> noises, int batch);
  void clear();

  // A run that goes back has the ticks it remembered then. The set of distinct masks is no part of this: it is only
  // ever added to, since what has been trained once has been trained.
  LatelyMasks remembered() const;
  void remember(const LatelyMasks& masks);

  int lately() const { return rows_; }
  bool watches(int site) const { return units_[std::size_t(site)] > 0; }
  // Whether an element of a watched site was kept `back` ticks ago (0 = the newest), back < lately().
  bool kept(int site, int unit, int back) const;
  int dropped_lately(int site, int unit) const { return dropped_[offset_[std::size_t(site)] + std::size_t(unit)]; }
  std::uint64_t distinct() const { return distinct_; }
  bool capped() const { return distinct_ >= kMostDistinct; }

 private:
  void note_distinct(std::span<const Noise<float>* const> noises, int batch);
  std::uint64_t hash_of(std::span<const Noise<float>* const> noises, int example);  // never 0; examples in order
  void insert(std::uint64_t hash);

  std::vector<Shape> shapes_;
  std::vector<int> units_;  // 0 where a site is not watched
  std::vector<std::size_t> offset_;
  std::size_t total_ = 0;
  std::vector<std::uint8_t> ring_;             // kLately rows of total_ flags, 1 = kept
  std::vector<std::uint16_t> dropped_;         // running count over the ring
  std::vector<std::int64_t> dropped_in_ring_;  // the same, summed over each site
  int rows_ = 0, next_ = 0;
  std::vector<std::uint64_t> table_;        // open addressing, 0 = free
  std::vector<std::uint64_t> hashes_;       // of the batch at hand
  std::vector<std::uint64_t> shared_hash_;  // of each site's mask, where the batch at hand shares it
  std::uint64_t distinct_ = 0;
};

}  // namespace dropscope
