#include "app/scene/study_view.h"

namespace dropscope {

void set_trials(StudyView& view, std::span<const Trial> trials) {
  ++view.version;
  view.table = seed_table(view.study, trials);
  view.trained.assign(view.study.runs.size(), 0);
  for (const Trial& trial : trials) ++view.trained[trial.run];
  view.loss.clear();
  view.accuracy.clear();
  for (std::size_t run = 0; run < view.study.runs.size(); ++run) {
    view.loss.push_back(band_of(view.study, trials, run, Curve::ValidationLoss));
    view.accuracy.push_back(band_of(view.study, trials, run, Curve::ValidationAccuracy));
  }
}

}  // namespace dropscope
