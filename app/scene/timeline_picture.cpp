#include "app/scene/timeline_picture.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

struct Strip {
  const Walk& walk;
  Rect track;
  float x(double tick) const {
    return track.min.x +
           track.width() * float(std::clamp(tick / double(std::max<std::int64_t>(walk.last, 1)), 0.0, 1.0));
  }
};

// At most a point for each pixel.
std::vector<Vec2> loss_points(const History& history, const Strip& strip, float MetricPoint::*field, double lo,
                              double hi) {
  std::vector<Vec2> points;
  for (std::size_t i = 0; i < history.count; ++i) {
    const MetricPoint& at = history[i];
    const float value = at.*field;
    if (!std::isfinite(value)) continue;
    const float x = strip.x(double(at.tick));
    if (!points.empty() && x - points.back().x < 0.75f && i + 1 < history.count) continue;
    const float share = float(std::clamp((double(value) - lo) / (hi - lo), 0.0, 1.0));
    points.push_back({x, strip.track.max.y - 2 - share * (strip.track.height() - 4)});
  }
  return points;
}

// The part up to `x` in full, the rest faint: what lies ahead of the walk.
void add_curve(DisplayList& list, const std::vector<Vec2>& points, float x, float width, Color color, float dash) {
  std::vector<Vec2> past, ahead;
  for (const Vec2& p : points) (p.x <= x ? past : ahead).push_back(p);
  if (!past.empty() && !ahead.empty()) {
    const Vec2 a = past.back(), b = ahead.front();
    const float share = b.x > a.x ? (x - a.x) / (b.x - a.x) : 0;
    const Vec2 cut{x, a.y + (b.y - a.y) * share};
    past.push_back(cut);
    ahead.insert(ahead.begin(), cut);
  }
  if (past.size() > 1) list.add(draw::Polyline{std::move(past), width, color, dash, false});
  if (ahead.size() > 1) list.add(draw::Polyline{std::move(ahead), width, color.with_alpha(0.35f), dash, false});
}

void add_loss(DisplayList& list, const History& history, const Strip& strip, float cursor, const CardStyle& style) {
  const Palette& p = *style.palette;
  // From the least to the greatest: the shape matters here, the cards have the values.
  double lo = 1e300, hi = 0;
  for (std::size_t i = 0; i < history.count; ++i)
    for (float value : {history[i].train_loss, history[i].validation_loss})
      if (std::isfinite(value)) {
        lo = std::min(lo, double(value));
        hi = std::max(hi, double(value));
      }
  if (hi <= lo) return;
  const float width = std::max(1.0f, 1.6f * style.u);
  add_curve(list, loss_points(history, strip, &MetricPoint::train_loss, lo, hi), cursor, width, p.train, 5 * style.u);
  add_curve(list, loss_points(history, strip, &MetricPoint::validation_loss, lo, hi), cursor, width * 1.4f,
            p.validation, 0);
}

// Pins whose marks would cover each other are one.
void add_pins(TimelinePicture& picture, const TimelineView& view, const Strip& strip, const CardStyle& style) {
  const Palette& p = *style.palette;
  const float half = std::max(4.0f, 6 * style.u), y = picture.track.min.y - half - 1;
  std::vector<TimelineView::Pin> pins = view.pins;
  std::stable_sort(pins.begin(), pins.end(), [](const auto& a, const auto& b) { return a.tick < b.tick; });
  int together = 0;
  for (const TimelineView::Pin& pin : pins) {
    const float x = strip.x(double(pin.tick) + 0.5);
    const std::string text =
        "Step " + count_text(std::uint64_t(std::max<std::int64_t>(pin.tick, 0)) + 1) + ": " + pin.text;
    if (!picture.marks.empty() && picture.marks.back().kind == TimelineMark::Kind::Pin &&
        x - picture.marks.back().rect.center().x < 2 * half) {
      // The tooltip stays readable.
      if (++together < 6) picture.marks.back().text += "\n" + text;
      if (together == 6) picture.marks.back().text += "\n\u2026";
      continue;
    }
    together = 0;
    picture.list.add(
        draw::Polygon{{{x - half, y - half}, {x + half, y - half}, {x, y + half}}, pin.mask ? p.text : p.secondary});
    picture.marks.push_back({TimelineMark::Kind::Pin,
                             {{x - half, y - half}, {x + half, y + half}},
                             text,
                             {pin.tick, std::min(2, int(strip.walk.beats.size()) - 1)},
                             0});
  }
}

void add_forks(TimelinePicture& picture, const TimelineView& view, const Strip& strip, const CardStyle& style) {
  const Palette& p = *style.palette;
  for (std::size_t i = 0; i < view.branches.size(); ++i) {
    const TimelineView::Branch& branch = view.branches[i];
    const bool here = int(i) == view.branch;
    if (branch.parent < 0 || (!here && branch.parent != view.branch)) continue;
    const float x = strip.x(double(branch.fork_tick));
    picture.list.add(draw::Polyline{{{x, picture.track.min.y}, {x, picture.track.max.y}},
                                    std::max(1.0f, 1.5f * style.u),
                                    p.warning,
                                    4 * style.u,
                                    false});
    const float half = std::max(4.0f, 6 * style.u);
    picture.marks.push_back({TimelineMark::Kind::Fork,
                             {{x - half, picture.track.min.y}, {x + half, picture.track.max.y}},
                             (here ? "This branch begins here: " : "Here begins ") + branch.name,
                             {branch.fork_tick, 0},
                             here ? branch.parent : int(i)});
  }
}

