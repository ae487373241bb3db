#include "app/cli/asked_run.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "app/cli/console.h"
#include "core/base/check.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

constexpr std::int64_t kMostTicks = 1'000'000'000'000;
constexpr double kLargestInput = 1e30;

template <class T>
std::string shortest(T value) {
  if (!std::isfinite(value)) return {};
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::vector<float> point_of(const std::string& text, const Dataset& data) {
  std::vector<float> point;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    point.push_back(
        float(parse_real(std::string_view(text).substr(begin, end - begin), -kLargestInput, kLargestInput, "--point")));
    begin = end + 1;
  }
  if (point.size() != std::size_t(data.inputs))
    throw InputError("--point",
                     std::to_string(data.inputs) + " numbers for the " + std::to_string(data.inputs) + " inputs",
                     std::to_string(point.size()));
  return point;
}

// Without words the first validation example.
void choose_probe(const AskWords& words, AskedRun& run) {
  if (words.point) {
    run.probe = point_of(*words.point, *run.data);
    return;
  }
  const Split& split = run.data->validation;
  if (split.count == 0) throw InputError("--probe", "validation examples", "none");
  run.example = words.probe ? std::size_t(parse_integer(*words.probe, 0, std::int64_t(split.count) - 1, "--probe")) : 0;
  const auto begin = split.x.begin() + std::ptrdiff_t(*run.example * std::size_t(run.data->inputs));
  run.probe.assign(begin, begin + run.data->inputs);
}

}  // namespace

int number_or(const std::optional<std::string>& text, int otherwise, int least, int most, const std::string& option) {
  return text ? int(parse_integer(*text, least, most, option)) : otherwise;
}

AskedRun train_and_choose(const RunSpec& spec, const AskWords& words, ProgressBar& bar,
                          const std::function<void(const Network<float>&)>& check) {
  if (words.probe && words.point) throw InputError("--probe and --point", "one of the two", "both");
  const std::int64_t ticks = words.ticks ? parse_integer(*words.ticks, 0, kMostTicks, "--ticks") : spec.ticks;
  AskedRun run;
  run.data = load_data(spec, bar);
  choose_probe(words, run);
  run.trainer = std::make_unique<Trainer>(spec, run.data);
  if (check) check(run.trainer->network());
  run.record = train(*run.trainer, ticks, {bar, false});
  return run;
}

bool can_be_asked(const AskedRun& run) {
  if (!run.record.diverged.empty()) print_error(run.record.diverged);
  if (run.record.interrupted) print_error("interrupted at tick " + std::to_string(run.record.tick));
  return run.record.diverged.empty() && !run.record.interrupted;
}

std::string asked_heading(const AskedRun& run) {
  const Dataset& data = *run.data;
  std::string text = one_line(data.name, 80) + ", tick " + std::to_string(run.record.tick) + ": validation loss ";
  char number[40];
  std::snprintf(number, sizeof number, "%.4f", double(run.record.final_metrics.validation_loss));
  text += number;
  if (!run.record.stopped.empty()) text += " (" + run.record.stopped + ")";
  text += run.example ? "\nAsked about validation example " + std::to_string(*run.example) : "\nAsked about the point";
  constexpr std::size_t kListed = 4;
  for (std::size_t k = 0; k < run.probe.size() && run.probe.size() <= kListed; ++k) {
    std::snprintf(number, sizeof number, "%.4g", double(run.probe[k]));
    text += (k ? ", " : ": ") + std::string(number);
  }
  if (run.example && !data.validation.label.empty() && data.rows() == 1)
    text += " (" + output_name(data, std::size_t(std::max(0, data.validation.label[*run.example]))) + ")";
  return text + "\n";
}

std::string output_name(const Dataset& data, std::size_t output) {
  const std::size_t outputs = std::size_t(data.outputs);
  std::string name;
  if (output % outputs < data.output_names.size())
    name = one_line(data.output_names[output % outputs], 24);
  else
    name = (data.task == Task::Classification ? "class " : "output ") + std::to_string(output % outputs);
  return data.rows() > 1 ? "step " + std::to_string(output / outputs + 1) + " " + name : name;
}

std::string csv_number(double value) { return shortest(value); }
std::string csv_number(float value) { return shortest(value); }

std::string table_number(double value) {
  char text[48];
  if (!std::isfinite(value)) return "           -";
  std::snprintf(text, sizeof text, std::abs(value) < 1e5 ? "%12.6f" : "%12.4e", value);
  return text;
}

}  // namespace dropscope::cli
