// A folder with the four MNIST files, plain or gzipped, of digits or of anything else in that form
// (Fashion-MNIST, KMNIST). The official test set is the validation set; the two are never mixed.
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "core/base/check.h"
#include "core/data/byte_source.h"
#include "core/data/choice.h"
#include "core/data/dataset.h"
#include "core/data/idx.h"
#include "core/data/pixels.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Path, DataOption::Count, DataOption::Pixels, DataOption::LabelNoise};
constexpr int kClasses = 10;
// A side this long already means 65,536 inputs.
constexpr std::uint32_t kMostSide = 256;

bool exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 || errno == EACCES;
}

void require_folder(const std::string& path) {
  if (path.empty()) throw InputError("data.path", "a folder with the four MNIST files", "nothing");
  const std::string name = printable(path, 4096);
  if (path.find('\0') != std::string::npos) throw InputError(name, "a path without a NUL byte", "one");
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    throw InputError(name, "a folder with the four MNIST files", std::strerror(errno));
  if (!S_ISDIR(info.st_mode))
    throw InputError(name, "a folder with the four MNIST files", "something that is no folder");
}

// The path of a file under its usual names: train-images-idx3-ubyte or train-images.idx3-ubyte, as it is
// or with .gz; the unpacked one wins.
std::string locate(const std::string& folder, const std::string& stem, const std::string& suffix) {
  for (const char* joint : {"-", "."})
    for (const char* packed : {"", ".gz"})
      if (std::string path = folder + "/" + stem + joint + suffix + packed; exists(path)) return path;
  throw InputError(printable(folder, 4096), stem + "-" + suffix + " or " + stem + "-" + suffix + ".gz", "neither");
}

struct Labelled {
  IdxArray images, labels;
};

// The small file first: what is wrong with it or with the counts costs no inflating of images.
Labelled read_pair(const std::string& folder, const std::string& stem, ProgressSink* progress) {
  const std::string label_path = locate(folder, stem + "-labels", "idx1-ubyte");
  const std::string image_path = locate(folder, stem + "-images", "idx3-ubyte");
  Labelled pair;
  pair.labels = read_idx(label_path, {.dimensions = 1, .what = "labels"}, nullptr);
  for (std::size_t i = 0; i < pair.labels.bytes.size(); ++i)
    if (pair.labels.bytes[i] >= kClasses)
      throw InputError(printable(label_path, 4096) + " (byte " + std::to_string(8 + i) + ")", "a label of 0 to 9",
                       std::to_string(pair.labels.bytes[i]));
  pair.images = read_idx(image_path, {.dimensions = 3, .what = "images", .count = pair.labels.sizes[0]}, progress);
  const auto& sizes = pair.images.sizes;
  if (sizes[1] > kMostSide || sizes[2] > kMostSide)
    throw InputError(printable(image_path, 4096) + " (byte 8)", "images of at most 256 x 256 pixels",
                     std::to_string(sizes[1]) + " x " + std::to_string(sizes[2]));
  return pair;
}

Split make_split(const Labelled& pair, int wanted, std::uint64_t seed, Part part, const char* option,
                 PixelRange range) {
  const std::vector<std::uint32_t> rows = choose_examples(pair.labels.bytes.size(), wanted, seed, part, option);
  const std::size_t inputs = std::size_t(pair.images.sizes[1]) * pair.images.sizes[2];
  const std::array<float, 256> table = pixel_table(range);
  Split split;
  split.count = rows.size();
  split.x.resize(rows.size() * inputs);
  split.label.resize(rows.size());
  float* out = split.x.data();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint8_t* pixels = pair.images.bytes.data() + std::size_t(rows[i]) * inputs;
    for (std::size_t k = 0; k < inputs; ++k) *out++ = table[pixels[k]];
    split.label[i] = pair.labels.bytes[rows[i]];
  }
  return split;
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink* progress);

}  // namespace

extern const DatasetSource kMnist;
constinit const DatasetSource kMnist = {
    .id = "mnist",
    .name = "MNIST files",
    .one_line =
        "70,000 handwritten digits from the four files you have: the set of the original dropout papers, so "
        "their figures can be checked",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink* progress) {
  require_folder(spec.path);
  Dataset data;
  // The test pair is the smaller: whatever is missing or damaged there is told before the long read.
  std::vector<std::uint32_t> test_sizes;
  {
    const Labelled test = read_pair(spec.path, "t10k", progress);
    test_sizes = test.images.sizes;
    data.validation = make_split(test, spec.validation, seed, Part::Validation, "data.validation", spec.pixels);
  }
  const Labelled train = read_pair(spec.path, "train", progress);
  const auto& sizes = train.images.sizes;
  if (sizes[1] != test_sizes[1] || sizes[2] != test_sizes[2])
    throw InputError(printable(spec.path, 4096),
                     "training images of " + std::to_string(test_sizes[1]) + " x " + std::to_string(test_sizes[2]) +
                         " pixels, as the test images have",
                     std::to_string(sizes[1]) + " x " + std::to_string(sizes[2]));
  data.train = make_split(train, spec.train, seed, Part::Train, "data.train", spec.pixels);
  data.id = kMnist.id;
  data.name = kMnist.name;
  data.task = Task::Classification;
  data.image = ImageShape{int(sizes[1]), int(sizes[2]), 1};
  data.inputs = data.image->rows * data.image->cols;
  data.outputs = kClasses;
  data.input_names = pixel_names(data.image->rows, data.image->cols);
  for (int c = 0; c < kClasses; ++c) data.output_names.push_back(std::to_string(c));
  return data;
}

}  // namespace
}  // namespace dropscope
