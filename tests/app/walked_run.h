// A run of a scenario taken beat by beat, as Step mode walks it.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/scenarios/scenarios.h"
#include "core/session/snapshot_builder.h"
#include "core/train/columns.h"

namespace dropscope {

struct WalkedRun {
  explicit WalkedRun(const std::string& scenario) : WalkedRun(scenario_or_throw(scenario, "test")) {}
  explicit WalkedRun(const RunSpec& of)
      : spec(of),
        trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr))),
        builder(trainer),
        beats(beats_of(trainer.network())) {}
  // One beat further.
  void advance() {
    for (int i = 0; i < beats[std::size_t(beat)].stations; ++i) trainer.advance(Granularity::Phase);
    beat = (beat + 1) % int(beats.size());
  }
  // Says where the walk stands.
  Snapshot look(const ViewState& view) {
    Snapshot s = builder.build(trainer, view);
    s.status = RunStatus::Paused;
    auto timeline = std::make_shared<TimelineView>();
    for (const Beat& b : beats) timeline->beats.push_back({b.phase, b.column});
    timeline->tick = trainer.tick();
    timeline->beat = beat;
    s.timeline = timeline;
    return s;
  }

  RunSpec spec;
  Trainer trainer;
  SnapshotBuilder builder;
  std::vector<Beat> beats;
  int beat = 0;
};

}  // namespace dropscope
