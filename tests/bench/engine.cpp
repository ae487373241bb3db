// The engine's figures: training, sessions, kernels, snapshots.
#include <chrono>
#include <mutex>
#include <thread>

#include "core/base/check.h"
#include "core/random/uniforms.h"
#include "core/session/session.h"
#include "core/session/snapshot_builder.h"
#include "core/session/worker_pool.h"
#include "core/tensor/panels.h"
#include "tests/bench/measurements.h"
#include "tests/bench/workloads.h"

namespace dropscope::bench {
namespace {

// Trainers live on between the rounds, so that what a run does only at its start (growing tables, dense
// evaluations) is not what is measured.
struct Run {
  Run(const std::string& name, int threads)
      : pool(threads), trainer(workload_spec(name), workload_data(name), threads > 1 ? &pool : nullptr) {
    const int warm = samples_per_tick(name) > 1 ? 20 : 20000;
    for (int i = 0; i < warm; ++i) trainer.advance(Granularity::Tick);
  }
  WorkerPool pool;
  Trainer trainer;
};

Run& run_of(const std::string& name, int threads) {
  static std::map<std::pair<std::string, int>, std::unique_ptr<Run>> runs;
  auto& run = runs[{name, threads}];
  if (!run) run = std::make_unique<Run>(name, threads);
  return *run;
}

// Ticks per second of the session's own thread, between the first and the last snapshot it publishes.
double session_rate(double seconds, double takes_per_second) {
  struct Mark {
    std::mutex mutex;
    double time = 0;  // of the session's thread when it last published
  } mark;
  SessionOptions options;
  options.surfaces = true;
  options.on_publish = [&mark] {
    const std::lock_guard lock(mark.mutex);
    mark.time = thread_seconds();
  };
  Session session(workload_spec("B"), options);
  const auto pause = [](double s) { std::this_thread::sleep_for(std::chrono::duration<double>(s)); };
  // Asks until a snapshot of a later tick is there; gives it with the thread's time when it was published.
  const auto next = [&](std::int64_t after) {
    for (;;) {
      const auto s = session.latest();
      DROPSCOPE_CHECK(s->status != RunStatus::Failed);
      if (s->tick > after) {
        // The mark may be of a still newer one; the error is one snapshot in the whole measurement.
        const std::lock_guard lock(mark.mutex);
        return std::pair(s->tick, mark.time);
      }
      pause(0.0005);
    }
  };
  session.send(command::SetSpeed{0});
  session.send(command::Play{});
  const auto first = next(20000);
  const double end = wall_seconds() + seconds;
  while (wall_seconds() < end) {
    pause(takes_per_second > 0 ? 1 / takes_per_second : seconds);
    if (takes_per_second > 0) session.latest();
  }
  const auto last = next(session.latest()->tick);
  return double(last.first - first.first) / (last.second - first.second);
}

#if defined(__FMA__)
using Eight = float __attribute__((vector_size(32)));

// Multiply-adds on registers alone: no kernel can be faster than this.
double peak_gflops(double seconds) {
  constexpr int kRounds = 1000;
  const double each = seconds_per_call(seconds, [] {
    // Ten sums: enough that none waits for itself, few enough that all stay in registers.
    Eight a{}, b{}, c{}, d{}, e{}, f{}, g{}, h{}, i{}, j{};
    const Eight factor = Eight{} + 0.5f;
    for (int k = 0; k < kRounds; ++k)
      asm volatile(
          "vfmadd213ps %10, %10, %0\n vfmadd213ps %10, %10, %1\n vfmadd213ps %10, %10, %2\n"
          "vfmadd213ps %10, %10, %3\n vfmadd213ps %10, %10, %4\n vfmadd213ps %10, %10, %5\n"
          "vfmadd213ps %10, %10, %6\n vfmadd213ps %10, %10, %7\n vfmadd213ps %10, %10, %8\n"
          "vfmadd213ps %10, %10, %9"
          : "+x"(a), "+x"(b), "+x"(c), "+x"(d), "+x"(e), "+x"(f), "+x"(g), "+x"(h), "+x"(i), "+x"(j)
          : "x"(factor));
  });
  return kRounds * 10 * 16.0 / each / 1e9;
}
#endif

// What a snapshot holds itself: not what all snapshots of a run share.
double own_kilobytes(const Snapshot& s) {
  std::size_t bytes = sizeof s;
  const auto add = [&bytes](const auto& v) { bytes += v.capacity() * sizeof(v[0]); };
  add(s.layers);
  for (const LayerView& layer : s.layers) {
    add(layer.z), add(layer.h), add(layer.y), add(layer.bias);
    if (layer.weights) add(*layer.weights);
  }
  add(s.sites);
  for (const SiteView& site : s.sites) add(site.gate), add(site.recent), add(site.dropped_lately);
  add(s.probe.input), add(s.probe.outputs);
  // Full chunks of the history are shared; the open end is a copy.
  add(s.history.chunks);
  if (!s.history.chunks.empty()) add(*s.history.chunks.back());
  return double(bytes) / 1024;
}

}  // namespace

void measure_training(const std::string& workload, int threads, double seconds, Record& record) {
  Trainer& trainer = run_of(workload, threads).trainer;
  const auto now = threads == 1 ? thread_seconds : wall_seconds;
  const int burst = samples_per_tick(workload) > 1 ? 4 : 256;
  const double start = now();
  double elapsed = 0;
  long ticks = 0;
  do {
    for (int i = 0; i < burst; ++i, ++ticks) trainer.advance(Granularity::Tick);
    elapsed = now() - start;
  } while (elapsed < seconds);
  DROPSCOPE_CHECK(!trainer.divergence());
  record.add(workload + " " + std::to_string(threads) + "T", double(ticks) * samples_per_tick(workload) / elapsed);
}

void measure_session(double seconds, Record& record) {
  record.add("B session", session_rate(seconds, 0));
  record.add("B at 60 Hz", session_rate(seconds, 60));
}

void measure_kernels(double seconds, Record& record) {
  static std::vector<float> gates(1 << 14);
  const Uniforms uniforms({7, 1, 2}, Stream::Dropout);
  record.add("masks", seconds_per_call(seconds, [&] { uniforms.coins(gates, 0.5); }) / double(gates.size()) * 1e9);

  constexpr int kOutputs = 1024, kInputs = 1024, kBatch = 100;
  static AlignedVector<float> w(panel_size(kOutputs, kInputs), 0.01f), x(std::size_t(kInputs) * kBatch, 0.5f),
      z(std::size_t(kOutputs) * kBatch);
  const double product = seconds_per_call(
      seconds, [&] { panel_product(w.data(), x.data(), z.data(), kOutputs, kInputs, kBatch, nullptr); });
  record.add("products", 2.0 * kOutputs * kInputs * kBatch / product / 1e9);
#if defined(__FMA__)
  record.add("peak", peak_gflops(seconds));
#endif
}

Snapshot snapshot_of(const RunSpec& spec, const std::string& workload) {
  Trainer trainer(spec, workload_data(workload));
  for (int i = 0; i < 150; ++i) trainer.advance(Granularity::Tick);
  SnapshotBuilder builder(trainer);
  Snapshot s = builder.build(trainer, {});
  s.status = RunStatus::Running;
  s.surface =
      std::make_shared<const SurfaceView>(compute_surface(trainer.network(), trainer.params(), trainer.plans(),
                                                          *builder.data_view(), trainer.classifies(), trainer.tick()));
  return s;
}

void measure_snapshots(double seconds, Record& record) {
  for (const std::string name : {"B", "A"}) {
    const Trainer& trainer = run_of(name, 1).trainer;
    SnapshotBuilder builder(trainer);
    const std::string figure = name == "B" ? "snapshot" : "snapshot A";
    record.add(figure, seconds_per_call(seconds, [&] { builder.build(trainer, {}); }) * 1e3);
    record.add(figure + " KB", own_kilobytes(builder.build(trainer, {})));
    if (name != "B") continue;
    const double surface = seconds_per_call(seconds, [&] {
      compute_surface(trainer.network(), trainer.params(), trainer.plans(), *builder.data_view(), trainer.classifies(),
                      trainer.tick());
    });
    record.add("surface", surface * 1e3);
  }
}

}  // namespace dropscope::bench
