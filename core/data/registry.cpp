#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/check.h"
#include "core/base/names.h"
#include "core/data/byte_source.h"
#include "core/data/dataset.h"
#include "core/data/example_draws.h"
#include "core/data/sequences.h"

namespace dropscope {

#define DATASET(Name) extern const DatasetSource k##Name;
#include "core/data/datasets.def"
#undef DATASET

namespace {

constexpr const DatasetSource* kAll[] = {
#define DATASET(Name) &k##Name,
#include "core/data/datasets.def"
#undef DATASET
};

// Bounds that keep a mistyped count from eating the machine's memory.
constexpr int kMostExamples = 10'000'000;
constexpr std::size_t kMostGenerated = std::size_t{1} << 30;  // bytes of inputs of one generated split

bool heeds(const DatasetSource& source, DataOption option) {
  return std::find(source.options.begin(), source.options.end(), option) != source.options.end();
}

void require(bool good, const char* option, const std::string& expected, const std::string& found) {
  if (!good) throw InputError(option, expected, found);
}

void check_count(const DatasetSource& source, const char* option, int count, const DataSpec& spec) {
  if (heeds(source, DataOption::Path)) {
    require(count >= 0 && count <= kMostExamples, option, "0 (all) to 10000000", std::to_string(count));
    return;
  }
  // Two numbers a step, or a point of the plane.
  const std::size_t inputs = heeds(source, DataOption::ImageSize) ? std::size_t(spec.image_size * spec.image_size)
                             : heeds(source, DataOption::Steps)   ? 2 * std::size_t(spec.steps)
                                                                  : 2;
  const std::size_t most = std::min(std::size_t{kMostExamples}, kMostGenerated / (inputs * sizeof(float)));
  require(count >= 1 && std::size_t(count) <= most, option, "1 to " + std::to_string(most) + " examples",
          std::to_string(count));
}

// Only what the source heeds is checked, so a field that plays no part cannot stop a run.
void check_spec(const DatasetSource& source, const DataSpec& spec) {
  if (heeds(source, DataOption::ImageSize))
    require(spec.image_size == 16 || spec.image_size == 28, "data.image_size", "16 or 28",
            std::to_string(spec.image_size));
  const auto require_in = [](const char* option, int value, int lo, int hi) {
    require(value >= lo && value <= hi, option, std::to_string(lo) + " to " + std::to_string(hi),
            std::to_string(value));
  };
  if (heeds(source, DataOption::Steps)) require_in("data.steps", spec.steps, kFewestSteps, kMostSteps);
  if (heeds(source, DataOption::Symbols)) require_in("data.symbols", spec.symbols, kFewestSymbols, kMostSymbols);
  check_count(source, "data.train", spec.train, spec);
  check_count(source, "data.validation", spec.validation, spec);
  if (heeds(source, DataOption::Noise))
    require(spec.noise >= 0 && spec.noise <= 10, "data.noise", "a number in 0 .. 10", std::to_string(spec.noise));
  if (heeds(source, DataOption::Classes))
    require(spec.classes >= 2 && spec.classes <= 8, "data.classes", "2 to 8", std::to_string(spec.classes));
  require(spec.label_noise >= 0 && spec.label_noise <= 1, "data.label_noise", "a fraction in 0 .. 1",
          std::to_string(spec.label_noise));
}

// One coin per label, so a larger share only ever flips more labels, and the same ones.
void flip_labels(Split& split, int classes, double share, std::uint64_t seed) {
  if (classes < 2) return;
  if (split.count == 0) return;
  const std::size_t rows = split.label.size() / split.count;
  for (std::size_t i = 0; i < split.count; ++i) {
    const Uniforms draws = example_draws(seed, Part::LabelNoise, i);
    for (std::size_t r = 0; r < rows; ++r) {
      std::int32_t& label = split.label[i * rows + r];
      const std::uint32_t element = std::uint32_t(2 * r);
      if (label < 0 || draws.at(element) >= share) continue;
      const int step = 1 + int(draws.below(element + 1, std::uint32_t(classes - 1)));
      label = (label + step) % classes;
    }
  }
}

void shake_targets(Split& split, int outputs, double share, std::uint64_t seed) {
  const std::size_t width = std::size_t(outputs);
  for (std::size_t k = 0; k < width; ++k) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < split.count; ++i) sum += double(split.target[i * width + k]);
    const double mean = sum / double(split.count);
    for (std::size_t i = 0; i < split.count; ++i) {
      const double off = double(split.target[i * width + k]) - mean;
      squares += off * off;
    }
    const double sd = std::sqrt(squares / double(split.count));
    for (std::size_t i = 0; i < split.count; ++i) {
      const double shake = share * sd * example_draws(seed, Part::LabelNoise, i).normal(std::uint32_t(2 + k));
      split.target[i * width + k] = float(double(split.target[i * width + k]) + shake);
    }
  }
}

}  // namespace

template <>
std::span<const char* const> enum_names<Task>() {
  static constexpr std::array names = {"classification", "regression"};
  return names;
}

template <>
std::span<const char* const> enum_names<DataOption>() {
  static constexpr std::array names = {"count",  "noise", "label_noise", "classes", "image_size",
                                       "pixels", "path",  "label",       "steps",   "symbols"};
  return names;
}

std::span<const DatasetSource* const> all_datasets() { return kAll; }

const DatasetSource* find_dataset(std::string_view id) {
  for (const DatasetSource* source : kAll)
    if (id == source->id) return source;
  return nullptr;
}

const DatasetSource& file_source(bool table) {
  for (const DatasetSource* source : kAll)
    if (heeds(*source, DataOption::Path) && heeds(*source, DataOption::LabelColumn) == table) return *source;
  DROPSCOPE_CHECK(!"a source of files");
  return *kAll[0];
}

void use_files(RunSpec& spec, const DatasetSource& source, const std::string& path) {
  const DatasetSource* before = find_dataset(spec.data.dataset);
  if (!before || !heeds(*before, DataOption::Path)) {
    spec.data.train = spec.data.validation = 0;
    spec.data.label_noise = 0;
  }
  if (spec.data.dataset != source.id) spec.scenario.clear();
  spec.data.dataset = source.id;
  spec.data.path = path;
}

Dataset make_dataset(const DataSpec& spec, std::uint64_t seed, ProgressSink* progress) {
  const DatasetSource* source = find_dataset(spec.dataset);
  if (source == nullptr) {
    std::array<const char*, std::size(kAll)> ids{};
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = kAll[i]->id;
    throw InputError("data.dataset", expected_one_of(spec.dataset, ids), "'" + printable(spec.dataset, 64) + "'");
  }
  check_spec(*source, spec);
  Dataset data = source->make(spec, seed, progress);
  if (spec.label_noise > 0) {
    if (data.task == Task::Classification)
      flip_labels(data.train, data.outputs, spec.label_noise, seed);
    else
      shake_targets(data.train, data.outputs, spec.label_noise, seed);
  }
  return data;
}

}  // namespace dropscope
