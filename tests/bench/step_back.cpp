// Going back in time: how long a step back takes, recent and old, and what the checkpoints for it cost while training.
#include <algorithm>
#include <memory>

#include "core/base/check.h"
#include "core/random/uniforms.h"
#include "core/scenarios/scenarios.h"
#include "core/session/timeline.h"
#include "tests/bench/measurements.h"
#include "tests/bench/workloads.h"

namespace dropscope::bench {
namespace {

// A run and its timeline, told what a tick takes as a session tells it, and trained for some seconds.
struct Past {
  Past(const RunSpec& spec, const std::shared_ptr<const Dataset>& data, double seconds)
      : trainer(spec, data), line(trainer) {
    const double end = thread_seconds() + seconds;
    const int unwatched = spec.network.hidden[0].units > 100 ? 0 : 63;
    for (double start = 0; (start = thread_seconds()) < end;) {
      line.advance_tick();
      line.note_tick_seconds(thread_seconds() - start);
      for (int i = 0; i < unwatched; ++i) line.advance_tick();
    }
    DROPSCOPE_CHECK(!trainer.divergence());
  }
  Trainer trainer;
  Timeline line;
};

struct Workload {
  const char* name;
  RunSpec spec;
  std::shared_ptr<const Dataset> data;
};

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all = [] {
    const RunSpec moons = scenario_or_throw("moons", "bench");
    auto data = std::make_shared<const Dataset>(make_dataset(moons.data, moons.data_seed, nullptr));
    return std::vector<Workload>{{"default", moons, data}, {"A", workload_spec("A"), workload_data("A")}};
  }();
  return all;
}

// Milliseconds, the longest of many: one beat back from ever earlier places of the last 256 ticks before `from`.
double longest_step(Timeline& line, std::int64_t from, int steps) {
  line.seek({from, 0});
  double longest = 0;
  for (int i = 0; i < steps; ++i) {
    const double start = thread_seconds();
    line.seek(line.place({std::max<std::int64_t>(1, from - i * 255 / steps), 0}, -1, Granularity::Phase));
    longest = std::max(longest, thread_seconds() - start);
    line.seek({from, 0});
  }
  return 1e3 * longest;
}

// Ticks per second of the thread's time, alone and on a timeline, in turns.
void measure_cost(const Workload& workload, double seconds, Record& record) {
  struct Pair {
    explicit Pair(const Workload& w) : alone(w.spec, w.data), past(w.spec, w.data, 0.3) {
      while (alone.tick() < past.trainer.tick()) alone.advance(Granularity::Tick);
    }
    Trainer alone;
    Past past;
  };
  static std::map<std::string, std::unique_ptr<Pair>> pairs;
  auto& pair = pairs[workload.name];
  if (!pair) pair = std::make_unique<Pair>(workload);
  double alone = 0, with = 0;
  long ticks = 0;
  const int burst = pair->alone.params().size() > 10'000 ? 200 : 50'000;
  do {
    const double start = thread_seconds();
    for (int i = 0; i < burst; ++i) pair->alone.advance(Granularity::Tick);
    const double middle = thread_seconds();
    for (int i = 0; i < burst; ++i) pair->past.line.advance_tick();
    alone += middle - start;
    with += thread_seconds() - middle;
    ticks += burst;
  } while (alone + with < 2 * seconds);
  record.add(std::string(workload.name) + " alone", double(ticks) / alone);
  record.add(std::string(workload.name) + " on a timeline", double(ticks) / with);
}

}  // namespace

void measure_steps_back(double seconds, Record& record) {
  for (const Workload& workload : workloads()) {
    const std::string name = workload.name;
    measure_cost(workload, seconds, record);
    static std::map<std::string, std::unique_ptr<Past>> pasts;
    auto& past = pasts[name];
    if (!past) past = std::make_unique<Past>(workload.spec, workload.data, 8 * seconds);
    Timeline& line = past->line;
    const std::int64_t end = line.tip().tick;
    record.add(name + " recent step", longest_step(line, end, 32));
    // A place of any age, and from there the step back.
    double any = 0, then = 0;
    const Uniforms draw({std::uint64_t(end), 5}, Stream::Test);
    for (std::uint32_t i = 0; i < 8; ++i) {
      const double start = thread_seconds();
      line.seek({1 + std::int64_t(draw.below(i, std::uint32_t(end - 1))), 0});
      any = std::max(any, thread_seconds() - start);
      then = std::max(then, longest_step(line, line.position().tick, 4));
      line.seek({end, 0});
    }
    record.add(name + " old step", 1e3 * any);
    record.add(name + " step from there", then);
    record.add(name + " checkpoints", double(line.bytes()) / 1e6);
    record.add(name + " ticks", double(end));
  }
}

}  // namespace dropscope::bench
