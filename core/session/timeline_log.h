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
  std::string words;  // what its pin says
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
// Of each tick, what is in force: new masks twice are one pin; a gate that is locked and then set has two; a setting put
// back to what it was has none. `begun_with`: the settings before all entries.
std::vector<TimelineView::Pin> pins_of(const BranchLog& log, const RunSpec& begun_with);
// What memory the entries from a tick on take, and the list itself; about.
std::size_t bytes_of(const BranchLog& log, std::int64_t from_tick);

}  // namespace dropscope
