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

struct EnsembleAnswer;  // core/session/ensemble_answer.h

// What only the application can do, after the state has changed.
struct Effects {
  // First the runs that are there no more and new ones, as in AppState::documents by then.
  std::optional<std::size_t> keep_runs;  // the first so many stay
  std::optional<std::size_t> removed;
  std::optional<std::size_t> inserted;  // where; its spec is that of the document there
  std::vector<Command> commands;        // for the run at hand, in order
  std::vector<std::pair<std::size_t, Command>> to_runs;  // then these, each for one run
  std::vector<Command> to_all;                           // then these
  std::optional<bool> together;  // all runs play, or pause
  bool line_up = false;          // all runs go to the newest tick of one of them
  std::optional<int> study;      // train all runs with so many seeds in the background
  bool cancel_study = false;
  bool quit = false;
  bool next_region = false;
  bool focus_canvas = false;
  std::optional<std::pair<int, int>> resize;
  std::optional<bool> fullscreen;
  std::vector<std::string> screenshots, dumps;  // files to write after the next frame
};

// Throws InputError for arguments that make no sense; the state is then unchanged. Actions that only scripts have
// (wait, expect, key) do nothing here: ScriptRunner handles them. `snapshot` is of the run at hand.
// `random` gives new seeds: any number that differs between calls. `answer`: what Ensemble mode shows, null before.
Effects reduce(const Intent& intent, AppState& state, const Snapshot& snapshot, std::uint64_t random,
               const EnsembleAnswer* answer = nullptr);

// True for fields that all runs of Compare mode have in common: what they learn from, in which order, and how long.
bool is_shared(std::string_view path);
// True for fields that the run takes over while it trains; every other one starts it over.
bool changes_while_training(std::string_view path);

// After `command` was sent and got this number: the part of the document it concerns waits for it.
void note_sent(Document& document, const Command& command, std::uint64_t number);

// Takes over from a new snapshot of a run what has no newer wish; of the run at hand it tells the message once.
void reconcile(AppState& state, std::size_t run, const Snapshot& snapshot);

}  // namespace dropscope
