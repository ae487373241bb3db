// dropscope_bench: every figure beside its target, measured in interleaved rounds in one run, beside libtorch
// where libtorch-dev was found when this was built.
//
// One-thread figures count the training thread's processor time, in libtorch too; two-thread figures count the
// wall's, so they mean something on an otherwise idle machine only.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <string>

#include "tests/bench/measurements.h"
#include "tests/bench/torch_peer.h"

namespace dropscope::bench {
namespace {

struct Options {
  int rounds = 7;
  double seconds = 0.4;  // per figure and round
  bool quick = false, torch = true, frames = true;
  std::string csv;
};

constexpr const char* kUsage =
    "usage: dropscope_bench [--quick] [--rounds N] [--no-torch] [--no-frames] [--csv FILE]\n"
    "  --quick      one short round of everything: does every workload run?\n"
    "  --rounds N   medians of N rounds (7)\n"
    "  --no-torch   leave out the comparison with libtorch\n"
    "  --no-frames  leave out the frames of the real window\n"
    "  --csv FILE   write the table to a file as well\n";

Options read_words(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const bool more = i + 1 < count;
    if (word == "--quick")
      options.quick = true, options.rounds = 1, options.seconds = 0.03;
    else if (word == "--no-torch")
      options.torch = false;
    else if (word == "--no-frames")
      options.frames = false;
    else if (word == "--rounds" && more && std::atoi(words[i + 1]) > 0)
      options.rounds = std::atoi(words[++i]);
    else if (word == "--csv" && more)
      options.csv = words[++i];
    else {
      std::fputs(kUsage, word == "--help" ? stdout : stderr);
      std::exit(word == "--help" ? 0 : 2);
    }
  }
  return options;
}

const char* const kWorkloads[] = {"A", "A0", "AK", "B", "B0", "C", "C0"};

bool runs_on_two(const std::string& workload) { return workload == "A" || workload == "AK" || workload == "C"; }

class Peers {
 public:
  explicit Peers(const Options& options) {
#ifdef DROPSCOPE_BENCH_TORCH
    if (!options.torch) return;
    for (const int threads : {1, 2})
      for (const std::string mode : {"installed", "tuned"})
        for (const std::string workload : kWorkloads)
          if (!options.quick || (threads == 1 && mode == "installed" && workload.size() == 1))
            peers_[workload][mode + " " + std::to_string(threads) + "T"] =
                std::make_unique<TorchPeer>(DROPSCOPE_BENCH_TORCH, workload, threads, mode);
#else
    if (options.torch) std::printf("libtorch-dev was not found when this was built: no comparison with libtorch\n");
#endif
  }
  void measure(const std::string& workload, double seconds, Record& record) {
    for (auto& [name, peer] : peers_[workload]) record.add("torch " + workload + " " + name, peer->per_second(seconds));
  }
  void print_blas() {
    if (peers_.empty()) return;
    const std::string file = peers_.begin()->second.begin()->second->blas();
    std::printf("libtorch multiplies with %s%s\n", file.c_str(),
                file.find("openblas") == std::string::npos && file.find("mkl") == std::string::npos &&
                        file.find("blis") == std::string::npos
                    ? ": the reference BLAS is slow; install libopenblas0-pthread for a fair comparison"
                    : "");
  }

