// What the parts of the reducer share. Used inside app/state only.
#pragma once
#include <functional>
#include <string>

#include "app/state/reduce.h"
#include "core/spec/fields.h"

namespace dropscope {

// Everything one reduction may touch.
struct Scope {
  const Intent& intent;
  AppState& state;
  const Snapshot& snapshot;
  std::uint64_t random;
  const EnsembleAnswer* answer;  // null before the first
  Effects effects;

  const std::string& text(std::size_t i) const { return intent.arguments[i]; }
  bool has(std::size_t i) const { return i < intent.arguments.size(); }
  std::string where() const { return action(intent.action).name; }
  double real(std::size_t i, double lo, double hi) const { return parse_real(text(i), lo, hi, where()); }
  std::int64_t integer(std::size_t i, std::int64_t lo, std::int64_t hi) const {
    return parse_integer(text(i), lo, hi, where());
  }
  void send(Command command) { effects.commands.push_back(std::move(command)); }
};

// Runs or pauses; all runs in Compare mode.
void play(Scope& s, bool on);
inline void pause(Scope& s) {
  if (is_playing(s.state)) play(s, false);
}
// The run at hand is another one, or another network: what was answered about it is of no use. The input asked about
// stays.
inline void forget_answers(Scope& s) {
  s.state.inquiry.train_at.reset();
  s.state.inquiry.subnetwork.reset();
}
// Asks about that example, in the place of another one or of a point.
inline void choose_example(Scope& s, std::int64_t example) {
  s.state.inquiry.probe = example;
  s.state.inquiry.point.reset();
  s.send(command::SetProbe{example});
}
// Starts a run over at the beginning; the views asked for stay as they are.
void start_over(Scope& s, RunSpec spec, bool playing);
// Sends what differs between the spec asked for so far and the next one: as single fields if the run can take each of
// them over while it trains, else as a start from the beginning.
void move_to(Scope& s, RunSpec next);

// Starts the mode named by the first argument.
void set_mode(Scope& s);
// The runs go to one tick, with the data, seed and batches of the one at hand; a lone one gets another beside it.
void enter_compare(Scope& s);
// What Compare mode alone has, and what training means there: false where an action means the run at hand alone.
void compare_action(Scope& s);
bool training_in_compare(Scope& s);
// Every run starts over, each with its spec changed alike.
void restart_all(Scope& s, bool playing, const std::function<void(RunSpec&)>& change);
// In Compare mode time and views are the same for all runs: moves what was sent to the run at hand to every one.
void share_with_all(Scope& s);
// ActionGroup::Window.
void window_action(Scope& s);
// What Ensemble mode asks.
void ensemble_action(Scope& s);

// Walks, gates, examples, bookmarks, branches: ActionGroup::Step, and the walking actions of ActionGroup::Training.
void step_action(Scope& s);
// The view and the trace that the mode needs, for a run that starts over.
void send_mode(Scope& s);
// The gate that goes with the selected unit; one that is no unit stays while its column is selected.
void select_gate_of_unit(Scope& s);

}  // namespace dropscope
