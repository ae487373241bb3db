// The deterministic machine that trains: phases, ticks, metrics. No thread, no clock, no callback; the same
// RunSpec and the same calls give the same bits. Pacing, commands and pictures are the session's.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/batcher.h"
#include "core/data/dataset.h"
#include "core/nn/network.h"
#include "core/optim/optimizer.h"
#include "core/spec/run_spec.h"
#include "core/train/checkpoint.h"
#include "core/train/mask_statistics.h"
#include "core/train/metrics.h"
#include "core/train/phase.h"

namespace dropscope {

class Trainer {
 public:
  // Throws InputError where the spec does not fit the data. `parallel` may be null; it must outlive this.
  Trainer(RunSpec spec, std::shared_ptr<const Dataset> data, Parallel* parallel = nullptr);

  // One station, one tick (from wherever it stands), or up to the end of the epoch. False once the run has diverged
  // (it stands at the last good state and never moves again) or stopped early (at the best; it goes on once a field of
  // `stopping` is set).
  bool advance(Granularity granularity);
  const Divergence* divergence() const { return divergence_.get(); }
  const Stopped* stopped() const { return stopping_.stopped(); }

  // Losses and accuracies of the weights as they are, as an evaluation at this tick notes them. Changes nothing.
  MetricPoint measure() const;
  // Changes a field that can change while training from the next tick on. Only at a tick boundary.
  // Throws InputError for a field that needs a new run; the spec is then unchanged.
  void set_field(std::string_view path, std::string_view value, const std::string& where);

  // Masks by hand for the tick to come; a part of the state. Only at a tick boundary. Elements that share a gate are
  // one place; a table's mask (acts_on_table) without effect is the batch's. Throws InputError for what is not there.
  void set_gate(const GateByHand& gate);
  void lock_gate(int site, std::uint32_t element, bool keep);
  void release_gate(int site, std::uint32_t element);
  void redraw_masks();
  const HandMasks& by_hand() const { return by_hand_; }
  const HandMasks& used_by_hand() const { return used_by_hand_; }  // when masks were drawn last
  // Keeps the parameters that each update starts from, for pictures; costs a copy of them at each tick.
  void keep_previous(bool on);
  std::span<const float> previous_params() const { return previous_; }  // empty where not kept, or no update since
  // Of the last backward pass, where it has come to: by the mean loss; by penalties too after Update. Not clipped.
  std::span<const float> gradients() const { return gradients_; }

  // Computes batch, masks and activations of the tick to come, so that they can be shown before it is
  // taken. Only at a tick boundary; changes nothing that training reads.
  void preview();
  bool previewing() const { return previewing_; }
  const RunSpec& spec() const { return spec_; }
  const Dataset& data() const { return *data_; }
  std::shared_ptr<const Dataset> shared_data() const { return data_; }
  const Network<float>& network() const { return *network_; }
  std::shared_ptr<const Network<float>> shared_network() const { return network_; }
  std::span<const float> params() const { return params_; }
  const std::vector<NoisePlan>& plans() const { return plans_; }
  const std::vector<std::uint32_t>& places() const { return places_; }
  bool classifies() const { return classify_; }
  // What the last (or the current, unfinished) training pass recorded.
  const Tape<float>& tape() const { return tape_; }
  // The examples of the batch. Under R-Drop the tape holds them twice, one pass after the other.
  std::span<const std::uint32_t> batch_examples() const { return examples_; }
  int passes() const { return spec_.objective.r_drop > 0 ? 2 : 1; }
  std::int64_t tick() const { return tick_; }
  double epoch() const { return double(tick_) / double(batcher_.ticks_per_epoch()); }
  std::int64_t ticks_per_epoch() const { return batcher_.ticks_per_epoch(); }
  bool at_boundary() const { return phase_ == Phase::Update; }
  Phase phase() const { return phase_; }  // the station just done; Update at every tick boundary
  int phase_layer() const { return phase_layer_; }
  // Mean, masks on, of the last tick whose loss was reached: comparable to evaluations.
  double batch_loss() const { return batch_loss_; }
  // What that tick minimised: the loss with the terms of R-Drop and of learned rates.
  double objective() const { return objective_; }
  double gradient_norm() const { return gradient_norm_; }
  // May run beyond tick() after restore(). Where training stopped are two points: before and with the best weights.
  const HistoryBuilder& history() const { return history_; }
  const MaskStatistics& statistics() const { return statistics_; }

  // Of weights, optimizer state and tick: equal for two runs that are in the same state. At a boundary.
  std::uint64_t state_hash() const;
  Checkpoint checkpoint() const;
  // Clears a divergence. Points of history after the checkpoint's tick are kept: training that comes by again takes
  // them from there. Call forget_after() where it will go another way.
  void restore(const Checkpoint& checkpoint);
  void forget_after(std::int64_t tick);
  // Settings of a time this run had, whose checkpoint is restored next; the history of another way it took.
  void restore_settings(const RunSpec& spec);
  void restore_history(HistoryBuilder history) { history_ = std::move(history); }

 private:
  void load_batch();
  void draw_masks();
  std::uint32_t gate_of(int site, std::uint32_t element) const;  // checks both
  void forget_gate(const GateByHand& first, bool locks_too);
  void changed_by_hand();
  void loss();
  void update();
  void evaluate();
  Checkpoint state() const;  // a checkpoint without masks
  void note_keyframe(bool whole);
  void take_up(const Checkpoint& state);
  bool evaluation_due() const;
  MetricPoint measure(Tape<float>& tape) const;
  void resolve_plans();
  void schedule_rates();
  void station();
  void fail(const std::string& where);

  RunSpec spec_;
  std::shared_ptr<const Dataset> data_;
  Parallel* parallel_;
  bool classify_;
  std::shared_ptr<const Network<float>> network_;
  std::vector<NoisePlan> plans_;       // one per site, with the rate of the tick
  std::vector<int> scheduled_;         // the sites whose rate changes over time
  std::vector<std::uint32_t> places_;  // one per site: its number in draw keys
  Batcher batcher_;
  Optimizer<float> optimizer_;
  AlignedVector<float> params_, gradients_, previous_;
  Tape<float> tape_, eval_tape_;
  std::span<const std::uint32_t> examples_;
  std::vector<std::int32_t> labels_;
  std::vector<float> targets_;
  std::int64_t tick_ = 0;
  Phase phase_ = Phase::Update;
  int phase_layer_ = 0;
  bool previewing_ = false, keeps_previous_ = false, replaying_ = false;  // after a failure: nothing is noted
  double batch_loss_ = 0, objective_ = 0, gradient_norm_ = 0, masked_loss_sum_ = 0;
  std::int64_t masked_ticks_ = 0;
  HistoryBuilder history_;
  MaskStatistics statistics_;
  std::vector<const Noise<float>*> noises_;  // of the sites
  std::vector<GateEdit> edits_;              // of the site at hand
  EarlyStopping stopping_;
  HandMasks by_hand_, used_by_hand_;
  Checkpoint keyframe_;  // at the last evaluation, restore, or change of a setting or of masks by hand
  std::unique_ptr<Divergence> divergence_;
};

// The number of a site in draw keys: a function of its name, so that adding a site moves no other's coins.
std::uint32_t site_place(const std::string& name);

}  // namespace dropscope
