// dropscope render: trains, then draws a view of the run as a file.
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/picture.h"
#include "app/cli/render_compare.h"
#include "app/cli/render_ensemble.h"
#include "app/cli/training.h"
#include "app/export/cairo_painter.h"
#include "core/base/check.h"
#include "core/base/names.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

constexpr std::int64_t kMostTicks = 1'000'000'000'000;

void check_out(const std::string& path) {
  if (path.empty()) throw InputError("--out", "the name of a file ending in .png, .svg or .pdf", "nothing");
  if (!picture_format(path)) throw InputError("--out", "a name ending in .png, .svg or .pdf", "'" + path + "'");
  check_output_path(path, "--out");
}

}  // namespace

int run_render_command(const RenderWords& words) {
  RunSpec spec = spec_from_words(words.run);
  if (words.ticks) spec.ticks = parse_integer(*words.ticks, 0, kMostTicks, "--ticks");
  static constexpr const char* kModes[] = {"explore", "compare", "ensemble"};
  const bool compare = words.mode == kModes[1], ensemble = words.mode == kModes[2];
  if (!compare && !ensemble && words.mode != kModes[0])
    throw InputError("--mode", expected_one_of(words.mode, kModes), "'" + words.mode + "'");
  if (!compare && (!words.runs.empty() || words.variants || words.rates || words.seeds))
    throw InputError("--run, --variants, --rates and --seeds", "--mode compare", "--mode " + words.mode);
  if (!ensemble && (words.topic || words.passes || words.samples || words.members || words.column || words.pruned ||
                    words.probe || words.point))
    throw InputError("--topic, --passes, --samples, --members, --column, --pruned, --probe and --point",
                     "--mode ensemble", "--mode " + words.mode);
  PictureWords picture;
  picture.theme = parse_theme(words.theme, "--theme");
  picture.naming = parse_naming(words.naming, "--naming");
  picture.size = parse_size(words.size,
                            compare    ? kSmallestComparison
                            : ensemble ? kSmallestEnsemble
                                       : kSmallestPicture,
                            "--size");
  picture.eval = words.eval;
  check_out(words.out);
  if (compare) return render_comparison(words, spec, picture);
  if (ensemble) return render_ensemble(words, spec, picture);
  ProgressBar bar(false);
  Trainer trainer(spec, load_data(spec, bar));
  const TrainingRecord record = train(trainer, spec.ticks, {bar, false});
  if (record.interrupted) {
    print_error("interrupted at tick " + std::to_string(record.tick) + "; no picture was written");
    return kFailed;
  }
  write_explore_picture(trainer, picture, words.out);
  if (!record.diverged.empty()) {
    print_error(record.diverged);
    return kFailed;
  }
  return kFine;
}

}  // namespace dropscope::cli
