// How a SnapshotBuilder makes the parts of a snapshot. Nothing here changes a trainer.
#pragma once
#include <vector>

#include "core/session/snapshot.h"
#include "core/train/columns.h"
#include "core/train/trainer.h"

namespace dropscope {

// The pass whose numbers are shown, and which of its examples.
struct ShownPass {
  const Trainer& trainer;
  const Tape<float>& tape;  // what training recorded, or a pass without masks
  int row = 0;              // of that tape
  bool eval = false;

  const Network<float>& network() const { return trainer.network(); }
  // Whether the layer's values are those of the update shown.
  bool reached(int layer) const;
  // Whether masks are: variants that read the pre-activation draw while the layer is computed.
  bool drawn() const;
  // Of training's own pass: whether the update shown has gone back through the layer, and whether it is over.
  bool went_back(int layer) const;
  bool ended() const;
};

// One example of a buffer for a batch. Sample need not be the slowest axis; the result has it first.
std::vector<float> row_of(const Shape& shape, const float* values, int row);
std::vector<float> row_of(const Tensor<float>& t, int row);
Shape row_shape(const Shape& shape);  // of such an example

// From panels to [unit][input].
std::shared_ptr<const std::vector<float>> unpacked(const float* panels, int outputs, int inputs);

// Inputs of the column's matrix where it is one from the column before it, [its units][inputs], with a bias behind it;
// 0 where there is no such matrix.
int drawn_inputs(const Network<float>& network, const Column& column);

// Which elements of a site can change anything: 1 or 0 for each; empty where all can.
using UsedElements = std::vector<std::uint8_t>;
std::vector<UsedElements> used_elements(const Network<float>& network);

// What the site's masks did to one example of a pass, copied from the buffers it used: scale, gates, offsets, how many
// of the elements and coins in use are open, and realized_rate of all examples. `shape`, `kind` and `coins` of the view
// are known; `used` is of this site.
void put_gates(const Noise<float>& noise, int row, const UsedElements& used, SiteView& view);

// Snapshot::sites and droppable_units. `used`: one for each site of the network.
void add_sites(const ShownPass& pass, const std::vector<UsedElements>& used, Snapshot& s);
// Snapshot::layers and phase_layer; sites have been added.
void add_layers(const ShownPass& pass, Snapshot& s);
// LayerView::parts; layers have been added.
void add_parts(const ShownPass& pass, Snapshot& s);
// Snapshot::norms. `tape` is for a pass of the same examples without masks, which is spared where it would take long
// unless it is `wanted`.
void add_norms(const ShownPass& pass, bool wanted, Tape<float>& tape, Snapshot& s);

// Snapshot::trace, of training's own pass. `unit`: the column and the unit whose mean over masks is studied, -1 = none;
// `tape` is for the passes that takes.
struct StudiedUnit {
  int layer = -1, unit = -1;
};
void add_trace(const ShownPass& pass, StudiedUnit unit, Tape<float>& tape, Snapshot& s);

}  // namespace dropscope
