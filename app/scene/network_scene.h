// The picture of the network: columns of units, weights as lines, dropped units crossed out, headers and
// mask strips. Pure functions of a Snapshot; no engine, no OpenGL.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "app/scene/display_list.h"
#include "app/scene/rate_naming.h"
#include "core/session/snapshot.h"

namespace dropscope {

struct ColumnForm;

// How one layer is laid out in the space given.
struct ColumnLayout {
  // By the room each unit has; Form: drawn by a form of its own (app/scene/columns/form.h).
  enum class Style : std::uint8_t { Units, Boxes, Density, Image, Form };
  Style style = Style::Units;
  const ColumnForm* form = nullptr;  // not null for Style::Form alone
  std::vector<Rect> tiles;           // Form: what they are is the form's own affair
  Rect header, body, strip;          // header below the column, strip of masks below the header
  std::vector<Vec2> centers;         // one per unit for Units and Boxes; empty for Density and Image
  Rect matrix;                       // of the weights into the layer, a cell each; empty: they are lines or a band
  float radius = 0;                  // of a unit; half the side of a box
  int grid_cols = 1, grid_rows = 1;  // Boxes, Density, Image; Form without centers: units in each of `tiles`
};

struct NetworkLayout {
  Rect area;
  std::vector<ColumnLayout> columns;  // one per Snapshot::layers
  // Bands without room have no height and are not drawn.
  Rect title;   // head line and the sentence about the sub-network, above the columns
  Rect legend;  // what width and colour of an edge mean, below them
  float u = 1;  // SceneStyle::u, smaller where the area could not hold the picture at that size
};

struct UnitRef {
  int layer = 0, unit = 0;
  bool operator==(const UnitRef&) const = default;
};

// A gate that can be seen, selected and set by hand: an element of a site, for the example shown.
struct GateRef {
  int site = 0;               // index into Snapshot::sites
  std::uint32_t element = 0;  // of SiteView::shape
  bool operator==(const GateRef&) const = default;
};

struct SceneStyle {
  const Palette* palette = nullptr;
  float u = 1;             // one design unit in pixels: window height / 1080 times the user's scale
  bool averaging = false;  // show drop frequency instead of single masks
  RateNaming naming = RateNaming::Drop;
  bool bare = false;       // one of several side by side: no head line, strips or legend, names and counts alone
  std::optional<UnitRef> hovered, selected;
  std::optional<GateRef> hovered_gate, selected_gate;
  // Step mode: the beat at hand is told apart, gradients are shown on the way back and marks at the update.
  bool stepping = false;
  int sub_beat = -1;       // of a forward beat: 0 = z, 1 = activation, 2 = times mask, 3 = times scale; -1 = whole
  float progress = 1;      // of the beat's animation, 0 .. 1; 1 = done
  // Over a network that is shown at work on something else than its training, in the place of the words about that.
  std::string title, sentence;
  std::string lead;  // before the picture's own sentence: of which step and example it is, as where that is not plain
  // Running mean of each site's drop frequency, per unit, for averaging; empty = use dropped_lately.
  std::vector<std::vector<float>> frequency;
};

NetworkLayout layout_network(const Snapshot& snapshot, Rect area, const SceneStyle& style);

// Parts that change every tick, apart from the texts, so that a renderer can cache each of them.
struct NetworkScene {
  DisplayList edges;   // weights
  DisplayList units;   // discs, boxes, crosses, images
  DisplayList labels;  // title, headers, strips, captions
};
NetworkScene build_network_scene(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                                 const TextMeasure& measure);

// The middle of a unit, or of the pixel or tile that stands for it.
Vec2 unit_center(const ColumnLayout& column, int unit);

// The unit under a point, if any. Tiles of density columns stand for many units and give none.
std::optional<UnitRef> hit_unit(const NetworkLayout& layout, const Snapshot& snapshot, Vec2 at);

// The gate under a point, if any: of a unit's own mask, or of a map, block, branch, step, attention cell or weight.
// With `weights`, the nearest line between units wins over what lies below it (DropConnect).
std::optional<GateRef> hit_gate(const NetworkLayout& layout, const Snapshot& snapshot, Vec2 at, bool weights);
// The gate that is a unit's own, if it has one.
std::optional<GateRef> gate_of_unit(const Snapshot& snapshot, UnitRef unit);
// Where a gate is drawn; nothing where it is not.
std::optional<Rect> gate_rect(const NetworkLayout& layout, const Snapshot& snapshot, GateRef gate);

// The lines of a unit's tooltip, with numbers: "h = relu(0.31) = 0.31", "m = 1", ...
std::vector<std::string> unit_arithmetic(const Snapshot& snapshot, UnitRef unit,
                                         RateNaming naming = RateNaming::Drop);

// "9 of 24 hidden units kept · one of 2^24 = 16,777,216 sub-networks · 18,409 different so far"
std::string subnetwork_sentence(const Snapshot& snapshot);

}  // namespace dropscope
