#include "app/cli/run_words.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/base/check.h"
#include "core/base/names.h"
#include "core/data/dataset.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

namespace fs = std::filesystem;

void set_data(RunSpec& spec, const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (path.empty() || !fs::exists(status))
    throw InputError("--data", "a folder with IDX files or a CSV file", "no such path '" + path + "'");
  const bool folder = fs::is_directory(status);
  if (!folder && !fs::is_regular_file(status))
    throw InputError("--data", "a folder with IDX files or a CSV file", "something else at '" + path + "'");
  use_files(spec, file_source(!folder), path);
}

}  // namespace

RunSpec spec_from_words(const RunWords& words) {
  const std::string id = words.scenario.empty() ? all_scenarios().front()->id : words.scenario;
  RunSpec spec = scenario_or_throw(id, "--scenario");
  if (words.data) set_data(spec, *words.data);
  for (const std::string& word : words.sets) {
    const std::size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw InputError("--set", "path=value, such as dropout.rate=0.3", "'" + word + "'");
    set_field(spec, std::string_view(word).substr(0, equals), std::string_view(word).substr(equals + 1), "--set");
  }
  if (words.seed) spec.seed = parse_seed(*words.seed, "--seed");
  validate(spec, "the run");
  return spec;
}

PixelSize parse_size(const std::string& text, PixelSize least, const std::string& where) {
  const std::size_t x = text.find('x');
  if (x == std::string::npos) throw InputError(where, "width x height, such as 1920x1080", "'" + text + "'");
  const std::string_view view = text;
  return {int(parse_integer(view.substr(0, x), least.width, kLargestSide, where + ", the width")),
          int(parse_integer(view.substr(x + 1), least.height, kLargestSide, where + ", the height"))};
}

ThemeId parse_theme(const std::string& name, const std::string& where) {
  if (const Palette* found = find_palette(name)) return found->id;
  std::vector<const char*> names;
  for (const Palette* known : all_palettes()) names.push_back(known->name);
  throw InputError(where, expected_one_of(name, names), "'" + name + "'");
}

RateNaming parse_naming(const std::string& name, const std::string& where) {
  static constexpr const char* kNames[] = {"drop", "keep"};
  if (name == kNames[0]) return RateNaming::Drop;
  if (name == kNames[1]) return RateNaming::Keep;
  throw InputError(where, expected_one_of(name, kNames), "'" + name + "'");
}

void check_output_path(const std::string& path, const std::string& where) {
  if (path.empty()) throw InputError(where, "the name of a file", "nothing");
  if (path.find('\0') != std::string::npos) throw InputError(where, "the name of a file", "a zero byte in it");
  const fs::path file(path);
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (fs::is_directory(status)) throw InputError(where, "the name of a file", "the folder '" + path + "'");
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw InputError(where, "a regular file", "a device, pipe or socket at '" + path + "'");
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, error))
    throw InputError(where, "a file in a folder that exists", "no folder '" + folder.string() + "'");
  if (file.filename().string().size() > 255)
    throw InputError(where, "a file name of at most 255 bytes", std::to_string(file.filename().string().size()));
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    throw InputError(where, "a folder that may be written to", "'" + folder.string() + "' that may not");
}

bool same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  const auto place = [&error](const std::string& path) {
    return fs::weakly_canonical(fs::absolute(path, error), error);
  };
  return place(a) == place(b);
}

void check_outputs(const std::optional<std::string>& csv, const std::optional<std::string>& json, const RunSpec& spec) {
  if (csv) check_output_path(*csv, "--csv");
  if (json) check_output_path(*json, "--json");
  if (csv && json && same_file(*csv, *json)) throw InputError("--json", "another file than --csv", "the same");
  for (const auto& [file, option] : {std::pair{csv, "--csv"}, std::pair{json, "--json"}})
    if (file && !spec.data.path.empty() && same_file(*file, spec.data.path))
      throw InputError(option, "another file than the data", "the same");
}

}  // namespace dropscope::cli
