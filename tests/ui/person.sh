# A person at the real window under Xvfb: to be sourced by the tests of this folder, called as SCRIPT PROGRAM CASE.
# Controls are found by name in the list the program writes (--dump-items). Every wait has an end; a failure says what
# was expected and what was there. Exit code 77: the machine lacks Xvfb or xdotool.
# DROPSCOPE_PATIENCE: seconds the whole case may take (100). DROPSCOPE_SCREEN: pixels of screen and window (1280x720).
# DROPSCOPE_COMPARE: the program that compares pictures; DROPSCOPE_ACCEPT=1 keeps those found as the ones wanted.
set -euo pipefail
export LC_ALL=C

program=${1:?the program} case=${2:?which case}
pixels=${DROPSCOPE_SCREEN:-1280x720}
if [[ -z ${DROPSCOPE_INSIDE_XVFB:-} ]]; then
  for tool in xvfb-run xdotool timeout; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
  done
  # -noreset: else the server forgets everything whenever its last client leaves.
  # -fbdir: the screen as a file, for pictures of what a person sees.
  DROPSCOPE_INSIDE_XVFB=$(mktemp -d)
  export DROPSCOPE_INSIDE_XVFB
  status=0
  timeout --kill-after=5 "${DROPSCOPE_PATIENCE:-100}" \
    xvfb-run -a -s "-screen 0 ${pixels}x24 -noreset -fbdir $DROPSCOPE_INSIDE_XVFB" "$BASH" "$0" "$program" "$case" ||
    status=$?
  rm -rf -- "$DROPSCOPE_INSIDE_XVFB"
  exit "$status"
fi
screen=$DROPSCOPE_INSIDE_XVFB/Xvfb_screen0

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
  (cd "$folder/cwd" && exec "$program" --size "$pixels" --dump-items "$items" "$@") >"$folder/out" 2>"$folder/err" &
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

# picture NAME [CONTROL...]: what the screen shows is what tests/golden/window/NAME.png shows, but for the areas of these
# controls, which have to be there: what is in them differs from run to run.
picture() {
  local i compare=${DROPSCOPE_COMPARE:-} wanted control without=()
  for control in "${@:2}"; do
    [[ -n $(number_of "$control" x0) ]] || fail "no control named $control on screen"
    without+=(--without "$(number_of "$control" x0)" "$(number_of "$control" y0)" "$(number_of "$control" x1)"
      "$(number_of "$control" y1)")
  done
  wanted=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../golden/window" && pwd)
  [[ -n $compare ]] || fail "the third argument names compare_pictures"
  xdotool mousemove --window "$window" $((${pixels%x*} - 1)) $((${pixels#*x} - 1))
  for ((i = 0; i < 30; ++i)); do
    sleep 0.4
    cp -- "$screen" "$folder/found.xwd"
    if [[ -n ${DROPSCOPE_ACCEPT:-} ]]; then
      sleep 1
      cp -- "$screen" "$folder/found.xwd"
      "$compare" --keep "$folder/found.xwd" "$wanted/$1.png"
      return
    fi
    "$compare" "$folder/found.xwd" "$wanted/$1.png" ${without[@]+"${without[@]}"} >"$folder/difference" && return
  done
  [[ -z ${DROPSCOPE_KEEP:-} ]] || "$compare" --keep "$folder/found.xwd" "$DROPSCOPE_KEEP/$1.png"
  fail "the picture $1: $(cat "$folder/difference")"
}

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
