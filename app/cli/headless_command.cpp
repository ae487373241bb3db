// dropscope --headless: what the window is for, as far as that goes without one.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/picture.h"
#include "app/cli/training.h"
#include "app/export/atomic_write.h"
#include "app/export/curves_csv.h"
#include "core/base/check.h"

namespace dropscope::cli {
namespace {

namespace fs = std::filesystem;

// The XDG base directory specification: relative values are ignored.
fs::path data_folder() {
  const auto absolute = [](const char* name) {
    const char* value = std::getenv(name);
    return value && value[0] == '/' ? fs::path(value) : fs::path();
  };
  if (const fs::path data = absolute("XDG_DATA_HOME"); !data.empty()) return data / "dropscope";
  if (const fs::path home = absolute("HOME"); !home.empty()) return home / ".local/share/dropscope";
  throw InputError("HOME", "the path of a folder to write to, in HOME or XDG_DATA_HOME", "neither");
}

fs::path usable_folder() {
  const fs::path folder = data_folder();
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder))
    throw InputError("'" + folder.string() + "'", "a folder, or the right to make one (XDG_DATA_HOME chooses another)",
                     error ? error.message() : "something else");
  return folder;
}

}  // namespace

int run_headless_command(const HeadlessWords& words) {
  const RunSpec spec = spec_from_words(words.run);
  PictureWords look;
  if (words.theme) look.theme = parse_theme(*words.theme, "--theme");
  if (words.size) look.size = parse_size(*words.size, kSmallestPicture, "--size");
  const fs::path folder = usable_folder();
  const std::string stem = spec.scenario + "-seed" + std::to_string(spec.seed);
  const std::string picture = (folder / (stem + ".png")).string(), curves = (folder / (stem + ".csv")).string();
  check_output_path(picture, "the picture");
  check_output_path(curves, "the curves");
  ProgressBar bar(false);
  Trainer trainer(spec, load_data(spec, bar));
  print("Training " + spec.scenario + ", " + std::to_string(spec.ticks) + " updates, seed " +
        std::to_string(spec.seed) + "\n");
  const TrainingRecord record = train(trainer, spec.ticks, {bar, true});
  atomic_write(curves, curves_csv(record.metrics));
  write_explore_picture(trainer, look, picture);
  print("Picture: " + picture + "\nCurves:  " + curves + "\n");
  if (!record.diverged.empty()) print_error(record.diverged);
  if (record.interrupted) print_error("interrupted at tick " + std::to_string(record.tick));
  return record.diverged.empty() && !record.interrupted ? kFine : kFailed;
}

}  // namespace dropscope::cli
