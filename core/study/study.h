// Several runs over several seeds: what a comparison is made of, and one training of it as a pure function. Nothing
// here has a thread, a clock of its own or a window; core/session/study_runner.h spreads trials over threads, and
// what comes out does not depend on how.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/parallel.h"
#include "core/data/dataset.h"
#include "core/spec/run_spec.h"
#include "core/train/metrics.h"

namespace dropscope {

// One row of a comparison. Only its plan differs from the others': seeds are the study's.
struct StudyRun {
  std::string name;  // "dropout 0.5"
  RunSpec spec;
};

struct Study {
  std::vector<StudyRun> runs;
  std::vector<std::uint64_t> seeds;  // every run is trained once with each; paired by seed
  // Also the seed of generated data, so that the spread is that of data, weights, order and masks together. Files have
  // no seed but that of the split.
  bool vary_data = true;
  std::int64_t ticks = 0;        // 0: as long as each run's spec says
  // Validation loss to be reached, for `ticks_to_target`; none: the first run's best, with the same seed.
  std::optional<double> target;
};

// seeds `first`, first + 1, ...
std::vector<std::uint64_t> consecutive_seeds(std::uint64_t first, int count);
// The spec that is trained: run `run` with seed number `seed` and the study's ticks.
RunSpec trial_spec(const Study& study, std::size_t run, std::size_t seed);
// Throws InputError: no runs, no seeds, one seed twice, runs whose data differ in form, names that are empty or occur
// twice, a spec that is none. What only the data can tell is found out when a trial begins.
void check_study(const Study& study);
// Two specs of equal keys have the same data. The seed is 0 where the data do not depend on it (a whole file).
struct DataKey {
  DataSpec data;
  std::uint64_t seed = 0;
  bool operator==(const DataKey&) const = default;
};
DataKey data_key(const RunSpec& spec);

// An evaluation with a lower validation loss than all before it.
struct Record {
  std::int64_t tick = 0;
  double loss = 0;
  bool operator==(const Record&) const = default;
};

// What a table says of a run. Losses in nats or squared target units, masks off; accuracies NaN for regression.
struct Score {
  MetricPoint last;              // at the end; of the best weights where training stopped early
  double gap = 0;                // validation loss minus train loss there
  double best_validation = 0;    // smallest validation loss of all evaluations; NaN where none is finite
  std::int64_t best_tick = 0;
  std::vector<Record> records;   // first to last: enough to say when any target was reached, without the curve
  // First evaluation with a validation loss of at most the target; none where it was never reached.
  std::optional<std::int64_t> ticks_to_target;
};
// `history` must not be empty. Points whose loss is not finite are no best ones, nor is one where restored weights were
// measured again.
Score score_of(const History& history, std::optional<double> target);
// The tick of the first record of at most the target.
std::optional<std::int64_t> ticks_to(const Score& score, double target);

// One run with one seed.
struct Trial {
  std::size_t run = 0, seed = 0;  // indices into the study
  Score score;
  History curve;
  std::int64_t ticks = 0;          // reached
  std::uint64_t state_hash = 0;    // at the end
  double active_weights = 1;       // share, of the last tick's masks; see active_weight_share
  double seconds = 0;              // of training and evaluating, by the clock that was given; not repeatable, so that
                                   // nothing is concluded from it (core/session/study_runner.h: of its thread)
  std::string diverged, stopped;   // empty, or what became of it
};

// What trial() asks and tells while it trains; all may be empty.
struct TrialHooks {
  std::function<bool()> give_up;                  // asked often; true: stop, the result is std::nullopt
  std::function<void(std::int64_t tick)> on_tick;  // after each; cheap, please
  std::function<double()> seconds;                // any steady clock
};
// Trains run `run` with seed number `seed` to its end. Throws InputError for a spec that does not fit the data. Where
// the study has no target, `ticks_to_target` is left to complete_targets().
std::optional<Trial> train_trial(const Study& study, std::size_t run, std::size_t seed,
                                 std::shared_ptr<const Dataset> data, const TrialHooks& hooks,
                                 Parallel* parallel = nullptr);

// Where the study has no target: sets `ticks_to_target` of all trials whose seed's first run is among them (and did not
// diverge) by the best loss of that one, and clears it for the others. Trials in any order.
void complete_targets(const Study& study, std::span<Trial> trials);

class Trainer;
// The share of the network's weights that take part in a step of one example: those that its masks neither cut nor
// leave without an end. The mean over the examples of the batch whose masks the trainer's tape holds (the tick's under
// way or just done; of a preview the coming one's); 1 without noise.
//   Exact for chains of dense layers, DropConnect included. Else a layer's weights times the share of the elements kept
// of what they read, times the share kept of what they write, times the share of weights that are kept themselves, for
// each example. Layers without weights pass shares on (a normalisation only from outputs to inputs, since a dropped 0
// leaves it as another number). A residual branch counts 0 where it is closed, its bypass keeps what the sum gives
// open. Recurrent weights read the state as its noise leaves it; what recurrent units write goes on through the state,
// whatever is dropped of their output. Heads that are dropped take their queries, keys, values and outputs along.
double active_weight_share(const Trainer& trainer);

}  // namespace dropscope
