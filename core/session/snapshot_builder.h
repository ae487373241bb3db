// Makes snapshots and decision surfaces from a Trainer. Used by the session's thread, and by commands that
// draw a picture without a window. Reads the trainer, never changes it.
#pragma once
#include <memory>
#include <optional>

#include "core/session/snapshot.h"
#include "core/session/snapshot_parts.h"
#include "core/train/trainer.h"

namespace dropscope {

// What a person chose to look at. None of it enters the training.
struct ViewState {
  bool eval = false;
  std::int64_t probe_example = 0;                   // into the validation split; clamped
  std::optional<std::array<float, 2>> probe_point;  // instead of an example, for one input (the first) or two
  std::int64_t pushes = 0;                          // passes asked for by hand
  bool trace = false;                               // with all that explains a single update
  int row = 0;                                      // example of the batch; clamped
  int study_layer = -1, study_unit = -1;            // the unit whose mean over masks is studied; -1 = none
};

// The points and images that pictures show.
std::shared_ptr<const DataView> make_data_view(const Dataset& data);

// What the network computes without masks over the plane (64 x 64 cells), the line (256) or the images of
// the DataView; cols = rows = 0 and no tiles for other data. `probabilities`: outputs are logits
// (Trainer::classifies), else they are taken as they are.
SurfaceView compute_surface(const Network<float>& network, std::span<const float> params,
                            std::span<const NoisePlan> plans, const DataView& data, bool probabilities,
                            std::int64_t tick);

class SnapshotBuilder {
 public:
  explicit SnapshotBuilder(const Trainer& trainer);

  // Everything but status, message, speed and surface, which the caller knows. Call preview() on a trainer
  // that has recorded nothing yet.
  Snapshot build(const Trainer& trainer, const ViewState& view);
  std::shared_ptr<const DataView> data_view() const { return data_view_; }

 private:
  // Pushes one example through without masks, into eval_tape_.
  void infer(const Trainer& trainer, std::span<const float> x);
  void add_probe(const Trainer& trainer, const ViewState& view, Snapshot& s);
  std::vector<float> probe_input(const Trainer& trainer, const ViewState& view) const;

  std::shared_ptr<const DataView> data_view_;
  Tape<float> probe_tape_, eval_tape_;
  std::vector<UsedElements> used_;  // of each site
};

}  // namespace dropscope
