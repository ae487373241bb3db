// dropscope uncertainty: what passes with masks disagree about, on a line, on a plane, or example by example.
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/ensemble_json.h"
#include "app/cli/interrupt.h"
#include "app/cli/run_words.h"
#include "app/cli/uncertainty_text.h"
#include "app/export/atomic_write.h"
#include "core/base/check.h"

namespace dropscope::cli {
namespace {

constexpr int kMostPoints = 1024;  // a side

UncertaintyPlan plan_of(const UncertaintyWords& words) {
  UncertaintyPlan plan;
  plan.passes = number_or(words.passes, 100, 1, 1000, "--passes");
  if (!words.grid) return plan;
  const PixelSize grid = parse_size(*words.grid, {2, 2}, "--grid");
  if (std::max(grid.width, grid.height) > kMostPoints)
    throw InputError("--grid", "at most " + std::to_string(kMostPoints) + " a side", *words.grid);
  plan.columns = grid.width;
  plan.rows = grid.height;
  return plan;
}

}  // namespace

int run_uncertainty_command(const UncertaintyWords& words) {
  const RunSpec spec = spec_from_words(words.ask.run);
  UncertaintyPlan plan = plan_of(words);
  check_outputs(words.ask.csv, words.ask.json, spec);
  ProgressBar bar(words.ask.quiet);
  const AskedRun run = train_and_choose(spec, words.ask, bar);
  if (!can_be_asked(run)) return kFailed;
  plan.classify = run.trainer->classifies();
  const InterruptWatch interrupt;
  const UncertaintyReport report =
      uncertainty_report(model_of(*run.trainer), *run.data, run.probe, plan, [&] { return interrupt.seen(); });
  if (interrupt.seen()) {
    print_error("interrupted; nothing was written");
    return kFailed;
  }
  if (words.ask.csv) atomic_write(*words.ask.csv, uncertainty_csv(report));
  if (words.ask.json) atomic_write(*words.ask.json, uncertainty_json(run, report));
  if (!words.ask.quiet) print(uncertainty_text(run, report));
  return kFine;
}

}  // namespace dropscope::cli
