// dropscope render --mode compare: several runs trained to one tick, then drawn side by side.
#pragma once
#include "app/cli/options.h"
#include "app/cli/picture.h"
#include "core/study/study.h"

namespace dropscope::cli {

// The runs that the words ask for: 1 to 4, of one kind of data, all with the base run's number of ticks. Without --run
// and --variants the run without dropout, then the base run. Throws InputError.
std::vector<StudyRun> runs_to_draw(const RenderWords& words, const RunSpec& base);

// In panes, bands and table alike: a name that says what the run does says it with this p; a person's own stays.
void name_as_shown(Study& study, const RunSpec& base, RateNaming naming);

// Returns the exit code.
int render_comparison(const RenderWords& words, const RunSpec& base, const PictureWords& picture);

}  // namespace dropscope::cli
