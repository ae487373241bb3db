// What the masks of two runs have in common. Runs share their random numbers, so that of two rates of one variant the
// higher drops all that the lower does. Nothing here assumes it: what is said is counted from the masks that were used.
#pragma once
#include <optional>

#include "app/scene/compare/run_view.h"
#include "app/scene/network_scene.h"

namespace dropscope {

// Gates of the example shown, over all sites where both runs have masks of the same elements.
struct MaskMeeting {
  std::uint64_t both = 0;       // dropped in both
  std::uint64_t here = 0;       // dropped here alone
  std::uint64_t reference = 0;  // dropped in the reference alone
  bool same_variant = true;     // at every one of these sites
  bool same_rates = true;
  const char* of = "units";     // what was counted
};
// Nothing where the two do not show the same tick, example and phase, or have no masks of zeros to compare.
std::optional<MaskMeeting> meet(const Snapshot& run, const Snapshot& reference);
// Whether that is ever so: both have noise of zeros on the same elements. Does not change from step to step.
bool can_meet(const Snapshot& run, const Snapshot& reference);
// The run whose masks those of `run` are held against: of the same variant with the nearest lower rate, so that the
// sets dropped are nested; else one of equal rates before it; else the first run, where the two have masks to compare.
std::optional<std::size_t> mask_partner(RunViews runs, std::size_t run);
// For runs of one variant, longest first: "drops all 7 units that A drops, and 3 more"; what is so otherwise where they
// are not nested. Empty where the variants differ.
std::vector<std::string> meeting_words(const MaskMeeting& meeting, const std::string& reference);

// Marks on the run's network: filled, pointing down where a unit is dropped here and not in the reference; hollow,
// pointing up where it is the other way round. Shapes, so that they are told apart in grey.
DisplayList build_meeting_marks(const Snapshot& run, const Snapshot& reference, const NetworkLayout& layout,
                                const SceneStyle& style);
// What the two marks mean, in one line; nothing where there are none. `letter`: of the reference.
DisplayList build_meeting_legend(const Snapshot& run, const Snapshot& reference, const std::string& letter, Rect row,
                                 const CardStyle& style, const TextMeasure& measure);

}  // namespace dropscope
