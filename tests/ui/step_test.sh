#!/usr/bin/env bash
# Step mode driven like a person would: step_test.sh PROGRAM CASE COMPARE. Walks a whole update forward and back in a
# network of each kind, paints a mask, branches, comes back to the same state, and looks at the pictures on the way.
# shellcheck source=tests/ui/person.sh
DROPSCOPE_PATIENCE=${DROPSCOPE_PATIENCE:-160}
export DROPSCOPE_PATIENCE
export DROPSCOPE_COMPARE=${3:-${DROPSCOPE_COMPARE:-}}
source "$(dirname -- "${BASH_SOURCE[0]}")/person.sh"

# hash_at TICK: the state shown at a boundary.
hash_at() {
  wait_for transport.tick "[[ \$v == $1 ]]" >&2
  wait_for transport.state_hash '[[ -n $v ]]' >&2
  value transport.state_hash
}

# walk NAME SITE ELEMENT [shift]: in the scenario started, from step 3; weights are hit with Shift held.
walk() {
  local name=$1 gate=network.gate.$2.$3 shift=${4:-} start_hash third fourth branched beats i
  focus
  wait_for transport.state '[[ $v == paused ]]'
  key ctrl+2
  wait_for mode '[[ $v == Step ]]'
  start_hash=$(hash_at 0)
  for i in 1 2 3; do
    key shift+Right
    wait_for transport.tick "[[ \$v == $i ]]"
  done
  third=$(hash_at 3)

  # One update, phase by phase, with a presenter's keys.
  key Next
  wait_for phase.now '[[ $v == *atch* ]]'
  key Next
  wait_for phase.now '[[ $v == *ask* ]]'
  beats=2
  while ((beats < 80)); do
    i=$(value phase.index)
    key Next
    wait_for phase.index "[[ \$v != $i ]]"
    beats=$((beats + 1))
    [[ $(value transport.tick) == 4 ]] && break
    case $(value phase.now) in
      *oss*) picture "${name}_loss" ;;
    esac
  done
  fourth=$(hash_at 4)
  [[ $fourth != "$third" ]] || fail "the update changed nothing"

  # And back again, to the very same state.
  for ((i = 0; i < beats; ++i)); do key Prior; done
  [[ $(hash_at 3) == "$third" ]] || fail "one update back is not the state before it"
  key Home
  [[ $(hash_at 0) == "$start_hash" ]] || fail "the start is not the state of the start"
  key End
  [[ $(hash_at 4) == "$fourth" ]] || fail "the newest step is not the state it was"

  # A mask painted in the past begins a branch; the branch before stays.
  key shift+Left
  wait_for transport.tick '[[ $v == 3 ]]'
  key Next
  key Next
  wait_for phase.now '[[ $v == *ask* ]]'
  local before
  before=$(value "$gate")
  [[ -n $before ]] || fail "no $gate on screen"
  [[ -z $shift ]] || xdotool keydown shift
  click "$gate"
  [[ -z $shift ]] || xdotool keyup shift
  wait_for "$gate" "[[ -n \$v && \$v != $before ]]"
  wait_for timeline.branch '[[ $v == *2* ]]'
  picture "${name}_painted"
  key shift+Right
  branched=$(hash_at 4)
  [[ $branched != "$fourth" ]] || fail "the mask painted changed nothing"
  key ctrl+b
  wait_for timeline.branch '[[ $v != *2* ]]'
  [[ $(hash_at 4) == "$fourth" ]] || fail "the branch left is not the state it was"
  quit
}

case_dense() { start --scenario moons --theme light; walk dense hidden1 0; }
case_weights() { start --scenario dropconnect --theme light; walk weights hidden1.weight 2 shift; }
case_conv() { start --scenario conv-spatial --theme light; walk conv conv1 0; }
case_residual() { start --scenario residual-depth --theme light; walk residual block3 0; }
case_recurrent() { start --scenario lstm-locked --theme light; walk recurrent lstm1.recurrent 5; }
case_transformer() { start --scenario transformer-attention --theme light; walk transformer block1.attention 0; }

# The same work by mouse alone and by keyboard alone, to the same state.
controls_by_mouse() {
  start --scenario moons --theme light
  wait_for transport.state '[[ $v == paused ]]'
  click mode.step
  wait_for mode '[[ $v == Step ]]'
  click phase.mask
  wait_for phase.now '[[ $v == *ask* ]]'
  click step.redraw
  wait_for timeline.pin.0 '[[ -n $v ]]'
  click step.example.next
  wait_for step.example '[[ $v == 1 ]]'
  local before
  before=$(value network.hidden1.3)
  click network.hidden1.3
  wait_for network.hidden1.3 "[[ \$v != $before ]]"
  click step.lock
  wait_for network.gate.hidden1.3 '[[ $v == *locked* ]]'
  click phase.update
  wait_for transport.tick '[[ $v == 1 ]]'
  click timeline.bookmark
  wait_for timeline.mark.0 '[[ -n $v ]]'
  click step.first
  wait_for transport.tick '[[ $v == 0 ]]'
  click timeline.newest
  hash_at 1 >"$folder/mouse"
  click top.eval
  wait_for top.view '[[ $v == eval ]]'
  click top.train
  click step.play
  wait_for transport.tick '((v > 3))'
  click step.play
  wait_for transport.state '[[ $v == paused ]]'
  drag timeline.track 0.9 0.02
  wait_for timeline.where '[[ $v == *"back in time"* ]]'
  click mode.explore
  wait_for mode '[[ $v == Explore ]]'
  focus
  quit
}
controls_by_keyboard() {
  rm -f -- "$items"
  start --scenario moons --theme light
  focus
  wait_for transport.state '[[ $v == paused ]]'
  key ctrl+2
  wait_for mode '[[ $v == Step ]]'
  key Next
  key Next
  wait_for phase.now '[[ $v == *ask* ]]'
  key r
  wait_for timeline.pin.0 '[[ -n $v ]]'
  key ctrl+Down
  wait_for step.example '[[ $v == 1 ]]'
  local before i
  before=$(value network.hidden1.3)
  key i
  for i in 1 2 3; do key Down; done
  key d
  wait_for network.hidden1.3 "[[ \$v != $before ]]"
  key l
  wait_for network.gate.hidden1.3 '[[ $v == *locked* ]]'
  key i
  key shift+Right
  wait_for transport.tick '[[ $v == 1 ]]'
  key ctrl+d
  wait_for timeline.mark.0 '[[ -n $v ]]'
  key Home
  wait_for transport.tick '[[ $v == 0 ]]'
  key End
  hash_at 1 >"$folder/keyboard"
  key F1
  wait_for help '[[ $v == open ]]'
  key Escape
  key ctrl+1
  wait_for mode '[[ $v == Explore ]]'
  quit
}
case_controls() {
  controls_by_mouse
  controls_by_keyboard
  cmp -s "$folder/mouse" "$folder/keyboard" || fail "mouse and keyboard led to different states"
}

"case_$case"
echo "passed: $case"
