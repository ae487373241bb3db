// From one mode to another: what the run at hand, and the others, have to do for it.
#include <algorithm>

#include "app/state/first_choice.h"
#include "app/state/neighbours.h"
#include "app/state/reduce_scope.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

void enter_step(Scope& s) {
  pause(s);
  // Something to look at, and to drop.
  Selection& selection = s.state.selection;
  if (selection.unit < 0 && !selection.gate) {
    const bool inspecting = selection.inspecting;
    selection = first_choice(s.snapshot);
    selection.inspecting = inspecting;
  } else if (!selection.gate) {
    select_gate_of_unit(s);
  }
}

}  // namespace

void set_mode(Scope& s) {
  const auto* const name = std::find(std::begin(kModeNames), std::end(kModeNames), s.text(0));
  if (name == std::end(kModeNames))
    throw InputError(s.where(), expected_one_of(s.text(0), kModeNames), "'" + s.text(0) + "'");
  const Mode mode = Mode(name - std::begin(kModeNames));
  Transient& t = s.state.transient;
  if (t.mode == mode) return;
  if (t.mode == Mode::Compare) {
    pause(s);
    s.state.comparison.adding = s.state.comparison.editing = false;
  }
  t.mode = mode;
  t.sub_beat = {};
  // Where all has to fold into tabs, the answers are what Ensemble mode is for.
  t.tab = t.mode == Mode::Ensemble ? FoldTab::Results : FoldTab::Network;
  t.zoom = 1;
  t.pan = {};
  if (mode == Mode::Step) enter_step(s);
  if (mode == Mode::Compare) enter_compare(s);
  send_mode(s);
}

void send_mode(Scope& s) {
  const Mode mode = s.state.transient.mode;
  s.send(command::SetTrace{mode == Mode::Step});
  if (mode == Mode::Step) s.send(command::ShowUnit{s.state.selection.layer, s.state.selection.unit});
  s.send(command::ShareWeights{mode == Mode::Ensemble});
}

}  // namespace dropscope