 private:
  std::map<std::string, std::map<std::string, std::unique_ptr<TorchPeer>>> peers_;  // by workload, then how
};

void measure_round(const Options& options, Peers& peers, Record& record) {
  for (const std::string workload : kWorkloads) {
    measure_training(workload, 1, options.seconds, record);
    if (runs_on_two(workload)) measure_training(workload, 2, options.seconds, record);
    peers.measure(workload, options.seconds, record);
  }
  measure_session(options.quick ? 0.2 : 2 * options.seconds, record);
  measure_kernels(options.seconds / 4, record);
  measure_snapshots(options.seconds / 4, record);
  measure_monte_carlo(options.seconds / 4, record);
  measure_steps_back(options.seconds, record);
  measure_variant_costs(options.seconds / 4, record);
#ifdef DROPSCOPE_BENCH_PICTURES
  measure_pictures(options.seconds / 4, record);
#endif
}

// Our figure `ours` against libtorch on one thread as installed, on two, and the best that tuning it gives.
void add_ratios(Table& table, const Record& record, const std::string& label, const std::string& ours,
                const std::string& workload, Goal installed, Goal best) {
  const std::string torch = "torch " + workload + " ";
  table.row(label + " against libtorch 1T", record.ratio(ours, torch + "installed 1T"), "x", installed);
  table.row(label + " against libtorch 2T", record.ratio(ours, torch + "installed 2T"), "x");
  // The best tuning is the one that leaves us the smallest ratio.
  auto one = record.ratio(ours, torch + "tuned 1T"), two = record.ratio(ours, torch + "tuned 2T");
  if (two && (!one || *two < *one)) one = two;
  table.row(label + " against libtorch, best tuning", one, "x", best);
}

Table make_table(const Record& record) {
  Table t;
  t.section("Training, through Trainer with phases and metrics");
  for (const std::string w : kWorkloads)
    for (const char* threads : {" 1T", " 2T"})
      t.row(w + threads, record.value(w + threads), w[0] == 'B' ? "ticks/s" : "samples/s");
  t.row("B in a session, nobody looking", record.value("B session"), "ticks/s");
  t.row("B in a session, 60 snapshots a second", record.value("B at 60 Hz"), "ticks/s");
  for (const std::string w : kWorkloads)
    for (const char* how : {"installed 1T", "installed 2T", "tuned 1T", "tuned 2T"})
      t.row("libtorch " + w + ", " + how, record.value("torch " + w + " " + how),
            w[0] == 'B' ? "ticks/s" : "samples/s");

  t.section("Ratios, within a round");
  add_ratios(t, record, "A 1T", "A 1T", "A", at_least(4), at_least(2));
  add_ratios(t, record, "A 2T", "A 2T", "A", at_least(6), at_least(3));
  add_ratios(t, record, "AK 1T", "AK 1T", "AK", at_least(1.9), {});
  add_ratios(t, record, "AK 2T", "AK 2T", "AK", at_least(3.2), {});
  // Convolutions on two threads are tuned for themselves: one row for each number of threads.
  t.row("C 1T against libtorch 1T", record.ratio("C 1T", "torch C installed 1T"), "x", at_least(8));
  t.row("C 1T against libtorch 1T, tuned", record.ratio("C 1T", "torch C tuned 1T"), "x", at_least(5));
  t.row("C 2T against libtorch 1T", record.ratio("C 2T", "torch C installed 1T"), "x", at_least(12));
  t.row("C 2T against libtorch 2T", record.ratio("C 2T", "torch C installed 2T"), "x");
  t.row("C 2T against libtorch 2T, tuned", record.ratio("C 2T", "torch C tuned 2T"), "x", at_least(5));
  add_ratios(t, record, "B at 60 Hz", "B at 60 Hz", "B", at_least(100), {});
  add_ratios(t, record, "B0 1T", "B0 1T", "B0", {}, {});
  t.row("A, two threads against one", record.ratio("A 2T", "A 1T"), "x");
  t.row("AK, two threads against one", record.ratio("AK 2T", "AK 1T"), "x");
  t.row("C, two threads against one", record.ratio("C 2T", "C 1T"), "x");
  const auto percent_lost = [&record](const char* with, const char* without) -> std::optional<double> {
    const auto ratio = record.ratio(with, without);
    if (!ratio) return std::nullopt;
    return 100 * (1 - *ratio);
  };
  t.row("dropout's share of a tick, A against A0", percent_lost("A 1T", "A0 1T"), "%", at_most(2));
  t.row("dropout's share of a tick, B against B0", percent_lost("B 1T", "B0 1T"), "%");
  t.row("spatial dropout's share of a tick, C against C0", percent_lost("C 1T", "C0 1T"), "%", at_most(2));
  t.row("lost to 60 snapshots a second, B", percent_lost("B at 60 Hz", "B session"), "%", at_most(10));

  t.section("What a variant adds to a tick, at rate 0.3");
  for (const VariantCost& cost : variant_costs()) {
    const auto ratio = record.ratio(cost.name + " with", cost.name + " without");
    // Units and channels are what the target is for.
    const bool of_units = cost.variant->id == std::string("inverted") && cost.kind == SiteKind::Hidden;
    const bool of_channels = cost.variant->id == std::string("spatial");
    t.row(cost.name, ratio ? std::optional(100 * (*ratio - 1)) : std::nullopt, "%",
          of_units || of_channels ? at_most(2) : Goal{});
  }

  t.section("Going back in time");
  for (const std::string w : {"default", "A"}) {
    const std::string of = w == "A" ? w : "default scenario";
    t.row("step back within the last 256 ticks, " + of, record.value(w + " recent step"), "ms", at_most(100));
    t.row("to a tick of any age, " + of, record.value(w + " old step"), "ms", at_most(1000));
    t.row("step back from there, " + of, record.value(w + " step from there"), "ms", at_most(100));
    const auto lost = percent_lost((w + " on a timeline").c_str(), (w + " alone").c_str());
    t.row("lost to checkpoints at full speed, " + of, lost, "%", w == "A" ? Goal{} : at_most(3));
    t.row("checkpoints kept, " + of, record.value(w + " checkpoints"), "MB", at_most(268.5));
    t.row("ticks in that past, " + of, record.value(w + " ticks"), "ticks");
  }

  t.section("Parts");
  t.row("masks, in bulk", record.value("masks"), "ns/element", at_most(0.3));
  t.row("products, 1024 x 1024, batch 100", record.value("products"), "GFLOP/s");
  const auto share = record.ratio("products", "peak");
  t.row("their share of the FMA peak", share ? std::optional(100 * *share) : std::nullopt, "%", at_least(65));
  t.row("snapshot of B", record.value("snapshot"), "ms", at_most(1));
  t.row("snapshot of A", record.value("snapshot A"), "ms", at_most(1));
  t.row("snapshot of B, its own memory", record.value("snapshot KB"), "KB", at_most(256));
  t.row("snapshot of A, its own memory", record.value("snapshot A KB"), "KB", at_most(256));
  t.row("decision surface of B", record.value("surface"), "ms");
  t.row("Monte Carlo map of B, 64 x 64 points, 100 passes", record.value("monte carlo map"), "ms", at_most(50));
  t.row("network picture built, 2-16-16-2", record.value("scene"), "ms", at_most(2));
  t.row("network picture built, 20,000 weights", record.value("scene 20000"), "ms", at_most(8));
  t.row("network picture built, 100,000 units in a layer", record.value("scene wide"), "ms", at_most(8));
  t.row("network picture built, 2-16-16-2, in Step mode", record.value("scene step"), "ms", at_most(2));
  t.row("plots, surface and probe built", record.value("plots"), "ms", at_most(2));
#ifdef DROPSCOPE_BENCH_PICTURES
  t.section("Frames in the window, training at full speed, 1600 x 900");
  for (const std::string& scenario : frame_scenarios()) {
    t.row(scenario + ", 99 of 100 frames take at most", record.value("frame " + scenario + " p99"), "ms",
          scenario == "moons" ? at_most(33) : Goal{});
    t.row(scenario + ", processor time of the window's thread", record.value("frame " + scenario + " cpu"), "ms");
    t.row(scenario + ", of that to build the frame", record.value("frame " + scenario + " build"), "ms",
          scenario == "moons" ? at_most(2) : at_most(8));
  }
#endif
  return t;
}

int run(const Options& options) {
  double load[1] = {0};
  if (getloadavg(load, 1) == 1 && load[0] > 0.5)
    std::printf("the machine is not idle (load %.1f): two-thread figures suffer most\n", load[0]);
  Peers peers(options);
  peers.print_blas();
  Record record;
  for (int round = 1; round <= options.rounds; ++round) {
    std::fprintf(stderr, "round %d of %d\n", round, options.rounds);
    measure_round(options, peers, record);
  }
#ifdef DROPSCOPE_BENCH_PICTURES
  // Once: a window takes its time, and the figure is a percentile over many frames already.
  if (options.frames && !measure_frames(options.quick ? 1 : 14, record))
    std::printf("xvfb-run is not installed: no figures of frames in a window\n");
#endif
  const Table table = make_table(record);
  table.print();
  std::printf("\n%d of the targets missed; medians of %d rounds\n", table.missed(), options.rounds);
  if (!options.csv.empty()) table.write_csv(options.csv);
  return 0;
}

}  // namespace
}  // namespace dropscope::bench

int main(int count, char** words) {
  const auto options = dropscope::bench::read_words(count, words);
  try {
    return dropscope::bench::run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dropscope_bench: %s\n", error.what());
    return 1;
  }
}
