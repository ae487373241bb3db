#!/usr/bin/env bash
# Ensemble mode driven like a person would: ensemble_test.sh PROGRAM CASE COMPARE. What it shows are the numbers of
# `dropscope ensemble` for the same run and step; every topic and control by key and by mouse; training beside and
# giving it up; the pictures.
# shellcheck source=tests/ui/person.sh
DROPSCOPE_PATIENCE=${DROPSCOPE_PATIENCE:-160}
export DROPSCOPE_PATIENCE
export DROPSCOPE_COMPARE=${3:-${DROPSCOPE_COMPARE:-}}
export DROPSCOPE_SCREEN=1600x900
source "$(dirname -- "${BASH_SOURCE[0]}")/person.sh"

# trained SCENARIO TICKS [more arguments]: the window with the run paused after so many updates, in Ensemble mode.
trained() {
  local scenario=$1 ticks=$2
  shift 2
  start --scenario "$scenario" --theme light "$@" --exec "wait ready; speed max; run_until $ticks"
  focus
  wait_for transport.tick "[[ \$v == $ticks ]]"
  wait_for transport.state '[[ $v == paused ]]'
  key ctrl+4
  wait_for mode '[[ $v == Ensemble ]]'
}
answered() { wait_for answers.state '[[ $v == complete ]]'; }

# What `dropscope ensemble` says. first NAME: the first number after this name; second NAME: the one after that.
ask() {
  (cd "$folder" && "$program" ensemble --quiet --json "$folder/told.json" "$@") >"$folder/told" 2>"$folder/asking" ||
    fail "dropscope ensemble: $(cat "$folder/asking")"
  tr -d ' \n' <"$folder/told.json" >"$folder/flat.json"
}
told() { grep -oE "\"$1\":[[{]?[^]}]*" "$folder/flat.json" | head -1 | sed "s/^\"$1\"://; s/^[[]//" | cut -d, -f"${2:-1}"; }
# same CONTROL NUMBER: what is shown is this number, as exactly as it is shown.
same() {
  local shown
  shown=$(value "$1" | sed 's/\xe2\x88\x92/-/')
  [[ -n $shown && -n $2 ]] || fail "$1 shows '$shown', told '$2'"
  awk -v a="$shown" -v b="$2" 'BEGIN { d = a - b; if (d < 0) d = -d; m = b < 0 ? -b : b; exit !(d <= 1e-6 || d <= 0.006 * m) }' ||
    fail "$1 shows $shown, dropscope ensemble says $2"
}

case_numbers() {
  trained subnetworks-deep 300
  answered
  [[ $(value answers.tick) == 300 ]] || fail "the answer is for another step: $(value answers.tick)"
  [[ $(value answers.wall) == 4096 ]] || fail "the wall has $(value answers.wall) sub-networks"
  ask --scenario subnetworks-deep --ticks 300 --probe 0
  same answers.needle.arithmetic "$(told arithmetic 2)"
  same answers.needle.geometric "$(told geometric 2)"
  same answers.needle.scaled "$(told scaled 2)"
  same answers.arithmetic_off "$(told arithmetic_off)"
  same answers.geometric_off "$(told geometric_off)"
  same answers.scaled_error "$(told scaled_error)"
  same answers.validation.scaled_loss "$(told scaled_loss)"
  # Another input, by key: other numbers.
  key ctrl+Down
  key ctrl+Down
  wait_for answers.probe '[[ $v == "3 of 500" ]]'
  answered
  ask --scenario subnetworks-deep --ticks 300 --probe 2
  wait_for answers.needle.arithmetic "awk -v a=\"\$v\" -v b=\"$(told arithmetic 2)\" 'BEGIN { d = a - b; exit !(d < 1e-6 && d > -1e-6) }'"
  same answers.needle.geometric "$(told geometric 2)"
  quit
}

case_mouse() {
  trained subnetworks 300
  answered
  click answers.wall 0.3
  wait_for answers.chosen '[[ -n $v ]]'
  click answers.order.prediction
  wait_for answers.order.prediction '[[ $v == on ]]'
  click answers.probe.next
  wait_for answers.probe '[[ $v == "2 of 500" ]]'
  local before
  before=$(value answers.input)
  drag answers.input 0.3 0.7
  wait_for answers.input "[[ \$v != '$before' ]]"
  answered
  drag answers.samples 0.95 0.4
  wait_for answers.samples '((v < 500))'
  click answers.topic.members
  wait_for answers.topic '[[ $v == members ]]'
  drag answers.members 0.25 0.02
  wait_for answers.members '[[ $v == 1 ]]'
  click answers.train
  wait_for answers.members.trained '[[ $v == 1 ]]'
  answered
  [[ $(value answers.members.words) == *"One network without dropout"* ]] || fail "$(value answers.members.words)"
  click answers.topic.uncertainty
  wait_for answers.topic '[[ $v == uncertainty ]]'
  answered
  before=$(value answers.map.entropy)
  drag answers.map.entropy 0.3 0.6
  wait_for answers.map.entropy "[[ \$v != '$before' ]]"
  answered
  click answers.topic.dependence
  wait_for answers.topic '[[ $v == dependence ]]'
  answered
  drag answers.pruning 0.05 0.67
  wait_for answers.pruned '[[ $v == 0.6 ]]'
  [[ $(value answers.pruning) == 0.6* ]] || fail "the numbers are of $(value answers.pruning)"
  focus
  quit
}

case_keyboard() {
  trained subnetworks 300
  answered
  key g
  wait_for answers.chosen '[[ $v == 255 ]]'
  key g
  wait_for answers.chosen '[[ $v == 254 ]]'
  key shift+g
  wait_for answers.chosen '[[ $v == 255 ]]'
  key o
  wait_for answers.order.prediction '[[ $v == on ]]'
  local topic
  for topic in uncertainty dependence members; do
    key q
    wait_for answers.topic "[[ \$v == $topic ]]"
    answered
  done
  key shift+q
  wait_for answers.topic '[[ $v == dependence ]]'
  key q
  wait_for answers.topic '[[ $v == members ]]'
  key minus
  wait_for answers.passes '[[ $v == 10 ]]'
  key equal
  wait_for answers.passes '[[ $v == 30 ]]'
  key b
  wait_for answers.members.trained '[[ $v == 5 ]]'
  answered
  key F1
  wait_for help '[[ $v == open ]]'
  key Escape
  quit
}

# Training beside is given up at once, what was trained stays, and going on needs the button.
case_cancel() {
  trained moons 60000
  answered
  key shift+q
  wait_for answers.topic '[[ $v == members ]]'
  answered
  key b
  wait_for answers.words '[[ $v == *"training network"* ]]'
  key shift+b
  wait_for answers.words '[[ $v != *"training network"* ]]'
  answered
  local trained
  trained=$(value answers.members.trained)
  ((trained < 5)) || fail "all were trained before they could be given up"
  sleep 2
  [[ $(value answers.members.trained) == "$trained" ]] || fail "training went on unasked"
  wait_for answers.train '[[ $(line_of answers.train) == *true* ]]'
  quit
}

case_pictures() {
  trained subnetworks 300
  answered
  key g
  picture ensemble_subnetworks
  key alt+m
  picture ensemble_subnetworks_dark
  quit
}

"case_$case"
echo "passed: $case"
