// What the parts of the network picture share: which noise acts on a layer, and the parts themselves.
// Used inside app/scene only.
#pragma once
#include "app/scene/glyphs/glyph.h"
#include "app/scene/network_scene.h"

namespace dropscope {

// At most so many lines are drawn, in all and between two layers; where there are more, the strongest.
inline constexpr std::size_t kMostEdges = 20000;
inline constexpr std::size_t kMostEdgesPerLayer = 1200;

// Null where the layer has no site.
const SiteView* site_of(const Snapshot& snapshot, std::size_t layer);
// Noise acts on the layer's units in the pass shown.
bool is_noisy(const SiteView* site, int units);
// The unit passes nothing on in the pass shown, so that its edges are not drawn.
bool is_silent(const SiteView* site, int unit, int units);
// P(dropped) as it was lately, from the style's running mean or the last ticks; `rate` where neither is known.
float drop_share(const Snapshot& snapshot, const SceneStyle& style, std::size_t layer, int unit);
// The largest finite |value| of the layer, 1 where all are 0.
float value_limit(const LayerView& layer);
// The largest finite |weight| of the network.
float weight_limit(const Snapshot& snapshot);

// Two layers are joined by single lines; otherwise by a bundle with the number of weights on it.
bool has_single_edges(const Snapshot& snapshot, const NetworkLayout& layout, std::size_t target_layer);
bool draws_strongest_only(const Snapshot& snapshot, const NetworkLayout& layout);

DisplayList build_edges(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style);
DisplayList build_units(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                        const TextMeasure& measure);
DisplayList build_labels(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                         const TextMeasure& measure);
// The last masks of one layer, newest at the bottom.
void add_mask_strip(DisplayList& list, const Snapshot& snapshot, std::size_t layer, const ColumnLayout& column,
                    const SceneStyle& style, float u, const TextMeasure& measure);

}  // namespace dropscope
