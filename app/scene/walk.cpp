#include "app/scene/walk.h"

#include <algorithm>

#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

std::vector<TimelineView::BeatView> beats_of_columns(int columns) {
  std::vector<TimelineView::BeatView> beats{{Phase::Batch, -1}, {Phase::Masks, -1}};
  for (int c = 1; c < columns; ++c) beats.push_back({Phase::Forward, c});
  beats.push_back({Phase::Loss, -1});
  for (int c = columns - 1; c > 0; --c) beats.push_back({Phase::Backward, c});
  beats.push_back({Phase::Update, -1});
  return beats;
}

// The beat that a snapshot shows, by its station; -1 where there is none such.
int beat_shown(const Snapshot& snapshot, const std::vector<TimelineView::BeatView>& beats) {
  const bool layered = snapshot.phase == Phase::Forward || snapshot.phase == Phase::Backward;
  const TimelineView::BeatView wanted{snapshot.phase, layered ? snapshot.phase_layer + 1 : -1};
  const auto it = std::find(beats.begin(), beats.end(), wanted);
  return it == beats.end() ? -1 : int(it - beats.begin());
}

}  // namespace

Walk walk_of(const Snapshot& snapshot) {
  Walk walk;
  const TimelineView* timeline = snapshot.timeline.get();
  walk.beats = timeline && !timeline->beats.empty() ? timeline->beats : beats_of_columns(int(snapshot.layers.size()));
  const int count = int(walk.beats.size());
  if (timeline) {
    walk.tick = timeline->tick;
    walk.beat = std::clamp(timeline->beat, 0, count - 1);
    walk.last = std::max(timeline->last_tick, timeline->tick);
    walk.at_tip = timeline->at_tip;
  } else {
    walk.tick = walk.last = snapshot.tick;
    const bool boundary = snapshot.phase == Phase::Update || snapshot.preview;
    walk.beat = boundary ? 0 : beat_shown(snapshot, walk.beats) + 1;
  }
  if (walk.beat > 0) {
    walk.shown = walk.tick;
    walk.current = walk.beat - 1;
  } else if (snapshot.preview || walk.tick == 0) {
    walk.shown = walk.tick;
  } else {
    walk.shown = walk.tick - 1;
    walk.current = count - 1;
  }
  return walk;
}

Moment moment_of(const Walk& walk, std::int64_t tick, int beat) {
  return beat + 1 >= int(walk.beats.size()) ? Moment{tick + 1, 0} : Moment{tick, beat + 1};
}

std::vector<int> parts_of_beat(const Snapshot& snapshot, const Walk& walk) {
  std::vector<int> parts;
  const int column = walk.column();
  if (walk.phase() != Phase::Forward || column < 1 || column >= int(snapshot.layers.size())) return parts;
  const LayerView& layer = snapshot.layers[std::size_t(column)];
  if (layer.z.empty()) return parts;
  parts.push_back(0);
  if (layer.activation != Activation::Identity) parts.push_back(1);
  const SiteView* site = site_of(snapshot, std::size_t(column));
  if (is_noisy(site, layer.units) && !snapshot.eval_view) {
    parts.push_back(2);
    if (site->scale != 1) parts.push_back(3);
  }
  if (parts.size() < 2) parts.clear();
  return parts;
}

std::string beat_title(const Snapshot& snapshot, const TimelineView::BeatView& beat) {
  static constexpr const char* kWords[] = {"batch", "mask", "forward", "loss", "backward", "update"};
  std::string text = kWords[int(beat.phase)];
  if (beat.column >= 0 && beat.column < int(snapshot.layers.size()))
    text += " " + layer_title(snapshot.layers[std::size_t(beat.column)].name);
  return text;
}

std::string beat_short(const Snapshot& snapshot, const TimelineView::BeatView& beat) {
  if (beat.column < 0 || beat.column >= int(snapshot.layers.size())) return beat_title(snapshot, beat);
  return (beat.phase == Phase::Forward ? "fwd " : "bwd ") + layer_title(snapshot.layers[std::size_t(beat.column)].name);
}

std::string beat_numbered(const TimelineView::BeatView& beat) {
  static constexpr const char* kWords[] = {"batch", "mask", "fwd", "loss", "bwd", "update"};
  return std::string(kWords[int(beat.phase)]) + (beat.column >= 0 ? " " + std::to_string(beat.column) : "");
}

}  // namespace dropscope
