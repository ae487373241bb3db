#include "core/session/analyst.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "core/analysis/nearness.h"
#include "core/base/check.h"
#include "core/session/member_pool.h"
#include "core/session/thread_clock.h"
#include "core/session/thread_priority.h"

namespace dropscope {
namespace {

using Clock = std::chrono::steady_clock;
using Question = std::shared_ptr<const EnsembleQuestion>;

double now() { return std::chrono::duration<double>(Clock::now().time_since_epoch()).count(); }

constexpr double kBetweenNews = 0.1;  // seconds between two words about how far training is
// While questions follow each other faster than they are answered: each trains for so long at least.
constexpr double kTrainingTurn = 0.25;
// The same for what cannot be left and gone on with.
constexpr double kWholeTurn = 1;
constexpr double kTiming = 0.3;  // seconds of training that tell what a tick of the run takes
constexpr int kMostMembers = 20;

// What waits while a question is being answered. Follows: nothing but another look at the same thing, which can wait
// until there is something to show; else a run that trains on, or a probe that is dragged, would never see an answer.
enum class Waiting : std::uint8_t { Nothing, Follows, Other };

// A part of an answer and the question it was made for.
template <class T>
struct Made {
  std::shared_ptr<const T> value;
  Question by;
  // The part, where it is about this state of the run.
  std::shared_ptr<const T> of(const FrozenRun& run) const { return by && same_state(*by->run, run) ? value : nullptr; }
  void keep(T made, const Question& question) {
    value = std::make_shared<const T>(std::move(made));
    by = question;
  }
};

// What the run is worth, beside its members.
struct RunQuality {
  Quality scaled, monte_carlo;
};

// What ticks of a run take, trained by this thread as members are.
struct Timing {
  std::shared_ptr<const Dataset> data;
  RunSpec start;
  std::int64_t ticks = 0;
  double seconds = 0;
};

}  // namespace

struct Analyst::Impl {
  explicit Impl(std::function<void()> told) : on_answer(std::move(told)), thread([this] { run(); }) {}

  const std::function<void()> on_answer;

  mutable std::mutex mutex;
  std::condition_variable changed;
  // All under the mutex.
  std::uint64_t count = 0;
  Question newest;            // null after cancel(), so that the same question can be asked again
  Question pending, current;  // waiting, and being answered
  std::uint64_t pending_number = 0;
  std::shared_ptr<const EnsembleAnswer> answer;
  bool quit = false;

  std::atomic<Waiting> waiting{Waiting::Nothing};

  // The analyst's thread alone.
  MemberPool pool;
  Made<SubnetworkReport> subnetworks;
  Made<Convergence> convergence;
  std::shared_ptr<const Dataset> near_to;
  std::unique_ptr<const Nearness> nearness;  // to the examples of those data
  Made<UncertaintyReport> uncertainty;
  Made<DependenceReport> dependence, twin;
  std::int64_t twin_tick = 0;
  std::uint64_t twin_revision = 0;  // of the pool
  Made<MembersReport> members;
  Made<RunQuality> quality;  // of the run itself
  std::optional<Timing> timing;

  std::thread thread;  // last: starts when all it uses exists

  void run();
  void settle();
  void publish(const EnsembleAnswer& a);
  void tell(const EnsembleAnswer& a, double share);
  Watch watch(const EnsembleAnswer& a);
  void answer_to(const Question& q, EnsembleAnswer& a);
  bool given_up() const { return waiting == Waiting::Other; }
  bool superseded() const { return waiting != Waiting::Nothing; }

