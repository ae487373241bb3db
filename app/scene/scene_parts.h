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
// Noise has an effect at the site in training.
bool is_at_work(const SiteView* site);
// The masks of the pass shown are known (they are drawn later than the batch).
bool is_drawn(const SiteView& site);
// The one gate that a block's whole branch has; null where there is none, or where the block has several branches.
const SiteView* branch_gate(const Snapshot& snapshot, std::size_t layer);
// Noise acts on the layer's units in the pass shown.
bool is_noisy(const SiteView* site, int units);
// The unit is dropped in the pass shown, so that nothing that comes in counts: the lines into it are not drawn.
bool is_silent(const SiteView* site, int unit, int units);
// And what it is filled with is 0: neither are those that leave it.
bool sends_nothing(const SiteView* site, int unit, int units);
// P(dropped) as it was lately, from the style's running mean or the last ticks; `rate` where neither is known.
float drop_share(const Snapshot& snapshot, const SceneStyle& style, std::size_t layer, int unit);
// The largest finite |value| of the layer, 1 where all are 0.
float value_limit(const LayerView& layer);
// The largest finite |weight| of the network.
float weight_limit(const Snapshot& snapshot);

// Two layers are joined by single lines; otherwise by a bundle with the number of weights on it.
bool has_single_edges(const Snapshot& snapshot, const NetworkLayout& layout, std::size_t target_layer);
bool draws_strongest_only(const Snapshot& snapshot, const NetworkLayout& layout);

// A line between two units, from rim to rim.
struct EdgeEnds {
  Vec2 a, b;
};
// Gates of the weights into a layer, one for each of LayerView::weights; null where dropout does not act on them.
const SiteView* weight_site(const Snapshot& snapshot, std::size_t layer);
// Where the weight of a gate is drawn, live or cut; nothing where it is not.
std::optional<EdgeEnds> weight_edge(const Snapshot& snapshot, const NetworkLayout& layout, GateRef gate);
// The gate of the line nearest to a point, within `reach` pixels.
std::optional<GateRef> nearest_weight(const Snapshot& snapshot, const NetworkLayout& layout, Vec2 at, float reach);
// Marks on lines whose gates were set by hand.
void add_weight_hand_marks(DisplayList& list, const Snapshot& snapshot, const NetworkLayout& layout,
                           const SceneStyle& style);

// DropConnect on over 300 weights between two columns: a matrix stands for them, [unit][input of the layer before].
bool wants_matrix(const Snapshot& snapshot, std::size_t layer);
bool is_matrix(const NetworkLayout& layout, std::size_t layer);
// Equal cells in the middle of `room`, with words above them.
Rect place_matrix(const Snapshot& snapshot, std::size_t layer, Rect room, const SceneStyle& style, float u);
void add_matrix(DisplayList& list, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                std::size_t layer);
// Its cell under a point, and where a gate's cell is.
std::optional<GateRef> matrix_gate(const Snapshot& snapshot, const NetworkLayout& layout, Vec2 at);
std::optional<Rect> matrix_rect(const Snapshot& snapshot, const NetworkLayout& layout, GateRef gate);

// How many gates of a site are open, and of what: 5 of 8 feature maps.
struct GateCount {
  std::uint64_t kept = 0, total = 0;
  const char* of = "units";
};
GateCount count_gates(const SiteView& site);
// The counts of several sites, those of equal things added up.
std::vector<GateCount> count_gates(const std::vector<const SiteView*>& sites);
// The sites that act within a column but not on its units one by one.
std::vector<const SiteView*> inner_sites(const Snapshot& snapshot, std::size_t layer);
// "20 × 8 units", "8 maps of 16 × 16", "16 units", longest first.
std::vector<std::string> size_wordings(const Snapshot& snapshot, std::size_t layer);
// "hidden 1, unit 3 of 16", "conv 1, map 2, row 3, column 4".
std::string unit_title(const LayerView& layer, int unit);

DisplayList build_edges(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style);
DisplayList build_units(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                        const TextMeasure& measure);
DisplayList build_labels(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                         const TextMeasure& measure);
// The last masks of one layer, newest at the bottom, and below them what they are.
void add_mask_strip(DisplayList& list, const Snapshot& snapshot, std::size_t layer, const ColumnLayout& column,
                    bool named, const SceneStyle& style, float u, const TextMeasure& measure);

}  // namespace dropscope
