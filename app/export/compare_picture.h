// Compare mode as one still picture for a slide: a pane for each run, their curves and the table.
#pragma once
#include "app/scene/compare/run_view.h"
#include "app/scene/rate_naming.h"
#include "app/scene/study_view.h"

namespace dropscope {

// `runs` with snapshots, at least one. `study` may be null. For any size from 960 x 540 on; every number comes from the
// snapshots and the study.
DisplayList build_compare_picture(RunViews runs, const StudyView* study, ThemeId theme, int width, int height,
                                  const TextMeasure& measure, RateNaming naming = RateNaming::Drop);

}  // namespace dropscope