// How far the branches that are not shown reach: a tick at the foot of the strip for each.
void add_other_branches(TimelinePicture& picture, const TimelineView& view, const Strip& strip,
                        const CardStyle& style) {
  const float foot = picture.track.max.y, high = 0.3f * picture.track.height();
  for (std::size_t i = 0; i < view.branches.size(); ++i) {
    const TimelineView::Branch& branch = view.branches[i];
    if (int(i) == view.branch || branch.last_tick > strip.walk.last || branch.last_tick <= 0) continue;
    const float x = strip.x(double(branch.last_tick));
    picture.list.add(
        draw::Line{{x, foot - high}, {x, foot}, std::max(1.5f, 2 * style.u), style.palette->warning.with_alpha(0.55f)});
  }
}

void add_bookmarks(TimelinePicture& picture, const TimelineView& view, const Strip& strip, const CardStyle& style) {
  const Palette& p = *style.palette;
  const float size = std::max(6.0f, 11 * style.u);
  for (std::size_t i = 0; i < view.bookmarks.size(); ++i) {
    const TimelineView::Bookmark& mark = view.bookmarks[i];
    const float x = strip.x(double(mark.tick) + double(mark.beat) / double(strip.walk.beats.size()));
    const float y = picture.track.max.y;
    picture.list.add(draw::Line{{x, picture.track.min.y}, {x, y}, std::max(1.0f, style.u), p.focus});
    picture.list.add(draw::Polygon{{{x, y - size}, {x + size, y - size * 0.55f}, {x, y - size * 0.1f}}, p.focus});
    picture.marks.push_back({TimelineMark::Kind::Bookmark,
                             {{x - 2, y - size - 2}, {x + size, y + 2}},
                             mark.name,
                             {mark.tick, mark.beat},
                             int(i)});
  }
}

}  // namespace

TimelinePicture build_timeline(const Snapshot& snapshot, const Walk& walk, Moment cursor, Rect area,
                               const CardStyle& style) {
  TimelinePicture picture;
  const Palette& p = *style.palette;
  const float pins = std::min(area.height() * 0.28f, 16 * style.u);
  picture.track = {{area.min.x, area.min.y + pins}, area.max};
  const Strip strip{walk, picture.track};
  const TimelineView* view = snapshot.timeline.get();
  picture.list.add(draw::Box{picture.track, p.background, p.border.with_alpha(0.6f), 1, 4 * style.u, 0});
  const float x =
      strip.x(double(cursor.tick) + double(cursor.beat) / double(std::max<std::size_t>(walk.beats.size(), 1)));
  add_loss(picture.list, view ? view->history : snapshot.history, strip, x, style);
  if (view) {
    add_other_branches(picture, *view, strip, style);
    add_forks(picture, *view, strip, style);
    add_bookmarks(picture, *view, strip, style);
    add_pins(picture, *view, strip, style);
  }
  // The cursor: a line over the full height with a knob.
  const float knob = std::max(5.0f, 8 * style.u);
  picture.list.add(
      draw::Line{{x, picture.track.min.y}, {x, picture.track.max.y}, std::max(2.0f, 2.5f * style.u), p.text});
  picture.list.add(
      draw::Disc{{x, picture.track.center().y}, knob, p.text, p.background, std::max(1.5f, 2 * style.u), 0});
  return picture;
}

std::int64_t tick_at(const Walk& walk, const Rect& track, float x) {
  if (track.width() <= 0) return 0;
  const double share = std::clamp(double((x - track.min.x) / track.width()), 0.0, 1.0);
  return std::int64_t(std::llround(share * double(walk.last)));
}

std::vector<std::string> memory_words(const TimelineView& view) {
  const auto megabytes = [](std::size_t bytes) { return fixed_text(double(bytes) / double(1 << 20), 1); };
  std::vector<std::string> lines{"Going back in time",
                                 "checkpoints: " + megabytes(view.checkpoint_bytes) + " of " +
                                     megabytes(view.budget_bytes) + " MB",
                                 "at most " + count_text(std::uint64_t(std::max<std::int64_t>(view.oldest_gap, 0))) +
                                     " steps from one to the next"};
  if (view.branches.size() > 1) lines.push_back("branches: " + megabytes(view.branch_bytes) + " MB");
  if (view.over_budget) lines.push_back("states are too large for more: far back takes long");
  return lines;
}

std::string timeline_words(const Walk& walk) {
  if (walk.last <= 0) return "nothing trained yet";
  if (walk.at_tip) return "newest step";
  const std::int64_t back = walk.last - walk.tick;
  if (back <= 0) return "newest step";
  return count_text(std::uint64_t(back)) + (back == 1 ? " step back in time" : " steps back in time");
}

}  // namespace dropscope
