#include "app/cli/training.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "core/session/thread_clock.h"

namespace dropscope::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

// What the trainer would have noted, had the last tick been one that it evaluates. A run that stopped early has the
// weights of an earlier tick by now.
MetricPoint metrics_now(const Trainer& trainer) {
  const bool noted = trainer.history().count() && trainer.history().back().tick == trainer.tick();
  return noted && !trainer.stopped() ? trainer.history().back() : trainer.measure();
}

// Nine characters, whatever the number: a run that goes astray must not tear the table apart.
std::string loss_cell(float value, bool sign = false) {
  if (!std::isfinite(value)) return "         -";
  char text[40];
  const bool small = std::abs(value) < 1000;
  const char* format = sign ? (small ? " %+9.4f" : " %+9.2e") : (small ? " %9.4f" : " %9.2e");
  std::snprintf(text, sizeof text, format, double(value));
  return text;
}

std::string percent_cell(float share) {
  char text[40];
  if (!std::isfinite(share)) return "         -";
  std::snprintf(text, sizeof text, " %7.2f %%", 100.0 * double(share));
  return text;
}

// Prints some twenty lines of a run that may have thousands of evaluations.
class Table {
 public:
  Table(const TrainingOutput& output, std::int64_t ticks, bool accuracies)
      : output_(output), apart_(std::max<std::int64_t>(1, ticks / 20)), accuracies_(accuracies) {
    put(table_head(accuracies));
  }
  void add(const MetricPoint& point, bool always) {
    if (point.tick == last_ || (!always && point.tick < due_)) return;
    put(table_line(point, accuracies_));
    last_ = point.tick;
    due_ = (point.tick / apart_ + 1) * apart_;
  }

 private:
  void put(const std::string& line) {
    if (!output_.table) return;
    output_.bar.hide();
    print(line);
  }
  const TrainingOutput& output_;
  std::int64_t apart_, due_ = 0, last_ = -1;
  bool accuracies_;
};

struct Speed {
  double seconds = 0;
  std::uint64_t samples = 0;
  double per_second() const { return seconds > 0 ? double(samples) / seconds : 0; }
};

}  // namespace

std::string table_head(bool accuracies) {
  return accuracies ? "     tick     train train off       val train acc   val acc       gap\n"
                    : "     tick     train train off       val       gap\n";
}

std::string table_line(const MetricPoint& point, bool accuracies) {
  char tick[32];
  std::snprintf(tick, sizeof tick, "%9lld", static_cast<long long>(point.tick));
  std::string line = tick;
  for (float loss : {point.train_loss_masked, point.train_loss, point.validation_loss}) line += loss_cell(loss);
  if (accuracies)
    for (float accuracy : {point.train_accuracy, point.validation_accuracy}) line += percent_cell(accuracy);
  return line + loss_cell(gap(point), true) + "\n";
}

std::shared_ptr<const Dataset> load_data(const RunSpec& spec, ProgressBar& bar) {
  auto data = std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, &bar));
  bar.hide();
  return data;
}

TrainingRecord train(Trainer& trainer, std::int64_t ticks, const TrainingOutput& output) {
  TrainingRecord record;
  record.spec = trainer.spec();
  record.spec.ticks = ticks;
  record.inputs = trainer.data().inputs;
  record.outputs = trainer.data().outputs;
  record.train_examples = trainer.data().train.count;
  record.validation_examples = trainer.data().validation.count;
  record.state_hashes.push_back({0, trainer.state_hash()});
  Table table(output, ticks, trainer.classifies());
  table.add(trainer.history().back(), true);
  const InterruptWatch interrupt;
  const auto began = Clock::now();
  const double core_began = thread_seconds();
  Speed bare, all;  // bare: of the ticks that ended without an evaluation
  std::int64_t next_hash = 1;
  auto mark = began;
  while (trainer.tick() < ticks && !interrupt.seen() && trainer.advance(Granularity::Tick)) {
    const auto now = Clock::now();
    const bool evaluated = trainer.history().back().tick == trainer.tick();
    for (Speed* speed : {&bare, &all}) {
      if (speed == &bare && evaluated) continue;
      speed->seconds += std::chrono::duration<double>(now - mark).count();
      speed->samples += trainer.batch_examples().size();
    }
    if (evaluated) table.add(trainer.history().back(), false);
    if (trainer.tick() == next_hash) {
      record.state_hashes.push_back({next_hash, trainer.state_hash()});
      next_hash *= 10;
    }
    output.bar.show("training", trainer.tick(), ticks);
    mark = Clock::now();
  }
  record.seconds = seconds_since(began);
  record.core_seconds = thread_seconds() - core_began;
  record.samples_per_second = bare.samples ? bare.per_second() : all.per_second();
  record.tick = trainer.tick();
  record.interrupted = interrupt.seen();
  if (trainer.divergence()) record.diverged = trainer.divergence()->message;
  if (trainer.stopped()) record.stopped = stopped_text(*trainer.stopped());
  record.final_metrics = metrics_now(trainer);
  record.metrics = trainer.history().view();
  if (record.state_hashes.back().first != record.tick)
    record.state_hashes.push_back({record.tick, trainer.state_hash()});
  table.add(record.final_metrics, true);
  output.bar.hide();
  return record;
}

}  // namespace dropscope::cli
