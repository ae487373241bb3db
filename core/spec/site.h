// A site is a place in a network where noise may act. Layers expose sites; a dropout plan names them.
#pragma once
#include <cstdint>
#include <initializer_list>

#include "core/base/names.h"

namespace dropscope {

enum class SiteKind : std::uint8_t {
  Input, Hidden, FeatureMap, Weight, ResidualBranch, RecurrentState, CellState, Embedding,
  AttentionLogits, AttentionWeights, HeadOutput
};
inline constexpr int kSiteKindCount = 11;
template <>
std::span<const char* const> enum_names<SiteKind>();

class SiteKinds {
 public:
  constexpr SiteKinds(std::initializer_list<SiteKind> kinds) {
    for (SiteKind k : kinds) bits_ = std::uint16_t(bits_ | (1u << int(k)));
  }
  constexpr bool has(SiteKind k) const { return (bits_ >> int(k)) & 1u; }

 private:
  std::uint16_t bits_ = 0;
};

}  // namespace dropscope
