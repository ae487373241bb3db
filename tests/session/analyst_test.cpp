// The analyst's thread: its answers are those of the pure functions, and the newest question wins.
#include "core/session/analyst.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "core/train/trainer.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

using namespace std::chrono_literals;
using Frozen = std::shared_ptr<const FrozenRun>;
using Answer = std::shared_ptr<const EnsembleAnswer>;

Frozen freeze(const Trainer& trainer) {
  auto run = std::make_shared<FrozenRun>();
  run->spec = trainer.spec();
  run->course = {trainer.spec(), {}};
  run->tick = trainer.tick();
  run->stamp = std::uint64_t(trainer.tick());
  run->network = trainer.shared_network();
  run->params = std::make_shared<const AlignedVector<float>>(trainer.params().begin(), trainer.params().end());
  run->plans = trainer.plans();
  run->data = trainer.shared_data();
  return run;
}

RunSpec spec(double rate = 0.3) {
  RunSpec s = runs::spec(rate);
  s.evaluate_every = 1'000'000;
  return s;
}

// An analyst, and everything it ever said.
class Watched {
 public:
  Watched() : analyst([this] { note(); }) {}

  // Waits for an answer that `good` holds for; minutes are more than a loaded machine under a sanitizer needs. Throws
  // where none comes.
  Answer wait_for(const std::function<bool(const EnsembleAnswer&)>& good) {
    const auto end = std::chrono::steady_clock::now() + 300s;
    for (;;) {
      if (const Answer a = analyst.latest(); a && good(*a)) return a;
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error("waited in vain");
      std::this_thread::sleep_for(300us);
    }
  }
  Answer complete(std::uint64_t number) {
    return wait_for([number](const EnsembleAnswer& a) { return a.number >= number && a.complete; });
  }
  Answer told(const EnsembleQuestion& question) { return complete(analyst.ask(question)); }
  std::vector<Answer> all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  void note() {
    // Would hang, were a lock of the analyst's held.
    const Answer a = analyst.latest();
    const std::lock_guard lock(mutex_);
    all_.push_back(a);
  }
  std::mutex mutex_;
  std::vector<Answer> all_;

 public:
  Analyst analyst;  // last: gone before what it tells
};

// A run of few ticks, one that takes minutes to train again, and questions about both.
struct Asking : testing::Test {
  Asking() : trainer(spec(), runs::classes(60, 40)) { runs::ticks(trainer, 30); }

  EnsembleQuestion about(EnsembleTopic topic, Frozen run) const {
    EnsembleQuestion q;
    q.run = std::move(run);
    q.topic = topic;
    q.probe = {0.5f, -0.25f, 1};
    q.subnetworks.samples = 20;
    q.uncertainty.passes = 6;
    q.dependence.draws = 3;
    q.members = 2;
    return q;
  }
  EnsembleQuestion about(EnsembleTopic topic) const { return about(topic, freeze(trainer)); }
  // Training its members takes as good as for ever.
  Frozen endless() const {
    auto run = std::make_shared<FrozenRun>(*freeze(trainer));
    run->tick = 1'000'000'000;
    return run;
  }
  EnsembleQuestion endless_training() const {
    EnsembleQuestion q = about(EnsembleTopic::Members, endless());
    q.train = true;
    return q;
  }

  Trainer trainer;
  Watched watched;
};

bool is_training(const EnsembleAnswer& a) { return !a.complete && a.doing.starts_with("training"); }

TEST_F(Asking, SubnetworksAreThoseOfThePureFunction) {
  const EnsembleQuestion q = about(EnsembleTopic::Subnetworks);
  const Answer a = watched.told(q);
  EXPECT_EQ(a->number, 1u);
  EXPECT_EQ(a->run, q.run);
  EXPECT_EQ(a->failed, "");
  const SubnetworkReport expected = subnetwork_report(q.run->model(), q.probe, q.subnetworks);
  EXPECT_EQ(a->subnetworks->arithmetic, expected.arithmetic);
  EXPECT_EQ(a->subnetworks->estimate, expected.estimate);
  const Convergence curve = convergence_of(q.run->model(), q.run->data->validation, q.uncertainty.most, q.subnetworks);
  ASSERT_EQ(a->convergence->points.size(), curve.points.size());
  EXPECT_EQ(a->convergence->points.back().loss, curve.points.back().loss);
  // Part by part; on a slow machine with words in between how far it is.
  const std::vector<Answer> all = watched.all();
  ASSERT_GE(all.size(), 2u);
  EXPECT_TRUE(all[0]->subnetworks);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    EXPECT_FALSE(all[i]->complete);
    EXPECT_FALSE(all[i]->convergence);
    EXPECT_NE(all[i]->doing, "");
  }
  EXPECT_TRUE(all.back()->complete);
  EXPECT_EQ(all.back()->doing, "");
}

