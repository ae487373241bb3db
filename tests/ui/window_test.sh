#!/usr/bin/env bash
# The real window under Xvfb, driven like a person would: window_test.sh PROGRAM CASE. Controls are found by name in the
# list the program writes (--dump-items). Every wait has an end; a failure says what was expected and what was there.
# Exit code 77: the machine lacks Xvfb or xdotool.
set -euo pipefail
export LC_ALL=C

program=${1:?the program} case=${2:?which case}
if [[ -z ${DROPSCOPE_INSIDE_XVFB:-} ]]; then
  for tool in xvfb-run xdotool timeout; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
  done
  # -noreset: else the server forgets everything whenever its last client leaves.
  DROPSCOPE_INSIDE_XVFB=1 exec timeout --kill-after=5 100 \
    xvfb-run -a -s "-screen 0 1280x720x24 -noreset" "$BASH" "$0" "$program" "$case"
fi

folder=$(mktemp -d)
items=$folder/items.json
pid=
cleanup() {
  [[ -n $pid ]] && kill "$pid" 2>/dev/null || true
  rm -rf -- "$folder"
}
trap cleanup EXIT
export HOME=$folder XDG_CONFIG_HOME=$folder/config

fail() {
  echo "FAILED: $*" >&2
  [[ -s $folder/err ]] && sed 's/^/  program: /' "$folder/err" >&2
  [[ -s $items ]] && grep -E '"(transport|top|toast|card)\.' "$items" | sed 's/^/  /' >&2
  exit 1
}

start() {
  mkdir -p "$folder/cwd"
  (cd "$folder/cwd" && exec "$program" --size 1280x720 --dump-items "$items" "$@") >"$folder/out" 2>"$folder/err" &
  pid=$!
  local i
  for ((i = 0; i < 150; ++i)); do
    kill -0 "$pid" 2>/dev/null || fail "the program ended at once"
    window=$(xdotool search --onlyvisible --name '^Dropscope' 2>/dev/null | head -1) || true
    [[ -n $window && -s $items ]] && [[ -n $(value transport.tick) ]] && return
    sleep 0.1
  done
  fail "no window after 15 seconds"
}

line_of() { grep -F "\"$1\": {" "$items" || true; }
# What a control shows; nothing if it is not on screen.
value() { line_of "$1" | sed -nE 's/.*"value": "(([^"\\]|\\.)*)".*/\1/p'; }
number_of() { line_of "$1" | sed -nE "s/.*\"$2\": (-?[0-9.]+).*/\1/p"; }

# wait_for NAME TEST: until TEST, with the value as $v, is true; at most 15 seconds.
wait_for() {
  local i v=
  for ((i = 0; i < 150; ++i)); do
    v=$(value "$1")
    if eval "$2"; then return; fi
    kill -0 "$pid" 2>/dev/null || fail "the program ended while waiting for $1"
    sleep 0.1
  done
  fail "$1: wanted $2, is '$v'"
}

# point NAME SHARE: moves the pointer there.
point() {
  local x0 x1 y0 y1 at before= i
  # What has just appeared may still move by a frame or two, and a busy machine shows few frames a second: a person
  # aims at what stands still.
  for ((i = 0; i < 20; ++i)); do
    [[ -n $before && $(line_of "$1") == "$before" ]] && break
    before=$(line_of "$1")
    sleep 0.3
  done
  x0=$(number_of "$1" x0) x1=$(number_of "$1" x1) y0=$(number_of "$1" y0) y1=$(number_of "$1" y1)
  [[ -n $x0 ]] || fail "no control named $1 on screen"
  at=$(awk -v a="$x0" -v b="$x1" -v f="${2:-0.5}" -v c="$y0" -v d="$y1" 'BEGIN { printf "%d %d", a + (b - a) * f, (c + d) / 2 }')
  # shellcheck disable=SC2086
  xdotool mousemove --window "$window" $at
  sleep 0.15
}
click() {
  point "$1" "${2:-0.5}"
  xdotool click 1
  sleep 0.15
}
drag() {
  local name=$1 from=$2 to=$3 k
  point "$name" "$from"
  xdotool mousedown 1
  for k in 0.25 0.5 0.75 1; do
    point "$name" "$(awk -v a="$from" -v b="$to" -v k="$k" 'BEGIN { print a + (b - a) * k }')"
  done
  xdotool mouseup 1
  sleep 0.15
}
key() {
  xdotool key --window "$window" "$1" 2>/dev/null || xdotool key "$1"
  sleep 0.15
}
# The keyboard goes to the window under test; there is no window manager to do it.
focus() { xdotool windowfocus "$window" 2>/dev/null || true; sleep 0.2; }

