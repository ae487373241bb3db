// Every finding, once on a real run that has the fault and once on one that has not.
#include "core/analysis/diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "core/train/trainer.h"

namespace dropscope {
namespace {

using ::testing::HasSubstr;

RunSpec moons(int units, double rate, std::int64_t ticks) {
  RunSpec spec;
  spec.data.dataset = "moons";
  spec.data.train = 60;
  spec.data.noise = 0.35;
  spec.data.label_noise = 0.15;
  spec.network.hidden = {{LayerKind::Dense, units}, {LayerKind::Dense, units}};
  spec.dropout.at("hidden1").rate = spec.dropout.at("hidden2").rate = rate;
  spec.optimizer.learning_rate = 0.005;
  spec.ticks = ticks;
  return spec;
}

std::vector<Finding> diagnose_run(const RunSpec& spec) {
  Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  for (std::int64_t t = 0; t < spec.ticks && trainer.advance(Granularity::Tick); ++t) {
  }
  const History history = trainer.history().view();
  const int classes = trainer.data().task == Task::Classification ? trainer.data().outputs : 0;
  return diagnose({spec, history, classes, trainer.divergence() != nullptr});
}

const Finding* find(const std::vector<Finding>& found, const std::string& id) {
  const auto it = std::find_if(found.begin(), found.end(), [&id](const Finding& f) { return f.id == id; });
  return it == found.end() ? nullptr : &*it;
}

std::string ids(const std::vector<Finding>& found) {
  std::string text;
  for (const Finding& f : found) text += f.id + ": " + f.text + "\n";
  return text;
}

double value(const Finding& f, const std::string& name) {
  for (const auto& [n, v] : f.numbers)
    if (n == name) return v;
  ADD_FAILURE() << "no number " << name;
  return 0;
}

TEST(Diagnosis, SeesOverfittingOfAWideNetworkOnFewNoisyExamples) {
  const std::vector<Finding> found = diagnose_run(moons(64, 0, 2000));
  const Finding* f = find(found, "overfitting");
  ASSERT_TRUE(f) << ids(found);
  EXPECT_GT(value(*f, "gap"), 0.15 * value(*f, "validation_loss"));
  EXPECT_LT(value(*f, "best_tick"), 1000);
  EXPECT_THAT(f->text, HasSubstr("has risen from"));
  EXPECT_THAT(f->text, HasSubstr("a drop rate of 0.2 instead of 0"));
}

TEST(Diagnosis, SeesNoOverfittingOnManyCleanExamples) {
  RunSpec spec = moons(16, 0.2, 2000);
  spec.data.train = 2000;
  spec.data.label_noise = 0;
  spec.data.noise = 0.2;
  const std::vector<Finding> found = diagnose_run(spec);
  EXPECT_FALSE(find(found, "overfitting")) << ids(found);
  EXPECT_FALSE(find(found, "underfitting")) << ids(found);
  EXPECT_FALSE(find(found, "rate_too_high")) << ids(found);
}

TEST(Diagnosis, SeesUnderfittingOfAFewUnitsThatAreMostlyDropped) {
  RunSpec spec = moons(2, 0.8, 2000);
  spec.data.train = 500;
  spec.data.label_noise = 0;
  const std::vector<Finding> found = diagnose_run(spec);
  const Finding* f = find(found, "underfitting");
  ASSERT_TRUE(f) << ids(found);
  EXPECT_EQ(value(*f, "rate"), 0.8);
  EXPECT_THAT(f->text, HasSubstr("a drop rate of 0.4 instead of 0.8"));
}

TEST(Diagnosis, SeesNoUnderfittingWhereTheTrainLossIsLow) {
  const std::vector<Finding> found = diagnose_run(moons(64, 0, 2000));
  EXPECT_FALSE(find(found, "underfitting")) << ids(found);
}

TEST(Diagnosis, SeesAPlateauOfARunThatHasLearntWhatItCan) {
  RunSpec spec = moons(32, 0, 4000);
  spec.data.train = 2000;
  spec.data.label_noise = 0;
  spec.optimizer.learning_rate = 0.01;
  const std::vector<Finding> found = diagnose_run(spec);
  const Finding* f = find(found, "plateau");
  ASSERT_TRUE(f) << ids(found);
  EXPECT_NEAR(value(*f, "from_tick"), 2000, 50);
}

TEST(Diagnosis, SeesNoPlateauWhileTheLossStillFalls) {
  RunSpec spec = moons(16, 0, 300);
  spec.data.train = 2000;
  spec.data.label_noise = 0;
  spec.optimizer.kind = OptimizerKind::Sgd;
  spec.optimizer.learning_rate = 0.02;
  const std::vector<Finding> found = diagnose_run(spec);
  EXPECT_FALSE(find(found, "plateau")) << ids(found);
}

TEST(Diagnosis, SeesALearningRateThatIsTooHigh) {
  RunSpec spec = moons(32, 0, 600);
  spec.optimizer.kind = OptimizerKind::Sgd;
  spec.optimizer.learning_rate = 10;  // jumps about
  const std::vector<Finding> jumping = diagnose_run(spec);
  const Finding* f = find(jumping, "rate_too_high");
  ASSERT_TRUE(f) << ids(jumping);
  EXPECT_EQ(value(*f, "learning_rate"), 10);
  EXPECT_GE(value(*f, "jumps"), 0.2 * value(*f, "evaluations"));
  spec.optimizer.kind = OptimizerKind::Adam;
  spec.optimizer.learning_rate = 0.2;  // goes up and stays there
  const std::vector<Finding> lost = diagnose_run(spec);
  f = find(lost, "rate_too_high");
  ASSERT_TRUE(f) << ids(lost);
  EXPECT_GT(value(*f, "train_loss"), 1.2 * value(*f, "least_train_loss"));
  EXPECT_FALSE(find(lost, "plateau"));
  EXPECT_FALSE(find(lost, "underfitting"));
}

TEST(Diagnosis, SeesALearningRateThatEndedTheRun) {
  RunSpec spec = moons(32, 0, 600);
  spec.data = {};
  spec.data.dataset = "regression";
  spec.optimizer.kind = OptimizerKind::Sgd;
  spec.optimizer.learning_rate = 100;
  const std::vector<Finding> found = diagnose_run(spec);
  const Finding* f = find(found, "rate_too_high");
  ASSERT_TRUE(f) << ids(found);
  EXPECT_THAT(f->text, HasSubstr("not finite"));
  EXPECT_FALSE(find(found, "overfitting")) << "the curves of a run that is lost say nothing";
}

TEST(Diagnosis, SaysNothingOfCurvesAfterAFewEvaluations) {
  RunSpec spec = moons(64, 0, 5);
  EXPECT_TRUE(diagnose_run(spec).empty());
}

// ---- What the spec gives away

RunSpec with_norm(double before, double after) {
  RunSpec spec;
  spec.network.hidden = {{LayerKind::Dense, 16}, make_layer(LayerKind::BatchNorm, 0), {LayerKind::Dense, 16}};
  spec.dropout.at("hidden1").rate = before;
  spec.dropout.at("hidden2").rate = after;
  return spec;
}

TEST(Diagnosis, SeesDropoutBeforeBatchNormalisation) {
  const std::vector<Finding> found = diagnose_spec(with_norm(0.36, 0.5));
  const Finding* f = find(found, "dropout_before_batch_norm");
  ASSERT_TRUE(f);
  EXPECT_EQ(value(*f, "rate"), 0.36);
  EXPECT_NEAR(value(*f, "deviation"), 0.8, 1e-15);
  EXPECT_THAT(f->text, HasSubstr("hidden1 drops 0.36"));
}

TEST(Diagnosis, AllowsDropoutBehindTheLastBatchNormalisation) {
  EXPECT_FALSE(find(diagnose_spec(with_norm(0, 0.5)), "dropout_before_batch_norm"));
  RunSpec spec = with_norm(0, 0);
  spec.dropout.at("hidden1.weight").rate = 0.5;  // a mask on weights scales no unit
  EXPECT_FALSE(find(diagnose_spec(spec), "dropout_before_batch_norm"));
}

TEST(Diagnosis, SwitchedOffDropoutIsNoFault) {
  RunSpec spec = with_norm(0.3, 0);
  spec.dropout.at("hidden1").variant = "none";
  EXPECT_TRUE(diagnose_spec(spec).empty());
}

TEST(Diagnosis, SeesDropoutInsideResidualBlocksWithBatchNormalisation) {
  RunSpec spec;
  LayerSpec block = make_layer(LayerKind::Residual, 16);
  block.count = 2;
  block.norm = Norm::Batch;
  spec.network.hidden = {{LayerKind::Dense, 16}, block};
  spec.dropout.at("block2.inner").rate = 0.3;
  EXPECT_TRUE(find(diagnose_spec(spec), "dropout_before_batch_norm"));
  spec.network.hidden[1].norm = Norm::Layer;
  EXPECT_FALSE(find(diagnose_spec(spec), "dropout_before_batch_norm"));
}

TEST(Diagnosis, SeesDropoutOnTheOutputLayerOnlyThere) {
  RunSpec spec = with_norm(0, 0.5);
  EXPECT_FALSE(find(diagnose_spec(spec), "dropout_on_output"));
  spec.dropout.at("output").rate = 0.25;
  const std::vector<Finding> found = diagnose_spec(spec);
  const Finding* f = find(found, "dropout_on_output");
  ASSERT_TRUE(f);
  EXPECT_EQ(value(*f, "rate"), 0.25);
}

}  // namespace
}  // namespace dropscope
