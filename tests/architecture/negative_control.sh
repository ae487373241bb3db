#!/usr/bin/env bash
# A check that cannot fail is worth nothing: plants one breach at a time in a small tree that keeps every rule,
# and sees check_tree.sh find exactly that.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf -- "$tree"' EXIT
failed=0

fresh() {
  rm -rf -- "$tree"
  mkdir -p "$tree"/core/{base,spec,dropout/variants,nn,train,session,scenarios,data/datasets} \
    "$tree"/app/{cli,panels,scene,export,render}
  echo 'project(dropscope VERSION 1.2.3 LANGUAGES CXX)' >"$tree/CMakeLists.txt"
  echo 'inline constexpr const char* kProgramVersion = "1.2.3";' >"$tree/app/cli/version.h"
  echo '## [1.2.3]' >"$tree/CHANGELOG.md"
  printf '#include "core/spec/a.h"\n#include <vector>\n' >"$tree/core/nn/a.h"
  printf '#include <thread>\n#include <chrono>\n' >"$tree/core/session/a.cpp"
  printf '#include "app/scene/a.h"\n#include "core/session/snapshot.h"\n' >"$tree/app/panels/a.cpp"
  printf '// std::shuffle would differ.\nconst char* t = "rand(";\n' >"$tree/core/base/a.cpp"
  echo 'int a;' >"$tree/core/dropout/variants/fixed_masks.cpp"
  echo 'DROPOUT_VARIANT(FixedMasks)' >"$tree/core/dropout/variants.def"
  echo 'int a;' >"$tree/core/scenarios/moons.cpp"
  echo 'DROPSCOPE_SCENARIO(Moons)' >"$tree/core/scenarios/scenarios.def"
  echo 'int a;' >"$tree/core/data/datasets/moons.cpp"
  echo 'DATASET(Moons)' >"$tree/core/data/datasets.def"
}

# expect RULE found|kept FILE LINE: adds the line to the file and looks.
expect() {
  local rule=$1 want=$2 file=$3 text=$4 got=kept answer
  fresh
  mkdir -p "$(dirname "$tree/$file")"
  [[ -z $text ]] || printf '%s\n' "$text" >>"$tree/$file"
  answer=$(bash "$here/check_tree.sh" "$rule" "$tree") || got=found
  [[ $got == found && $answer != *"$file"* ]] && got="found elsewhere"
  if [[ $got != "$want" ]]; then
    echo "$rule: '$text' in $file: wanted $want, got $got"
    printf '%s\n' "$answer"
    failed=1
  fi
}

for rule in include_directions libraries registration forbidden_code no_machine_paths one_version file_sizes; do
  expect $rule kept core/base/b.h ''
done
expect include_directions found core/nn/b.h '#include "core/train/trainer.h"'
expect include_directions found core/dropout/b.cpp '#  include "core/nn/layer.h"'
expect include_directions found core/nn/b.cpp '#include "core/dropout/variants/classic.h"'
expect include_directions found core/base/b.h '#include "app/theme/palette.h"'
expect include_directions found core/base/b.h '#include "check.h"'
expect include_directions found app/panels/b.cpp '#include "core/train/trainer.h"'
expect include_directions found app/panels/b.cpp '#include "core/session/session.h"'
expect include_directions found app/panels/b.cpp '#include "core/reproduce/figure.h"'
expect include_directions found core/train/b.cpp '#include "core/analysis/enumerate.h"'
expect include_directions kept core/analysis/b.cpp '#include "core/train/trainer.h"'
expect include_directions kept app/cli/b.cpp '#include "core/analysis/pruning.h"'
expect include_directions found app/render/b.cpp '#include "core/session/snapshot.h"'
expect include_directions found app/scene/b.cpp '#include "app/panels/panel.h"'
expect include_directions found app/render/b.cpp '#include "app/platform/keys.h"'
expect include_directions kept app/widgets/b.cpp '#include "app/platform/keys.h"'
expect include_directions kept app/cli/b.cpp '#include "core/train/trainer.h"'
expect include_directions kept app/application.cpp '#include "core/session/lab.h"'
expect libraries found core/train/b.cpp '#include <mutex>'
expect libraries found core/train/b.cpp '#include <chrono>'
expect libraries found core/data/b.cpp '#include <random>'
expect libraries found core/nn/b.h '#include <Eigen/Dense>'
expect libraries found core/nn/b.h '#include "core/tensor/eigen_maps.h"'
expect libraries found core/spec/b.cpp '#include <GLFW/glfw3.h>'
expect libraries found app/scene/b.cpp '#include <imgui.h>'
expect libraries found app/cli/b.cpp '#include <CLI/CLI.hpp>'
expect libraries kept core/nn/b.cpp '#include <Eigen/Dense>'
expect registration found core/dropout/variants/forgotten.cpp 'int a;'
expect registration found core/dropout/variants.def 'DROPOUT_VARIANT(Nowhere)'
expect registration found core/scenarios/forgotten.cpp 'int a;'
expect registration found core/data/datasets/forgotten.cpp 'int a;'
expect forbidden_code found core/data/b.cpp 'std::normal_distribution<float> d;'
expect forbidden_code found core/data/b.cpp '  x = rand() % 6;'
expect forbidden_code found core/data/b.cpp '  w = Eigen::MatrixXf::Random(3, 3);'
expect forbidden_code found app/panels/b.cpp '  if (variant.id == kClassic) {}'
expect forbidden_code found app/panels/b.cpp '  if (site.variant == "classic") {}'
expect forbidden_code found app/export/b.cpp 'std::ofstream out(path);'
expect forbidden_code kept app/export/atomic_write.cpp '  std::FILE* f = fopen(path, "wb");'
expect forbidden_code kept core/base/b.cpp 'int brand(int); int x = brand(3);'
expect no_machine_paths found app/scene/b.cpp 'const char* p = "/home/someone/x";'
expect one_version found app/cli/version.h 'inline constexpr const char* kProgramVersion = "9.9.9";'
expect file_sizes found core/base/b.h "$(yes '//' | head -151)"

((failed == 0)) && echo "every planted breach is found, and nothing else"
exit $failed
