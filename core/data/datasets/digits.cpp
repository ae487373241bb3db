// Ten digits drawn by core/data/handwriting, as many as asked, in 16 x 16 or 28 x 28 pixels. Example i is
// the digit i mod 10, so every prefix is balanced.
#include "core/data/dataset.h"
#include "core/data/example_draws.h"
#include "core/data/handwriting.h"
#include "core/data/pixels.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::ImageSize, DataOption::Pixels, DataOption::Noise,
                                   DataOption::LabelNoise};
constexpr int kClasses = 10;
constexpr std::size_t kStep = 8192;  // digits between two words of progress, some tenths of a second

Split make_split(std::size_t count, Part part, const DataSpec& spec, std::uint64_t seed, ProgressSink* progress) {
  const std::size_t inputs = std::size_t(spec.image_size) * std::size_t(spec.image_size);
  const std::array<float, 256> table = pixel_table(spec.pixels);
  Split split;
  split.count = count;
  split.x.resize(count * inputs);
  split.label.resize(count);
  std::vector<std::uint8_t> pixels(inputs);
  for (std::size_t i = 0; i < count; ++i) {
    const int digit = int(i % kClasses);
    draw_digit(digit, spec.noise, example_draws(seed, part, i), spec.image_size, pixels);
    for (std::size_t k = 0; k < inputs; ++k) split.x[i * inputs + k] = table[pixels[k]];
    split.label[i] = digit;
    if (progress != nullptr && (i + 1) % kStep == 0) progress->progress("Drawing digits", i + 1, count);
  }
  return split;
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink* progress);

}  // namespace

extern const DatasetSource kDigits;
constinit const DatasetSource kDigits = {
    .id = "digits",
    .name = "Drawn digits",
    .one_line =
        "handwritten digits made on the spot: real pictures without a download, few enough to overfit and as "
        "many as you like to cure it",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink* progress) {
  Dataset data;
  data.id = kDigits.id;
  data.name = kDigits.name;
  data.task = Task::Classification;
  data.image = ImageShape{spec.image_size, spec.image_size, 1};
  data.inputs = spec.image_size * spec.image_size;
  data.outputs = kClasses;
  data.input_names = pixel_names(spec.image_size, spec.image_size);
  for (int c = 0; c < kClasses; ++c) data.output_names.push_back(std::to_string(c));
  data.train = make_split(std::size_t(spec.train), Part::Train, spec, seed, progress);
  data.validation = make_split(std::size_t(spec.validation), Part::Validation, spec, seed, progress);
  return data;
}

}  // namespace
}  // namespace dropscope
