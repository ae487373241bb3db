#!/usr/bin/env bash
# Every test that tests/README.md names stands in the tree, for each of the 25 exact claims at least one.
set -euo pipefail
root=${1:-.}
cd "$root"
claims=0 names=0 missing=0
while IFS= read -r row; do
  found=0
  for name in $(grep -oE '`[A-Za-z]+\.[A-Za-z0-9]+`' <<<"$row" | tr -d '`'); do
    names=$((names + 1))
    found=1
    if ! grep -rqE "TEST(_P|_F)?\(${name%%.*}, ${name#*.}\)" tests --include=*_test.cpp; then
      echo "tests/README.md names $name, which no test file has"
      missing=$((missing + 1))
    fi
  done
  claims=$((claims + found))
done < <(grep -E '^\| [0-9]+ \|' tests/README.md)
echo "$claims claims, $names tests named, $missing missing"
((claims == 25 && missing == 0))
