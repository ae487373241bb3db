// From what the user asks to what changes: reduce() turns an Intent into a change of AppState and Commands for the
// run; reconcile() takes over what a snapshot says. Pure functions of their arguments.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/state/actions.h"
#include "app/state/app_state.h"
#include "core/session/command.h"

namespace dropscope {

// What only the application can do, after the state has changed.
struct Effects {
  std::vector<Command> commands;  // in order
  bool quit = false;
  bool next_region = false;
  bool focus_canvas = false;
  std::optional<std::pair<int, int>> resize;
  std::optional<bool> fullscreen;
  std::vector<std::string> screenshots, dumps;  // files to write after the next frame
};

// Throws InputError for arguments that make no sense; the state is then unchanged. Actions that only scripts have
// (wait, expect, key) do nothing here: ScriptRunner handles them.
// `random` gives new seeds: any number that differs between calls.
Effects reduce(const Intent& intent, AppState& state, const Snapshot& snapshot, std::uint64_t random);

// True for fields that the run takes over while it trains; every other one starts it over.
bool changes_while_training(std::string_view path);

// After `command` was sent and got this number: the part of the document it concerns waits for it.
void note_sent(AppState& state, const Command& command, std::uint64_t number);

// Takes over from a new snapshot what has no newer wish, and tells its message once.
void reconcile(AppState& state, const Snapshot& snapshot);

}  // namespace dropscope
