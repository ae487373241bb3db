#include "app/scene/compare/nested_masks.h"

#include <algorithm>
#include <set>

#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr std::size_t kMostMarks = 400;
constexpr float kSmallestMarked = 7;  // pixels of a gate's picture

bool drops(const SiteView& site) { return site.variant && site.variant->gates == Gates::Binary && site.rate > 0; }

// The reference's site of the same elements, null where it has none or where not every element counts.
const SiteView* partner(const SiteView& site, const Snapshot& reference) {
  for (const SiteView& other : reference.sites)
    if (other.site == site.site && other.shape == site.shape && drops(site) && drops(other) &&
        other.total == site.total && std::size_t(site.total) == site.shape.count())
      return &other;
  return nullptr;
}

bool same_moment(const Snapshot& a, const Snapshot& b) {
  return a.tick == b.tick && a.phase == b.phase && a.preview == b.preview && a.example_shown == b.example_shown &&
         !a.eval_view && !b.eval_view;
}

bool has_masks(const SiteView& site) {
  return site.active && site.gate.size() == std::size_t(site.total) && !site.gate.empty();
}

// Calls visit(site index, site, partner) wherever both have masks of the same elements.
template <class Visit>
void each_pair(const Snapshot& run, const Snapshot& reference, Visit&& visit) {
  if (!same_moment(run, reference)) return;
  for (std::size_t s = 0; s < run.sites.size(); ++s) {
    const SiteView* other = partner(run.sites[s], reference);
    if (other && has_masks(run.sites[s]) && has_masks(*other)) visit(int(s), run.sites[s], *other);
  }
}

void add_mark(DisplayList& list, Vec2 at, float size, bool here, const CardStyle& style) {
  const Palette& p = *style.palette;
  // Half the side; the tip is down for a unit that falls out here.
  const float h = size, tip = here ? h : -h;
  const std::vector<Vec2> corners = {{at.x - h, at.y - tip * 0.8f}, {at.x + h, at.y - tip * 0.8f}, {at.x, at.y + tip}};
  std::vector<Vec2> rim;
  for (Vec2 c : corners) rim.push_back(at + (c - at) * 1.45f);
  list.add(draw::Polygon{rim, p.card});
  list.add(draw::Polygon{corners, here ? p.text : p.card});
  list.add(draw::Polyline{corners, std::max(1.0f, 1.6f * style.u), p.text, 0, true});
}

}  // namespace

bool can_meet(const Snapshot& run, const Snapshot& reference) {
  return std::any_of(run.sites.begin(), run.sites.end(),
                     [&](const SiteView& site) { return partner(site, reference) != nullptr; });
}

std::optional<std::size_t> mask_partner(RunViews runs, std::size_t run) {
  const auto there = [&](std::size_t i) { return i < runs.size() && runs[i].snapshot != nullptr; };
  if (!there(run)) return std::nullopt;
  const Snapshot& mine = *runs[run].snapshot;
  std::optional<std::size_t> nearest, equal;
  double nearest_rates = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i == run || !there(i)) continue;
    bool any = false, same_variant = true, none_higher = true, same_rates = true;
    double rates = 0;
    for (const SiteView& site : mine.sites) {
      const SiteView* other = partner(site, *runs[i].snapshot);
      if (!other) continue;
      any = true;
      same_variant = same_variant && other->variant == site.variant;
      none_higher = none_higher && other->rate <= site.rate;
      same_rates = same_rates && other->rate == site.rate;
      rates += other->rate;
    }
    if (!any || !same_variant) continue;
    if (same_rates && i < run && !equal) equal = i;
    if (none_higher && !same_rates && (!nearest || rates > nearest_rates)) nearest = i, nearest_rates = rates;
  }
  if (nearest) return nearest;
  if (equal) return equal;
  if (run > 0 && there(0) && can_meet(mine, *runs[0].snapshot)) return 0;
  return std::nullopt;
}

std::optional<MaskMeeting> meet(const Snapshot& run, const Snapshot& reference) {
  MaskMeeting meeting;
  bool any = false;
  each_pair(run, reference, [&](int, const SiteView& site, const SiteView& other) {
    // Where elements share gates, those are counted; sharing otherwise, the elements.
    const bool tied = site.coins > 0 && site.coins == other.coins && site.gate.size() % std::size_t(site.coins) == 0;
    const std::uint64_t each = tied ? site.gate.size() / std::size_t(site.coins) : 1;
    const char* of = tied || site.coins == other.coins ? count_gates(site).of : "gates";
    if (!any) meeting.of = of;
    if (std::string(meeting.of) != of) meeting.of = "gates";
    any = true;
    std::uint64_t both = 0, here = 0, there = 0;
    for (std::size_t i = 0; i < site.gate.size(); ++i) {
      const bool a = site.gate[i] == 0, b = other.gate[i] == 0;
      both += a && b, here += a && !b, there += b && !a;
    }
    meeting.both += both / each, meeting.here += here / each, meeting.reference += there / each;
    meeting.same_variant = meeting.same_variant && site.variant == other.variant;
    meeting.same_rates = meeting.same_rates && site.rate == other.rate;
  });
  return any ? std::optional(meeting) : std::nullopt;
}

