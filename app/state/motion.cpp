#include "app/state/motion.h"

#include <algorithm>

namespace dropscope {

double beat_seconds(Phase phase, bool part_only) {
  if (part_only) return 0.15;
  switch (phase) {
    case Phase::Batch:
      return 0.15;
    case Phase::Forward:
    case Phase::Backward:
      return 0.25;
    case Phase::Masks:
    case Phase::Loss:
    case Phase::Update:
      break;
  }
  return 0.3;
}

void BeatMotion::see(const AppState& state, const Snapshot& snapshot, const Walk& walk, double now) {
  const Shown next{walk.shown, walk.current, sub_beat_shown(state, walk)};
  if (next == shown_) return;
  const int last = int(walk.beats.size()) - 1;
  const bool part_only = next.tick == shown_.tick && next.beat == shown_.beat;
  const bool follows = part_only ? next.part > shown_.part
                                 : (next.tick == shown_.tick && next.beat == shown_.beat + 1) ||
                                       (next.tick == shown_.tick + 1 && next.beat == 0 && shown_.beat == last);
  const bool moves = follows && shown_.tick >= 0 && !state.persisted.reduced_motion &&
                     snapshot.status != RunStatus::Running && state.transient.mode == Mode::Step;
  shown_ = next;
  since_ = now;
  lasts_ = moves ? beat_seconds(walk.phase(), part_only) : 0;
}

float BeatMotion::progress(double now) const {
  if (lasts_ <= 0) return 1;
  return float(std::clamp((now - since_) / lasts_, 0.0, 1.0));
}

}  // namespace dropscope
