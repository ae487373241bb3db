// A run that is looked at without a window or a thread.
#pragma once
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/scenarios/scenarios.h"
#include "core/session/snapshot_builder.h"
#include "core/train/trainer.h"

namespace dropscope::sessions {

struct Watched {
  explicit Watched(const char* scenario) : Watched(scenario_or_throw(scenario, "test")) {}
  explicit Watched(RunSpec run)
      : Watched(run, std::make_shared<const Dataset>(make_dataset(run.data, run.data_seed, nullptr))) {}
  Watched(RunSpec run, std::shared_ptr<const Dataset> data)
      : spec(std::move(run)), trainer(spec, std::move(data)), builder(trainer) {}

  Snapshot look(const ViewState& view = {}) {
    if (trainer.tick() == 0 && trainer.at_boundary()) trainer.preview();
    return builder.build(trainer, view);
  }
  Snapshot after(int ticks, bool eval = false) {
    for (int i = 0; i < ticks; ++i) trainer.advance(Granularity::Tick);
    ViewState view;
    view.eval = eval;
    return look(view);
  }

  RunSpec spec;
  Trainer trainer;
  SnapshotBuilder builder;
};

inline const SiteView& site_named(const Snapshot& s, const std::string& name) {
  for (const SiteView& site : s.sites)
    if (site.site == name) return site;
  throw std::runtime_error("no site " + name);
}

inline const PartView& part_named(const Snapshot& s, const std::string& name) {
  for (const LayerView& layer : s.layers)
    for (const PartView& part : layer.parts)
      if (part.name == name) return part;
  throw std::runtime_error("no part " + name);
}

}  // namespace dropscope::sessions
