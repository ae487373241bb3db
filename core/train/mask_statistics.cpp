#include "core/train/mask_statistics.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace dropscope {
namespace {

// The gates of one example; empty where the site has no noise. Sites with a mask per batch share one row.
std::span<const float> row_of(const Noise<float>& noise, int example) {
  if (!noise.active || noise.gate.shape.rank() == 0) return {};
  const std::size_t samples = std::size_t(noise.gate.shape[0].extent), size = noise.gate.size() / samples;
  return {noise.gate.data() + (samples > 1 ? std::size_t(example) * size : 0), size};
}

// Bit u is set where unit u is kept; n <= 64.
std::uint64_t kept_bits(const float* gate, int n) {
  std::uint64_t bits = 0;
  int u = 0;
#if defined(__AVX2__)
  for (; u + 8 <= n; u += 8) {
    const __m256 kept = _mm256_cmp_ps(_mm256_loadu_ps(gate + u), _mm256_setzero_ps(), _CMP_NEQ_UQ);
    bits |= std::uint64_t(std::uint32_t(_mm256_movemask_ps(kept))) << u;
  }
#endif
  for (; u < n; ++u) bits |= std::uint64_t{gate[u] != 0.0f} << u;
  return bits;
}

// Flags of 0 or 1 as bits, the first in the lowest; n <= 64.
std::uint64_t packed(const std::uint8_t* flags, int n) {
  std::uint64_t bits = 0;
  int i = 0;
  if constexpr (std::endian::native == std::endian::little)
    for (; i + 8 <= n; i += 8) {
      std::uint64_t eight;
      std::memcpy(&eight, flags + i, 8);
      bits |= eight * 0x0102040810204080u >> 56 << i;  // flag k moves to bit 56 + k, and no sum carries
    }
  for (; i < n; ++i) bits |= std::uint64_t{flags[i]} << i;
  return bits;
}

// True where `tied` has extent 1 on the last axes of `full` and is whole before them.
bool fastest_are_shared(const Shape& full, const Shape& tied) {
  int d = full.rank() - 1;
  while (d >= 0 && tied[d].extent == 1) --d;
  for (; d >= 0; --d)
    if (tied[d].extent != full[d].extent) return false;
  return true;
}

}  // namespace

MaskStatistics::MaskStatistics(std::vector<Shape> sites) : shapes_(std::move(sites)) {
  for (const Shape& shape : shapes_) {
    units_.push_back(int(shape.count()));
    offset_.push_back(total_);
    total_ += std::size_t(units_.back());
  }
  clear();
}

void MaskStatistics::clear() {
  ring_.assign(total_ * kLately, 1);
  dropped_.assign(total_, 0);
  dropped_in_ring_.assign(units_.size(), 0);
  shared_hash_.assign(units_.size(), 0);
  rows_ = next_ = 0;
  table_.assign(1024, 0);
  distinct_ = 0;
}

LatelyMasks MaskStatistics::remembered() const {
  LatelyMasks masks;
  masks.rows = rows_;
  std::size_t width = 0;
  for (std::size_t s = 0; s < units_.size(); ++s) {
    if (dropped_in_ring_[s] == 0) continue;
    masks.sites.push_back(int(s));
    width += std::size_t(units_[s] + 63) / 64;
  }
  masks.kept.resize(width * std::size_t(rows_));
  std::uint64_t* out = masks.kept.data();
  for (int back = rows_ - 1; back >= 0; --back) {
    const std::uint8_t* row = ring_.data() + std::size_t((next_ - 1 - back + 2 * kLately) % kLately) * total_;
    for (int s : masks.sites) {
      const std::uint8_t* flags = row + offset_[std::size_t(s)];
      for (int u = 0; u < units_[std::size_t(s)]; u += 64)
        *out++ = packed(flags + u, std::min(64, units_[std::size_t(s)] - u));
    }
  }
  return masks;
}

void MaskStatistics::remember(const LatelyMasks& masks) {
  std::fill(ring_.begin(), ring_.end(), std::uint8_t{1});
  std::fill(dropped_.begin(), dropped_.end(), std::uint16_t{0});
  std::fill(dropped_in_ring_.begin(), dropped_in_ring_.end(), std::int64_t{0});
  rows_ = masks.rows;
  next_ = masks.rows % kLately;
  const std::uint64_t* in = masks.kept.data();
  for (int r = 0; r < rows_; ++r)
    for (int site : masks.sites) {
      const std::size_t s = std::size_t(site);
      for (int u = 0; u < units_[s]; ++u) {
        if (in[u / 64] >> u % 64 & 1) continue;
        ring_[std::size_t(r) * total_ + offset_[s] + std::size_t(u)] = 0;
        ++dropped_[offset_[s] + std::size_t(u)];
        ++dropped_in_ring_[s];
      }
      in += (units_[s] + 63) / 64;
    }
}

bool MaskStatistics::kept(int site, int unit, int back) const {
  const int row = (next_ - 1 - back + 2 * kLately) % kLately;
  return ring_[std::size_t(row) * total_ + offset_[std::size_t(site)] + std::size_t(unit)] != 0;
}

