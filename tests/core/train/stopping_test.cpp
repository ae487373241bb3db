// Early stopping: when it ends a run, and that it is as repeatable as the rest.
#include "core/train/stopping.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

TEST(EarlyStopping, CountsEvaluationsWithoutABetterOne) {
  EarlyStopping s;
  std::vector<float> w = {0};
  const double losses[] = {1.0, 0.8, 0.9, 0.8, 0.7, NAN, 0.7, 0.71};
  for (std::int64_t k = 0; k < 8; ++k) {
    w[0] = float(k);
    EXPECT_EQ(s.note(losses[k], 10 * k, w, 3), k == 7) << k;  // equal is not better, and neither is NaN
  }
  ASSERT_TRUE(s.stopped());
  EXPECT_EQ(s.stopped()->best_tick, 40);
  EXPECT_EQ(s.stopped()->stopped_tick, 70);
  EXPECT_EQ(s.stopped()->best_loss, 0.7);
  EXPECT_EQ((*s.best())[0], 4);
}

TEST(EarlyStopping, NeverStopsBeforeThereIsABestOne) {
  EarlyStopping s;
  const std::vector<float> w = {0};
  for (int k = 0; k < 10; ++k) EXPECT_FALSE(s.note(NAN, k, w, 2));
  EXPECT_FALSE(s.stopped());
}

// Labels without meaning: what is learned helps nobody, so validation loss soon rises.
std::shared_ptr<const Dataset> noise_labels() {
  auto data = runs::classes(40, 60);
  const Uniforms u({4}, Stream::Test);
  std::uint32_t element = 0;
  for (Split* split : {&data->train, &data->validation})
    for (std::int32_t& label : split->label) label = std::int32_t(u.below(element++, 2));
  return data;
}

RunSpec stopping_spec(int patience = 5) {
  RunSpec spec = runs::spec(0.1);
  spec.optimizer.learning_rate = 0.01;
  spec.evaluate_every = 10;
  spec.stopping.patience = patience;
  return spec;
}

// Trains until it stops, at most so many ticks.
void train(Trainer& t, std::int64_t most = 2000) {
  while (t.tick() < most && t.advance(Granularity::Tick)) {
  }
}

TEST(EarlyStoppingTraining, EndsWithTheBestWeightsSoFar) {
  const auto data = noise_labels();
  Trainer t(stopping_spec(), data);
  train(t);
  ASSERT_TRUE(t.stopped());
  EXPECT_EQ(t.stopped()->stopped_tick, t.tick());
  EXPECT_EQ(t.stopped()->stopped_tick - t.stopped()->best_tick, 50);  // five evaluations, ten ticks apart
  double lowest = INFINITY;
  const History history = t.history().view();
  for (std::size_t i = 0; i < history.count; ++i) lowest = std::min(lowest, double(history[i].validation_loss));
  EXPECT_EQ(t.stopped()->best_loss, lowest);
  EXPECT_EQ(double(t.measure().validation_loss), lowest);
  // A run that never stops has these weights at that tick.
  Trainer other(stopping_spec(0), data);
  runs::ticks(other, t.stopped()->best_tick);
  EXPECT_TRUE(std::equal(t.params().begin(), t.params().end(), other.params().begin()));
  // The last point is measured on these weights, the one before it on those that training came to.
  const MetricPoint shown = t.history().back(), reached = history[history.count - 2];
  EXPECT_EQ(shown.tick, t.tick());
  EXPECT_EQ(reached.tick, t.tick());
  EXPECT_EQ(double(shown.validation_loss), lowest);
  EXPECT_EQ(shown.train_loss, t.measure().train_loss);
  EXPECT_EQ(shown.train_loss_masked, reached.train_loss_masked);
  EXPECT_GT(reached.validation_loss, shown.validation_loss);
}

TEST(EarlyStoppingTraining, StandsStillOnceStopped) {
  Trainer t(stopping_spec(), noise_labels());
  train(t);
  const std::int64_t tick = t.tick();
  const std::uint64_t hash = t.state_hash();
  for (Granularity g : {Granularity::Phase, Granularity::Tick, Granularity::Epoch}) EXPECT_FALSE(t.advance(g));
  t.preview();
  EXPECT_EQ(t.tick(), tick);
  EXPECT_EQ(t.state_hash(), hash);
  EXPECT_FALSE(t.divergence());
}

TEST(EarlyStoppingTraining, DoesNotTouchTheRunBeforeItsEnd) {
  const auto data = noise_labels();
  Trainer with(stopping_spec(), data), without(stopping_spec(0), data);
  while (with.advance(Granularity::Tick)) {
    without.advance(Granularity::Tick);
    ASSERT_EQ(with.state_hash(), without.state_hash()) << with.tick();
  }
}

TEST(EarlyStoppingTraining, RepeatsWhateverThePausesAndFromACheckpoint) {
  const auto data = noise_labels();
  Trainer straight(stopping_spec(), data), paused(stopping_spec(), data), resumed(stopping_spec(), data);
  train(straight);
  ASSERT_TRUE(straight.stopped());
  while (paused.advance(Granularity::Phase)) {
    if (paused.at_boundary() && paused.tick() % 7 == 0) paused.preview();
  }
  EXPECT_EQ(paused.state_hash(), straight.state_hash());
  EXPECT_EQ(paused.stopped()->best_tick, straight.stopped()->best_tick);
  // Two evaluations after the best one: what was waited for belongs to the state.
  const std::int64_t middle = straight.stopped()->best_tick + 25;
  Trainer first(stopping_spec(), data);
  runs::ticks(first, middle);
  ASSERT_FALSE(first.stopped());
  resumed.restore(first.checkpoint());
  train(resumed);
  ASSERT_TRUE(resumed.stopped());
  EXPECT_EQ(resumed.stopped()->stopped_tick, straight.stopped()->stopped_tick);
  EXPECT_EQ(resumed.stopped()->best_tick, straight.stopped()->best_tick);
  EXPECT_EQ(resumed.state_hash(), straight.state_hash());
  // Back from the end to before it.
  const std::size_t points = straight.history().count();
  straight.restore(first.checkpoint());
  EXPECT_FALSE(straight.stopped());
  train(straight);
  EXPECT_EQ(straight.state_hash(), resumed.state_hash());
  EXPECT_EQ(straight.history().count(), points) << "the second point of the last tick was there already";
}

TEST(EarlyStoppingTraining, GoesOnUnderANewRule) {
  Trainer t(stopping_spec(), noise_labels());
  train(t);
  const std::int64_t tick = t.tick();
  t.set_field("optimizer.learning_rate", "0.02", "test");
  EXPECT_FALSE(t.advance(Granularity::Tick)) << "another field does not lift the stop";
  t.set_field("stopping.patience", "0", "test");
  EXPECT_FALSE(t.stopped());
  EXPECT_TRUE(t.advance(Granularity::Tick));
  EXPECT_EQ(t.tick(), tick + 1);
}

TEST(EarlyStoppingTraining, TellsItInOneLine) {
  EXPECT_EQ(stopped_text({400, 900, 0.25}),
            "Stopped early at step 900: the validation loss was lowest at step 400 (0.25), whose weights are back in "
            "place.");
}

}  // namespace
}  // namespace dropscope
