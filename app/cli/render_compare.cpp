#include "app/cli/render_compare.h"

#include <algorithm>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/study_run.h"
#include "app/cli/study_words.h"
#include "app/cli/training.h"
#include "app/state/neighbours.h"
#include "core/base/check.h"

namespace dropscope::cli {
namespace {

// Where a run of several stands.
struct Drawn {
  RunView view;
  bool interrupted = false;
};

Drawn train_one(const StudyRun& run, const RunSpec& reference, std::shared_ptr<const Dataset> data,
                const RenderWords& words, const PictureWords& picture, ProgressBar& bar) {
  Trainer trainer(run.spec, std::move(data));
  const TrainingRecord record = train(trainer, run.spec.ticks, {bar, false});
  auto snapshot = std::make_shared<Snapshot>(snapshot_of(trainer, picture.eval));
  const std::size_t batch = std::min(std::size_t(run.spec.batch_size), record.train_examples);
  if (!words.no_times && record.samples_per_second > 0)
    snapshot->tick_seconds = double(batch) / record.samples_per_second;
  if (snapshot->history.empty() || snapshot->history.back().tick != record.tick) {
    HistoryBuilder history = trainer.history();
    history.add(record.final_metrics);
    snapshot->history = history.view();
  }
  return {{run.name, differences(reference, run.spec, picture.naming), std::move(snapshot), false}, record.interrupted};
}

// A name that says what the run does says it with the p of the picture; one of a person's own stays.
std::string shown_name(const StudyRun& run, const RunSpec& base, RateNaming naming) {
  const RunSpec none = with_neighbour(base, "none", std::nullopt, "--scenario");
  for (const RunSpec* reference : {&base, &none})
    if (run.name == run_name(run.spec, *reference)) return run_name(run.spec, *reference, naming);
  return run.name;
}

}  // namespace

std::vector<StudyRun> runs_to_draw(const RenderWords& words, const RunSpec& base) {
  if (words.rates && !words.variants) throw InputError("--rates", "--variants that they are for", "none");
  std::vector<StudyRun> runs;
  for (const std::string& text : words.runs) runs.push_back(parse_run(text, base));
  if (words.variants)
    for (StudyRun& run : variant_runs(base, *words.variants, words.rates)) runs.push_back(std::move(run));
  if (runs.empty()) {
    const RunSpec none = with_neighbour(base, "none", std::nullopt, "--scenario");
    runs = {{run_name(none, none), none}};
    if (base != none) runs.push_back({run_name(base, none), base});
  }
  if (runs.size() > kMostMarkedRuns)
    throw InputError("--run and --variants", "at most " + std::to_string(kMostMarkedRuns) + " runs beside each other",
                     std::to_string(runs.size()));
  for (const StudyRun& run : runs)
    if (run.spec.ticks != base.ticks)
      throw InputError("--run", "one number of ticks for all runs (--ticks)",
                       std::to_string(run.spec.ticks) + " for '" + run.name + "'");
  return runs;
}

void name_as_shown(Study& study, const RunSpec& base, RateNaming naming) {
  for (StudyRun& run : study.runs) run.name = shown_name(run, base, naming);
}

int render_comparison(const RenderWords& words, const RunSpec& base, const PictureWords& picture) {
  Study study;
  study.runs = runs_to_draw(words, base);
  StudyWords seeds;
  seeds.seeds = words.seeds;
  study.seeds = words.seeds ? parse_seeds(seeds, base) : consecutive_seeds(base.seed, 1);
  check_study(study);
  name_as_shown(study, base, picture.naming);
  ProgressBar bar(false);
  std::vector<RunView> views;
  std::vector<std::pair<DataKey, std::shared_ptr<const Dataset>>> loaded;
  bool diverged = false;
  for (const StudyRun& run : study.runs) {
    const DataKey key = data_key(run.spec);
    auto data = std::find_if(loaded.begin(), loaded.end(), [&](const auto& entry) { return entry.first == key; });
    if (data == loaded.end()) data = loaded.insert(loaded.end(), {key, load_data(run.spec, bar)});
    Drawn drawn = train_one(run, study.runs[0].spec, data->second, words, picture, bar);
    if (drawn.interrupted) {
      print_error("interrupted while '" + run.name + "' was trained; no picture was written");
      return kFailed;
    }
    if (drawn.view.snapshot->status == RunStatus::Diverged) {
      print_error(run.name + ": " + drawn.view.snapshot->message);
      diverged = true;
    }
    views.push_back(std::move(drawn.view));
  }
  StudyView view;
  if (words.seeds) {
    const StudyOutcome outcome = run_study(study, 0, {}, true, bar);
    if (!outcome.complete()) {
      print_error(outcome.failed.empty() ? interrupted_text(outcome) + "; no picture was written" : outcome.failed);
      return kFailed;
    }
    view.study = study;
    view.finished = true;
    set_trials(view, outcome.trials);
  }
  write_compare_picture(views, words.seeds ? &view : nullptr, picture, words.out);
  return diverged ? kFailed : kFine;
}

}  // namespace dropscope::cli
