#!/usr/bin/env bash
# Compare mode driven like a person would: compare_test.sh PROGRAM CASE COMPARE. Four runs at full speed are the runs
# that `dropscope train` makes alone; runs are added, picked, removed, walked forward and back, studied with many seeds.
# shellcheck source=tests/ui/person.sh
DROPSCOPE_PATIENCE=${DROPSCOPE_PATIENCE:-160}
export DROPSCOPE_PATIENCE
export DROPSCOPE_COMPARE=${3:-${DROPSCOPE_COMPARE:-}}
export DROPSCOPE_SCREEN=1600x900
source "$(dirname -- "${BASH_SOURCE[0]}")/person.sh"

letters=(a b c d)

# same_step COUNT: all panes rest at one step, which is then $tick; their hashes are $hash_a to $hash_d.
same_step() {
  local i l t
  for ((i = 0; i < 150; ++i)); do
    tick=$(value transport.tick)
    for l in "${letters[@]:0:$1}"; do
      t=$(value "pane.$l.tick")
      [[ -n $t && $t == "$tick" && -n $(value "pane.$l.hash") ]] || { t=; break; }
    done
    [[ -n $t ]] && break
    sleep 0.1
  done
  [[ -n $t ]] || fail "the runs do not come to one step"
  for l in "${letters[@]:0:$1}"; do printf -v "hash_$l" %s "$(value "pane.$l.hash")"; done
}

# alone TICK SET...: the state of the default scenario trained headless with these settings.
alone() {
  local tick=$1 set arguments=()
  shift
  for set in "$@"; do arguments+=(--set "$set"); done
  "$program" train --scenario moons --ticks "$tick" "${arguments[@]}" --json "$folder/alone.json" >/dev/null
  sed -nE 's/.*"hash": "([0-9a-f]+)".*/\1/p' "$folder/alone.json" | tail -1
}
same_as_alone() {
  local shown=$1
  shift
  [[ $(alone "$@") == "$shown" ]] || fail "the state $shown is not that of the run alone: $*"
}

# apart A B: what they show does not overlap.
apart() {
  awk -v a0="$(number_of "$1" x0)" -v a1="$(number_of "$1" x1)" -v b0="$(number_of "$2" x0)" -v b1="$(number_of "$2" x1)" \
    -v c0="$(number_of "$1" y0)" -v c1="$(number_of "$1" y1)" -v d0="$(number_of "$2" y0)" -v d1="$(number_of "$2" y1)" \
    'BEGIN { exit a1 == "" || b1 == "" || (a0 < b1 && b0 < a1 && c0 < d1 && d0 < c1) }' || fail "$1 covers $2"
}

four() {
  key ctrl+3
  wait_for mode '[[ $v == Compare ]]'
  wait_for pane.b '[[ $v == *inverted* ]]'
  wait_for pane.b.at_hand '[[ $v == yes ]]'
}

# Four runs as fast as the machine can: at every rest one step, and at the last one the states of the runs alone.
case_hashes() {
  start --scenario moons --theme light --exec 'wait ready; mode compare; add_run dropconnect 0.5; add_run l2; speed max'
  focus
  wait_for pane.d '[[ $v == *L2* ]]'
  local i before=0
  for i in 1 2 3; do
    key space
    wait_for transport.tick "((v > $before + 150))"
    key space
    wait_for transport.state '[[ $v == paused ]]'
    same_step 4
    before=$tick
  done
  same_as_alone "$hash_a" "$tick" dropout.rate=0
  same_as_alone "$hash_b" "$tick"
  same_as_alone "$hash_c" "$tick" dropout.rate=0 dropout.hidden1.weight.variant=dropconnect \
    dropout.hidden1.weight.rate=0.5 dropout.hidden2.weight.variant=dropconnect dropout.hidden2.weight.rate=0.5
  same_as_alone "$hash_d" "$tick" dropout.rate=0 optimizer.l2=0.01
  quit
}

# Adding, picking, removing, walking: with keys.
case_keys() {
  start --scenario moons --theme light
  focus
  wait_for transport.state '[[ $v == paused ]]'
  four
  key shift+Right
  key shift+Right
  key shift+Right
  wait_for transport.tick '[[ $v == 3 ]]'
  same_step 2
  local third_a=$hash_a third_b=$hash_b
  # The list opens and is walked with the arrows; what is added comes to the step of the others.
  key a
  wait_for add '[[ $v == open ]]'
  key Down
  key Return
  wait_for pane.c.at_hand '[[ $v == yes ]]'
  wait_for pane.c.tick '[[ $v == 3 ]]'
  same_step 3
  # Back and forth, to the very same states.
  key shift+Left
  key shift+Left
  wait_for transport.tick '[[ $v == 1 ]]'
  same_step 3
  [[ $hash_a != "$third_a" ]] || fail "a step back changed nothing"
  key End
  wait_for transport.tick '[[ $v == 3 ]]'
  same_step 3
  [[ $hash_a == "$third_a" && $hash_b == "$third_b" ]] || fail "back and forth is not the state it was"
  key Home
  wait_for transport.tick '[[ $v == 0 ]]'
  same_step 3
  key Next
  wait_for transport.phase.now '[[ $v == Batch ]]'
  key shift+Right
  wait_for transport.tick '[[ $v == 1 ]]'
  # The rate of the run at hand alone.
  key 2
  wait_for pane.b.at_hand '[[ $v == yes ]]'
  key bracketright
  wait_for pane.b '[[ $v == *0.55* ]]'
  [[ $(value pane.a) == *"no dropout"* ]] || fail "run A has changed: $(value pane.a)"
  key t
  wait_for top.view '[[ $v == eval ]]'
  key t
  key x
  wait_for pane.b.network '[[ $v == difference ]]'
  key x
  key o
  wait_for compare.solo.on '[[ $v == on ]]'
  wait_for pane.a '[[ -z $v ]]'
  key o
  key e
  wait_for setup.run '[[ $v == "Run B" ]]'
  key Escape
  wait_for compare.edit.on '[[ $v == off ]]'
  key 3
  wait_for pane.c.at_hand '[[ $v == yes ]]'
  key Delete
  wait_for pane.b.at_hand '[[ $v == yes ]]'
  wait_for pane.c '[[ -z $v ]]'
  key shift+r
  wait_for transport.tick '[[ $v == 0 ]]'
  same_step 2
  key ctrl+1
  wait_for mode '[[ $v == Explore ]]'
  quit
}

