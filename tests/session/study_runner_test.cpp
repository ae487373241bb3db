// Studies on threads: what comes out is the same however they are spread.
#include "core/session/study_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include "core/base/check.h"
#include "core/train/trainer.h"
#include "tests/core/study/study_helpers.h"

namespace dropscope {
namespace {

using namespace studies;
using testing::HasSubstr;

std::vector<Trial> run(const Study& study, int jobs, std::vector<std::size_t> only = {}) {
  StudyRunner runner(study, {.jobs = jobs}, std::move(only));
  runner.wait();
  EXPECT_EQ(runner.progress().failed, "");
  EXPECT_TRUE(runner.progress().finished);
  return runner.trials();
}

TEST(StudyRunner, GivesTheSameTrialsForAnyNumberOfJobsAndAnyPart) {
  const Study s = study();
  const std::vector<Trial> alone = run(s, 1);
  ASSERT_EQ(alone.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(alone[i].run * 3 + alone[i].seed, i);
    Trainer trainer(trial_spec(s, alone[i].run, alone[i].seed), data_of(trial_spec(s, alone[i].run, alone[i].seed)));
    while (trainer.tick() < 40) trainer.advance(Granularity::Tick);
    EXPECT_EQ(alone[i].state_hash, trainer.state_hash());
  }
  for (int jobs : {2, 3, 11}) {
    const std::vector<Trial> many = run(s, jobs);
    ASSERT_EQ(many.size(), 6u);
    for (std::size_t i = 0; i < 6; ++i) expect_same(many[i], alone[i]);
  }
  const std::vector<Trial> some = run(s, 2, {5, 2, 5});
  ASSERT_EQ(some.size(), 2u);
  EXPECT_EQ(some[0].state_hash, alone[2].state_hash);
  EXPECT_EQ(some[1].state_hash, alone[5].state_hash);
  EXPECT_EQ(some[1].score.ticks_to_target, alone[5].score.ticks_to_target);
  EXPECT_EQ(run(s, 1, {4})[0].score.ticks_to_target, std::nullopt) << "there is no first run to set the target";
}

TEST(StudyRunner, GoesOnGentlyToTheSameEnd) {
  const Study s = study();
  StudyRunner runner(s, {.jobs = 2, .gently = true, .keep_curves = false});
  runner.wait();
  const std::vector<Trial> usual = run(s, 1), gentle = runner.trials();
  ASSERT_EQ(gentle.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    expect_same(gentle[i], usual[i]);
    EXPECT_TRUE(gentle[i].curve.empty());
    EXPECT_FALSE(usual[i].curve.empty());
    EXPECT_GT(gentle[i].seconds, 0);
  }
}

// Threads that wait for a core do not take longer by that: all of them together have no more than the cores there are.
TEST(StudyRunner, TimesTrialsByWhatTheyHadOfACore) {
  const int cores = std::max(1, int(std::thread::hardware_concurrency()));
  Study s = study(3000);
  s.seeds = consecutive_seeds(11, 2 * cores);
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<Trial> trials = run(s, 4 * cores);
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  double sum = 0;
  for (const Trial& trial : trials) {
    EXPECT_GT(trial.seconds, 0);
    sum += trial.seconds;
  }
  EXPECT_LT(sum, 1.05 * cores * wall);
}

TEST(StudyRunner, TellsHowFarItIs) {
  std::atomic<int> told{0};
  StudyRunner runner(study(2000), {.jobs = 2, .on_progress = [&] { ++told; }});
  double share = 0;
  for (;;) {
    const StudyProgress p = runner.progress();
    EXPECT_EQ(p.total, 6u);
    EXPECT_GE(p.share, share);
    EXPECT_LE(p.share, 1);
    EXPECT_GE(p.share + 1e-12, double(p.done) / 6);
    EXPECT_GE(p.seconds_left, 0);
    EXPECT_TRUE(p.share == 0 || std::isfinite(p.seconds_left));
    share = p.share;
    if (p.finished) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const StudyProgress p = runner.progress();
  EXPECT_EQ(p.done, 6u);
  EXPECT_EQ(p.share, 1);
  EXPECT_EQ(p.seconds_left, 0);
  EXPECT_FALSE(p.cancelled);
  EXPECT_GE(told, 6);
}

TEST(StudyRunner, CountsTrialsThatEndEarlyAsDone) {
  Study s = study(100000);
  for (StudyRun& r : s.runs) {
    r.spec.stopping.patience = 5;
    r.spec.data.label_noise = 0.25;
  }
  StudyRunner runner(s, {.jobs = 2});
  runner.wait();
  EXPECT_EQ(runner.progress().share, 1);
  for (const Trial& trial : runner.trials()) EXPECT_LT(trial.ticks, 100000);
}

TEST(StudyRunner, IsCancelledSoonAndKeepsWhatIsDone) {
  Study s = study(20);
  s.runs[1].spec.ticks = 1'000'000'000;
  StudyRunner runner(s, {.jobs = 1});
  while (runner.trials().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const auto begin = std::chrono::steady_clock::now();
  runner.cancel();
  runner.wait();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2)) << "50 ms on a machine that is free";
  const StudyProgress p = runner.progress();
  EXPECT_TRUE(p.cancelled);
  EXPECT_TRUE(p.finished);
  EXPECT_EQ(p.failed, "");
  ASSERT_EQ(runner.trials().size(), 1u);
  EXPECT_EQ(runner.trials()[0].state_hash, trained(s, 0, 0).state_hash);
}

TEST(StudyRunner, IsNotCancelledOnceItIsDone) {
  StudyRunner runner(study(), {.jobs = 1});
  runner.wait();
  runner.cancel();
  EXPECT_FALSE(runner.progress().cancelled);
}

TEST(StudyRunner, EndsWithTheWindowThatOwnsIt) {
  Study s = study(1'000'000'000);
  const auto begin = std::chrono::steady_clock::now();
  { StudyRunner runner(s, {.jobs = 3}); }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(StudyRunner, SaysWhyItFailed) {
  Study s = study();
  for (StudyRun& r : s.runs) {
    r.spec.data = {};
    r.spec.data.dataset = "mnist";
    r.spec.data.path = "no such folder";
    r.spec.data.train = r.spec.data.validation = 0;
  }
  StudyRunner runner(s, {.jobs = 2});
  runner.wait();
  const StudyProgress p = runner.progress();
  EXPECT_THAT(p.failed, HasSubstr("no such folder"));
  EXPECT_TRUE(p.finished);
  EXPECT_FALSE(p.cancelled);
  EXPECT_TRUE(runner.trials().empty());
  EXPECT_LT(p.share, 1);
}

TEST(StudyRunner, RefusesWhatIsNoStudy) {
  Study s = study();
  s.seeds = {3, 3};
  EXPECT_THROW(StudyRunner(s, {}), InputError);
  EXPECT_THROW(StudyRunner(study(), {}, {6}), InputError);
}

}  // namespace
}  // namespace dropscope
