#include "app/panels/compare_runs.h"

#include <algorithm>

#include "app/scene/study_view.h"
#include "app/state/neighbours.h"

namespace dropscope {

RunViews CompareRuns::of(const FrameInput& in) {
  const std::vector<Document>& documents = in.state.documents;
  const RateNaming naming = in.state.persisted.naming;
  const bool same = naming == naming_ && specs_.size() == documents.size() &&
                    std::equal(documents.begin(), documents.end(), specs_.begin(),
                               [](const Document& d, const RunSpec& spec) { return d.spec == spec; });
  if (!same) {
    specs_.clear();
    naming_ = naming;
    ++words_;
    views_.assign(documents.size(), {});
    for (std::size_t run = 0; run < documents.size(); ++run) {
      specs_.push_back(documents[run].spec);
      views_[run].name = run_name(specs_[run], specs_[0], naming);
      if (run > 0) views_[run].differences = differences(specs_[0], specs_[run], naming);
    }
  }
  const std::int64_t tick = common_tick(in.runs);
  for (std::size_t run = 0; run < views_.size(); ++run) {
    const auto& shown = run < in.runs.size() ? in.runs[run] : nullptr;
    const bool there = shown && shown->status != RunStatus::Loading && !shown->layers.empty();
    // One that cannot start has no layers, but says why.
    const bool failed = shown && shown->status == RunStatus::Failed;
    views_[run].snapshot = there || failed ? shown : nullptr;
    views_[run].catching_up = there && !shown->over && shown->tick < tick;
  }
  return views_;
}

RunsKey CompareRuns::key(const FrameInput& in, Rect area) const {
  RunsKey key;
  key.snapshots.assign(in.runs.begin(), in.runs.end());
  key.words = words_;
  key.active = in.state.active;
  // Not its progress, which changes many times a second.
  if (const StudyView* study = shown_study(in)) key.study = study->version, key.ended = study->finished;
  key.palette = in.ui.palette;
  key.u = in.ui.u;
  key.min = area.min, key.max = area.max;
  return key;
}

const StudyView* shown_study(const FrameInput& in) {
  const StudyView* study = in.study;
  return study && in.state.comparison.seeds_shown && !study->outdated && study->table.trials > 0 ? study : nullptr;
}

std::int64_t common_tick(std::span<const std::shared_ptr<const Snapshot>> runs) {
  std::int64_t tick = 0;
  for (const auto& run : runs)
    if (run && run->status != RunStatus::Loading) tick = std::max(tick, run->tick);
  return tick;
}

std::string run_item(const char* what, std::size_t run) { return std::string(what) + "." + char('a' + run); }

}  // namespace dropscope
