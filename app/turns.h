// Which snapshots the parts of the window are drawn from. Where filling pixels is dear and training is fast, the
// picture and the figures take turns: each is drawn from the newest in every second frame, so that a frame costs half
// and the window follows the mouse as fast as ever. Whenever training rests, both show the newest.
#pragma once
#include <array>
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

  // Once a frame, with what is newest.
  void begin_frame(const Shown& snapshot, std::span<const Shown> runs, bool in_turns) {
    turn_ = 1 - turn_;
    for (std::size_t view = 0; view < views_.size(); ++view)
      if (!in_turns || view == turn_ || views_[view].runs.size() != runs.size())
        views_[view] = {snapshot, {runs.begin(), runs.end()}};
  }
  const View& of(std::optional<Region> region) const { return views_[is_figures(region) ? 1 : 0]; }

 private:
  static bool is_figures(std::optional<Region> region) {
    return region == Region::Results || region == Region::Curves || region == Region::Table ||
           region == Region::Transport;
  }

  std::array<View, 2> views_;
  std::size_t turn_ = 0;
};

}  // namespace dropscope
