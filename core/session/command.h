// What a person, a key, a script or a lesson can ask of a run. Values, never functions: they are logged,
// replayed and compared. Whatever changes training takes effect at a tick boundary only.
#pragma once
#include <cstdint>
#include <string>
#include <variant>

#include "core/spec/run_spec.h"
#include "core/train/phase.h"

namespace dropscope {

namespace command {
struct Play {};
struct Pause {};
// n < 0 goes back. A step of Granularity::Phase is a beat (core/train/columns.h).
struct StepBy { std::int64_t n = 1; Granularity granularity = Granularity::Tick; };
// To any instant, past ones too: `beat` beats of the tick after `tick` updates.
struct SeekTo { std::int64_t tick = 0; int beat = 0; };
struct RunUntil { std::int64_t tick = 0; };
// Ticks per second while playing; 0 = as fast as the machine can.
struct SetSpeed { double ticks_per_second = 60; };
// One field of the spec that may change while training: dropout rates, variants, scopes and
// parameters, learning rate, L2, max-norm, clipping. Anything else is refused with a message: it
// needs a Reset.
struct SetField { std::string path, value; };
// Masks by hand, for the update that the picture shows. `element` counts the site's elements for one example, nothing
// tied; `row` is the example of the batch, -1 = all of them; under R-Drop one row is of the first pass, and -1 of both.
// Given where the branch has updates ahead, one begins a branch (core/session/timeline.h).
struct SetGate { std::string site; std::uint32_t element = 0; int row = -1; bool keep = false; };
// Holds a gate in every example of every tick, from the update shown on, until released.
struct LockGate { std::string site; std::uint32_t element = 0; bool keep = false; };
struct ReleaseGate { std::string site; std::uint32_t element = 0; };
// Other masks for the update shown; each further one gives other masks again.
struct RedrawMasks {};
struct SwitchBranch { int branch = 0; };
struct SetBookmark { std::int64_t tick = 0; int beat = 0; std::string name; };
struct RemoveBookmark { std::int64_t tick = 0; int beat = 0; };
// Records what single updates are explained with: gradients, weights before, the unit at hand (Snapshot::trace).
struct SetTrace { bool on = false; };
// Snapshots carry the run itself for analyses on other threads (Snapshot::frozen): at once while it rests, a few times
// a second while it trains.
struct ShareWeights { bool on = false; };
// Trains at the speed set, or in a hurry as fast as it can, up to this tick and stays there for the next command,
// without being paused by it: the snapshot of that very tick is published with status Running. A run that is there
// already or beyond stays where it is. Runs that train together meet so (core/session/lab.h).
struct MeetAt { std::int64_t tick = 0; bool hurry = false; };
// Which example of the batch is shown, counted from 0.
struct ShowRow { int row = 0; };
// Whose arithmetic the trace explains: a column and a unit of it; -1 = none.
struct ShowUnit { int layer = -1, unit = -1; };
// Which network the pictures and the probe show: with masks (train) or without (eval). Training itself
// always uses masks.
struct SetEvalView { bool eval = false; };
// Which example the eval view and the probe show: an index into the validation split.
struct SetProbe { std::int64_t example = 0; };
// A point of one's own instead (2-D data), in input units.
struct SetProbePoint { float x = 0, y = 0; };
// Pushes the probe through once more at the present weights.
struct PushProbe {};
// Starts over with this spec. On a bad spec the run goes on as it was and the message says why.
struct Reset { RunSpec spec; };
struct Quit {};
}  // namespace command

using Command = std::variant<command::Play, command::Pause, command::StepBy, command::RunUntil, command::SetSpeed,
                             command::SetField, command::SetEvalView, command::SetProbe, command::SetProbePoint,
                             command::PushProbe, command::SeekTo, command::SetGate, command::LockGate,
                             command::ReleaseGate, command::RedrawMasks, command::SwitchBranch, command::SetBookmark,
                             command::RemoveBookmark, command::SetTrace, command::ShareWeights,
                             command::MeetAt, command::ShowRow, command::ShowUnit,
                             command::Reset, command::Quit>;

}  // namespace dropscope
