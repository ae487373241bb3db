#!/usr/bin/env bash
# The window driven like a person would: window_test.sh PROGRAM CASE (person.sh says how).
# shellcheck source=tests/ui/person.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/person.sh"

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

# Only what changes is drawn again, and only that is shown. What then stands on the screen is what drawing everything
# gives, whatever came before: tooltips that came and went, help, another theme, another size.
case_repaint() {
  local mode x y
  start --scenario moons --exec "wait ready; speed max; play; wait tick 300; pause"
  wait_for transport.tick '((v >= 300))'
  wait_for transport.state '[[ $v == paused ]]'
  [[ $(value window.parts) == yes ]] || { echo "skipped: every picture is shown whole here"; quit; exit 77; }
  for mode in 1 2 3 4; do
    key "ctrl+$mode"
    [[ $mode == 4 ]] && wait_for answers.state '[[ $v == complete ]]'
    key F1
    key Escape
    key shift+Right
    for y in 80 150 230 310 400 520 640; do
      for x in 60 330 415 500 640 730 815 1000 1110 1200; do
        xdotool mousemove --window "$window" $((x + y / 40)) "$y"
        sleep 0.03
      done
    done
    same_anew "$mode"
  done
  key ctrl+1
  xdotool windowsize "$window" 1000 640
  sleep 1
  xdotool windowsize "$window" 1280 720
  sleep 1
  same_anew "of another size"
  quit
}
# No change of size may end the window or leave something stale, at whatever moment it comes.
case_resize() {
  local i code=0
  "$program" --no-settings --size 1000x700 --exec "wait ready; speed max; play; wait seconds 1; size 1270x710; \
wait frames 9; size 900x640; wait frames 9; size 1280x720; wait frames 9; quit" 2>"$folder/err" || code=$?
  [[ $code == 0 ]] || fail "a script that changes the size ended with exit code $code"
  start --exec "wait ready; mode compare; add_run dropconnect 0.5; add_run gaussian 0.5; speed max; play"
  wait_for transport.tick '((v > 500))'
  for i in {1..24}; do
    if ((i % 2)); then xdotool windowsize "$window" 1000 640; else xdotool windowsize "$window" 1270 715; fi
    sleep "0.$((i * 7 % 20 + 10))"
    kill -0 "$pid" 2>/dev/null || fail "the program ended at change $i of the size"
  done
  xdotool windowsize "$window" 1280 720
  focus
  key space
  wait_for transport.state '[[ $v == paused ]]'
  sleep 1
  same_anew "after many sizes"
  quit
}
# same_anew WHAT: the screen stays as it is when the window is hidden and shown, which draws all of it.
same_anew() {
  xdotool mousemove --window "$window" 1279 719
  sleep 1
  [[ $1 == 4 ]] && wait_for answers.state '[[ $v == complete ]]'
  cp -- "$screen" "$folder/kept.xwd"
  xdotool windowunmap --sync "$window"
  xdotool windowmap --sync "$window"
  focus
  sleep 1
  cmp -s -- "$screen" "$folder/kept.xwd" || fail "what was kept of the picture $1 is not what is drawn anew"
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
