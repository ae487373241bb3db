// A number that is not finite stops its run, loses nothing and says where it arose.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/check.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

// Runs until it stops; the hash after every good tick.
std::vector<std::uint64_t> run(Trainer& t, int most) {
  std::vector<std::uint64_t> good = {t.state_hash()};
  for (int i = 0; i < most && t.advance(Granularity::Tick); ++i) good.push_back(t.state_hash());
  return good;
}

void expect_stopped(Trainer& t, const std::vector<std::uint64_t>& good, const std::string& what) {
  ASSERT_NE(t.divergence(), nullptr) << what;
  EXPECT_EQ(t.tick(), std::int64_t(good.size()) - 1) << what;
  EXPECT_EQ(t.divergence()->tick, t.tick() + 1) << what;
  EXPECT_EQ(t.state_hash(), good.back()) << what << ": the weights are not those of the last good tick";
  EXPECT_TRUE(t.at_boundary());
  for (float w : t.params()) ASSERT_TRUE(std::isfinite(w)) << what;
  for (Granularity g : {Granularity::Phase, Granularity::Tick, Granularity::Epoch}) EXPECT_FALSE(t.advance(g));
  EXPECT_EQ(t.state_hash(), good.back()) << what << ": it moved after it had stopped";
  const std::string& message = t.divergence()->message;
  EXPECT_NE(message.find(t.divergence()->where), std::string::npos) << message;
  EXPECT_NE(message.find("learning rate"), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_LE(t.history().back().tick, t.tick());
}

TEST(Divergence, AHugeLearningRateStopsTheRunAtItsLastGoodState) {
  for (OptimizerKind kind : {OptimizerKind::Sgd, OptimizerKind::Momentum, OptimizerKind::Adam, OptimizerKind::AdamW}) {
    RunSpec s = runs::spec();
    s.optimizer.kind = kind;
    s.optimizer.learning_rate = 1e6;
    s.network.hidden[1].activation = Activation::Relu;
    Trainer t(s, runs::numbers());
    const auto good = run(t, 3000);
    expect_stopped(t, good, name_of(kind));
  }
}

// The last keyframe is many ticks old, so the way back is a restore and a replay.
TEST(Divergence, GoesBackToTheLastGoodTickEvenFarFromAKeyframe) {
  int replayed = 0;
  for (double rate : {0.15, 0.2, 0.25, 0.3, 0.4, 0.6}) {
    RunSpec s = runs::spec(0.1);
    s.evaluate_every = 64;
    s.optimizer.kind = OptimizerKind::Sgd;
    s.optimizer.learning_rate = rate;
    for (LayerSpec& layer : s.network.hidden) layer.activation = Activation::Identity;
    Trainer t(s, runs::numbers());
    const auto good = run(t, 2000);
    if (!t.divergence()) continue;
    expect_stopped(t, good, "learning rate " + std::to_string(rate));
    replayed += t.tick() % 64 > 1 ? 1 : 0;
  }
  EXPECT_GE(replayed, 2) << "no run stopped far from a keyframe, so nothing was tested";
}

// Data is not meant to change; if it does, the run still stops, and at a state that was good.
TEST(Divergence, StopsAtItsKeyframeWhereTheWayBackGoesWrongToo) {
  RunSpec s = runs::spec();
  s.evaluate_every = 64;
  auto data = runs::classes();
  Trainer t(s, data);
  const std::uint64_t first = t.state_hash();
  runs::ticks(t, 40);
  for (float& x : data->train.x) x = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(t.advance(Granularity::Tick));
  ASSERT_NE(t.divergence(), nullptr);
  EXPECT_EQ(t.tick(), 0);
  EXPECT_EQ(t.state_hash(), first);
}

TEST(Divergence, ASettingChangedOnTheWayIsPartOfTheWayBack) {
  RunSpec s = runs::spec();
  s.evaluate_every = 1000;
  s.optimizer.kind = OptimizerKind::Sgd;
  s.network.hidden[1].activation = Activation::Relu;
  Trainer t(s, runs::numbers());
  runs::ticks(t, 17);
  t.set_field("dropout.hidden1.rate", "0.8", "test");
  runs::ticks(t, 12);
  t.set_field("optimizer.learning_rate", "1000000", "test");
  const auto good = run(t, 1000);
  ASSERT_NE(t.divergence(), nullptr);
  EXPECT_EQ(t.tick(), 29 + std::int64_t(good.size()) - 1);
  EXPECT_EQ(t.state_hash(), good.back());
}

TEST(Divergence, NamesTheLayerAndUnitWhereItArose) {
  auto data = runs::classes();
  for (float& x : data->train.x) x = 3e38f;
  RunSpec s = runs::spec(0);
  s.network.hidden[0].activation = Activation::Identity;
  s.network.init = Init::He;
  s.network.hidden[1].activation = Activation::Relu;
  Trainer t(s, data);
  const auto good = run(t, 10);
  expect_stopped(t, good, "inputs of 3e38");
  EXPECT_EQ(good.size(), 1u);
  EXPECT_NE(t.divergence()->where.find(", unit "), std::string::npos) << t.divergence()->where;
}

// Where the forward pass is finite but the way back is not, the block of parameters is named.
TEST(Divergence, NamesTheParametersWhoseGradientIsLost) {
  auto data = runs::classes();
  RunSpec s = runs::spec(0);
  s.network.init = Init::LeCun;
  s.network.hidden[1].activation = Activation::Relu;
  data->train.x.assign(data->train.x.size(), 0);
  for (std::size_t i = 0; i < data->train.x.size(); i += 3) data->train.x[i] = 3e37f;
  s.network.hidden[0].activation = Activation::Identity;
  Trainer t(s, data);
  const auto good = run(t, 10);
  expect_stopped(t, good, "inputs of 3e37");
  EXPECT_NE(t.divergence()->where.find(" of hidden1.weight"), std::string::npos) << t.divergence()->where;
}

TEST(Divergence, NotANumberInTheInputsIsNoticedAtOnce) {
  for (float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    auto data = runs::classes(16);
    data->train.x[7] = bad;
    Trainer t(runs::spec(0), data);
    const auto good = run(t, 10);
    expect_stopped(t, good, "bad input");
    EXPECT_EQ(good.size(), 1u);
    EXPECT_EQ(t.divergence()->where.rfind("input, unit 2", 0), 0u) << t.divergence()->where;
  }
}

// After a jump to an earlier state, a failure must come back to the last good state after the jump.
TEST(Divergence, AfterARestoreComesBackToTheRestoredTime) {
  RunSpec s = runs::spec();
  s.optimizer.kind = OptimizerKind::Sgd;
  auto data = runs::numbers(16);
  Trainer t(s, data);
  runs::ticks(t, 5);
  const Checkpoint early = t.checkpoint();
  const std::uint64_t then = t.state_hash();
  runs::ticks(t, 50);
  t.restore(early);
  data->train.target[3] = std::numeric_limits<float>::infinity();
  EXPECT_FALSE(t.advance(Granularity::Tick));
  ASSERT_NE(t.divergence(), nullptr);
  EXPECT_EQ(t.tick(), 5);
  EXPECT_EQ(t.state_hash(), then);
}

TEST(Divergence, ClippingAndASmallRateKeepTheSameRunGoing) {
  RunSpec s = runs::spec();
  s.optimizer.kind = OptimizerKind::Sgd;
  s.optimizer.learning_rate = 1e6;
  s.optimizer.clip_norm = 1e-6;
  Trainer t(s, runs::numbers());
  runs::ticks(t, 200);
  EXPECT_EQ(t.divergence(), nullptr);
}

}  // namespace
}  // namespace dropscope