void MaskStatistics::note(std::span<const Noise<float>* const> noises, int batch) {
  std::uint8_t* row = ring_.data() + std::size_t(next_) * total_;
  for (std::size_t s = 0; s < units_.size(); ++s) {
    if (units_[s] == 0) continue;
    const std::span<const float> gate = row_of(*noises[s], 0);
    if (gate.empty() && dropped_in_ring_[s] == 0) continue;  // the row it replaces kept everything too
    std::uint8_t* flags = row + offset_[s];
    std::uint16_t* dropped = dropped_.data() + offset_[s];
    int before = 0, after = 0;
    // `now`: whether unit u is kept. The row it replaces leaves the count.
    const auto note_unit = [&](int u, bool now) {
      before += 1 - flags[u];
      after += now ? 0 : 1;
      dropped[u] = std::uint16_t(dropped[u] + flags[u] - (now ? 1 : 0));
      flags[u] = now ? 1 : 0;
    };
    if (gate.empty()) {
      for (int u = 0; u < units_[s]; ++u) note_unit(u, true);
    } else if (int(gate.size()) == units_[s]) {
      for (int u = 0; u < units_[s]; ++u) note_unit(u, gate[std::size_t(u)] != 0.0f);
    } else {
      Shape tied;
      for (const Dim& d : noises[s]->gate.shape) tied.push({d.axis, d.axis == Axis::Sample ? 1 : d.extent});
      // Where only the fastest axes are shared (a channel's pixels), units in a row have one gate.
      const bool runs = fastest_are_shared(shapes_[s], tied);
      const int run = runs ? units_[s] / int(gate.size()) : 1;
      for (int u = 0; u < units_[s]; ++u)
        note_unit(u, gate[runs ? std::size_t(u / run) : broadcast_index(shapes_[s], tied, std::size_t(u))] != 0.0f);
    }
    dropped_in_ring_[s] += after - before;
  }
  next_ = (next_ + 1) % kLately;
  rows_ = std::min(rows_ + 1, kLately);
  if (!capped()) note_distinct(noises, batch);
}

void MaskStatistics::note_distinct(std::span<const Noise<float>* const> noises, int batch) {
  bool any = false;
  for (const Noise<float>* noise : noises) any |= noise->active;
  if (!any) batch = 1;  // the whole network is a sub-network too, and the same one for every example
  hashes_.clear();
  for (int b = 0; b < batch; ++b) {
    hashes_.push_back(hash_of(noises, b));
    // The table outgrows the caches: ask for all places of a batch before the first is looked at.
    __builtin_prefetch(&table_[hashes_.back() & (table_.size() - 1)]);
  }
  for (std::uint64_t hash : hashes_)
    if (!capped()) insert(hash);
}

std::uint64_t MaskStatistics::hash_of(std::span<const Noise<float>* const> noises, int example) {
  std::uint64_t hash = 14695981039346656037ull;
  const auto mix = [&hash](std::uint64_t bits) {
    hash = (hash ^ bits) * 0x9E3779B97F4A7C15ull;
    hash ^= hash >> 32;
  };
  for (std::size_t s = 0; s < units_.size(); ++s) {
    const std::span<const float> gate = row_of(*noises[s], example);
    if (gate.empty()) {
      mix(~std::uint64_t{0});  // everything is kept
      continue;
    }
    // A mask that the batch shares is read for its first example only.
    const bool is_shared = noises[s]->gate.shape[0].extent == 1;
    if (is_shared && example > 0) {
      mix(shared_hash_[s]);
      continue;
    }
    bool all = true;
    std::uint64_t own = 14695981039346656037ull;
    for (std::size_t u = 0; u < gate.size(); u += 64) {
      const int n = int(std::min<std::size_t>(64, gate.size() - u));
      const std::uint64_t bits = kept_bits(gate.data() + u, n);
      all = all && bits == ~std::uint64_t{0} >> (64 - n);
      own = (own ^ bits) * 0x9E3779B97F4A7C15ull;
      own ^= own >> 32;
    }
    if (all) own = ~std::uint64_t{0};
    if (is_shared) shared_hash_[s] = own;
    mix(own);
  }
  hash ^= hash >> 29;
  return hash | (hash == 0);
}

void MaskStatistics::insert(std::uint64_t hash) {
  if (distinct_ * 2 >= table_.size()) {
    std::vector<std::uint64_t> old(table_.size() * 2, 0);
    old.swap(table_);
    for (std::uint64_t h : old) {
      if (h == 0) continue;
      std::size_t at = h & (table_.size() - 1);
      while (table_[at] != 0) at = (at + 1) & (table_.size() - 1);
      table_[at] = h;
    }
  }
  std::size_t at = hash & (table_.size() - 1);
  while (table_[at] != 0) {
    if (table_[at] == hash) return;
    at = (at + 1) & (table_.size() - 1);
  }
  table_[at] = hash;
  ++distinct_;
}

}  // namespace dropscope
