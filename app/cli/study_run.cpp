#include "app/cli/study_run.h"

#include <ctime>

#include "app/cli/interrupt.h"
#include "core/session/study_runner.h"

namespace dropscope::cli {
namespace {

constexpr timespec kLook = {0, 50'000'000};  // 50 ms between two looks
constexpr std::uint64_t kFineness = 100000;

}  // namespace

StudyOutcome run_study(const Study& study, int jobs, const std::vector<std::size_t>& only, bool keep_curves,
                       ProgressBar& bar) {
  const InterruptWatch interrupt;
  StudyRunnerOptions options;
  options.jobs = jobs;
  options.keep_curves = keep_curves;
  StudyRunner runner(study, options, only);
  StudyOutcome outcome;
  StudyProgress progress;
  while (!(progress = runner.progress()).finished) {
    if (interrupt.seen() && !outcome.interrupted) {
      outcome.interrupted = true;
      runner.cancel();
    }
    const std::string what = std::to_string(progress.total) + (progress.total == 1 ? " training" : " trainings");
    bar.progress(what, std::uint64_t(progress.share * double(kFineness)), kFineness);
    nanosleep(&kLook, nullptr);  // Ctrl-C ends it early
  }
  runner.wait();
  bar.hide();
  outcome.failed = progress.failed;
  outcome.trials = runner.trials();
  outcome.asked = progress.total;
  return outcome;
}

std::string interrupted_text(const StudyOutcome& outcome) {
  return "interrupted: " + std::to_string(outcome.trials.size()) + " of " + std::to_string(outcome.asked) +
         " trainings are done";
}

}  // namespace dropscope::cli