TEST_F(Asking, UncertaintyIsThatOfThePureFunctionWhereverTheProbeIsDragged) {
  EnsembleQuestion q = about(EnsembleTopic::Uncertainty);
  for (float x : {0.5f, 0.75f, -2.0f}) {
    q.probe[0] = x;
    const Answer a = watched.told(q);
    const UncertaintyReport expected = uncertainty_report(q.run->model(), *q.run->data, q.probe, q.uncertainty);
    EXPECT_EQ(a->uncertainty->probe.mean, expected.probe.mean);
    EXPECT_EQ(a->uncertainty->probe.distance, expected.probe.distance);
    EXPECT_EQ(a->uncertainty->example_information, expected.example_information);
    EXPECT_EQ(a->uncertainty->caveat, expected.caveat);
  }
}

TEST_F(Asking, DependenceShowsTheTwinOnceItIsTrained) {
  EnsembleQuestion q = about(EnsembleTopic::Dependence);
  const Answer without = watched.told(q);
  const DependenceReport own = dependence_report(q.run->model(), *q.run->data, q.dependence);
  EXPECT_EQ(without->dependence->correlation, own.correlation);
  EXPECT_EQ(without->dependence->rises, own.rises);
  EXPECT_FALSE(without->twin) << "nobody asked for training";
  q.train = true;
  const Answer with = watched.told(q);
  const auto member = train_member(q.run->spec, 0, q.run->tick, q.run->data, {});
  const DependenceReport twin = dependence_report(member->model(), *q.run->data, q.dependence);
  ASSERT_TRUE(with->twin);
  EXPECT_EQ(with->dependence, without->dependence) << "asked once";
  EXPECT_EQ(with->twin->correlation, twin.correlation);
  EXPECT_EQ(with->twin->rises, twin.rises);
  EXPECT_EQ(with->twin_tick, 30);
  EXPECT_NE(with->twin->rises, with->dependence->rises);
}

TEST_F(Asking, MembersComeOneAfterTheOther) {
  EnsembleQuestion q = about(EnsembleTopic::Members);
  q.members = 3;
  q.train = true;
  const Answer a = watched.told(q);
  std::vector<Member> members;
  for (int m = 0; m < 3; ++m) members.push_back(*train_member(q.run->spec, m, 30, q.run->data, {}));
  const EnsembleQuality quality = ensemble_quality(members, *q.run->data, q.uncertainty.most);
  ASSERT_EQ(a->members->trained, 3);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(a->members->quality.first[k].loss, quality.first[k].loss);
    EXPECT_EQ(a->members->quality.alone[k].loss, quality.alone[k].loss);
  }
  EXPECT_EQ(a->members->ticks, (std::vector<std::int64_t>{30, 30, 30}));
  EXPECT_EQ(a->members->seconds.size(), 3u);
  // Measured beside the members, whatever the session measured of it.
  EXPECT_EQ(a->members->timed_ticks, 30);
  EXPECT_GT(a->members->run_seconds, 0);
  EXPECT_LT(a->members->run_seconds, 1);
  const UncertaintyPlan& plan = q.uncertainty;
  EXPECT_EQ(a->members->passes, plan.passes);
  EXPECT_EQ(a->members->scaled.loss, scaled_quality(q.run->model(), *q.run->data, plan.most).loss);
  EXPECT_EQ(a->members->monte_carlo.loss,
            monte_carlo_quality(q.run->model(), *q.run->data, plan.most, plan.passes, plan.seed).loss);
  int most = 0;
  std::vector<int> steps;
  for (const Answer& shown : watched.all()) {
    EXPECT_GE(shown->members->trained, most);
    if (shown->members->trained > most) steps.push_back(most = shown->members->trained);
  }
  EXPECT_EQ(steps, (std::vector<int>{1, 2, 3}));
}

