// The facts a variant declares about itself. The rest of the program goes by these, never by a variant's name.
#pragma once
#include <cstdint>

#include "core/base/names.h"
#include "core/tensor/axes.h"

namespace dropscope {

enum class Target : std::uint8_t { Units, Channels, Blocks, Weights, Paths, Timesteps, Attention };
enum class Fill : std::uint8_t { Zero, Held, ByVariant };  // what a dropped element becomes
enum class Rescale : std::uint8_t { None, InverseKeep, RealizedKeep, ByVariant };
enum class Lifetime : std::uint8_t { Pass, Sequence, Epoch, Run };  // what enters the DrawKey as its age
enum class Inference : std::uint8_t { Identity, Expected };         // Expected: x times the mean gain
enum class Preserves : std::uint8_t { Nothing, SiteMean, Mean, MeanAndVariance };
enum class RateIs : std::uint8_t { Exact, Nominal, Learned, Ignored };  // how the rate relates to what is dropped
enum class Gates : std::uint8_t { Binary, Real };              // Binary: every gate is 0 or 1
// What a draw may look at besides coins. PreActivation: the layer's z at this site. Weights: the weights into the
// units of the site, [Out, In]; for a Weight site, those weights.
enum class Reads : std::uint8_t { Nothing, PreActivation, Weights };
enum class Glyph : std::uint8_t {
  CrossedUnit, NoisyHalo, DarkChannel, DarkPatch, CutWeight, BypassArc, HeldState, BlankAttentionCell, DialedGate
};
inline constexpr int kGlyphCount = 9;

template <> std::span<const char* const> enum_names<Target>();
template <> std::span<const char* const> enum_names<Fill>();
template <> std::span<const char* const> enum_names<Rescale>();
template <> std::span<const char* const> enum_names<Lifetime>();
template <> std::span<const char* const> enum_names<Inference>();
template <> std::span<const char* const> enum_names<Preserves>();
template <> std::span<const char* const> enum_names<RateIs>();
template <> std::span<const char* const> enum_names<Reads>();
template <> std::span<const char* const> enum_names<Glyph>();
template <> std::span<const char* const> enum_names<Axis>();

struct ParamSpec {
  const char* id;
  const char* label;
  double lo, hi, initial;
};

// Everything the app needs in order to show a variant it has never heard of.
struct Depiction {
  Glyph glyph;
  const char* formula;   // in the notation of the screen: p is the rate, m the gate
  const char* one_line;  // what a person sees happen
};

}  // namespace dropscope
