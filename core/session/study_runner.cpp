#include "core/session/study_runner.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

#include "core/base/check.h"
#include "core/session/thread_clock.h"
#include "core/session/thread_priority.h"

namespace dropscope {
namespace {

using Clock = std::chrono::steady_clock;
double now() { return std::chrono::duration<double>(Clock::now().time_since_epoch()).count(); }

constexpr int kGently = 19;  // the most there is

// Data that trials share: made by the first that needs them, gone with the last.
class SharedData {
 public:
  // Before the threads begin.
  void expect(const RunSpec& spec) { ++entry(data_key(spec)).users; }

  std::shared_ptr<const Dataset> get(const RunSpec& spec) {
    Entry& e = entry(data_key(spec));
    std::lock_guard lock(e.mutex);
    if (!e.data) e.data = std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
    return e.data;
  }
  void release(const RunSpec& spec) {
    Entry& e = entry(data_key(spec));
    std::lock_guard lock(e.mutex);
    if (--e.users == 0) e.data.reset();
  }

 private:
  struct Entry {
    DataKey key;
    std::mutex mutex;
    std::size_t users = 0;
    std::shared_ptr<const Dataset> data;
  };
  // Threads only find: all entries are there when they begin.
  Entry& entry(const DataKey& key) {
    for (auto& e : entries_)
      if (e->key == key) return *e;
    entries_.push_back(std::make_unique<Entry>());
    entries_.back()->key = key;
    return *entries_.back();
  }
  std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace

struct StudyRunner::Impl {
  Impl(Study s, StudyRunnerOptions o, std::vector<std::size_t> only) : study(std::move(s)), options(std::move(o)) {
    check_study(study);
    choose(std::move(only));
    for (std::size_t number : todo) {
      const RunSpec spec = spec_of(number);
      data.expect(spec);
      all_ticks += spec.ticks;
    }
    const int cores = std::max(1, int(std::thread::hardware_concurrency()));
    const std::size_t jobs = std::min(todo.size(), std::size_t(options.jobs > 0 ? options.jobs : cores));
    running = jobs;
    for (std::size_t j = 0; j < jobs; ++j) threads.emplace_back([this] { work(); });
  }
  ~Impl() {
    quit.store(true);
    for (std::thread& thread : threads) thread.join();
  }

  // One seed of all runs after the other, so that pairs are complete early and data can go soon.
  void choose(std::vector<std::size_t> only) {
    const std::size_t all = study.runs.size() * study.seeds.size();
    if (only.empty())
      for (std::size_t number = 0; number < all; ++number) only.push_back(number);
    for (std::size_t number : only)
      if (number >= all)
        throw InputError("trials", "numbers from 0 to " + std::to_string(all - 1), std::to_string(number));
    const auto order = [this](std::size_t number) { return std::pair(number % study.seeds.size(), number); };
    std::sort(only.begin(), only.end(), [&](std::size_t a, std::size_t b) { return order(a) < order(b); });
    only.erase(std::unique(only.begin(), only.end()), only.end());
    todo = std::move(only);
  }
  RunSpec spec_of(std::size_t number) const {
    return trial_spec(study, number / study.seeds.size(), number % study.seeds.size());
  }

  void work() {
    if (options.gently) yield_to_others(kGently);
    try {
      for (std::size_t i = next++; i < todo.size() && !quit; i = next++) train(todo[i]);
    } catch (const std::exception& e) {
      std::lock_guard lock(mutex);
      if (failed.empty()) failed = e.what();
      quit.store(true);
    }
    {
      std::lock_guard lock(mutex);
      if (--running == 0) ended_at = now();
    }
    left.notify_all();
    tell(true);
  }

  void train(std::size_t number) {
    const RunSpec spec = spec_of(number);
    std::int64_t counted = 0;  // of this trial, in done_ticks
    TrialHooks hooks;
    hooks.give_up = [this] { return quit.load(std::memory_order_relaxed); };
    hooks.seconds = thread_seconds;
    hooks.on_tick = [&](std::int64_t tick) {
      done_ticks.fetch_add(tick - counted, std::memory_order_relaxed);
      counted = tick;
      tell(false);
    };
    std::optional<Trial> trial =
        train_trial(study, number / study.seeds.size(), number % study.seeds.size(), data.get(spec), hooks);
    data.release(spec);
    if (!trial) return;
    // A trial that ended early has nothing left to do.
    done_ticks.fetch_add(spec.ticks - counted, std::memory_order_relaxed);
    if (!options.keep_curves) trial->curve = {};
    {
      std::lock_guard lock(mutex);
      trials.push_back(std::move(*trial));
    }
    tell(true);
  }

  // At most a few times a second, unless something has come to its end.
  void tell(bool always) {
    if (!options.on_progress) return;
    constexpr double kEvery = 0.2;
    const double t = now();
    double last = told.load(std::memory_order_relaxed);
    if (!always && (t - last < kEvery || !told.compare_exchange_strong(last, t))) return;
    options.on_progress();
  }

  StudyProgress progress() const {
    StudyProgress p;
    std::lock_guard lock(mutex);
    p.done = trials.size();
    p.total = todo.size();
    const bool over = running == 0;
    p.finished = over;
    p.cancelled = cancelled;
    p.failed = failed;
    p.share = p.done == p.total ? 1.0
              : all_ticks > 0   ? std::min(1.0, double(done_ticks.load(std::memory_order_relaxed)) / double(all_ticks))
                                : 0.0;
    p.seconds = (over ? ended_at : now()) - begun;
    p.seconds_left = over          ? 0
                     : p.share > 0 ? p.seconds * (1 - p.share) / p.share
                                   : std::numeric_limits<double>::infinity();
    return p;
  }

  const Study study;
  const StudyRunnerOptions options;
  std::vector<std::size_t> todo;  // numbers of trials, in the order in which they begin
  SharedData data;
  std::int64_t all_ticks = 0;
  const double begun = now();
  std::atomic<std::size_t> next{0};
  std::atomic<std::int64_t> done_ticks{0};
  std::atomic<bool> quit{false};
  std::atomic<double> told{0};
  mutable std::mutex mutex;  // over what follows
  std::condition_variable left;
  std::vector<Trial> trials;
  std::size_t running = 0;
  double ended_at = 0;
  bool cancelled = false;
  std::string failed;
  std::vector<std::thread> threads;
};

StudyRunner::StudyRunner(Study study, StudyRunnerOptions options, std::vector<std::size_t> only)
    : impl_(std::make_unique<Impl>(std::move(study), std::move(options), std::move(only))) {}
StudyRunner::~StudyRunner() = default;

const Study& StudyRunner::study() const { return impl_->study; }
StudyProgress StudyRunner::progress() const { return impl_->progress(); }

std::vector<Trial> StudyRunner::trials() const {
  std::vector<Trial> trials;
  {
    std::lock_guard lock(impl_->mutex);
    trials = impl_->trials;
  }
  std::sort(trials.begin(), trials.end(),
            [](const Trial& a, const Trial& b) { return std::pair(a.run, a.seed) < std::pair(b.run, b.seed); });
  complete_targets(impl_->study, trials);
  return trials;
}

void StudyRunner::cancel() {
  std::lock_guard lock(impl_->mutex);
  if (impl_->running > 0) impl_->cancelled = true;
  impl_->quit.store(true);
}

void StudyRunner::wait() {
  std::unique_lock lock(impl_->mutex);
  impl_->left.wait(lock, [this] { return impl_->running == 0; });
}

}  // namespace dropscope