# The same with the mouse; and a unit hovered in one pane is marked in all.
case_mouse() {
  start --scenario moons --theme light
  wait_for transport.state '[[ $v == paused ]]'
  click mode.compare
  wait_for pane.b.at_hand '[[ $v == yes ]]'
  click compare.add
  wait_for add '[[ $v == open ]]'
  click add.gaussian
  wait_for pane.c.at_hand '[[ $v == yes ]]'
  click transport.step
  wait_for transport.tick '[[ $v == 1 ]]'
  same_step 3
  point pane.a.hidden1.2
  wait_for pane.a.hidden1.2 '[[ $v == hovered ]]'
  wait_for pane.c.hidden1.2 '[[ $v == hovered ]]'
  click pane.a.hidden1.2
  wait_for pane.a.at_hand '[[ $v == yes ]]'
  point pane.b.notes
  wait_for pane.b.hidden1.2 '[[ $v == selected ]]'
  click pane.b.notes
  wait_for pane.b.at_hand '[[ $v == yes ]]'
  click table.c
  wait_for pane.c.at_hand '[[ $v == yes ]]'
  click compare.difference
  wait_for pane.c.network '[[ $v == difference ]]'
  click compare.difference
  click compare.solo
  wait_for compare.solo.on '[[ $v == on ]]'
  click compare.solo
  click transport.back
  wait_for transport.tick '[[ $v == 0 ]]'
  same_step 3
  click compare.edit
  wait_for setup.run '[[ $v == "Run C" ]]'
  click setup.close
  wait_for compare.edit.on '[[ $v == off ]]'
  click pane.c.close
  wait_for pane.b.at_hand '[[ $v == yes ]]'
  wait_for pane.c '[[ -z $v ]]'
  focus
  # A message covers no button.
  key n
  wait_for toast '[[ $v == Seed* ]]'
  local button
  for button in study.begin study.seeds transport.play compare.add pane.b.close; do apart toast "$button"; done
  quit
}

# Many seeds: to their end, and cancelled.
case_study() {
  start --scenario moons --theme light --exec 'wait ready; mode compare; set ticks 60'
  focus
  wait_for pane.b '[[ $v == *inverted* ]]'
  [[ $(value study.state) == none ]] || fail "a study before it was begun"
  drag study.seeds 0.5 0
  click study.begin
  wait_for study.state '[[ $v == done ]]'
  [[ $(value study.done) == 4/4 ]] || fail "two runs with two seeds: $(value study.done)"
  [[ $(value compare.loss) == study ]] || fail "no bands"
  wait_for table.verdict.0 '[[ $v == "B: val loss "*"too few seeds"* ]]'
  quit
  # One that is ended before its time says after how many seeds, and no longer that more are to come. A hundred of them
  # take any machine some seconds to train, and a slow one has the first before patience ends.
  rm -f -- "$items"
  start --scenario moons --theme light --exec 'wait ready; mode compare; set ticks 60000'
  focus
  wait_for pane.b '[[ $v == *inverted* ]]'
  drag study.seeds 0.5 1
  click study.begin
  wait_for table.verdict.0 '[[ $v == "B: so far, after "* ]]'
  click study.cancel
  wait_for study.state '[[ $v == cancelled ]]'
  wait_for table.verdict.0 '[[ $v == "B: after "* ]]'
  quit
  rm -f -- "$items"
  start --scenario moons --theme light --exec 'wait ready; mode compare; set ticks 100000'
  focus
  key k
  wait_for study.state '[[ $v == training ]]'
  wait_for study.progress '[[ -n $v ]]'
  click study.cancel
  wait_for study.state '[[ $v == cancelled ]]'
  quit
}

# What a lecture hall sees.
case_pictures() {
  local theme
  for theme in light dark; do
    rm -f -- "$items"
    start --scenario moons --theme "$theme" \
      --exec 'wait ready; mode compare; add_run dropconnect 0.5; add_run gaussian 0.5; speed max; run_until 600; wait tick 600; wait paused'
    focus
    wait_for pane.d '[[ $v == *gaussian* ]]'
    wait_for transport.tick '[[ $v == 600 ]]'
    same_step 4
    # How long a step took is another number on every machine.
    picture "compare_$theme" table.seconds
    quit
  done
}

"case_$case"
echo "passed: $case"
