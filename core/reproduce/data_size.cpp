// Figure 10 of the 2014 paper: what dropout gains with few and with many examples.
#include "core/reproduce/training.h"

namespace dropscope {
namespace {

constexpr int kSizes[] = {100, 500, 1000, 5000, 10000, 50000};

std::vector<FigureRow> rows() {
  const double most = std::numeric_limits<double>::infinity();
  std::vector<FigureRow> rows;
  for (int n : kSizes) {
    const std::string at = ", " + std::to_string(n) + " examples";
    rows.push_back({"test error without dropout" + at, "%", std::nullopt, "", -most, most});
    rows.push_back({"test error with dropout" + at, "%", std::nullopt, "", -most, most});
    // Below a tenth of the error nobody can tell a gain from a figure.
    if (n <= 500)
      rows.push_back({"gain" + at, "points", std::nullopt, "no gain", -most, 0.5});
    else
      rows.push_back({"gain" + at, "points", std::nullopt, "a gain", 0, most});
  }
  return rows;
}

std::vector<double> measure(const Circumstances& given, std::uint64_t seed) {
  const auto all = reproduction::load_digits(given, PixelRange::ZeroOne);
  std::vector<double> values;
  for (int n : kSizes) {
    const auto data = reproduction::some_of(*all, n, seed);
    double error[2];
    for (int k = 0; k < 2; ++k) {
      // Dropout needs about twice the updates.
      RunSpec spec = reproduction::classifier({512, 512}, seed, reproduction::shortened(given, k == 0 ? 1500 : 3000));
      spec.optimizer.schedule = ScheduleKind::Cosine;
      spec.optimizer.schedule_ticks = spec.ticks;
      spec.dropout.at("input").rate = k == 0 ? 0 : 0.2;
      spec.dropout.at("hidden1").rate = spec.dropout.at("hidden2").rate = k == 0 ? 0 : 0.5;
      const auto trainer = reproduction::trained(
          spec, data, given, std::to_string(n) + (k == 0 ? " examples, without dropout" : " examples, with dropout"));
      error[k] = trainer ? reproduction::test_error(*trainer) : std::numeric_limits<double>::quiet_NaN();
    }
    values.insert(values.end(), {error[0], error[1], error[0] - error[1]});
  }
  return values;
}

}  // namespace

extern const Figure kDataSizeFigure;
const Figure kDataSizeFigure = {
    .id = "data-size",
    .title = "What dropout gains, against the number of training examples",
    .source =
        "Srivastava et al., JMLR 15 (2014), figure 10: no gain at 100 and 500, then a gain that grows and declines",
    .ours =
        "784-512-512-10, rates 0.2 and 0.5, Adam 1e-3 falling as a cosine, 1500 updates without and 3000 with dropout "
        "(six epochs of 50,000)",
    .time = "about 2.5 min",
    .needs_data = true,
    .rows = rows,
    .measure = measure,
};

}  // namespace dropscope
