// What a branch of a timeline was told, in order. Branches share entries, since each begins with those of another.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/session/timeline.h"

namespace dropscope {

struct LogEntry {
  LoggedCommand logged;
  std::string words;      // what its pin says
  bool put_back = false;  // a setting without which the run is the same
};
using BranchLog = std::vector<std::shared_ptr<const LogEntry>>;

inline bool is_setting(const LogEntry& e) { return std::holds_alternative<command::SetField>(e.logged.command); }
// Before anything is changed: throws InputError where the update shown has no such gate.
void check_by_hand(const Command& command, const Trainer& trainer);
// The first entry that is not of an earlier tick.
std::size_t first_of_tick(const BranchLog& log, std::int64_t tick);
// After what its tick has already. What it makes pointless there is taken out, so that a dragged slider or a gate
// clicked to and fro leaves one entry: obeyed in order, the log gives the same run with it and without.
void write_down(BranchLog& log, std::int64_t tick, const Command& command, std::string words);
// To be called once a setting is written down: looks which settings of its tick the run is the same without, so that
// nothing written down earlier needs to be looked at again. `before`, `after`: the settings without and with those of
// the tick. Returns how often a setting was obeyed to find out; none where the tick has one.
int mark_put_back(BranchLog& log, std::int64_t tick, const RunSpec& before, const RunSpec& after);
// Of each tick, what is in force: new masks twice are one pin; a gate that is locked and then set has two; a setting put
// back to what it was has none.
std::vector<TimelineView::Pin> pins_of(const BranchLog& log);
// What memory the entries from a tick on take, and the list itself; about.
std::size_t bytes_of(const BranchLog& log, std::int64_t from_tick);

}  // namespace dropscope
