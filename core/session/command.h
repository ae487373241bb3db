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
struct StepBy { std::int64_t n = 1; Granularity granularity = Granularity::Tick; };
struct RunUntil { std::int64_t tick = 0; };
// Ticks per second while playing; 0 = as fast as the machine can.
struct SetSpeed { double ticks_per_second = 60; };
// One field of the spec that may change while training: dropout rates, variants, scopes and
// parameters, learning rate, L2, max-norm, clipping. Anything else is refused with a message: it
// needs a Reset.
struct SetField { std::string path, value; };
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
                             command::PushProbe, command::Reset, command::Quit>;

}  // namespace dropscope
