// Step mode: walks through updates, masks by hand, examples, bookmarks, branches.
#include <algorithm>

#include "app/scene/before_step.h"
#include "app/scene/gate_words.h"
#include "app/scene/noise_words.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/state/places.h"
#include "app/state/reduce_scope.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

void seek(Scope& s, Moment to) {
  pause(s);
  s.state.document().seeking = to;
  s.send(command::SeekTo{to.tick, to.beat});
}

// Several may be pressed before the first is answered, so they are asked for relative to where the walk then is.
void step(Scope& s, Granularity size, int sign) {
  const std::int64_t n = s.has(0) ? s.integer(0, 1, 1'000'000'000) : 1;
  pause(s);
  s.state.document().seeking.reset();
  s.send(command::StepBy{sign * n, size});
}

// One part of a forward beat further, or the next beat; backwards the same.
void sub_beat(Scope& s, int by) {
  pause(s);
  const Walk walk = walk_of(s.snapshot);
  const std::vector<int> parts = parts_of_beat(s.snapshot, walk);
  SubBeat& shown = s.state.transient.sub_beat;
  if (s.has(0)) {
    const int wanted = int(s.integer(0, -1, 3));
    if (wanted >= 0 && std::find(parts.begin(), parts.end(), wanted) == parts.end())
      return notify(s.state, "There is no such part in this phase");
    shown = {walk.shown, walk.current, wanted};
    return;
  }
  const int part = sub_beat_shown(s.state, walk);
  auto at = std::find(parts.begin(), parts.end(), part) - parts.begin();
  const auto count = std::ssize(parts);
  // The whole beat is what its last part shows.
  if (at == count) at = by > 0 ? -1 : count - 1;
  at += by;
  if (at >= 0 && at < count) {
    shown = {walk.shown, walk.current, parts[std::size_t(at)]};
    return;
  }
  s.state.document().seeking.reset();
  s.send(command::StepBy{by, Granularity::Phase});
  // A forward beat that follows begins with its sum.
  const int next = walk.current + by;
  shown = {};
  if (by > 0 && next < int(walk.beats.size()) && walk.beats[std::size_t(next)].phase == Phase::Forward)
    shown = {walk.shown, next, 0};
}

// The gate that D and L act on, or a sentence why there is none.
std::optional<GateRef> chosen_gate(Scope& s, std::size_t argument) {
  if (s.has(argument)) {
    const int site = find_site(s.snapshot, s.text(argument));
    if (site < 0) throw InputError(s.where(), "a site of this network", "'" + s.text(argument) + "'");
    if (!s.has(argument + 1)) throw InputError(s.where(), "an element of the site", "nothing");
    const auto count = std::int64_t(element_count(s.snapshot.sites[std::size_t(site)]));
    const std::int64_t last = std::max<std::int64_t>(count - 1, 0);
    const GateRef gate{site, std::uint32_t(s.integer(argument + 1, 0, last))};
    if (!has_effect(s.snapshot, gate))
      throw InputError(s.where(), "a key that the query sees (none after it: the attention is causal)",
                       gate_title(s.snapshot.sites[std::size_t(site)], gate.element));
    return gate;
  }
  const Selection& selection = s.state.selection;
  if (selection.gate && site_at(s.snapshot, *selection.gate)) return selection.gate;
  if (selection.layer < 0)
    notify(s.state, "Select a unit first: click it, or press I and walk with the arrows");
  else if (const std::string name = layer_title(s.snapshot.layers[std::size_t(selection.layer)].name);
           selection.layer + 1 == int(s.snapshot.layers.size()))
    notify(s.state, "Nothing is ever dropped from the outputs");
  else
    notify(s.state, name + " has no mask on its units; G walks to the gates inside");
  return std::nullopt;
}

bool masks_shown(const Snapshot& snapshot) {
  return std::any_of(snapshot.sites.begin(), snapshot.sites.end(), [](const SiteView& s) { return !s.gate.empty(); });
}

// Whether the gate stands open now; says why not if that is not known.
std::optional<bool> is_open(Scope& s, const SiteView& site, std::uint32_t element) {
  if (s.snapshot.eval_view)
    notify(s.state, "The eval view has no masks: T shows the train view");
  else if (s.snapshot.preview && site.active && !masks_shown(before_step(s.snapshot)))
    notify(s.state, "The step has not begun: its masks are drawn in the mask phase (PgDn twice)");
  else if (const auto value = gate_value(site, element))
    return *value != 0;
  else if (!is_at_work(&site) || !site.active)
    return true;
  else if (is_drawn(site))
    notify(s.state, "Too many weights to show one by one");
  else if (is_drawn_late(site))
    notify(s.state,
           "The mask of " + layer_title(site.site) + " depends on its sums: its forward phase draws it (PgDn)");
  else
    notify(s.state, "The masks of this step are drawn in the next phase (PgDn)");
  return std::nullopt;
}

void gate(Scope& s) {
  const bool explicitly = s.intent.action == ActionId::Gate;
  const std::optional<GateRef> ref = chosen_gate(s, explicitly ? 0 : 2);
  if (!ref) return;
  const SiteView& site = s.snapshot.sites[std::size_t(ref->site)];
  const std::string what = explicitly && s.has(2) ? s.text(2) : "toggle";
  std::optional<bool> keep;
  if (what == "drop" || what == "keep")
    keep = what == "keep";
  else if (what != "toggle")
    throw InputError(s.where(), "drop, keep or toggle", "'" + what + "'");
  else if (const std::optional<bool> open = is_open(s, site, ref->element))
    keep = !*open;
  if (!keep) return;
  pause(s);
  if (!*keep && site.variant->gates == Gates::Real)
    notify(s.state, std::string(site.variant->name) + ": dropped by hand means a factor of 0");
  s.send(command::SetGate{site.site, ref->element, site.shared ? -1 : s.snapshot.row, *keep});
}

void lock(Scope& s) {
  const std::optional<GateRef> ref = chosen_gate(s, 0);
  if (!ref) return;
  const SiteView& site = s.snapshot.sites[std::size_t(ref->site)];
  const std::string title = gate_title(site, ref->element);
  if (is_locked(site, ref->element)) {
    pause(s);
    for (std::uint32_t element : site.locked)
      if (coin_of(site, element) == coin_of(site, ref->element)) {
        s.send(command::ReleaseGate{site.site, element});
        break;
      }
    return notify(s.state, title + ": released");
  }
  const std::optional<bool> open = is_open(s, site, ref->element);
  if (!open) return;
  pause(s);
  s.send(command::LockGate{site.site, ref->element, *open});
  notify(s.state, title + ": " + gate_word(site, *open ? 1 : 0) + " in every example and step until released");
}

void select_gate(Scope& s) {
  const std::optional<GateRef> ref = chosen_gate(s, 0);
  Selection& selection = s.state.selection;
  const int layers = int(s.snapshot.layers.size());
  for (int l = 0; l < layers; ++l) {
    const LayerView& layer = s.snapshot.layers[std::size_t(l)];
    if (layer.site == ref->site && int(ref->element) < layer.units) {
      selection.layer = l;
      selection.unit = int(ref->element);
    } else if (std::find(layer.inner_sites.begin(), layer.inner_sites.end(), ref->site) != layer.inner_sites.end()) {
      selection.layer = l;
      selection.unit = -1;
    }
  }
  selection.gate = ref;
}

// The sites whose gates are no units, from the column selected on, all round.
std::vector<std::pair<int, int>> inner_gates(const Scope& s) {
  std::vector<std::pair<int, int>> found;  // column, site
  const int layers = int(s.snapshot.layers.size()), from = std::max(s.state.selection.layer, 0);
  for (int i = 0; i < layers; ++i) {
    const int column = (from + i) % layers;
    for (int site : s.snapshot.layers[std::size_t(column)].inner_sites)
      if (is_at_work(site_at(s.snapshot, site)) && s.snapshot.sites[std::size_t(site)].total > 0)
        found.emplace_back(column, site);
  }
  return found;
}

void walk_gates(Scope& s, int by) {
  const auto places = inner_gates(s);
  if (places.empty()) return notify(s.state, "Every mask of this network is on units: the arrows walk them (I)");
  Selection& selection = s.state.selection;
  std::size_t at = 0;
  std::int64_t coin = 0;
  const auto here = std::find_if(places.begin(), places.end(), [&](const auto& place) {
    return selection.gate && place.second == selection.gate->site;
  });
  if (here != places.end()) {
    at = std::size_t(here - places.begin());
    const SiteView& site = s.snapshot.sites[std::size_t(here->second)];
    const std::int64_t coins = coin_count(site);
    coin = std::int64_t(coin_of(site, selection.gate->element));
    do coin += by;
    while (coin >= 0 && coin < coins &&
           !has_effect(s.snapshot, {here->second, first_of_coin(site, std::uint32_t(coin))}));
    const std::size_t count = places.size();
    if (coin >= coins) {
      at = (at + 1) % count;
      coin = 0;
    } else if (coin < 0) {
      at = (at + count - 1) % count;
      coin = std::int64_t(coin_count(s.snapshot.sites[std::size_t(places[at].second)])) - 1;
    }
  }
  const auto [column, index] = places[at];
  selection.layer = column;
  selection.unit = -1;
  selection.gate = GateRef{index, first_of_coin(s.snapshot.sites[std::size_t(index)], std::uint32_t(coin))};
}

void example(Scope& s) {
  const int rows = s.snapshot.rows;
  if (rows < 1) return notify(s.state, "The eval view shows the probe, not the batch");
  int row = s.snapshot.row;
  if (s.intent.action == ActionId::Example)
    row = int(s.integer(0, 0, rows - 1));
  else
    row = (row + (s.intent.action == ActionId::ExampleNext ? 1 : rows - 1)) % rows;
  s.send(command::ShowRow{row});
}

void mask_scope(Scope& s) {
  RunSpec next = s.state.document().spec;
  const std::vector<SiteName> sites = scoped_sites(next);
  if (sites.empty()) return notify(s.state, "No noise acts in this network");
  const bool one = one_mask_per_batch(next, s.snapshot);
  for (const SiteName& site : sites)
    set_field(next, "dropout." + site.name + ".scope", one ? "example" : "batch", s.where());
  pause(s);
  notify(s.state, one ? "From the next step on: a mask of its own for each example"
                      : "From the next step on: one mask for the whole batch");
  move_to(s, std::move(next));
}

void bookmark(Scope& s) {
  const TimelineView* timeline = s.snapshot.timeline.get();
  const Walk walk = walk_of(s.snapshot);
  const auto same = [&](const TimelineView::Bookmark& b) { return b.tick == walk.tick && b.beat == walk.beat; };
  if (timeline && !s.has(0) && std::any_of(timeline->bookmarks.begin(), timeline->bookmarks.end(), same))
    return s.send(command::RemoveBookmark{walk.tick, walk.beat});
  std::string name = s.has(0) ? s.text(0) : "Step " + count_text(std::uint64_t(walk.shown) + 1);
  if (!s.has(0)) name += walk.now() ? ", " + beat_title(s.snapshot, *walk.now()) : ", before it";
  s.send(command::SetBookmark{walk.tick, walk.beat, std::move(name)});
}

void next_bookmark(Scope& s, int by) {
  const TimelineView* timeline = s.snapshot.timeline.get();
  if (!timeline || timeline->bookmarks.empty()) return notify(s.state, "No bookmarks yet: Ctrl+D sets one here");
  std::vector<Moment> marks;
  for (const TimelineView::Bookmark& b : timeline->bookmarks) marks.push_back({b.tick, b.beat});
  std::sort(marks.begin(), marks.end());
  const Moment now = s.state.document().seeking.value_or(Moment{timeline->tick, timeline->beat});
  if (by > 0) {
    const auto it = std::upper_bound(marks.begin(), marks.end(), now);
    return seek(s, it == marks.end() ? marks.front() : *it);
  }
  const auto it = std::lower_bound(marks.begin(), marks.end(), now);
  seek(s, it == marks.begin() ? marks.back() : *std::prev(it));
}

void branch(Scope& s) {
  const TimelineView* timeline = s.snapshot.timeline.get();
  const int count = timeline ? int(timeline->branches.size()) : 0;
  if (s.intent.action == ActionId::BranchNext) {
    if (count < 2) return notify(s.state, "There is one branch; an edit of the past begins another");
    pause(s);
    return s.send(command::SwitchBranch{(timeline->branch + 1) % count});
  }
  const int to = int(s.integer(0, 0, std::max(count - 1, 0)));
  pause(s);
  s.send(command::SwitchBranch{to});
}

}  // namespace

