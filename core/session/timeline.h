// Walks a run forward and back in time. Keeps checkpoints within a budget of memory and a log of the commands that
// changed the training; going back restores the checkpoint before and replays, so every state reached is, bit for bit,
// the state of the straight run. A command given in the past begins a branch; the branch that was left stays.
// No thread and no clock of its own. Never shows anything: pictures are the snapshot's.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/session/command.h"
#include "core/session/timeline_view.h"
#include "core/train/columns.h"
#include "core/train/trainer.h"

namespace dropscope {

// A command with the tick it is part of: settings take effect before that tick is taken, gates by hand in its masks.
struct LoggedCommand {
  std::int64_t tick = 0;
  Command command;
};

// Where a walk stands: `tick` updates are done, and `beat` beats of the next one. beat 0: at a boundary, where the
// picture shows the update just done (at tick 0: the one to come).
struct Position {
  std::int64_t tick = 0;
  int beat = 0;
  auto operator<=>(const Position&) const = default;
};

struct TimelineOptions {
  std::size_t budget = std::size_t{256} << 20;  // bytes of checkpoints, those of all branches together
  // How many ticks a checkpoint may lie behind, at most, wherever the budget allows: 256 recent ticks are kept at
  // `near` ticks from one another, older ones at doubling distances up to `far`.
  std::int64_t near = 16, far = 4096;
};

class Timeline {
 public:
  // The trainer stands at tick 0 and outlives this. Only this moves it from now on.
  explicit Timeline(Trainer& trainer, TimelineOptions options = {});
  ~Timeline();
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  Position position() const;
  const std::vector<Beat>& beats() const;
  // Ticks and beats reached on this branch so far.
  Position tip() const;

  // Forward, replaying the log where the branch has been before. False where the run has diverged or stopped there.
  bool advance_tick();
  bool advance_beat();
  // To any position up to the tip; beyond it the position is trained for. Negative ones mean the start, and beats
  // beyond a tick's the ticks after. Where `give_up` becomes true it ends at some boundary on the way.
  void seek(Position to, const std::function<bool()>& give_up = {});
  // n steps from a place, n < 0 back: beats, or n-th boundaries and beginnings of epochs ahead or behind.
  Position place(const Position& from, std::int64_t n, Granularity granularity) const;
  void step_beats(std::int64_t n) { seek(place(position(), n, Granularity::Phase)); }
  void step_ticks(std::int64_t n) { seek(place(position(), n, Granularity::Tick)); }
  void step_epochs(std::int64_t n) { seek(place(position(), n, Granularity::Epoch)); }
  // At a boundary: the picture shows the update to come, as at the start. Any move ends this.
  void preview();
  // Takes the update shown once more: for what the trainer records only since it was asked to.
  void retake();

  // Settings (SetField) at a boundary for the tick to come, and gates by hand (SetGate, LockGate, ReleaseGate,
  // RedrawMasks) for the update the picture shows, wherever the walk stands: the tick is taken again up to here with
  // the new masks. Where this branch has updates ahead, a new branch begins, unless this one began with this very
  // update and has gone no further. Throws InputError for what makes no sense, and for a 201st branch; nothing is
  // changed then.
  void apply(const Command& command);

  // The tick that the picture shows: the one in progress or previewed, else the one just done.
  std::int64_t shown_tick() const;

  int branch() const;
  int branch_count() const;
  // Goes to the tip of another branch. Throws InputError where there is none of that number.
  void switch_branch(int branch);

  void set_bookmark(const Position& at, const std::string& name);
  void remove_bookmark(const Position& at);

  // Of this branch, in order.
  const std::vector<LoggedCommand>& log() const;
  // Bytes held in checkpoints now. What branches hold besides (logs, histories) is taken off their budget, but never
  // more than half of it.
  std::size_t bytes() const;
  std::size_t budget() const;
  void set_budget(std::size_t bytes);
  // No second state finds room: every way back is trained again from the start.
  bool over_budget() const;
  // Everything a picture of the timeline needs.
  std::shared_ptr<const TimelineView> view() const;

  // How long a tick takes, in seconds, so that the distance of checkpoints keeps a step back within its time.
  void note_tick_seconds(double seconds);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropscope
