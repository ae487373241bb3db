// Compare mode: a pane for each run, side by side or two by two, with its network, what it makes of the data and its
// numbers. One view for all of them: zoom, hover and selection are the same in every pane.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/compare_runs.h"
#include "app/panels/network_parts.h"
#include "app/panels/picture_parts.h"
#include "app/platform/compat.h"
#include "app/scene/compare/difference.h"
#include "app/scene/compare/nested_masks.h"
#include "app/scene/compare/pane.h"
#include "app/scene/compare/sheet.h"
#include "app/scene/painter_imgui.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"
#include "app/widgets/parts.h"
#include "core/base/hash.h"

namespace dropscope {
namespace {

using Shown = std::shared_ptr<const Snapshot>;

// A unit by the name of its layer: what is the same in runs of several shapes.
struct NamedUnit {
  std::string layer;
  int unit = -1;
  bool operator==(const NamedUnit&) const = default;
};

std::optional<NamedUnit> named(const Snapshot& snapshot, std::optional<UnitRef> unit) {
  if (!unit || unit->layer < 0 || unit->layer >= int(snapshot.layers.size()) || unit->unit < 0) return std::nullopt;
  return NamedUnit{snapshot.layers[std::size_t(unit->layer)].name, unit->unit};
}
std::optional<UnitRef> found(const Snapshot& snapshot, const std::optional<NamedUnit>& unit) {
  if (!unit) return std::nullopt;
  for (std::size_t l = 0; l < snapshot.layers.size(); ++l)
    if (snapshot.layers[l].name == unit->layer && unit->unit < snapshot.layers[l].units)
      return UnitRef{int(l), unit->unit};
  return std::nullopt;
}

// What a pane's pictures were made of. Snapshots never change, and they are kept as long as this is.
struct PictureKey {
  Shown snapshot, reference;
  const Palette* palette = nullptr;
  std::optional<NamedUnit> hovered, selected;
  Vec2 pan, min, max;
  float zoom = 0, u = 0;
  bool averaging = false, difference = false;
  RateNaming naming = RateNaming::Drop;
  bool operator==(const PictureKey&) const = default;
};
// One pane and what is kept of it between frames.
struct Pane {
  Rect rect;
  PaneLayout layout;
  NetworkLayout network;
  Shown drawn;  // what the network shows: the run, or its difference to the first
  SceneStyle style;
  FrequencyMeter frequency;
  PictureKey key;
  NetworkScene scene;
  DisplayList marks;
  bool fresh = true;
  SurfaceKey surface_key;
  DisplayList surface;
  WeightDifference difference;
  Shown differs, differs_from;
};

class ComparePanesPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Compare; }
  std::optional<Region> region() const override { return Region::Panes; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    AreaWindow window(in.ui, "panes", area, in.ui.palette->background, AreaWindow::Scroll::No, 0, 0);
    const RunViews runs = runs_.of(in);
    if (panes_.size() != runs.size()) panes_ = std::vector<Pane>(runs.size());
    const float tools = draw_tools(in, area, sink), space = in.ui.px(12);
    place(in, {{area.min.x + space, area.min.y + space}, {area.max.x - tools, area.max.y - space}}, runs);
    const std::optional<NamedUnit> hovered = look(in, runs);
    for (std::size_t run = 0; run < runs.size(); ++run)
      if (panes_[run].rect.width() > 0) draw_pane(in, runs, run, hovered, sink);
    explain(in, runs);
  }

 private:
  static CardStyle card(const FrameInput& in) { return {in.ui.palette, in.ui.u}; }
  static bool subtracts(const FrameInput& in, std::size_t run) { return in.state.comparison.difference && run > 0; }

  // A column of switches at the right; returns its width.
  float draw_tools(const FrameInput& in, Rect area, IntentSink& sink) {
    const Ui& ui = in.ui;
    const float size = std::max(24.0f, ui.px(38)), space = ui.px(8);
    const float x = area.max.x - size - ui.px(10);
    float y = area.min.y + ui.px(12);
    const Comparison& c = in.state.comparison;
    const auto tool = [&](const char* name, const char* sentence, ActionId id, bool on, bool enabled, auto&& paint) {
      ImGui::SetCursorScreenPos({x, y});
      // What cannot be done now says why, without its key.
      const std::string tip = enabled ? with_key(sentence, id) : sentence;
      if (tile(ui, {name, tip.c_str(), enabled}, size, on, paint)) sink.add(id);
      if (ui.items) ui.items->track(std::string(name) + ".on", Rect{}, on ? "on" : "off");
      y += size + space;
    };
    const auto ink = [&ui](bool enabled) { return parts::shade(ui.palette->text, enabled); };
    const auto letters = [&](const char* words, bool enabled = true) {
      return [&ui, words, color = ink(enabled)](ImDrawList& list, Rect inside) {
        const float px = std::min(ui.fonts->size(TextRole::CaptionBold), inside.height() * 0.62f);
        const float width = ui.fonts->width(TextRole::CaptionBold, words) * px / ui.fonts->size(TextRole::CaptionBold);
        list.AddText(ui.fonts->font(TextRole::CaptionBold), px,
                     {inside.center().x - width / 2, inside.center().y - px / 2}, im_color(color), words);
      };
    };
    const auto icon = [&](Icon which, bool enabled = true) {
      return [which, color = ink(enabled)](ImDrawList& list, Rect inside) {
        draw_icon(list, which, inside.center(), inside.height() * 0.8f, color);
      };
    };
    const std::size_t runs = in.state.documents.size();
    const bool room = runs < kMostMarkedRuns;
    const bool several = runs > 1;
    const char* const alone = "There is one run: add another first";
    tool("compare.add",
         room ? "Add a run: another variant, or something else against overfitting"
              : "Four runs are the most: remove one to add another",
         ActionId::AddRun, c.adding, room, icon(Icon::Plus, room));
    tool("compare.difference", several ? "Weights and surfaces minus those of run A" : alone, ActionId::Difference,
         c.difference, several, letters("\u2212A", several));
    tool("compare.solo", several ? "The run at hand alone" : alone, ActionId::Solo, c.solo, several,
         letters("1", several));
    tool("compare.edit", "Settings of the run at hand", ActionId::EditRun, c.editing, true, icon(Icon::Menu));
    const bool keep = in.state.persisted.naming == RateNaming::Keep;
    tool("compare.naming",
         keep ? "p is the chance of being kept; here it becomes that of being dropped"
              : "p is the chance of being dropped; here it becomes that of being kept",
         ActionId::Naming, keep, true, letters("p"));
    return size + ui.px(20);
  }

  // In a row, or in two where panes would be narrow towers.
  void place(const FrameInput& in, Rect area, RunViews runs) {
    const std::size_t count = runs.size();
    for (Pane& pane : panes_) pane.rect = {};
    const float gap = in.ui.px(12);
    if (in.state.comparison.solo || count == 1) {
      panes_[in.state.active].rect = area;
    } else {
      const float column = area.width() / float(count);
      const bool two_rows = count > 2 && column < in.ui.px(330) * in.ui.palette->type_scale &&
                            area.height() > in.ui.px(560) && area.height() > 1.1f * column;
      const std::size_t above = two_rows ? (count + 1) / 2 : count;
      const float middle = area.min.y + (area.height() - gap) / 2;
      const std::vector<Rect> upper = place_panes({area.min, {area.max.x, two_rows ? middle : area.max.y}}, above, gap);
      const std::vector<Rect> lower = place_panes({{area.min.x, middle + gap}, area.max}, above, gap);
      for (std::size_t run = 0; run < count; ++run) panes_[run].rect = run < above ? upper[run] : lower[run - above];
    }
    for (Pane& pane : panes_) {
      if (pane.rect.width() <= 0) continue;
      pane.layout = layout_pane(runs, pane.rect, std::max(20.0f, in.ui.px(30)), card(in), in.measure);
      // A row for what the difference is drawn with, in the pane of run A as well: pictures stay comparable.
      PaneLayout& l = pane.layout;
      if (!in.state.comparison.difference || l.marks.height() > 0) continue;
      l.network.max.y = std::max(l.network.min.y, l.network.max.y - std::max(18.0f, in.ui.px(26)));
      l.marks = {{l.network.min.x, l.network.max.y}, {l.network.max.x, l.marks.max.y}};
    }
  }

  // Lays the networks out and finds the unit under the pointer, in whichever pane.
  std::optional<NamedUnit> look(const FrameInput& in, RunViews runs) {
    hovered_in_.reset();
    std::optional<NamedUnit> hovered;
    for (std::size_t run = 0; run < runs.size(); ++run) {
      Pane& pane = panes_[run];
      pane.drawn = nullptr;
      if (pane.rect.width() <= 0 || !runs[run].snapshot || runs[run].snapshot->layers.empty()) continue;
      pane.drawn = runs[run].snapshot;
      pane.style = {};
      pane.style.palette = in.ui.palette;
      pane.style.naming = in.state.persisted.naming;
      pane.style.u = in.ui.u * in.state.transient.zoom;
      pane.style.bare = true;
      pane.style.averaging = shows_average(*pane.drawn) && !subtracts(in, run);
      pane.frequency.update(*pane.drawn, in.now);
      if (pane.style.averaging) pane.style.frequency = pane.frequency.sites();
      if (subtracts(in, run) && runs[0].snapshot) {
        if (pane.differs != pane.drawn || pane.differs_from != runs[0].snapshot) {
          pane.differs = pane.drawn;
          pane.differs_from = runs[0].snapshot;
          pane.difference = weight_difference(*pane.drawn, *runs[0].snapshot, run_letter(run), run_letter(0));
        }
        pane.drawn = pane.difference.snapshot;
        if (!pane.drawn) continue;
      }
      pane.network = layout_network(*pane.drawn, zoomed(in.state.transient, pane.layout.network), pane.style);
      const std::optional<Vec2> pointer = pointer_in(pane.layout.network);
      if (!pointer || ImGui::IsMouseDragging(0)) continue;
      hovered = named(*pane.drawn, hit_unit(pane.network, *pane.drawn, *pointer));
      if (hovered) hovered_in_ = run;
    }
    return hovered;
  }

  void draw_pane(const FrameInput& in, RunViews runs, std::size_t run, const std::optional<NamedUnit>& hovered,
                 IntentSink& sink) {
    Pane& pane = panes_[run];
    const Ui& ui = in.ui;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool at_hand = run == in.state.active && runs.size() > 1;
    control(in, run, hovered, sink);
    const DisplayList frame = build_pane(runs, run, at_hand, pane.layout, card(in), in.measure, pane.style.averaging);
    paint_imgui(frame, list, *ui.fonts, in.textures);
    if (pane.drawn) {
      draw_network(in, runs, run, hovered);
    } else if (subtracts(in, run) && !pane.difference.why_not.empty()) {
      paint_imgui(build_weight_difference_legend(pane.difference, "", pane.layout.network, card(in), in.measure), list,
                  *ui.fonts, in.textures);
    }
    draw_surface(in, runs, run);
    const Shown& shown = runs[run].snapshot;
    if (shown && shown->status == RunStatus::Diverged && runs.size() > 1) offer_retry(in, run, sink);
    if (runs.size() > 1) {
      const float size = std::max(20.0f, ui.px(28));
      ImGui::SetCursorScreenPos({pane.rect.max.x - size - ui.px(6), pane.layout.head.center().y - size / 2});
      const std::string name = run_item("pane", run) + ".close", tip = with_key("Remove this run", ActionId::RemoveRun);
      if (icon_button(ui, {name.c_str(), tip.c_str()}, Icon::Close, size))
        sink.add(ActionId::RemoveRun, {std::to_string(run + 1)});
    }
    track(in, runs, run, hovered);
  }

  // Ways on for a run whose numbers have run away, over its network; a run alone has the card of the other modes.
  void offer_retry(const FrameInput& in, std::size_t run, IntentSink& sink) const {
    struct Way {
      const char *name, *label;
      ActionId action;
    };
    constexpr Way ways[] = {{".lower_rate", "Learning rate / 10", ActionId::RetryLowerRate},
                            {".clip", "Clip gradients", ActionId::RetryClip}};
    const Ui& ui = in.ui;
    const Rect& over = panes_[run].layout.network;
    const float pad = ui.px(14), gap = ui.px(10), row = std::max(26.0f, ui.px(40));
    const float wide = std::min(ui.fonts->width(TextRole::Body, ways[0].label) + ui.px(36), over.width() - 2 * pad);
    const float height = 2 * row + gap + 2 * pad;
    ImGui::SetCursorScreenPos({over.center().x - wide / 2 - pad, over.center().y - height / 2});
    ImGui::PushStyleColor(ImGuiCol_ChildBg, im_vec4(ui.palette->card));
    ImGui::PushStyleColor(ImGuiCol_Border, im_vec4(ui.palette->error));
    ImGui::PushStyleVar(ImGuiStyleVar_ChildRounding, ui.px(8));
    // A window of its own: what lies below takes no clicks.
    ImGui::BeginChild(run_item("retry", run).c_str(), {wide + 2 * pad, height}, true, ImGuiWindowFlags_NoScrollbar);
    ImGui::PopStyleVar();
    ImGui::PopStyleColor(2);
    float y = over.center().y - height / 2 + pad;
    for (const Way& way : ways) {
      ImGui::SetCursorScreenPos({over.center().x - wide / 2, y});
      const std::string name = run_item("pane", run) + way.name, tip = with_key(action(way.action).help, way.action);
      if (button(ui, {name.c_str(), tip.c_str()}, way.label, false, wide)) {
        if (run != in.state.active) sink.add(ActionId::PickRun, {std::to_string(run + 1)});
        sink.add(way.action);
      }
      y += row + gap;
    }
    ImGui::EndChild();
  }

  // A click picks the run, on a unit also selects it; wheel and drag move the networks of all.
  void control(const FrameInput& in, std::size_t run, const std::optional<NamedUnit>& hovered, IntentSink& sink) {
    Pane& pane = panes_[run];
    const float far = in.ui.px(6);
    // The right end of the head belongs to the button there.
    const Rect head{pane.rect.min, pane.layout.head.max};
    const Rect body{{pane.rect.min.x, pane.layout.head.max.y}, pane.rect.max};
    for (const auto& [what, part] : {std::pair{"head", head}, std::pair{"body", body}}) {
      ImGui::SetCursorScreenPos({part.min.x, part.min.y});
      ImGui::InvisibleButton(run_item(what, run).c_str(),
                             {std::max(part.width(), 1.0f), std::max(part.height(), 1.0f)});
      const std::optional<Vec2> pointer = pointer_in(part);
      if (ImGui::IsItemActivated()) {
        pressed_at_ = pointer.value_or(part.center());
        if (in.ui.focus) in.ui.focus->clear();
      }
      zoom_and_pan(pane.layout.network, pointer ? pointer_in(pane.layout.network) : pointer, far, sink);
      if (!ImGui::IsItemDeactivated() || !pointer ||
          std::hypot(pointer->x - pressed_at_.x, pointer->y - pressed_at_.y) >= far)
        continue;
      if (run != in.state.active) sink.add(ActionId::PickRun, {std::to_string(run + 1)});
      if (hovered && hovered_in_ == run)
        sink.add(ActionId::Select, {hovered->layer, std::to_string(hovered->unit)});
      else if (pane.layout.network.contains(*pointer) && in.state.selection.layer >= 0)
        sink.add(ActionId::Select, {"none"});
    }
    if (!hovered && pointer_in(pane.layout.network) && ImGui::IsMouseDoubleClicked(0)) sink.add(ActionId::Fit);
  }

  void draw_network(const FrameInput& in, RunViews runs, std::size_t run, const std::optional<NamedUnit>& hovered) {
    Pane& pane = panes_[run];
    const Transient& t = in.state.transient;
    const Selection& selection = in.state.selection;
    std::optional<NamedUnit> selected;
    if (selection.layer >= 0 && selection.unit >= 0)
      selected = named(in.snapshot, UnitRef{selection.layer, selection.unit});
    // What the masks are held against; of a difference nothing is said of masks.
    const std::optional<std::size_t> other = subtracts(in, run) ? std::nullopt : mask_partner(runs, run);
    const Shown reference = other ? runs[*other].snapshot : nullptr;
    const PictureKey key{pane.drawn,       reference, in.ui.palette,           hovered,
                         selected,         t.pan,     pane.layout.network.min, pane.layout.network.max,
                         t.zoom,           in.ui.u,   pane.style.averaging,    subtracts(in, run),
                         pane.style.naming};
    // The style is made anew for every frame.
    pane.style.hovered = found(*pane.drawn, hovered);
    pane.style.selected = found(*pane.drawn, selected);
    const bool changed = pane.fresh || !(key == pane.key);
    if (changed) {
      pane.fresh = false;
      pane.key = key;
      pane.scene = build_network_scene(*pane.drawn, pane.network, pane.style, in.measure);
      pane.marks = {};
      if (reference && !pane.style.averaging)
        pane.marks = build_meeting_marks(*pane.drawn, *reference, pane.network, pane.style);
      if (in.pictures) {
        pane.scene.labels.append(texts_of(pane.scene.units));
      } else {
        pane.scene.edges.append(std::move(pane.scene.units));
        pane.scene.units = {};
      }
    }
    const Rect area = pane.layout.network;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect({area.min.x, area.min.y}, {area.max.x, area.max.y}, true);
    if (in.pictures) {
      in.pictures->show(list, PictureCache::kPaneSlot + int(run), area, in.ui.palette->card, changed,
                        {&pane.scene.edges, &pane.scene.units});
    } else {
      paint_imgui(pane.scene.edges, list, *in.ui.fonts, in.textures);
    }
    paint_imgui(pane.scene.labels, list, *in.ui.fonts, in.textures);
    paint_imgui(pane.marks, list, *in.ui.fonts, in.textures);
    list.PopClipRect();
    if (subtracts(in, run)) {
      const std::string title = run_letter(run) + " \u2212 " + run_letter(0);
      paint_imgui(build_weight_difference_legend(pane.difference, title, pane.layout.marks, card(in), in.measure), list,
                  *in.ui.fonts, in.textures);
    } else if (reference && !pane.style.averaging) {
      paint_imgui(
          build_meeting_legend(*pane.drawn, *reference, run_letter(*other), pane.layout.marks, card(in), in.measure),
          list, *in.ui.fonts, in.textures);
    }
  }

  void draw_surface(const FrameInput& in, RunViews runs, std::size_t run) {
    Pane& pane = panes_[run];
    const Shown& snapshot = runs[run].snapshot;
    if (!snapshot || pane.layout.surface.width() <= 0) return;
    const bool difference = subtracts(in, run) && runs[0].snapshot;
    const SurfaceKey key{snapshot->surface,
                         difference ? runs[0].snapshot->surface : nullptr,
                         snapshot->data,
                         in.ui.palette,
                         pane.layout.surface.min,
                         pane.layout.surface.max,
                         in.ui.u};
    const bool changed = pane.surface.items.empty() || key.is_due(pane.surface_key, in.surfaces_wait);
    if (changed) {
      pane.surface_key = key;
      const std::string title = run_letter(run) + " \u2212 " + run_letter(0);
      pane.surface = difference ? build_surface_difference(*snapshot, *runs[0].snapshot, title, pane.layout.surface,
                                                           card(in), in.measure)
                                : build_pane_surface(runs[run], pane.layout, card(in), in.measure);
    }
    paint_picture(in, PictureCache::kPaneSurfaceSlot + int(run), pane.layout.surface, in.ui.palette->card, changed,
                  pane.surface);
  }

  // The arithmetic of the unit under the pointer; while inspecting with the keys, of the selected one.
  void explain(const FrameInput& in, RunViews runs) {
    const bool inspects = in.state.selection.inspecting && !hovered_in_;
    const std::size_t run = hovered_in_.value_or(in.state.active);
    if ((!hovered_in_ && !inspects) || subtracts(in, run) || !panes_[run].drawn) return;
    const std::optional<UnitRef> unit = inspects ? panes_[run].style.selected : panes_[run].style.hovered;
    if (unit) explain_unit(in, *runs[run].snapshot, panes_[run].network, *unit);
  }

  // Tests find panes by their letters, and some units of each by name.
  void track(const FrameInput& in, RunViews runs, std::size_t run, const std::optional<NamedUnit>& hovered) const {
    if (!in.ui.items) return;
    ItemRegistry& items = *in.ui.items;
    const Pane& pane = panes_[run];
    const std::string name = run_item("pane", run);
    items.track(name, pane.layout.head, runs[run].name);
    items.track(name + ".at_hand", pane.layout.head, run == in.state.active ? "yes" : "no");
    std::string notes;
    for (const PaneNote& note : pane_notes(runs, run, pane.style.averaging))
      notes += (notes.empty() ? "" : "\n") + note.wordings.front();
    items.track(name + ".notes", pane.layout.notes, notes);
    items.track(name + ".network", pane.layout.network, subtracts(in, run) ? "difference" : "network");
    const Shown& snapshot = runs[run].snapshot;
    items.track(name + ".tick", pane.layout.numbers, snapshot ? std::to_string(snapshot->tick) : "");
    items.track(name + ".hash", pane.layout.numbers,
                snapshot && snapshot->state_hash ? hash_text(snapshot->state_hash) : "");
    if (!pane.drawn) return;
    constexpr std::size_t kUnitsTracked = 4;
    const std::optional<UnitRef> marked = found(*pane.drawn, hovered);
    for (std::size_t l = 0; l < pane.network.columns.size(); ++l) {
      const ColumnLayout& column = pane.network.columns[l];
      for (std::size_t unit = 0; unit < std::min(column.centers.size(), kUnitsTracked); ++unit) {
        const Vec2 c = column.centers[unit], r{column.radius, column.radius};
        const UnitRef ref{int(l), int(unit)};
        items.track(name + "." + pane.drawn->layers[l].name + "." + std::to_string(unit), Rect{c - r, c + r},
                    marked == ref                ? "hovered"
                    : pane.style.selected == ref ? "selected"
                                                 : "plain");
      }
    }
  }

  CompareRuns runs_;
  std::vector<Pane> panes_;
  std::optional<std::size_t> hovered_in_;
  Vec2 pressed_at_;
};

}  // namespace

std::unique_ptr<Panel> make_compare_panes_panel() { return std::make_unique<ComparePanesPanel>(); }

}  // namespace dropscope
