// Runs beside each other as they really train, for tests of Compare mode's pictures.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/scene/compare/run_view.h"
#include "app/scene/study_view.h"

namespace dropscope {

struct SampleRun {
  std::string neighbour;  // as with_neighbour() names it
  std::optional<double> rate = {};
};
// The first is the reference. Trained once for each list of arguments.
std::vector<RunView> sample_runs(const std::string& scenario, const std::vector<SampleRun>& runs, std::int64_t ticks,
                                 bool eval = false);

// A study of these runs over `seeds` seeds that is done, with made-up curves: run k is 0.05 k better than the first on
// average, with a spread between seeds of about 0.01.
StudyView sample_study(const std::vector<RunView>& runs, int seeds);
// Its trials, run by run, in each the seeds in their order.
std::vector<Trial> sample_trials(const Study& study);

}  // namespace dropscope
