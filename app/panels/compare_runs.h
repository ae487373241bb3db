// What the panels of Compare mode have in common: the runs as its pictures know them.
#pragma once
#include "app/panels/panel.h"
#include "app/scene/compare/run_view.h"

namespace dropscope {

// What a picture of all runs and their study is made of: while it is the same, so is the picture. It keeps the
// snapshots, so that none of them is taken for a later one.
struct RunsKey {
  std::vector<std::shared_ptr<const Snapshot>> snapshots;
  int words = 0;  // counts changes of names
  std::size_t active = 0, study = 0;  // the version of the study shown, 0 without one
  bool ended = false;                 // it has come to its end, which judges it
  const Palette* palette = nullptr;
  float u = 0;
  Vec2 min, max;
  bool operator==(const RunsKey&) const = default;
};

// Keeps the names and the differences between frames: they are read from tables of fields.
class CompareRuns {
 public:
  RunViews of(const FrameInput& in);
  // Of a picture in `area`; after of().
  RunsKey key(const FrameInput& in, Rect area) const;

 private:
  int words_ = 0;
  std::vector<RunSpec> specs_;
  RateNaming naming_ = RateNaming::Drop;
  std::vector<RunView> views_;
};

// The study, where seeds are what is shown: it has trials, and the runs are still those that were trained.
const StudyView* shown_study(const FrameInput& in);

// The step that the runs stand at together; those that are over or catching up may be behind it.
std::int64_t common_tick(std::span<const std::shared_ptr<const Snapshot>> runs);
// "pane.a": controls of a run are named by its letter.
std::string run_item(const char* what, std::size_t run);

}  // namespace dropscope
