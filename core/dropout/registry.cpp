#include "core/dropout/registry.h"

#include <algorithm>
#include <vector>

#include "core/base/check.h"
#include "core/spec/known.h"

namespace dropscope {

#define DROPOUT_VARIANT(Name) extern constinit const Variant k##Name;
#include "core/dropout/variants.def"
#undef DROPOUT_VARIANT

// Explicit, so that the order is the teaching order and a static library cannot drop an entry.
std::span<const Variant* const> all_variants() {
  static constexpr const Variant* table[] = {
#define DROPOUT_VARIANT(Name) &k##Name,
#include "core/dropout/variants.def"
#undef DROPOUT_VARIANT
  };
  return table;
}

const Variant* find_variant(std::string_view id) {
  for (const Variant* variant : all_variants())
    if (id == variant->id) return variant;
  return nullptr;
}

const Variant& variant_or_throw(std::string_view id, const std::string& where) {
  if (const Variant* variant = find_variant(id)) return *variant;
  std::vector<const char*> ids;
  for (const Variant* variant : all_variants()) ids.push_back(variant->id);
  throw InputError(where, expected_one_of(id, ids), "'" + std::string(id.substr(0, 60)) + "'");
}

int learned_slots(SiteKind kind) {
  std::size_t most = 0;
  for (const Variant* variant : all_variants())
    if (variant->sites.has(kind)) most = std::max(most, variant->learned.size());
  return int(most);
}

const std::vector<KnownVariant>& known_variants() {
  static const std::vector<KnownVariant> list = [] {
    std::vector<KnownVariant> known;
    for (const Variant* v : all_variants()) {
      KnownVariant entry{v->id, v->max_rate, v->sites, {}};
      for (const ParamSpec& p : v->params) entry.params.push_back({p.id, p.label, p.lo, p.hi, p.initial});
      known.push_back(std::move(entry));
    }
    return known;
  }();
  return list;
}

#define DROPSCOPE_ENUM_NAMES(E, ...)                      \
  template <>                                             \
  std::span<const char* const> enum_names<E>() {          \
    static constexpr const char* names[] = {__VA_ARGS__}; \
    return names;                                         \
  }

DROPSCOPE_ENUM_NAMES(Target, "units", "channels", "blocks", "weights", "paths", "timesteps", "attention")
DROPSCOPE_ENUM_NAMES(Fill, "zero", "held", "by_variant")
DROPSCOPE_ENUM_NAMES(Rescale, "none", "inverse_keep", "realized_keep", "by_variant")
DROPSCOPE_ENUM_NAMES(Lifetime, "pass", "sequence", "epoch", "run")
DROPSCOPE_ENUM_NAMES(Inference, "identity", "expected")
DROPSCOPE_ENUM_NAMES(Preserves, "nothing", "site_mean", "mean", "mean_and_variance")
DROPSCOPE_ENUM_NAMES(RateIs, "exact", "nominal", "learned", "ignored")
DROPSCOPE_ENUM_NAMES(Reads, "nothing", "pre_activation", "weights")
DROPSCOPE_ENUM_NAMES(Glyph, "crossed_unit", "noisy_halo", "dark_channel", "dark_patch", "cut_weight", "bypass_arc",
                     "held_state", "blank_attention_cell", "dialed_gate")
DROPSCOPE_ENUM_NAMES(Axis, "sample", "time", "channel", "row", "col", "unit", "in", "out", "head", "query", "key")

#undef DROPSCOPE_ENUM_NAMES

}  // namespace dropscope
