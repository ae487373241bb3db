// What the parts of the reducer share. Used inside app/state only.
#pragma once
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

// Runs or pauses.
void play(Scope& s, bool on);
// Sends what differs between the spec asked for so far and the next one: as single fields if the run can take each of
// them over while it trains, else as a start from the beginning.
void move_to(Scope& s, RunSpec next);

// Walks, gates, examples, bookmarks, branches: ActionGroup::Step, and the walking actions of ActionGroup::Training.
void step_action(Scope& s);
// The view and the trace that the mode needs, for a run that starts over.
void send_mode(Scope& s);
// The gate that goes with the selected unit; one that is no unit stays while its column is selected.
void select_gate_of_unit(Scope& s);

}  // namespace dropscope
