#include "app/scene/gate_words.h"
#include "app/state/reduce.h"

namespace dropscope {

void note_sent(Document& d, const Command& command, std::uint64_t number) {
  const bool reset = std::holds_alternative<command::Reset>(command);
  if (reset || std::holds_alternative<command::SetField>(command)) d.spec_until = number;
  if (reset || std::holds_alternative<command::Play>(command) || std::holds_alternative<command::Pause>(command) ||
      std::holds_alternative<command::StepBy>(command) || std::holds_alternative<command::RunUntil>(command) ||
      std::holds_alternative<command::SeekTo>(command))
    d.playing_until = number;
  if (std::holds_alternative<command::SeekTo>(command)) d.seek_until = number;
  if (std::holds_alternative<command::SetSpeed>(command)) d.speed_until = number;
  if (std::holds_alternative<command::SetEvalView>(command)) d.eval_until = number;
}

void reconcile(AppState& state, std::size_t run, const Snapshot& snapshot) {
  Document& d = state.documents[run];
  const std::uint64_t seen = snapshot.commands_seen;
  if (seen >= d.spec_until && snapshot.status != RunStatus::Loading) d.spec = snapshot.spec;
  if (seen >= d.playing_until && snapshot.status != RunStatus::Loading)
    d.playing = snapshot.status == RunStatus::Running;
  if (seen >= d.speed_until) d.speed = snapshot.speed;
  if (seen >= d.eval_until) d.eval_view = snapshot.eval_view;
  if (seen >= d.seek_until) d.seeking.reset();
  if (run != state.active) return;
  const int layers = int(snapshot.layers.size());
  if (state.selection.gate && layers > 0 && !site_at(snapshot, *state.selection.gate)) state.selection.gate.reset();
  if (state.selection.layer >= layers && layers > 0) state.selection = {};
  if (state.selection.layer >= 0 && layers > 0 &&
      state.selection.unit >= snapshot.layers[std::size_t(state.selection.layer)].units)
    state.selection.unit = -1;
  // While loading the message says what is loaded; the card shows it.
  if (snapshot.status == RunStatus::Loading || snapshot.message == d.seen_message) return;
  d.seen_message = snapshot.message;
  // Diverged and failed runs have a card of their own.
  if (!snapshot.message.empty() && snapshot.status != RunStatus::Diverged && snapshot.status != RunStatus::Failed)
    notify(state, snapshot.message);
}

}  // namespace dropscope
