// A table of one's own. Rows are dealt to training and validation by seed; inputs (and the target of a
// regression) are standardised by what the training rows alone know, as an honest held-out set demands.
#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/data/byte_source.h"
#include "core/data/choice.h"
#include "core/data/csv.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Path, DataOption::LabelColumn, DataOption::Count,
                                   DataOption::LabelNoise};

struct Deal {
  std::vector<std::uint32_t> train, validation;
};

// Training takes from the front of one permutation, validation from its back, so changing the number of
// training rows does not change validation. 0 means what the other leaves; 0 and 0 mean four fifths and
// one fifth.
Deal deal(std::size_t rows, const DataSpec& spec, std::uint64_t seed) {
  std::size_t train = std::size_t(spec.train), validation = std::size_t(spec.validation);
  const std::string most = "at most " + std::to_string(rows) + " rows in all, as the file has, and one for each";
  if (validation == 0 && train == 0) validation = std::max<std::size_t>(1, (rows + 2) / 5);
  if (validation == 0 && train < rows) validation = rows - train;
  if (train == 0 && validation < rows) train = rows - validation;
  if (train == 0 || validation == 0 || train + validation > rows)
    throw InputError("data.train and data.validation", most + " (0 = as many as there are)",
                     std::to_string(spec.train) + " and " + std::to_string(spec.validation));
  std::vector<std::uint32_t> order(rows);
  for (std::size_t i = 0; i < rows; ++i) order[i] = std::uint32_t(i);
  shuffle(order, Uniforms({.run_seed = seed}, Stream::Split));
  const auto front = order.begin() + std::ptrdiff_t(train), back = order.end() - std::ptrdiff_t(validation);
  return {{order.begin(), front}, {back, order.end()}};
}

struct Scaling {
  double mean = 0, sd = 0;  // sd 0: constant in training, so it tells nothing and becomes 0
  double operator()(double v) const { return sd > 0 ? (v - mean) / sd : 0; }
};

// Of column c of a row-major table of `width` columns, over the rows given.
Scaling scaling_of(const std::vector<double>& values, std::size_t width, std::size_t c,
                   const std::vector<std::uint32_t>& rows) {
  double lo = values[rows[0] * width + c], hi = lo;
  for (std::uint32_t row : rows) {
    lo = std::min(lo, values[row * width + c]);
    hi = std::max(hi, values[row * width + c]);
  }
  // Asked of the values, not of the variance: rounding gives a constant 0.1 a variance that is not 0.
  if (lo == hi) return {};
  // In units of the largest magnitude, so that squares of 1e300 stay finite.
  const double unit = std::max(std::abs(lo), std::abs(hi));
  double sum = 0, squares = 0;
  for (std::uint32_t row : rows) sum += values[row * width + c] / unit;
  const double mean = sum / double(rows.size());
  for (std::uint32_t row : rows) {
    const double off = values[row * width + c] / unit - mean;
    squares += off * off;
  }
  return {mean * unit, std::sqrt(squares / double(rows.size())) * unit};
}

float scaled(const Scaling& scaling, double value, const CsvTable& table, std::uint32_t row, const std::string& column,
             const std::string& file) {
  const float result = float(scaling(value));
  if (std::isfinite(result)) return result;
  throw InputError(file + " line " + std::to_string(table.line[row]) + " column '" + column + "'",
                   "a value comparable to the other rows'", std::to_string(value));
}

Split make_split(const CsvTable& table, const std::vector<std::uint32_t>& rows, const std::vector<Scaling>& inputs,
                 const Scaling& target, const std::string& file) {
  const std::size_t width = inputs.size();
  Split split;
  split.count = rows.size();
  split.x.resize(rows.size() * width);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t c = 0; c < width; ++c)
      split.x[i * width + c] =
          scaled(inputs[c], table.inputs[rows[i] * width + c], table, rows[i], table.input_names[c], file);
  for (std::uint32_t row : rows) {
    if (table.task == Task::Classification)
      split.label.push_back(table.labels[row]);
    else
      split.target.push_back(scaled(target, table.targets[row], table, row, table.label_name, file));
  }
  return split;
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink* progress);

}  // namespace

extern const DatasetSource kCsv;
constinit const DatasetSource kCsv = {
    .id = "csv",
    .name = "CSV file",
    .one_line = "a table of your own, numbers with a class or a number to predict: see whether dropout helps there",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink* progress) {
  if (spec.path.empty()) throw InputError("data.path", "a CSV file", "nothing");
  const CsvTable table = read_csv(spec.path, spec.label, progress);
  const std::string file = printable(spec.path, 4096);
  const Deal dealt = deal(table.rows, spec, seed);
  const std::size_t width = table.input_names.size();
  std::vector<Scaling> inputs;
  for (std::size_t c = 0; c < width; ++c) inputs.push_back(scaling_of(table.inputs, width, c, dealt.train));
  const bool regression = table.task == Task::Regression;
  const Scaling target = regression ? scaling_of(table.targets, 1, 0, dealt.train) : Scaling{};

  Dataset data;
  data.id = kCsv.id;
  data.name = kCsv.name;
  data.task = table.task;
  data.inputs = int(width);
  data.outputs = regression ? 1 : int(table.class_names.size());
  data.input_names = table.input_names;
  data.output_names = regression ? std::vector{table.label_name + " (standardised)"} : table.class_names;
  data.train = make_split(table, dealt.train, inputs, target, file);
  data.validation = make_split(table, dealt.validation, inputs, target, file);
  return data;
}

}  // namespace
}  // namespace dropscope
