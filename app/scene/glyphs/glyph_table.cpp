// One line for each Glyph; the build fails until a new one has its line.
#include <array>

#include "app/scene/glyphs/glyph.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

constexpr std::array kGlyphs = {
    GlyphEntry{Glyph::CrossedUnit, "crossed out: dropped", true, paint_crossed_unit},
    GlyphEntry{Glyph::NoisyHalo, "rim: the unit's random factor", false, paint_noisy_halo},
    GlyphEntry{Glyph::DarkChannel, "crossed tile: channel dropped", true, paint_dark_channel},
    GlyphEntry{Glyph::DarkPatch, "hatched: patch dropped", true, paint_dark_patch},
    GlyphEntry{Glyph::CutWeight, "broken line: weight dropped", false, paint_cut_weight},
    GlyphEntry{Glyph::BypassArc, "thick arc: block skipped", true, paint_bypass_arc},
    GlyphEntry{Glyph::HeldState, "bar: kept its old value", false, paint_held_state},
    GlyphEntry{Glyph::BlankAttentionCell, "crossed cell: attention dropped", true, paint_blank_attention_cell},
    GlyphEntry{Glyph::DialedGate, "gauge: its own chance of being dropped", true, paint_dialed_gate},
};
static_assert(kGlyphs.size() == std::size_t(kGlyphCount));

constexpr bool in_order() {
  for (std::size_t i = 0; i < kGlyphs.size(); ++i)
    if (std::size_t(kGlyphs[i].glyph) != i) return false;
  return true;
}
static_assert(in_order());

}  // namespace

const GlyphEntry& glyph_entry(Glyph glyph) {
  DROPSCOPE_CHECK(std::size_t(glyph) < kGlyphs.size());
  return kGlyphs[std::size_t(glyph)];
}

}  // namespace dropscope