ends_with_code() {
  local i code
  for ((i = 0; i < 100; ++i)); do
    if ! kill -0 "$pid" 2>/dev/null; then
      code=0
      wait "$pid" || code=$?
      pid=
      [[ $code == "$1" ]] || fail "exit code $code, wanted $1"
      return
    fi
    sleep 0.1
  done
  fail "still running after 10 seconds"
}
quit() {
  key ctrl+q
  ends_with_code 0
  [[ -z $(ls -A "$folder/cwd") ]] || fail "files in the current folder: $(ls -A "$folder/cwd")"
  [[ ! -s $folder/out ]] || fail "standard output is not empty: $(head -3 "$folder/out")"
}

case_mouse() {
  start
  wait_for transport.state '[[ $v == paused ]]'
  [[ $(value transport.tick) == 0 ]] || fail "it did not open at step 0"
  click transport.play
  wait_for transport.state '[[ $v == running ]]'
  wait_for transport.tick '((v > 30))'
  click top.eval
  wait_for top.view '[[ $v == eval ]]'
  wait_for network.hidden1.kept '[[ $v == all ]]'
  click top.train
  wait_for top.view '[[ $v == train ]]'
  wait_for network.hidden1.kept '[[ $v == */16 ]]'
  # Dragged to the right end, the rate is 1 and the engine drops every unit of that layer.
  drag setup.dropout.hidden1.rate 0.5 1.3
  wait_for setup.dropout.hidden1.rate '[[ $v == 1.00 ]]'
  wait_for network.hidden1.kept '[[ $v == 0/16 ]]'
  wait_for top.summary '[[ $v == *"p = 1.00 / 0.50" ]]'
  drag setup.dropout.hidden1.rate 0.99 -0.3
  wait_for setup.dropout.hidden1.rate '[[ $v == 0.00 ]]'
  wait_for network.hidden1.kept '[[ $v == all ]]'
  click transport.play
  wait_for transport.state '[[ $v == paused ]]'
  local tick
  tick=$(value transport.tick)
  click transport.step
  wait_for transport.tick "((v == $tick + 1))"
  click transport.reset
  wait_for transport.tick '((v == 0))'
  quit
}

case_keys() {
  start
  focus
  wait_for transport.state '[[ $v == paused ]]'
  key space
  wait_for transport.tick '((v > 5))'
  key space
  wait_for transport.state '[[ $v == paused ]]'
  key t
  wait_for top.view '[[ $v == eval ]]'
  key t
  wait_for top.view '[[ $v == train ]]'
  key 3
  wait_for top.summary '[[ $v == *"p = 0.30"* ]]'
  key bracketright
  wait_for top.summary '[[ $v == *"p = 0.35"* ]]'
  key v
  wait_for top.summary '[[ $v != "Dropout (inverted)"* ]]'
  local tick
  tick=$(value transport.tick)
  key Right
  wait_for transport.phase.now '[[ $v == Batch ]]'
  key Next
  wait_for transport.phase.now '[[ $v == Masks ]]'
  key shift+Right
  wait_for transport.tick "((v > $tick))"
  key F1
  wait_for help '[[ $v == open ]]'
  key Escape
  wait_for help '[[ -z $v ]]'
  key h
  wait_for setup.scenario '[[ -z $v ]]'
  key h
  wait_for setup.scenario '[[ -n $v ]]'
  local seed
  seed=$(value top.seed)
  key n
  wait_for top.seed "[[ -n \$v && \$v != $seed ]]"
  key shift+r
  wait_for transport.tick '((v == 0))'
  key Escape
  key Escape
  sleep 0.3
  kill -0 "$pid" || fail "Escape ended the program"
  quit
  [[ -s $XDG_CONFIG_HOME/dropscope/config.json || ! -e $XDG_CONFIG_HOME ]] || fail "the settings file is empty"
}

