// Ensemble mode as one still picture for a slide: the network, and beside it a topic's cards.
#pragma once
#include "app/scene/answers/sheet.h"

namespace dropscope {

// `answer` has the parts that the topic shows, and its run; `snapshot` is that run's, with data and probe. For any size
// from 1280 x 720 on; every number comes from the two. `pruned`: the share of weights that the curves are read at.
DisplayList build_ensemble_picture(const EnsembleAnswer& answer, const Snapshot& snapshot, const AnswerSheet& sheet,
                                   ThemeId theme, int width, int height, const TextMeasure& measure,
                                   RateNaming naming = RateNaming::Drop, double pruned = 0);

}  // namespace dropscope
