// Examples as plain arrays, and the table of the sources they can come from.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/progress.h"
#include "core/spec/data_form.h"
#include "core/spec/run_spec.h"

namespace dropscope {

enum class Task : std::uint8_t { Classification, Regression };
template <> std::span<const char* const> enum_names<Task>();

// Row-major: example i's inputs are x[i * inputs .. (i + 1) * inputs).
struct Split {
  std::size_t count = 0;
  std::vector<float> x;
  std::vector<std::int32_t> label;  // classification: 0 .. classes-1, -1 = not scored; else empty
  std::vector<float> target;        // regression: count x outputs; else empty
};

struct Dataset {
  std::string id;    // of the source
  std::string name;  // for people
  Task task = Task::Classification;
  int inputs = 0;
  int outputs = 0;   // classes, or number of targets
  std::optional<ImageShape> image;        // set where the inputs are pixels
  // Set where examples are sequences. With label_each_step, label has `steps` entries per example.
  std::optional<SequenceShape> sequence;
  std::vector<std::string> input_names, output_names;
  Split train, validation;
  DataForm form() const { return {inputs, outputs, image, sequence}; }
  // Labels (or rows of targets) per example.
  int rows() const { return sequence && sequence->label_each_step ? sequence->steps : 1; }
};

enum class DataOption : std::uint8_t {
  Count, Noise, LabelNoise, Classes, ImageSize, Pixels, Path, LabelColumn, Steps, Symbols
};
template <> std::span<const char* const> enum_names<DataOption>();

// A source of examples: facts for screens and flags, and one pure function of (spec, seed) or of files.
struct DatasetSource {
  const char* id;
  const char* name;
  const char* one_line;  // what it is good for in teaching dropout
  Task task;
  std::span<const DataOption> options;  // the fields of DataSpec it heeds
  // Makes both splits. Label noise is added afterwards, by make_dataset.
  Dataset (*make)(const DataSpec& spec, std::uint64_t seed, ProgressSink* progress);
};

// In teaching order (datasets.def).
std::span<const DatasetSource* const> all_datasets();
const DatasetSource* find_dataset(std::string_view id);

// The source that reads tables of columns, or the one that reads folders of images.
const DatasetSource& file_source(bool table);

// Turns a run over to files. Coming from a generator it takes all examples there are and flips no labels:
// what was set for drawn points means nothing for someone's own data.
void use_files(RunSpec& spec, const DatasetSource& source, const std::string& path);

// Makes or loads the examples, then flips training labels (classification) or adds noise of the same
// share of the targets' spread (regression) as spec.label_noise says. The result depends on (spec, seed)
// alone. Throws InputError for a bad spec or file; `progress` may be null.
Dataset make_dataset(const DataSpec& spec, std::uint64_t seed, ProgressSink* progress);

}  // namespace dropscope
