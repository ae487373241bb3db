// dropscope sweep and sweep merge: one or two fields over lists of values, on one machine or on many.

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/run_words.h"
#include "app/cli/study_json.h"
#include "app/cli/study_run.h"
#include "app/cli/study_text.h"
#include "app/cli/study_words.h"
#include "app/export/atomic_write.h"
#include "core/base/check.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

constexpr std::int64_t kMostTicks = 1'000'000'000'000;

Sweep sweep_from(const SweepWords& words) {
  Sweep sweep;
  sweep.base = spec_from_words(words.study.run);
  if (words.axes.empty() || words.axes.size() > 2)
    throw InputError("sweep", "one or two of --axis", std::to_string(words.axes.size()));
  for (const std::string& axis : words.axes) sweep.axes.push_back(parse_axis(axis));
  sweep.seeds = parse_seeds(words.study, sweep.base);
  sweep.vary_data = !words.study.fixed_data;
  // 0 would mean as long as the run says.
  if (words.study.ticks) sweep.ticks = parse_integer(*words.study.ticks, 1, kMostTicks, "--ticks");
  check_sweep(sweep);
  return sweep;
}

void write_files(const SweepPart& part, const std::optional<std::string>& csv, const std::optional<std::string>& json,
                 const StudyJsonOptions& options) {
  if (csv) atomic_write(*csv, sweep_csv(part.sweep, part.trials, options.times));
  if (json) atomic_write(*json, sweep_json(part, options));
}

}  // namespace

int run_sweep_command(const SweepWords& words) {
  const StudyWords& common = words.study;
  SweepPart part{sweep_from(words), 0, 1, {}};
  check_outputs(common.csv, common.json, part.sweep.base);
  if (words.shard) {
    const Shard shard = parse_shard(*words.shard);
    if (!common.json) throw InputError("--shard", "--json, so that the parts can be merged", "none");
    part.shard = shard.index;
    part.shards = shard.count;
  }
  const std::vector<std::size_t> cells = cells_of_shard(part.sweep, part.shard, part.shards);
  const int jobs = parse_jobs(common.jobs);
  ProgressBar bar(common.quiet);
  StudyOutcome outcome;
  // A part may be empty where there are more parts than cells.
  if (!cells.empty()) outcome = run_study(study_of(part.sweep), jobs, cells, false, bar);
  if (!outcome.failed.empty()) {
    print_error(outcome.failed);
    return kBadInput;
  }
  part.trials = outcome.trials;
  write_files(part, common.csv, common.json, {!common.no_times, outcome.interrupted});
  if (!common.quiet) {
    if (part.shards > 1)
      print("part " + std::to_string(part.shard + 1) + " of " + std::to_string(part.shards) + ": " +
            std::to_string(part.trials.size()) + " of " + std::to_string(cell_count(part.sweep)) + " trainings\n");
    if (!part.trials.empty()) print(sweep_grid(part.sweep, part.trials));
  }
  if (outcome.complete()) return kFine;
  print_error(interrupted_text(outcome));
  return kFailed;
}

int run_merge_command(const MergeWords& words) {
  if (words.files.empty()) throw InputError("sweep merge", "the files of the parts", "none");
  if (!words.json && !words.csv) throw InputError("sweep merge", "--json or --csv to write to", "neither");
  check_outputs(words.csv, words.json, {});
  for (const std::string& file : words.files)
    for (const auto& [to, option] : {std::pair{words.csv, "--csv"}, std::pair{words.json, "--json"}})
      if (to && same_file(*to, file)) throw InputError(option, "another file than the parts", "the same as " + file);
  std::vector<SweepPart> parts;
  for (const std::string& file : words.files) {
    parts.push_back(read_sweep_part(file));
    if (sweep_hash(parts.back().sweep) != sweep_hash(parts[0].sweep))
      throw InputError(file, "a part of the same sweep as " + words.files[0], "another sweep");
  }
  SweepPart whole{parts[0].sweep, 0, 1, merge_parts(parts)};
  write_files(whole, words.csv, words.json, {!words.no_times, false});
  print(sweep_grid(whole.sweep, whole.trials));
  return kFine;
}

}  // namespace dropscope::cli