std::vector<std::string> meeting_words(const MaskMeeting& meeting, const std::string& reference) {
  if (!meeting.same_variant) return {};
  const std::uint64_t theirs = meeting.both + meeting.reference, mine = meeting.both + meeting.here;
  const std::string both = count_text(meeting.both), of = std::string(" ") + meeting.of;
  const std::string that = of + " that " + reference + " drops", more = count_text(meeting.here);
  if (mine == 0 && theirs == 0) return {"drops no" + of + " in this step, as " + reference, "drops none"};
  if (theirs == 0)
    return {"drops " + more + of + " in this step, " + reference + " none", "drops " + more + ", " + reference + " 0"};
  if (meeting.reference == 0 && meeting.here == 0)
    return {"drops exactly the " + both + that, "the same " + both + " as " + reference};
  if (meeting.reference == 0)
    return {"drops all " + both + that + ", and " + more + " more",
            "all " + both + " of " + reference + ", " + more + " more", both + " + " + more};
  const std::string part = both + " of the " + count_text(theirs);
  if (meeting.here == 0)
    return {"drops " + part + that + ", and no other", part + " of " + reference + ", no other", part};
  return {"not nested: drops " + part + that + ", and " + more + " others",
          "not nested: " + part + " of " + reference + ", " + more + " others", "not nested"};
}

DisplayList build_meeting_marks(const Snapshot& run, const Snapshot& reference, const NetworkLayout& layout,
                                const SceneStyle& style) {
  DisplayList list;
  if (style.averaging) return list;
  std::size_t count = 0;
  each_pair(run, reference, [&](int s, const SiteView& site, const SiteView& other) {
    std::set<std::pair<float, float>> marked;  // gates that are drawn as one
    for (std::size_t i = 0; i < site.gate.size() && count < kMostMarks; ++i) {
      const bool here = site.gate[i] == 0, there = other.gate[i] == 0;
      if (here == there || !is_of_units(site.kind)) continue;
      const std::optional<Rect> rect = gate_rect(layout, run, {s, std::uint32_t(i)});
      if (!rect || std::min(rect->width(), rect->height()) < kSmallestMarked) continue;
      if (!marked.insert({rect->min.x, rect->min.y}).second) continue;
      const float reach = std::min(rect->width(), rect->height()) / 2,
                  size = std::clamp(reach * 0.36f, 2.6f, 9 * style.u + 2);
      add_mark(list, rect->center() - Vec2{reach * 0.86f, reach * 0.62f}, size, here, {style.palette, style.u});
      ++count;
    }
  });
  return list;
}

DisplayList build_meeting_legend(const Snapshot& run, const Snapshot& reference, const std::string& letter, Rect row,
                                 const CardStyle& style, const TextMeasure& measure) {
  DisplayList list;
  const std::optional<MaskMeeting> meeting = meet(run, reference);
  if (!meeting || meeting->here + meeting->reference == 0 || row.height() <= 0) return list;
  const float size = std::max(13.0f, type_px(*style.palette, style.u, 14)), mark = size * 0.3f, y = row.center().y;
  float x = row.min.x;
  for (const bool here : {true, false}) {
    const std::uint64_t n = here ? meeting->here : meeting->reference;
    if (n == 0) continue;
    const std::string wordings[] = {count_text(n) + (here ? " dropped only here" : " dropped only in " + letter),
                                    count_text(n) + (here ? " only here" : " only in " + letter)};
    const float from = x + 2 * mark + 6 * style.u;
    const std::string text = first_fitting(wordings, row.max.x - from, size, Face::Regular, measure);
    if (text.empty()) return list;
    add_mark(list, {x + mark * 1.2f, y}, mark, here, style);
    list.add(draw::Text{{from, y}, text, size, style.palette->secondary, Face::Regular, HAlign::Left, VAlign::Middle});
    x = from + measure.width(text, size, Face::Regular) + 14 * style.u;
  }
  return list;
}

}  // namespace dropscope
