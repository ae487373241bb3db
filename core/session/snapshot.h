// What the window knows of a run: an immutable copy made by the session's thread at one instant, shared
// by pointer. No pointer into the engine; nothing here changes after it is published.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/dropout/variant.h"
#include "core/session/data_view.h"
#include "core/session/part_view.h"
#include "core/session/timeline_view.h"
#include "core/session/trace_view.h"
#include "core/spec/run_spec.h"
#include "core/tensor/axes.h"
#include "core/train/metrics.h"
#include "core/train/phase.h"

namespace dropscope {

struct FrozenRun;  // core/session/frozen_run.h

enum class RunStatus : std::uint8_t { Loading, Paused, Running, Diverged, Failed };

// The noise at one site as it was used: the gates are the engine's own buffer, copied.
struct SiteView {
  std::string site;              // "hidden1"
  SiteKind kind = SiteKind::Hidden;
  const Variant* variant = nullptr;  // facts; never null
  double rate = 0;               // asked for
  bool active = false;           // false: no noise at this site now (rate 0, or eval view)
  float scale = 1;               // what kept values are multiplied by (eval view: the inference gain)
  // Of the example shown, one per element; empty when not active, and for tables of weights of more than
  // kMaxDrawnWeights.
  std::vector<float> gate;
  std::vector<float> offset;     // what is added after scale * gate, copied as `gate` is; empty where nothing is
  // Elements whose gate is not 0, of the example shown, and all of them. Elements that cannot change anything, as keys
  // that a causal attention hides, are not counted.
  int kept = 0, total = 0;
  Shape shape;                   // of the elements, for one example, nothing tied
  bool shared = false;           // one mask for the whole batch
  std::vector<std::uint32_t> locked, by_hand;  // elements held by hand, and those set by hand for the update shown
  // Where elements share gates (a map's pixels, a unit's steps, a whole branch): the gates themselves. Else 0.
  int coins = 0, coins_kept = 0;
  bool independent = true;       // false: gates depend on each other (patches), so that 2^n would count too many
  double realized_rate = 0;      // dropped fraction over the whole batch just used
  // Of the first examples of the last batches, newest first: recent[k * total + unit] is 1 where kept. Empty while
  // another example is shown, and where not every element counts.
  std::vector<std::uint8_t> recent;
  int recent_rows = 0;           // at most 10
  std::vector<std::uint16_t> dropped_lately;  // per unit, in the last `lately` ticks
  int lately = 0;                // at most 100
};

// Noise that multiplies units one by one, so that a column can show it unit by unit.
constexpr bool is_of_units(SiteKind kind) {
  return kind == SiteKind::Input || kind == SiteKind::Hidden || kind == SiteKind::FeatureMap ||
         kind == SiteKind::Sequence;
}

// One column of the picture: a layer, or a whole residual or transformer block, shown by what leaves it. Values
// are those of the example shown, recorded from the very pass that trained (train view) or from a pass without
// masks (eval view); never recomputed for display.
struct LayerView {
  std::string name;              // "input", "hidden1", "block3", ..., "output"
  int units = 0;
  Shape shape;                   // of the units, for one example: [Sample, Channel, Row, Col], ...
  bool is_block = false;         // several layers of the network
  Activation activation = Activation::Identity;
  int site = -1;                 // index into Snapshot::sites of the noise on its units, -1 where there is none
  // Noise that acts within the column but is not one gate per unit: on weights, a branch, a state, attention.
  std::vector<int> inner_sites;  // indices into Snapshot::sites
  std::vector<PartView> parts;   // of what is more than one value per unit: maps, steps, heads, branches
  std::vector<float> z;          // before the activation (input layer: empty)
  std::vector<float> h;          // after the activation; empty while the tick has not reached this layer
  std::vector<float> y;          // after dropout: what the next layer reads
  // Weights into this layer, [unit][input of the layer before], absent for the input layer and for
  // layers of more than kMaxDrawnWeights weights.
  std::shared_ptr<const std::vector<float>> weights;
  std::int64_t weight_count = 0;  // of the whole column; 0 where it has no matrix
  float max_abs_weight = 0;
  std::vector<float> bias;
};
inline constexpr std::int64_t kMaxDrawnWeights = 20000;

struct Snapshot {
  RunSpec spec;                  // as it stands now, with every SetField applied
  std::uint64_t commands_seen = 0;  // how many commands had been taken when this was made
  std::int64_t tick = 0;
  double epoch = 0;
  Phase phase = Phase::Batch;    // the station just done; Update (or Batch at tick 0) at a tick boundary
  int phase_layer = 0;           // Forward and Backward: the column at work is layers[phase_layer + 1]
  // True: batch, masks and activations are those of the tick to come (nothing has been trained yet, or a
  // setting changed while paused); they are the ones it will use.
  bool preview = false;
  RunStatus status = RunStatus::Loading;
  bool over = false;             // goes no further: it diverged, failed or stopped early
  std::string message;           // Diverged, Failed: what happened, where, what to try. Else a notice or empty.
  bool eval_view = false;
  double ticks_per_second = 0;   // measured, 0 when paused
  double tick_seconds = 0;       // what a tick took lately, training alone; 0 before the first
  double active_weights = 1;     // active_weight_share (core/study/study.h) of the masks at hand
  double speed = 60;             // asked for; 0 = as fast as possible
  double batch_loss = 0;         // of the tick just done, masks on
  std::vector<LayerView> layers;
  std::vector<SiteView> sites;
  // Index into the training split; -1 in an eval view that shows the probe (a trace shows the batch's example).
  std::int64_t example_shown = -1;
  int row = 0, rows = 0;         // which example of the batch that is, and how many there are
  std::vector<NormView> norms;   // one for each batch normalisation
  std::shared_ptr<const TimelineView> timeline;  // null while loading
  std::shared_ptr<const TraceView> trace;        // null unless SetTrace is on
  std::shared_ptr<const FrozenRun> frozen;       // null unless ShareWeights is on; may be a little older than `tick`
  // Distinct masks over all sites together, each example of each batch counted.
  std::uint64_t subnetworks_seen = 0;
  bool subnetworks_capped = false;  // true: at least this many, no longer counted
  int droppable_units = 0;       // n of the 2^n sub-networks: gates of the sites with dropout
  History history;
  ProbeView probe;
  std::shared_ptr<const DataView> data;        // null while loading
  std::shared_ptr<const SurfaceView> surface;  // null until the first one is ready
  float loading = 0;             // Loading: fraction done, 0 where not known
  std::uint64_t state_hash = 0;  // filled when not running; 0 while running
};

}  // namespace dropscope