void select_gate_of_unit(Scope& s) {
  Selection& selection = s.state.selection;
  selection.gate.reset();
  if (selection.layer >= 0 && selection.unit >= 0)
    selection.gate = gate_of_unit(s.snapshot, {selection.layer, selection.unit});
}

void step_action(Scope& s) {
  switch (s.intent.action) {
    case ActionId::NextPhase:
      return step(s, Granularity::Phase, 1);
    case ActionId::PreviousPhase:
      return step(s, Granularity::Phase, -1);
    case ActionId::Step:
      return step(s, Granularity::Tick, 1);
    case ActionId::StepBack:
      return step(s, Granularity::Tick, -1);
    case ActionId::Epoch:
      return step(s, Granularity::Epoch, 1);
    case ActionId::EpochBack:
      return step(s, Granularity::Epoch, -1);
    case ActionId::SubBeatNext:
      return sub_beat(s, 1);
    case ActionId::SubBeatPrevious:
      return sub_beat(s, -1);
    case ActionId::First:
      return seek(s, {});
    case ActionId::Newest:
      return seek(s, {walk_of(s.snapshot).last, 0});
    case ActionId::Seek:
      return seek(s, {s.integer(0, 0, 1'000'000'000'000), s.has(1) ? int(s.integer(1, 0, 100'000)) : 0});
    case ActionId::ToggleGate:
    case ActionId::Gate:
      return gate(s);
    case ActionId::Lock:
      return lock(s);
    case ActionId::Redraw:
      pause(s);
      return s.send(command::RedrawMasks{});
    case ActionId::SelectGate:
      return select_gate(s);
    case ActionId::GateNext:
      return walk_gates(s, 1);
    case ActionId::GatePrevious:
      return walk_gates(s, -1);
    case ActionId::ExampleNext:
    case ActionId::ExamplePrevious:
    case ActionId::Example:
      return example(s);
    case ActionId::MaskScope:
      return mask_scope(s);
    case ActionId::Bookmark:
      return bookmark(s);
    case ActionId::BookmarkNext:
      return next_bookmark(s, 1);
    case ActionId::BookmarkPrevious:
      return next_bookmark(s, -1);
    default:
      return branch(s);
  }
}

}  // namespace dropscope
