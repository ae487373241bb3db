// Small studies that need no file.
#pragma once
#include "core/study/study.h"

namespace dropscope::studies {

inline RunSpec spec(double rate, std::int64_t ticks = 40) {
  RunSpec s;
  s.data.dataset = "xor";
  s.data.train = 48;
  s.data.validation = 40;
  s.network.hidden = {{LayerKind::Dense, 9, Activation::Relu}, {LayerKind::Dense, 7, Activation::Tanh}};
  s.dropout.at("hidden1").rate = rate;
  s.dropout.at("hidden2").rate = rate;
  s.ticks = ticks;
  return s;
}

// Two runs, three seeds.
inline Study study(std::int64_t ticks = 40) {
  return {{{"plain", spec(0, ticks)}, {"dropout 0.3", spec(0.3, ticks)}}, consecutive_seeds(11, 3), true, 0, {}};
}

inline std::shared_ptr<const Dataset> data_of(const RunSpec& spec) {
  return std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
}

inline Trial trained(const Study& study, std::size_t run, std::size_t seed) {
  return train_trial(study, run, seed, data_of(trial_spec(study, run, seed)), {}).value();
}

// Everything but the time it took.
inline void expect_same(const Trial& a, const Trial& b) {
  EXPECT_EQ(a.run, b.run);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.state_hash, b.state_hash);
  EXPECT_EQ(a.ticks, b.ticks);
  EXPECT_EQ(a.score.records, b.score.records);
  EXPECT_EQ(a.score.last.validation_loss, b.score.last.validation_loss);
  EXPECT_EQ(a.score.last.train_loss, b.score.last.train_loss);
  EXPECT_EQ(a.score.last.validation_accuracy, b.score.last.validation_accuracy);
  EXPECT_EQ(a.score.ticks_to_target, b.score.ticks_to_target);
  EXPECT_EQ(a.active_weights, b.active_weights);
  EXPECT_EQ(a.diverged, b.diverged);
  EXPECT_EQ(a.stopped, b.stopped);
}

// A trial that was never trained, with this validation loss at each of its evaluations, ten ticks apart.
inline Trial made(std::size_t run, std::size_t seed, std::initializer_list<float> losses) {
  HistoryBuilder history;
  std::int64_t tick = 0;
  for (float loss : losses) {
    MetricPoint point;
    point.tick = tick;
    point.validation_loss = loss;
    point.train_loss = loss / 2;
    history.add(point);
    tick += 10;
  }
  Trial trial;
  trial.run = run;
  trial.seed = seed;
  trial.curve = history.view();
  trial.score = score_of(trial.curve, {});
  trial.ticks = tick - 10;
  return trial;
}

}  // namespace dropscope::studies
