// The run's whole branch as a strip: its loss, where the walk stands, what was done by hand, bookmarks, and where other
// branches leave. A pure function; the panel adds the controls.
#pragma once
#include "app/scene/card.h"
#include "app/scene/walk.h"

namespace dropscope {

struct TimelineMark {
  enum class Kind : std::uint8_t { Pin, Bookmark, Fork };
  Kind kind = Kind::Pin;
  Rect rect;
  std::string text;  // for a tooltip
  Moment at;         // where a click goes
  int index = 0;     // Bookmark, Fork: into the view's list
};

struct TimelinePicture {
  DisplayList list;
  Rect track;  // from tick 0 at its left edge to the newest at its right
  std::vector<TimelineMark> marks;
};

// `cursor`: where the walk stands, or is asked to go. Pins at the same place are one mark.
TimelinePicture build_timeline(const Snapshot& snapshot, const Walk& walk, Moment cursor, Rect area,
                               const CardStyle& style);
// The tick under a point of the track, from 0 to the newest.
std::int64_t tick_at(const Walk& walk, const Rect& track, float x);
// "newest step", "12 steps back in time", "before the first step".
std::string timeline_words(const Walk& walk);
// What going back costs in memory, and how far apart its checkpoints lie: the lines of a tooltip.
std::vector<std::string> memory_words(const TimelineView& view);

}  // namespace dropscope
