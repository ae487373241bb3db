// Which snapshots the parts of the window are drawn from. Where filling pixels is dear and training is fast, the
// pictures and the figures take turns: each is drawn from the newest in every second frame, so that a frame costs half
// and the window follows the mouse as fast as ever. Many runs side by side take three: networks, then surfaces and
// figures, then curves. Whenever training rests, all show the newest.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "app/state/window_layout.h"
#include "core/session/snapshot.h"

namespace dropscope {

class Turns {
 public:
  using Shown = std::shared_ptr<const Snapshot>;
  struct View {
    Shown snapshot;           // of the run at hand
    std::vector<Shown> runs;  // of all, in their order
  };

  static constexpr std::size_t kManyRuns = 3;  // from here on a frame with all their pictures takes too long

  // Once a frame, with what is newest, and how many turns there are now: 1 to 3.
  void begin_frame(const Shown& snapshot, std::span<const Shown> runs, std::size_t turns) {
    turn_ = (turn_ + 1) % turns;
    for (std::size_t view = 0; view < views_.size(); ++view)
      if (std::min(view, turns - 1) == turn_ || views_[view].runs.size() != runs.size())
        views_[view] = {snapshot, {runs.begin(), runs.end()}};
    surfaces_wait_ = turns == 3 && turn_ == 0;
  }
  const View& of(std::optional<Region> region) const { return views_[region ? view_of(*region) : 0]; }
  // The networks of the panes have this frame; their surfaces the next.
  bool surfaces_wait() const { return surfaces_wait_; }

 private:
  static std::size_t view_of(Region region) {
    if (region == Region::Curves) return 2;
    return region == Region::Results || region == Region::Table || region == Region::Transport ? 1 : 0;
  }

  std::array<View, 3> views_;  // pictures, figures, curves; of two turns the latter share one
  std::size_t turn_ = 0;
  bool surfaces_wait_ = false;
};

}  // namespace dropscope