// What was trained is shown with its tick while the run goes on, and gone on with where that is asked for.
TEST_F(Asking, MembersOutliveTopicsProbesAndTicks) {
  EnsembleQuestion q = about(EnsembleTopic::Members);
  q.train = true;
  watched.told(q);
  watched.told(about(EnsembleTopic::Uncertainty));
  runs::ticks(trainer, 5);
  const Answer later = watched.told(about(EnsembleTopic::Members));
  EXPECT_EQ(later->members->ticks, (std::vector<std::int64_t>{30, 30}));
  const Answer twin = watched.told(about(EnsembleTopic::Dependence));
  EXPECT_EQ(twin->run->tick, 35);
  EXPECT_EQ(twin->twin_tick, 30);
  EXPECT_TRUE(twin->twin);
  q = about(EnsembleTopic::Members);
  q.train = true;
  const std::size_t before = watched.all().size();
  const Answer on = watched.told(q);
  EXPECT_EQ(on->members->ticks, (std::vector<std::int64_t>{35, 35}));
  // Never fewer than there were.
  const std::vector<Answer> all = watched.all();
  for (std::size_t i = before; i < all.size(); ++i) EXPECT_EQ(all[i]->members->trained, 2);
  std::vector<Member> members;
  for (int m = 0; m < 2; ++m) members.push_back(*train_member(q.run->spec, m, 35, q.run->data, {}));
  EXPECT_EQ(on->members->quality.first[1].loss,
            ensemble_quality(members, *q.run->data, q.uncertainty.most).first[1].loss);
  // A run whose noise alone differs has the same members; another network has none.
  Trainer other(spec(0.7), trainer.shared_data());
  runs::ticks(other, 35);
  EXPECT_EQ(watched.told(about(EnsembleTopic::Members, freeze(other)))->members->trained, 2);
  RunSpec wider = spec();
  wider.network.hidden[0].units = 12;
  Trainer wide(wider, trainer.shared_data());
  EXPECT_EQ(watched.told(about(EnsembleTopic::Members, freeze(wide)))->members->trained, 0);
}

TEST_F(Asking, TheNewestQuestionWins) {
  std::uint64_t last = 0;
  for (int i = 0; i < 40; ++i) {
    runs::ticks(trainer, 1);
    last = watched.analyst.ask(about(EnsembleTopic(i % 3)));
  }
  EnsembleQuestion q = about(EnsembleTopic::Subnetworks);
  q.probe = {3, 3, 3};
  last = watched.analyst.ask(q);
  const Answer a = watched.complete(last);
  EXPECT_EQ(a->number, last);
  EXPECT_EQ(a->run, q.run);
  EXPECT_EQ(a->subnetworks->arithmetic, subnetwork_report(q.run->model(), q.probe, q.subnetworks).arithmetic);
  // Never an older run after a newer one, and each number with its own run.
  const Answer* before = nullptr;
  const std::vector<Answer> all = watched.all();
  for (const Answer& shown : all) {
    if (before) {
      EXPECT_GE(shown->number, (*before)->number);
      EXPECT_GE(shown->run->tick, (*before)->run->tick);
    }
    before = &shown;
  }
}

// A run that trains on asks faster than it is answered, and still sees answers and members.
TEST_F(Asking, AnswersComeWhileTheRunTrainsOn) {
  for (EnsembleTopic topic : {EnsembleTopic::Subnetworks, EnsembleTopic::Uncertainty, EnsembleTopic::Members}) {
    const std::jthread asking([&](const std::stop_token& enough) {
      Trainer on(spec(), trainer.shared_data());
      while (!enough.stop_requested()) {
        runs::ticks(on, 1);
        EnsembleQuestion q = about(topic, freeze(on));
        q.subnetworks.samples = 1000;  // takes longer than the next question does
        q.uncertainty.passes = topic == EnsembleTopic::Uncertainty ? 300 : 30;
        q.train = true;
        watched.analyst.ask(q);
        std::this_thread::sleep_for(100us);
      }
    });
    const auto shows = [&](const EnsembleAnswer& a) {
      if (topic == EnsembleTopic::Subnetworks) return a.subnetworks && a.convergence && !a.convergence_tick;
      return topic == EnsembleTopic::Uncertainty ? a.uncertainty != nullptr : a.members && a.members->trained == 2;
    };
    const Answer first = watched.wait_for(shows);
    const Answer next =
        watched.wait_for([&](const EnsembleAnswer& a) { return shows(a) && a.run->tick > first->run->tick; });
    if (topic == EnsembleTopic::Members) {
      const std::vector<std::int64_t> ticks = next->members->ticks;
      EXPECT_EQ(ticks[0], ticks[1]);
      watched.wait_for([&](const EnsembleAnswer& a) { return a.members && a.members->ticks[1] > ticks[1]; });
    }
    if (topic == EnsembleTopic::Subnetworks) {
      // While a newer curve is being computed, the older one stays with its tick.
      const Answer meanwhile = watched.wait_for(
          [&](const EnsembleAnswer& a) { return a.run->tick > next->run->tick && a.convergence_tick; });
      EXPECT_TRUE(meanwhile->convergence);
      EXPECT_LT(meanwhile->convergence_tick, meanwhile->run->tick);
      EXPECT_FALSE(meanwhile->complete);
    }
  }
}

TEST_F(Asking, TheSameQuestionIsAskedOnce) {
  const EnsembleQuestion q = about(EnsembleTopic::Uncertainty);
  watched.told(q);
  const std::size_t before = watched.all().size();
  EnsembleQuestion again = q;
  again.run = freeze(trainer);       // the same state
  again.subnetworks.samples = 1000;  // not read
  EXPECT_EQ(watched.analyst.ask(again), 1u);
  again.uncertainty.passes = 7;
  EXPECT_EQ(watched.analyst.ask(again), 2u);
  watched.complete(2);
  EXPECT_EQ(watched.all().size(), before + 1);
}