# --exec: the same actions without a hand on the keyboard; pictures, values and exit codes.
case_script() {
  local shot=$folder/shot.png code=0
  "$program" --no-settings --size 960x540 --exec \
    "wait ready; theme light; set dropout.hidden2.rate 0.25; play; wait tick 40; pause; wait paused; eval; wait frames 3;
     expect top.view eval; screenshot \"$shot\"; dump \"$items\"; wait frames 2; quit" 2>"$folder/err" || code=$?
  [[ $code == 0 ]] || fail "exit code $code, wanted 0"
  [[ $(head -c 8 "$shot" | od -An -tx1 | tr -d ' \n') == 89504e470d0a1a0a ]] || fail "the screenshot is no PNG"
  (( $(value transport.tick) >= 40 )) || fail "the script did not wait for step 40"
  [[ $(value top.summary) == *"p = 0.50 / 0.25" ]] || fail "the rate was not set: $(value top.summary)"
  code=0
  "$program" --no-settings --exec "wait ready; expect top.view eval; quit" 2>"$folder/err" || code=$?
  [[ $code == 1 ]] || fail "a failed expectation gave exit code $code, wanted 1"
  code=0
  "$program" --no-settings --exec "wait ready; scrennshot x.png" 2>"$folder/err" || code=$?
  [[ $code == 2 ]] || fail "an unknown command gave exit code $code, wanted 2"
  grep -q "such as screenshot" "$folder/err" || fail "the near command is not named"
  code=0
  "$program" --no-settings --exec "wait ready; set dropuot.hidden1.rate 0.3" 2>"$folder/err" || code=$?
  [[ $code == 2 ]] || fail "an unknown field gave exit code $code, wanted 2"
}

# The window trains the very run that the command line trains, bit for bit, however it is paused and paced.
case_hashes() {
  local tick hash script="wait ready; " code=0
  "$program" train --scenario moons --ticks 1000 --json "$folder/run.json" --quiet
  while read -r tick hash; do
    script+="run_until $tick; wait tick $tick; wait paused; wait frames 3; expect transport.state_hash $hash; speed max; "
  done < <(tr -d ' \n' <"$folder/run.json" | grep -oE '"tick":[0-9]+,"hash":"[0-9a-f]{16}"' |
    sed -E 's/"tick":([0-9]+),"hash":"([0-9a-f]+)"/\1 \2/')
  [[ $(grep -o "expect" <<<"$script" | wc -l) -ge 5 ]] || fail "the command line gave too few hashes: $(tail -c 400 "$folder/run.json")"
  "$program" --no-settings --exec "$script quit" 2>"$folder/err" || code=$?
  [[ $code == 0 ]] || fail "exit code $code: a state differs from the command line's"
}

# No number may end the window: a learning rate that makes NaN brings a card with ways on.
case_diverged() {
  start --exec "wait ready; set optimizer.kind sgd; set optimizer.learning_rate 1000000; speed max; play; wait stopped"
  wait_for card.diverged '[[ -n $v ]]'
  wait_for top.health '[[ $v == NaN ]]'
  click card.lower_rate
  wait_for setup.optimizer.learning_rate '[[ $v != 1e+06 && -n $v ]]'
  focus
  quit
}

# A paused window costs nothing.
case_idle() {
  start
  wait_for transport.state '[[ $v == paused ]]'
  xdotool mousemove --window "$window" 600 300
  sleep 3
  local before after hertz
  hertz=$(getconf CLK_TCK)
  before=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
  sleep 5
  after=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
  # 1 % of a core over 5 seconds, in clock ticks.
  (( after - before <= 5 * hertz / 100 )) || fail "idle: $((after - before)) of $((5 * hertz)) clock ticks in 5 seconds"
  focus
  quit
}

# The settings are kept, and a damaged file does no harm.
case_settings() {
  start
  focus
  key alt+m
  sleep 1.6
  quit
  local file=$XDG_CONFIG_HOME/dropscope/config.json
  [[ -s $file ]] || fail "no settings file was written"
  grep -q '"theme"' "$file" || fail "the theme is not in the settings file"
  printf '{"theme": ' >"$file"
  rm -f -- "$items"
  start
  [[ -e $file.bad ]] || fail "the damaged settings file was not put aside"
  focus
  quit
}

"case_$case"
echo "passed: $case"