  void finish(EnsembleAnswer& a);
  const Nearness& near(const FrozenRun& run);
  void answer_subnetworks(const Question& q, EnsembleAnswer& a);
  void answer_uncertainty(const Question& q, EnsembleAnswer& a);
  void answer_dependence(const Question& q, EnsembleAnswer& a);
  void answer_members(const Question& q, EnsembleAnswer& a);
  void ask_twin(const Question& q, EnsembleAnswer& a);
  void ask_members(const Question& q, EnsembleAnswer& a);
  void time_run(const FrozenRun& run);
  template <class Show>
  void train(const Question& q, int wanted, EnsembleAnswer& a, Show show);
};

void Analyst::Impl::run() {
  yield_to_others();
  for (;;) {
    Question q;
    EnsembleAnswer a;
    {
      std::unique_lock lock(mutex);
      current.reset();
      changed.wait(lock, [this] { return quit || pending || (answer && !answer->complete); });
      if (quit) return;
      if (!pending) {
        lock.unlock();
        settle();
        continue;
      }
      q = current = std::exchange(pending, nullptr);
      a.number = pending_number;
      waiting = Waiting::Nothing;
    }
    a.run = q->run;
    try {
      answer_to(q, a);
    } catch (const std::bad_alloc&) {
      a.failed = "not enough memory for this; fewer passes or examples need less";
    } catch (const std::exception& error) {
      a.failed = error.what();
    }
    if (!a.failed.empty()) finish(a);
  }
}

// What was given up is all there will be, where nothing waits to take its place.
void Analyst::Impl::settle() {
  {
    const std::lock_guard lock(mutex);
    if (quit || pending || !answer || answer->complete) return;
    auto last = std::make_shared<EnsembleAnswer>(*answer);
    last->complete = true;
    last->doing.clear();
    answer = std::move(last);
  }
  on_answer();
}

void Analyst::Impl::publish(const EnsembleAnswer& a) {
  auto shown = std::make_shared<const EnsembleAnswer>(a);
  {
    const std::lock_guard lock(mutex);
    if (given_up()) return;
    answer = std::move(shown);
  }
  on_answer();
}

// How far what is being computed for `a` is. What was answered before about the same network stays on show, but not
// what was being done for it.
void Analyst::Impl::tell(const EnsembleAnswer& a, double share) {
  {
    const std::lock_guard lock(mutex);
    if (given_up()) return;
    const bool same = answer && answer->run->network == a.run->network && answer->run->data == a.run->data;
    auto told = std::make_shared<EnsembleAnswer>(same ? *answer : a);
    told->complete = false;
    told->doing = a.doing;
    told->failed.clear();
    told->share = share;
    answer = std::move(told);
  }
  on_answer();
}

// Of one part of an answer; short ones say nothing.
Watch Analyst::Impl::watch(const EnsembleAnswer& a) {
  return {[this] { return given_up(); },
          [this, &a, told = now()](double share) mutable {
            if (now() - told < kBetweenNews) return;
            told = now();
            tell(a, share);
          }};
}

void Analyst::Impl::finish(EnsembleAnswer& a) {
  a.complete = true;
  a.doing.clear();
  a.share = 1;
  publish(a);
}

void Analyst::Impl::answer_to(const Question& q, EnsembleAnswer& a) {
  a.subnetworks = subnetworks.of(*q->run);
  a.convergence = convergence.of(*q->run);
  a.uncertainty = uncertainty.of(*q->run);
  a.dependence = dependence.of(*q->run);
  a.twin = twin.of(*q->run);
  a.twin_tick = a.twin ? twin_tick : 0;
  a.members = members.of(*q->run);
  pool.turn_to(*q->run);
  switch (q->topic) {
    case EnsembleTopic::Subnetworks:
      return answer_subnetworks(q, a);
    case EnsembleTopic::Uncertainty:
      return answer_uncertainty(q, a);
    case EnsembleTopic::Dependence:
      return answer_dependence(q, a);
    case EnsembleTopic::Members:
      return answer_members(q, a);
  }
}

void Analyst::Impl::answer_subnetworks(const Question& q, EnsembleAnswer& a) {
  SubnetworkPlan plan = q->subnetworks;
  plan.classify = q->run->classify;
  const bool known_plan = a.subnetworks && q->follows(*subnetworks.by);
  if (!known_plan || subnetworks.by->probe != q->probe) {
    subnetworks.keep(subnetwork_report(q->run->model(), q->probe, plan, watch(a)), q);
    if (given_up()) return subnetworks = {}, void();
    a.subnetworks = subnetworks.value;
  }
  // The probe does not matter here.
  const bool follows = convergence.by && q->follows(*convergence.by);
  if (a.convergence && follows) return finish(a);
  a.convergence = nullptr;
  if (follows && q->run->spec == convergence.by->run->spec && q->run->tick != convergence.by->run->tick) {
    a.convergence = convergence.value;
    a.convergence_tick = convergence.by->run->tick;
  }
  a.doing = "asking sub-networks about the validation examples";
  a.share = 0;
  publish(a);
  const double begin = now();
  double told = begin;
  bool left = false;
  const Watch patient([&] { return left = left || given_up() || (superseded() && now() - begin > kWholeTurn); },
                      [&](double share) {
                        if (now() - told < kBetweenNews) return;
                        told = now();
                        a.share = share;
                        publish(a);
                      });
  Convergence found = convergence_of(q->run->model(), q->run->data->validation, q->uncertainty.most, plan, patient);
  if (left) return;
  convergence.keep(std::move(found), q);
  a.convergence = convergence.value;
  a.convergence_tick.reset();
  finish(a);
}

// Takes a look at all examples, so that a probe may be dragged.
const Nearness& Analyst::Impl::near(const FrozenRun& run) {
  if (near_to != run.data) {
    nearness = std::make_unique<const Nearness>(*run.data);
    near_to = run.data;
  }
  return *nearness;
}

void Analyst::Impl::answer_uncertainty(const Question& q, EnsembleAnswer& a) {
  const FrozenRun& run = *q->run;
  UncertaintyPlan plan = q->uncertainty;
  plan.classify = run.classify;
  if (a.uncertainty && q->follows(*uncertainty.by)) {
    if (uncertainty.by->probe != q->probe) {  // all but the probe's part stays
      UncertaintyReport report = *a.uncertainty;
      report.probe = probe_doubt(run.model(), *run.data, near(run), q->probe, plan);
      uncertainty.keep(std::move(report), q);
    }
  } else {
    uncertainty.keep(uncertainty_report(run.model(), *run.data, q->probe, plan, watch(a)), q);
    if (given_up()) return uncertainty = {}, void();
  }
  a.uncertainty = uncertainty.value;
  finish(a);
}

void Analyst::Impl::answer_dependence(const Question& q, EnsembleAnswer& a) {
  DependencePlan plan = q->dependence;
  plan.classify = q->run->classify;
  if (!a.dependence || dependence.by->dependence != q->dependence) {
    dependence.keep(dependence_report(q->run->model(), *q->run->data, plan, watch(a)), q);
    if (given_up()) return dependence = {}, void();
    a.dependence = dependence.value;
  }
  train(q, 1, a, [&] { ask_twin(q, a); });
}

// The report of the twin as far as it was trained, if it was.
void Analyst::Impl::ask_twin(const Question& q, EnsembleAnswer& a) {
  a.twin = nullptr;
  const std::span<const Member> trained = pool.members(1);
  if (trained.empty()) return;
  if (!twin.value || twin_revision != pool.revision() || twin.by->dependence != q->dependence) {
    DependencePlan plan = q->dependence;
    plan.classify = q->run->classify;
    twin.keep(dependence_report(trained[0].model(), *q->run->data, plan, [this] { return given_up(); }), q);
    twin_revision = pool.revision();
    twin_tick = trained[0].tick;
    if (given_up()) return twin = {}, void();
  }
  a.twin = twin.value;
  a.twin_tick = twin_tick;
}

void Analyst::Impl::answer_members(const Question& q, EnsembleAnswer& a) {
  if (q->members < 1 || q->members > kMostMembers)
    throw InputError("members", "1 to " + std::to_string(kMostMembers), std::to_string(q->members));
  train(q, q->members, a, [&] { ask_members(q, a); });
}

void Analyst::Impl::ask_members(const Question& q, EnsembleAnswer& a) {
  const FrozenRun& run = *q->run;
  const UncertaintyPlan& plan = q->uncertainty;
  if (!quality.of(run) || !q->follows(*quality.by))
    quality.keep({scaled_quality(run.model(), *run.data, plan.most, run.classify),
                  monte_carlo_quality(run.model(), *run.data, plan.most, plan.passes, plan.seed, run.classify,
                                      [this] { return given_up(); })},
                 q);
  if (given_up()) return quality = {}, void();
  const std::span<const Member> trained = pool.members(q->members);
  MembersReport report;
  report.wanted = q->members;
  report.trained = int(trained.size());
  if (!trained.empty()) report.quality = ensemble_quality(trained, *run.data, plan.most, run.classify);
  for (const Member& member : trained) {
    report.ticks.push_back(member.tick);
    report.seconds.push_back(member.seconds);
  }
  report.scaled = quality.value->scaled;
  report.monte_carlo = quality.value->monte_carlo;
  report.passes = plan.passes;
  time_run(run);
  if (given_up()) return;
  if (timing && timing->ticks > 0) {
    report.timed_ticks = timing->ticks;
    report.run_seconds = timing->seconds / double(timing->ticks) * double(run.tick);
  }
  members.keep(std::move(report), q);
  a.members = members.value;
}

// What the session measures of a watched run holds its pauses and its pictures as well, and says nothing beside
// networks that are trained without them.
void Analyst::Impl::time_run(const FrozenRun& run) {
  const bool same = timing && timing->data == run.data && timing->start == run.course.start;
  if (run.tick == 0 || (same && (timing->ticks >= run.tick || timing->seconds >= kTiming))) return;
  MemberTraining again = MemberTraining::of_run(run.course, run.data);
  TrialHooks hooks;
  hooks.seconds = thread_seconds;
  const double begin = thread_seconds();
  hooks.give_up = [&] { return given_up() || thread_seconds() - begin > kTiming; };
  again.train_to(run.tick, hooks);
  timing = {run.data, run.course.start, again.tick(), again.seconds()};
}

// Shows what there is, and where the question asks for it trains one network after the other, showing what there is
// after each.
template <class Show>
void Analyst::Impl::train(const Question& q, int wanted, EnsembleAnswer& a, Show show) {
  show();
  const double begin = now();  // a turn is time for training, whatever there was to show
  double told = begin;
  TrialHooks hooks;
  hooks.seconds = thread_seconds;
  hooks.give_up = [&] { return given_up() || (superseded() && now() - begin > kTrainingTurn); };
  hooks.on_tick = [&](std::int64_t) {
    if (now() - told < kBetweenNews) return;
    told = now();
    a.share = pool.share(wanted);
    publish(a);
  };
  while (q->train && !pool.complete(wanted)) {
    const std::string number = std::to_string(pool.next(wanted) + 1);
    a.doing = wanted == 1 ? "training the same network without dropout"
                          : "training network " + number + " of " + std::to_string(wanted);
    a.share = pool.share(wanted);
    publish(a);
    const MemberPool::Outcome outcome = pool.train_next(wanted, hooks);
    if (outcome == MemberPool::Outcome::GivenUp) return;
    if (outcome == MemberPool::Outcome::Diverged) {
      a.failed = (wanted == 1 ? "the same network without dropout" : "network " + number) +
                 " diverged: its numbers are no longer finite";
      return;
    }
    show();
    if (given_up()) return;
  }
  if (!given_up()) finish(a);
}

Analyst::Analyst(std::function<void()> on_answer) : impl_(std::make_unique<Impl>(std::move(on_answer))) {}

Analyst::~Analyst() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->quit = true;
    impl_->waiting = Waiting::Other;
  }
  impl_->changed.notify_one();
  impl_->thread.join();
}

std::uint64_t Analyst::ask(EnsembleQuestion question) {
  auto asked = std::make_shared<const EnsembleQuestion>(std::move(question));
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->newest && asked->same_as(*impl_->newest)) return impl_->count;
    number = ++impl_->count;
    impl_->newest = asked;
    if (impl_->current && !(impl_->waiting == Waiting::Other))
      impl_->waiting = asked->follows(*impl_->current) ? Waiting::Follows : Waiting::Other;
    impl_->pending = asked->run ? asked : nullptr;
    impl_->pending_number = number;
  }
  impl_->changed.notify_one();
  return number;
}

std::shared_ptr<const EnsembleAnswer> Analyst::latest() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->answer;
}

void Analyst::cancel() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->newest.reset();
    impl_->pending.reset();
    if (impl_->current) impl_->waiting = Waiting::Other;
  }
  impl_->changed.notify_one();
}

}  // namespace dropscope
