#include "core/study/study.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string_view>

#include "core/base/check.h"
#include "core/spec/fields.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

bool heeds(const DatasetSource& source, DataOption option) {
  return std::find(source.options.begin(), source.options.end(), option) != source.options.end();
}

// What must agree for two runs to learn the same task; how much there is of it and how noisy it is may differ.
DataSpec form_of(const DataSpec& data) {
  DataSpec form = data;
  const DataSpec any;
  form.train = any.train;
  form.validation = any.validation;
  form.noise = any.noise;
  form.label_noise = any.label_noise;
  form.pixels = any.pixels;
  return form;
}

// One line that says which data a spec has, for messages.
std::string data_words(const RunSpec& spec) {
  const DataSpec& d = spec.data;
  std::string words = d.dataset;
  const DatasetSource* source = find_dataset(d.dataset);
  if (!source) return words;
  if (heeds(*source, DataOption::Path)) words += " " + d.path;
  if (heeds(*source, DataOption::LabelColumn)) words += " label=" + d.label;
  if (heeds(*source, DataOption::Classes)) words += " classes=" + std::to_string(d.classes);
  if (heeds(*source, DataOption::ImageSize)) words += " image_size=" + std::to_string(d.image_size);
  if (heeds(*source, DataOption::Steps)) words += " steps=" + std::to_string(d.steps);
  if (heeds(*source, DataOption::Symbols)) words += " symbols=" + std::to_string(d.symbols);
  return words;
}

}  // namespace

std::vector<std::uint64_t> consecutive_seeds(std::uint64_t first, int count) {
  std::vector<std::uint64_t> seeds;
  for (int k = 0; k < count; ++k) seeds.push_back(first + std::uint64_t(k));
  return seeds;
}

RunSpec trial_spec(const Study& study, std::size_t run, std::size_t seed) {
  DROPSCOPE_CHECK(run < study.runs.size() && seed < study.seeds.size());
  RunSpec spec = study.runs[run].spec;
  spec.seed = study.seeds[seed];
  if (study.vary_data) spec.data_seed = study.seeds[seed];
  if (study.ticks > 0) spec.ticks = study.ticks;
  return spec;
}

DataKey data_key(const RunSpec& spec) {
  const DataSpec& data = spec.data;
  const DatasetSource* source = find_dataset(data.dataset);
  // Whole files of their own split, as they are.
  const bool as_it_is = source && heeds(*source, DataOption::Path) && !heeds(*source, DataOption::LabelColumn) &&
                        data.train == 0 && data.validation == 0 && data.label_noise == 0;
  return {data, as_it_is ? 0 : spec.data_seed};
}

void check_study(const Study& study) {
  if (study.runs.empty()) throw InputError("runs", "at least one", "none");
  if (study.seeds.empty()) throw InputError("seeds", "at least one", "none");
  if (study.ticks < 0) throw InputError("ticks", "0 (as each run's spec says) or more", std::to_string(study.ticks));
  std::set<std::uint64_t> seeds;
  for (const std::uint64_t seed : study.seeds)
    if (!seeds.insert(seed).second) throw InputError("seeds", "each seed once", std::to_string(seed) + " twice");
  std::map<std::string_view, std::size_t> names;
  for (std::size_t i = 0; i < study.runs.size(); ++i) {
    const StudyRun& run = study.runs[i];
    const std::string where = "run " + std::to_string(i + 1);
    if (run.name.empty()) throw InputError(where, "a name", "none");
    if (const auto [at, first] = names.emplace(run.name, i); !first)
      throw InputError(where, "a name of its own",
                       "'" + run.name + "', as run " + std::to_string(at->second + 1) + " has");
    validate(run.spec, "run '" + run.name + "'");
    if (form_of(run.spec.data) != form_of(study.runs[0].spec.data))
      throw InputError("run '" + run.name + "'", "the data of the first run, " + data_words(study.runs[0].spec),
                       data_words(run.spec));
  }
}

Score score_of(const History& history, std::optional<double> target) {
  DROPSCOPE_CHECK(!history.empty());
  Score score;
  score.last = history.back();
  score.gap = double(score.last.validation_loss) - double(score.last.train_loss);
  for (std::size_t i = 0; i < history.count; ++i) {
    const MetricPoint& point = history[i];
    if (i > 0 && point.tick == history[i - 1].tick) continue;
    const double loss = double(point.validation_loss);
    if (std::isfinite(loss) && (score.records.empty() || loss < score.records.back().loss))
      score.records.push_back({point.tick, loss});
  }
  score.best_validation = std::numeric_limits<double>::quiet_NaN();
  if (!score.records.empty()) {
    score.best_validation = score.records.back().loss;
    score.best_tick = score.records.back().tick;
  }
  if (target) score.ticks_to_target = ticks_to(score, *target);
  return score;
}

std::optional<std::int64_t> ticks_to(const Score& score, double target) {
  for (const Record& record : score.records)
    if (record.loss <= target) return record.tick;
  return std::nullopt;
}

std::optional<Trial> train_trial(const Study& study, std::size_t run, std::size_t seed,
                                 std::shared_ptr<const Dataset> data, const TrialHooks& hooks, Parallel* parallel) {
  const auto now = [&] { return hooks.seconds ? hooks.seconds() : 0.0; };
  const double begin = now();
  Trainer trainer(trial_spec(study, run, seed), std::move(data), parallel);
  while (trainer.tick() < trainer.spec().ticks) {
    if (hooks.give_up && hooks.give_up()) return std::nullopt;
    if (!trainer.advance(Granularity::Tick)) break;
    if (hooks.on_tick) hooks.on_tick(trainer.tick());
  }
  Trial trial;
  trial.run = run;
  trial.seed = seed;
  HistoryBuilder history = trainer.history();
  // The end counts, whether or not an evaluation was due. Of a run that diverged what was finite before it does.
  if (!trainer.divergence()) {
    if (history.back().tick != trainer.tick()) history.add(trainer.measure());
  } else {
    while (history.count() > 1 && !std::isfinite(history.back().validation_loss))
      history.truncate(history.back().tick - 1);
  }
  trial.curve = history.view();
  trial.score = score_of(trial.curve, study.target);
  trial.ticks = trainer.tick();
  trial.state_hash = trainer.state_hash();
  trial.active_weights = active_weight_share(trainer);
  if (trainer.divergence()) trial.diverged = trainer.divergence()->message;
  if (trainer.stopped()) trial.stopped = stopped_text(*trainer.stopped());
  trial.seconds = now() - begin;
  return trial;
}

void complete_targets(const Study& study, std::span<Trial> trials) {
  if (study.target) return;
  std::vector<std::optional<double>> target(study.seeds.size());
  for (const Trial& trial : trials)
    if (trial.run == 0 && trial.diverged.empty() && !trial.score.records.empty())
      target[trial.seed] = trial.score.best_validation;
  for (Trial& trial : trials) {
    const std::optional<double>& loss = target[trial.seed];
    trial.score.ticks_to_target = loss ? ticks_to(trial.score, *loss) : std::nullopt;
  }
}

}  // namespace dropscope