TEST_F(Asking, CancelEndsQuicklyAndLeavesWhatThereIs) {
  const std::uint64_t number = watched.analyst.ask(endless_training());
  watched.wait_for(is_training);
  const auto begin = std::chrono::steady_clock::now();
  watched.analyst.cancel();
  const Answer a = watched.complete(number);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_EQ(a->number, number);
  EXPECT_TRUE(a->members);
  EXPECT_EQ(a->doing, "");
  EXPECT_LT(a->share, 1);
  // It can be asked again.
  EXPECT_EQ(watched.analyst.ask(endless_training()), number + 1);
  watched.wait_for([&](const EnsembleAnswer& next) { return next.number == number + 1 && is_training(next); });
  // Nothing is asked: the same.
  watched.analyst.ask({});
  EXPECT_EQ(watched.wait_for([](const EnsembleAnswer& next) { return next.complete; })->number, number + 1);
}

TEST_F(Asking, AHalfTrainedMemberIsGoneOnWith) {
  EnsembleQuestion q = endless_training();
  watched.analyst.ask(q);
  const double share = watched.wait_for([](const EnsembleAnswer& a) { return is_training(a) && a.share > 0; })->share;
  // Another topic in between, which needs no training.
  watched.told(about(EnsembleTopic::Uncertainty, q.run));
  q.uncertainty.passes = 9;
  const std::uint64_t number = watched.analyst.ask(q);
  const Answer on = watched.wait_for([&](const EnsembleAnswer& a) { return a.number == number && is_training(a); });
  EXPECT_GE(on->share, share);
}

TEST_F(Asking, AnotherTopicDoesNotWaitForTraining) {
  watched.analyst.ask(endless_training());
  watched.wait_for(is_training);
  const Answer a = watched.told(about(EnsembleTopic::Subnetworks));
  EXPECT_TRUE(a->subnetworks);
  EXPECT_EQ(a->run->tick, 30);
}

// Before a new question has a part to show, what was answered before stays, but not the words of what was being done.
TEST_F(Asking, TheWordsOfAnOlderQuestionGoWithIt) {
  RunSpec wide = spec();
  for (LayerSpec& layer : wide.network.hidden) layer.units = 300;
  auto run = std::make_shared<FrozenRun>(*freeze(Trainer(wide, trainer.shared_data())));
  run->tick = 1'000'000'000;
  EnsembleQuestion q = about(EnsembleTopic::Members, run);
  q.train = true;
  const std::uint64_t first = watched.analyst.ask(q);
  watched.wait_for(is_training);
  q = about(EnsembleTopic::Dependence, run);
  q.dependence.draws = 1000;
  watched.analyst.ask(q);
  const Answer told =
      watched.wait_for([&](const EnsembleAnswer& a) { return a.number == first && a.doing.empty() && a.share > 0; });
  EXPECT_FALSE(told->complete);
  EXPECT_TRUE(told->members);
  watched.analyst.cancel();
}

TEST_F(Asking, EndsWhileItComputes) {
  for (int i = 0; i < 5; ++i) {
    Watched gone;
    gone.analyst.ask(endless_training());
    if (i > 0) gone.wait_for(is_training);
  }
  Watched never_asked;
}

TEST_F(Asking, WhatCannotBeAskedSaysWhy) {
  RunSpec none = spec();
  none.network.hidden.clear();
  none.dropout = {};
  Trainer linear(none, trainer.shared_data());
  const Answer a = watched.told(about(EnsembleTopic::Dependence, freeze(linear)));
  EXPECT_NE(a->failed, "");
  EXPECT_FALSE(a->dependence);
  EnsembleQuestion q = about(EnsembleTopic::Members);
  q.members = 21;
  EXPECT_NE(watched.told(q)->failed.find("21"), std::string::npos);
  q.members = 2;
  EXPECT_EQ(watched.told(q)->failed, "") << "the next question is answered";
}

TEST_F(Asking, ATwinThatDivergesSaysSo) {
  RunSpec wild = spec();
  wild.optimizer.kind = OptimizerKind::Sgd;
  wild.optimizer.learning_rate = 1e6;
  Trainer start(wild, runs::numbers());
  auto run = std::make_shared<FrozenRun>(*freeze(start));
  run->classify = false;
  run->tick = 100;
  EnsembleQuestion q = about(EnsembleTopic::Dependence, run);
  q.train = true;
  const Answer a = watched.told(q);
  EXPECT_NE(a->failed.find("diverged"), std::string::npos) << a->failed;
  EXPECT_TRUE(a->dependence);
  EXPECT_FALSE(a->twin);
}

}  // namespace
}  // namespace dropscope
