#!/usr/bin/env bash
# Holds the tree to its own rules: check_tree.sh RULE ROOT prints one line for each breach, "file:line: why",
# and fails if there is one. RULE is one of the functions named rule_* below. negative_control.sh plants a
# breach of each and sees it found.
set -euo pipefail
export LC_ALL=C

rule=${1:?which rule} root=${2:?which tree}
cd -- "$root"
breaches=0
breach() {
  printf '%s\n' "$*"
  breaches=$((breaches + 1))
}

# Prints "file:line:header" for every include; headers in quotes keep their first quote mark.
includes() {
  grep -rnE --include='*.h' --include='*.cpp' --include='*.def' '^[[:space:]]*#[[:space:]]*include' "$@" |
    sed -E 's/^([^:]+:[0-9]+):[[:space:]]*#[[:space:]]*include[[:space:]]*("|<)([^">]+).*/\1:\2\3/' || true
}

# What a folder of core/ may include besides itself: a line "folder: folders". Lower never includes higher.
core_table='
base:
random: base
tensor: random base
spec: tensor random base
scenarios: spec base
dropout: spec tensor random base
nn: dropout spec tensor random base
optim: nn dropout spec tensor random base
data: spec tensor random base
train: nn optim data dropout spec tensor random base
analysis: train nn optim data dropout spec tensor random base
reproduce: analysis train nn optim data dropout spec tensor random base
study: analysis train nn optim data dropout spec tensor random base
session: study analysis train nn optim data dropout spec tensor random base
'
# The same for app/; cli and the files of app/ itself (application, main) may include all of app/.
app_table='
theme:
platform: export render theme
render:
scene: render theme
widgets: scene theme
export: scene theme
state: widgets scene theme
panels: state widgets scene theme
'
# Values, the differences between versions of Dear ImGui and what its lists can hold, which every folder that draws
# controls may use.
app_leaves=' app/platform/keys.h app/platform/compat.h app/platform/draw_calls.h '

allowed_in() { sed -n "s/^$2: *//p" <<<"$1"; }

# core/ never sees app/, a window, a graphics card or a command line; its folders only look downwards.
check_core_include() {
  local file=$1 place=$2 header=$3 folder target
  folder=${file#core/} folder=${folder%%/*}
  case $header in
    '"core/'*)
      target=${header#\"core/} target=${target%%/*}
      if [[ $target != "$folder" && " $(allowed_in "$core_table" "$folder") " != *" $target "* ]]; then
        breach "$place: core/$folder may not include core/$target"
      elif [[ $header == '"core/dropout/variants/'* && $folder != dropout ]]; then
        breach "$place: only core/dropout knows the files of the variants"
      fi
      ;;
    '"app/'*) breach "$place: core may not include app" ;;
    '<'*) ;;
    *) breach "$place: includes are written from the root of the repository" ;;
  esac
}

