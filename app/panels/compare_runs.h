// What the panels of Compare mode have in common: the runs as its pictures know them.
#pragma once
#include "app/panels/panel.h"
#include "app/scene/compare/run_view.h"

namespace dropscope {

// Keeps the names and the differences between frames: they are read from tables of fields.
class CompareRuns {
 public:
  RunViews of(const FrameInput& in);

 private:
  std::vector<RunSpec> specs_;
  RateNaming naming_ = RateNaming::Drop;
  std::vector<RunView> views_;
};

// The step that the runs stand at together; those that are over or catching up may be behind it.
std::int64_t common_tick(std::span<const std::shared_ptr<const Snapshot>> runs);
// "pane.a": controls of a run are named by its letter.
std::string run_item(const char* what, std::size_t run);

}  // namespace dropscope
