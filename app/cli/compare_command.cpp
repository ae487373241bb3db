// dropscope compare: runs side by side over many seeds, without a window.
#include <algorithm>
#include <filesystem>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/run_words.h"
#include "app/cli/study_json.h"
#include "app/cli/study_run.h"
#include "app/cli/study_text.h"
#include "app/cli/study_words.h"
#include "app/cli/training.h"
#include "app/export/atomic_write.h"
#include "core/base/check.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

constexpr std::int64_t kMostTicks = 1'000'000'000'000, kMostEpochs = 1'000'000'000;

// As many updates as there are in so many passes over the run's own training examples.
void set_epochs(std::vector<StudyRun>& runs, std::int64_t epochs, ProgressBar& bar) {
  std::vector<std::pair<DataKey, std::int64_t>> counted;
  for (StudyRun& run : runs) {
    const DataKey key = data_key(run.spec);
    auto it = std::find_if(counted.begin(), counted.end(), [&](const auto& entry) { return entry.first == key; });
    if (it == counted.end())
      it = counted.insert(counted.end(), {key, std::int64_t(load_data(run.spec, bar)->train.count)});
    const std::int64_t batch = std::min<std::int64_t>(run.spec.batch_size, it->second);
    const std::int64_t per_epoch = batch > 0 ? (it->second + batch - 1) / batch : 0;
    if (per_epoch > 0 && epochs > kMostTicks / per_epoch)
      throw InputError("--epochs", "at most 1e12 updates in all", std::to_string(epochs) + " epochs");
    run.spec.ticks = epochs * per_epoch;
  }
}

Study study_from(const CompareWords& words, const RunSpec& base, ProgressBar& bar) {
  if (words.study.ticks && words.epochs) throw InputError("--ticks and --epochs", "one of the two", "both");
  if (words.runs.empty() && !words.variants) throw InputError("compare", "runs: --run or --variants", "none");
  if (words.rates && !words.variants) throw InputError("--rates", "--variants that they are for", "none");
  const std::int64_t epochs = words.epochs ? parse_integer(*words.epochs, 0, kMostEpochs, "--epochs") : -1;
  Study study;
  study.seeds = parse_seeds(words.study, base);
  study.vary_data = !words.study.fixed_data;
  if (words.target) study.target = parse_real(*words.target, 0, 1e30, "--target");
  for (const std::string& text : words.runs) study.runs.push_back(parse_run(text, base));
  if (words.variants)
    for (StudyRun& run : variant_runs(base, *words.variants, words.rates)) study.runs.push_back(std::move(run));
  check_study(study);
  if (epochs >= 0) set_epochs(study.runs, epochs, bar);
  return study;
}

std::string headline(const Study& study, const RunSpec& base) {
  const std::size_t seeds = study.seeds.size();
  std::string text = base.scenario.empty() ? std::filesystem::path(base.data.path).filename().string() : base.scenario;
  text = one_line(text, 60) + ", " + std::to_string(study.runs[0].spec.ticks) + " ticks, ";
  text += seeds == 1 ? "seed " + std::to_string(study.seeds[0])
                     : std::to_string(seeds) + " seeds (" + std::to_string(study.seeds.front()) + " to " +
                           std::to_string(study.seeds.back()) + ")";
  return text + (study.vary_data && seeds > 1 ? ", other examples with each seed" : "") + "\n";
}

}  // namespace

int run_compare_command(const CompareWords& words) {
  const StudyWords& common = words.study;
  RunSpec base = spec_from_words(common.run);
  if (common.ticks) base.ticks = parse_integer(*common.ticks, 0, kMostTicks, "--ticks");
  check_outputs(common.csv, common.json, base);
  const int jobs = parse_jobs(common.jobs);
  ProgressBar bar(common.quiet);
  const Study study = study_from(words, base, bar);
  const StudyOutcome outcome = run_study(study, jobs, {}, common.json.has_value(), bar);
  if (!outcome.failed.empty()) {
    print_error(outcome.failed);
    return kBadInput;
  }
  const bool times = !common.no_times;
  if (common.csv) atomic_write(*common.csv, study_csv(study, outcome.trials, times));
  if (common.json) atomic_write(*common.json, comparison_json(study, outcome.trials, {times, outcome.interrupted}));
  if (!common.quiet && !outcome.trials.empty()) {
    print(headline(study, base) +
          study_table(study, outcome.trials, {.times = times, .accuracy = has_accuracy(outcome.trials)}));
    if (study.runs.size() > 1) print("\nAgainst " + study.runs[0].name + ":\n" + study_verdicts(study, outcome.trials));
  }
  if (outcome.complete()) return kFine;
  print_error(interrupted_text(outcome));
  return kFailed;
}

}  // namespace dropscope::cli
