// dropscope train: a run without a window, for scripts, measurements and proofs of repeatability.
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/json_text.h"
#include "app/cli/run_words.h"
#include "app/cli/training.h"
#include "app/export/atomic_write.h"
#include "app/export/curves_csv.h"
#include "core/base/check.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

constexpr std::int64_t kMostTicks = 1'000'000'000'000, kMostEpochs = 1'000'000'000;

// Wrong words are told before any data is loaded.
struct Length {
  std::int64_t ticks = -1, epochs = -1;  // -1: not asked for
};

Length parse_length(const TrainWords& words) {
  if (words.ticks && words.epochs) throw InputError("--ticks and --epochs", "one of the two", "both");
  Length length;
  if (words.ticks) length.ticks = parse_integer(*words.ticks, 0, kMostTicks, "--ticks");
  if (words.epochs) length.epochs = parse_integer(*words.epochs, 0, kMostEpochs, "--epochs");
  return length;
}

}  // namespace

int run_train_command(const TrainWords& words) {
  RunSpec spec = spec_from_words(words.run);
  const Length length = parse_length(words);
  check_outputs(words.csv, words.json, spec);
  ProgressBar bar(words.quiet);
  const auto data = load_data(spec, bar);
  if (length.ticks >= 0) spec.ticks = length.ticks;
  Trainer trainer(spec, data);
  std::int64_t ticks = spec.ticks;
  if (length.epochs >= 0) {
    if (length.epochs > kMostTicks / trainer.ticks_per_epoch())
      throw InputError("--epochs", "at most 1e12 updates in all", *words.epochs + " epochs");
    ticks = length.epochs * trainer.ticks_per_epoch();
  }
  const TrainingRecord record = train(trainer, ticks, {bar, !words.quiet});
  if (words.csv) atomic_write(*words.csv, curves_csv(record.metrics));
  if (words.json) atomic_write(*words.json, training_json(record));
  if (!record.stopped.empty() && !words.quiet) print(record.stopped + "\n");
  if (!record.diverged.empty()) {
    print_error(record.diverged);
    return kFailed;
  }
  if (record.interrupted) {
    print_error("interrupted at tick " + std::to_string(record.tick) + " of " + std::to_string(ticks));
    return kFailed;
  }
  return kFine;
}

}  // namespace dropscope::cli
