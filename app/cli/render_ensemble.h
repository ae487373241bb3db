// dropscope render --mode ensemble: a run trained and asked about one topic, then drawn beside the answer.
#pragma once
#include "app/cli/options.h"
#include "app/cli/picture.h"

namespace dropscope::cli {

// Returns the exit code. Throws InputError, before training.
int render_ensemble(const RenderWords& words, const RunSpec& spec, const PictureWords& picture);

}  // namespace dropscope::cli