# From core, app sees values and facts; sessions only where the parts are put together, training only in cli.
check_app_include() {
  local file=$1 place=$2 header=$3 folder target
  folder=${file#app/}
  [[ $folder == */* ]] && folder=${folder%%/*} || folder=.
  case $header in
    '"app/'*)
      target=${header#\"app/}
      [[ $target == */* ]] && target=${target%%/*} || target=.
      [[ $folder == . || $folder == cli || $folder == "$target" ]] && return
      [[ $app_leaves == *" ${header#\"} "* && $folder != render && $folder != export ]] && return
      [[ " $(allowed_in "$app_table" "$folder") " == *" $target "* ]] ||
        breach "$place: app/$folder may not include app/$target"
      ;;
    '"core/base/'* | '"core/spec/'* | '"core/scenarios/'*)
      [[ $folder != render && $folder != platform || $header == '"core/base/'* ]] ||
        breach "$place: app/$folder knows nothing of the engine"
      ;;
    '"core/session/command.h' | '"core/session/snapshot.h' | '"core/dropout/variant.h' | '"core/dropout/registry.h' | \
      '"core/data/dataset.h')
      case $folder in
        render | platform | theme | widgets) breach "$place: app/$folder knows nothing of the engine" ;;
      esac
      ;;
    '"core/train/metrics.h' | '"core/train/phase.h') ;;  # Values that snapshots are made of.
    # Values that comparisons and the Ensemble mode are made of.
    '"core/study/study.h' | '"core/study/seed_table.h' | '"core/session/ensemble_answer.h' | \
      '"core/session/ensemble_topic.h' | '"core/session/subnetwork_view.h' | '"core/session/frozen_run.h' | \
      '"core/analysis/'*_report.h)
      case $folder in
        render | platform | theme | widgets) breach "$place: app/$folder knows nothing of the engine" ;;
      esac
      ;;
    '"core/study/'*) [[ $folder == . || $folder == cli ]] || breach "$place: only application and cli run studies" ;;
    '"core/session/'*)
      [[ $folder == . || $folder == cli ]] || breach "$place: only application.cpp and cli own sessions"
      ;;
    '"core/train/'* | '"core/reproduce/'*) [[ $folder == cli ]] || breach "$place: only cli trains without a session" ;;
    '"core/analysis/'*) [[ $folder == cli ]] || breach "$place: only cli asks a network itself" ;;
    '"core/data/byte_source.h') [[ $folder == cli ]] || breach "$place: only cli reads files that are not settings" ;;
    '"core/'*) breach "$place: app may not include ${header#\"}" ;;
    '<'*) ;;
    *) breach "$place: includes are written from the root of the repository" ;;
  esac
}

rule_include_directions() {
  local line file place header
  while IFS= read -r line; do
    file=${line%%:*} header=${line#*:*:} place=${line%:"$header"}
    case $file in
      core/*) check_core_include "$file" "$place" "$header" ;;
      app/*) check_app_include "$file" "$place" "$header" ;;
    esac
  done < <(includes core app)
}

# Each library has its place, so that it can be replaced there and costs its compile time there only.
rule_libraries() {
  local line file place header
  while IFS= read -r line; do
    file=${line%%:*} header=${line#*:*:} place=${line%:"$header"}
    [[ $header == '<'* ]] || continue
    header=${header#<}
    case $header in
      thread | mutex | shared_mutex | condition_variable | future | stop_token | semaphore | barrier | latch)
        [[ $file == core/session/* ]] || breach "$place: threads live in core/session only"
        ;;
      chrono | ctime | time.h | sys/time.h)
        case $file in
          core/session/* | app/*) ;;
          *) breach "$place: the engine has no clock outside core/session" ;;
        esac
        ;;
      random) breach "$place: random numbers come from core/random, a function of place" ;;
      Eigen/* | unsupported/Eigen/*)
        [[ $file == core/tensor/eigen_maps.h || $file == core/*.cpp ]] ||
          breach "$place: Eigen stays in core's .cpp files and eigen_maps.h"
        ;;
      CLI/*) [[ $file == app/cli/parse.cpp ]] || breach "$place: CLI11 stays in app/cli/parse.cpp" ;;
      nlohmann/json_fwd.hpp) ;;  # names only
      nlohmann/*) [[ $file == *.cpp ]] || breach "$place: nlohmann-json takes 7 s to compile, never from a header" ;;
      zlib.h) [[ $file == core/data/*.cpp ]] || breach "$place: zlib stays in the readers of core/data" ;;
      GL/* | GLES* | GLFW/* | EGL/* | epoxy/* | imgui* | cairo* | fontconfig/* | ft2build.h | stb_*)
        [[ $file == app/* ]] || breach "$place: core has no window and no graphics"
        ;;
    esac
    case $header in
      imgui*)
        case $file in
          app/platform/* | app/theme/* | app/widgets/* | app/panels/* | app/application*.cpp | app/main.cpp | \
            app/scene/painter_imgui.*) ;;
          *) breach "$place: Dear ImGui is for platform, theme, widgets and panels" ;;
        esac
        ;;
    esac
  done < <(includes core app)
  while IFS= read -r line; do
    breach "$line: a header would bring Eigen to whoever includes it"
  done < <(includes core app | grep '"core/tensor/eigen_maps.h$' | grep -E '^[^:]+\.h:' || true)
}

# A file without its line in the .def is dead; a line without its file does not link.
check_def() {
  local folder=$1 def=$2 macro=$3 file stem name
  [[ -f $def ]] || { breach "$def: missing"; return; }
  for file in "$folder"/*.cpp; do
    [[ -e $file ]] || continue
    stem=$(basename "$file" .cpp)
    [[ $folder == core/scenarios && $stem == scenarios ]] && continue
    # Files that define several entries list each: the constants are named k<Name><Suffix>.
    name=$(sed -E 's/(^|_)([a-z0-9])/\U\2/g' <<<"$stem")
    grep -qE "^$macro\\($name\\)" "$def" || breach "$file: no line $macro($name) in $def"
  done
  while IFS= read -r name; do
    stem=$(sed -E 's/([a-z0-9])([A-Z])/\1_\2/g' <<<"$name" | tr '[:upper:]' '[:lower:]')
    [[ -f $folder/$stem.cpp ]] || breach "$def: $macro($name) has no file $folder/$stem.cpp"
  done < <(sed -nE "s/^$macro\\(([A-Za-z0-9]+).*/\\1/p" "$def")
}

rule_registration() {
  check_def core/dropout/variants core/dropout/variants.def DROPOUT_VARIANT
  check_def core/scenarios core/scenarios/scenarios.def DROPSCOPE_SCENARIO
  check_def core/data/datasets core/data/datasets.def DATASET
}

# forbid PATTERN WHY FILE...: comments and texts do not count.
forbid() {
  local pattern=$1 why=$2 hit
  shift 2
  while IFS= read -r hit; do
    breach "${hit%%:[^0-9]*}: $why"
  done < <(
    grep -rnE --include='*.h' --include='*.cpp' "$pattern" "$@" |
      sed -E 's@"([^"\\]|\\.)*"@""@g; s@//.*@@' | grep -E ":[0-9]+:.*($pattern)" || true
  )
}

rule_forbidden_code() {
  forbid 'std::[a-z_]*_distribution|std::shuffle|std::random_device|std::mt19937' \
    "the standard library's random numbers differ between compilers" core app
  forbid '::Random\(|setRandom\(|(^|[^A-Za-z0-9_])s?rand\(' "global random numbers" core app
  forbid 'variant[a-z_]*((\.|->)id)? *(==|!=) *("|k[A-Z])' "a variant is asked for its facts, never for its name" \
    core app
  local hit
  while IFS= read -r hit; do
    breach "$hit: files are written by app/export/atomic_write, so that a crash leaves the old one whole"
  done < <(grep -rnE --include='*.h' --include='*.cpp' 'std::o?fstream|fopen *\(' core app |
    grep -vE '^app/export/atomic_write\.|^[^:]+:[0-9]+: *//' | cut -d: -f1,2 || true)
}

# What is published must build and read the same on any machine. core/README.md and others may name /usr and /dev.
rule_no_machine_paths() {
  local hit
  while IFS= read -r hit; do
    breach "$hit: the path of some machine"
  done < <(grep -rnIE '(^|[^A-Za-z0-9_.])/(home|root|work|mnt|Users|tmp)/[A-Za-z0-9_]' . \
    --exclude-dir=.git --exclude-dir=build --exclude-dir=out --exclude-dir=architecture | cut -d: -f1,2 || true)
}

rule_one_version() {
  local cmake cli
  cmake=$(sed -nE 's/^project\(dropscope VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)
  cli=$(sed -nE 's/.*kProgramVersion = "([0-9.]+)".*/\1/p' app/cli/version.h)
  [[ -n $cmake && $cmake == "$cli" ]] || breach "app/cli/version.h: says $cli, CMakeLists.txt says $cmake"
  grep -qE "^## \\[$cmake\\]" CHANGELOG.md || breach "CHANGELOG.md: nothing about $cmake"
}

# Sizes at which a file is split: a reader holds no more in mind.
rule_file_sizes() {
  local file lines most
  while IFS= read -r file; do
    lines=$(wc -l <"$file")
    most=500
    [[ $file == *.h ]] && most=150
    ((lines <= most)) || breach "$file: $lines lines, at most $most"
  done < <(find core app -name '*.h' -o -name '*.cpp')
}

declare -F "rule_$rule" >/dev/null || { echo "no rule $rule" >&2; exit 2; }
"rule_$rule"
((breaches == 0)) || { echo "$rule: $breaches breaches"; exit 1; }
echo "$rule: kept"
