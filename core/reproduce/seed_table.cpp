// A published tutorial's table: five epochs of MNIST, with dropout and without. Dropout loses, as it should: five
// epochs of sixty thousand digits are no overfitting.
#include "core/reproduce/training.h"

namespace dropscope {
namespace {

struct Epoch {
  double loss, accuracy;
};
constexpr Epoch kPlain[] = {{.3414, 95.10}, {.1550, 95.00}, {.1131, 96.63}, {.0897, 96.22}, {.0770, 97.25}};
constexpr Epoch kDropout[] = {{.6038, 93.08}, {.3622, 94.32}, {.3123, 94.91}, {.2938, 95.39}, {.2728, 95.80}};

void add_rows(const char* which, std::span<const Epoch> epochs, std::vector<FigureRow>& rows) {
  int number = 0;
  for (const Epoch& e : epochs) {
    const std::string at = std::string(which) + ", epoch " + std::to_string(++number);
    // Two of our runs differ by up to 6 % in loss and by 1.4 points in accuracy.
    rows.push_back({at + ", train loss", "nats", e.loss, "", 0.94 * e.loss, 1.06 * e.loss});
    rows.push_back({at + ", test accuracy", "%", e.accuracy, "", e.accuracy - 1, e.accuracy + 1});
  }
}

std::vector<FigureRow> rows() {
  std::vector<FigureRow> rows;
  add_rows("without dropout", kPlain, rows);
  add_rows("with dropout", kDropout, rows);
  return rows;
}

std::vector<double> measure(const Circumstances& given, std::uint64_t seed) {
  const auto data = reproduction::load_digits(given, PixelRange::MinusOneOne);
  std::vector<double> values;
  for (double rate : {0.0, 0.5}) {
    RunSpec spec = reproduction::classifier({256, 128}, seed, 0);
    spec.network.init = Init::Uniform;
    spec.batch_size = 64;
    spec.dropout.at("hidden1").rate = spec.dropout.at("hidden2").rate = rate;
    const std::int64_t per_epoch = std::int64_t((data->train.count + 63) / 64);
    spec.ticks = 5 * per_epoch;
    spec.evaluate_every = per_epoch;
    spec.evaluate_examples = 10000;
    const auto trainer = reproduction::trained(spec, data, given, rate > 0 ? "with dropout" : "without dropout");
    for (std::size_t e = 1; e <= 5; ++e) {
      const double nan = std::numeric_limits<double>::quiet_NaN();
      const History history = trainer ? trainer->history().view() : History{};
      const bool there = history.count > e;
      values.push_back(there ? double(history[e].train_loss_masked) : nan);
      values.push_back(there ? 100 * double(history[e].validation_accuracy) : nan);
    }
  }
  return values;
}

}  // namespace

extern const Figure kSeedTableFigure;
const Figure kSeedTableFigure = {
    .id = "seed-table",
    .title = "MNIST after one to five epochs, with dropout 0.5 and without",
    .source = "a published tutorial's table: 784-256-128-10, Adam 1e-3, batches of 64, one run",
    .ours = "the same network, first weights, pixels in -1 .. 1, and test set; train loss is the mean over an epoch",
    .time = "about 35 s",
    .needs_data = true,
    .rows = rows,
    .measure = measure,
};

}  // namespace dropscope
