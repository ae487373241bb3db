#include "tests/app/sample_runs.h"

#include <cmath>
#include <map>

#include "app/cli/picture.h"
#include "app/state/neighbours.h"
#include "core/data/dataset.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {

std::vector<RunView> sample_runs(const std::string& scenario, const std::vector<SampleRun>& runs, std::int64_t ticks,
                                 bool eval) {
  static std::map<std::string, std::vector<RunView>> trained;
  std::string key = scenario + " " + std::to_string(ticks) + (eval ? " eval" : "");
  for (const SampleRun& run : runs) key += " " + run.neighbour + std::to_string(run.rate.value_or(-1));
  if (const auto it = trained.find(key); it != trained.end()) return it->second;
  std::vector<RunView> views;
  const RunSpec base = scenario_or_throw(scenario, "sample_runs");
  RunSpec reference;
  for (const SampleRun& run : runs) {
    const RunSpec spec = with_neighbour(base, run.neighbour, run.rate, "sample_runs");
    if (views.empty()) reference = spec;
    Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
    while (trainer.tick() < ticks && trainer.advance(Granularity::Tick)) {
    }
    views.push_back({run_name(spec, reference), differences(reference, spec),
                     std::make_shared<const Snapshot>(cli::snapshot_of(trainer, eval)), false});
  }
  return trained[key] = views;
}

std::vector<Trial> sample_trials(const Study& study) {
  std::vector<Trial> trials;
  for (std::size_t run = 0; run < study.runs.size(); ++run)
    for (std::size_t seed = 0; seed < study.seeds.size(); ++seed) {
      Trial trial;
      trial.run = run, trial.seed = seed;
      HistoryBuilder history;
      for (int k = 0; k <= 40; ++k) {
        MetricPoint point;
        point.tick = 25 * k;
        point.validation_loss = float(0.3 + 0.4 * std::exp(-0.2 * k) - 0.05 * double(run) +
                                      0.01 * std::sin(1.7 * double(seed) + 3.1 * double(run)));
        point.train_loss = point.validation_loss - 0.1f;
        point.validation_accuracy = 1 - point.validation_loss, point.train_accuracy = 0.9f;
        history.add(point);
      }
      trial.curve = history.view();
      trial.score = score_of(trial.curve, std::nullopt);
      trial.ticks = 1000;
      trials.push_back(std::move(trial));
    }
  complete_targets(study, trials);
  return trials;
}

StudyView sample_study(const std::vector<RunView>& runs, int seeds) {
  StudyView view;
  for (const RunView& run : runs) view.study.runs.push_back({run.name, run.snapshot->spec});
  view.study.seeds = consecutive_seeds(7, seeds);
  const std::vector<Trial> trials = sample_trials(view.study);
  view.done = view.total = trials.size();
  view.share = 1;
  view.finished = true;
  set_trials(view, trials);
  return view;
}

}  // namespace dropscope
