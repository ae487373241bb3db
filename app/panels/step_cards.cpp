// Step mode, at the right: which example is shown and whose masks; the selected unit in numbers; what it gives in eval
// mode; the outputs and losses; the loss curve where there is room. Places do not depend on the phase.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/panel.h"
#include "app/scene/curves.h"
#include "app/scene/gate_words.h"
#include "app/scene/noise_words.h"
#include "app/scene/painter_imgui.h"
#include "app/scene/plot.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/step_cards.h"
#include "app/state/places.h"
#include "app/widgets/buttons.h"

namespace dropscope {
namespace {

class StepCardsPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Step; }
  std::optional<Region> region() const override { return Region::Numbers; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    AreaWindow window(in.ui, "numbers", area, in.ui.palette->panel, AreaWindow::Scroll::Vertical, 12, 10);
    const CardStyle style{in.ui.palette, in.ui.u};
    example_row(in, sink);
    unit_card(in, area, style);
    gate_buttons(in, sink);
    // The outputs first: they are in sight whatever the size of the type.
    output_card(in, style);
    eval_card(in, style);
    loss_card(in, area, style);
  }

 private:
  static std::optional<UnitRef> selected_unit(const FrameInput& in) {
    const Selection& s = in.state.selection;
    return s.layer >= 0 && s.unit >= 0 ? std::optional(UnitRef{s.layer, s.unit}) : std::nullopt;
  }

  // Room for the next card, taken from the panel.
  static Rect next_card(const FrameInput& in, float height) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::Dummy({width, std::floor(height)});
    ImGui::SetCursorScreenPos({at.x, at.y + std::floor(height) + in.ui.px(9)});
    return {{at.x, at.y}, {at.x + width, at.y + std::floor(height)}};
  }

  template <class Build>
  static void card(const FrameInput& in, const CardStyle& style, const char* name, float height,
                   const std::string& value, const Build& build) {
    const Rect frame = next_card(in, height);
    if (in.ui.items) in.ui.items->track(name, frame, value);
    DisplayList list;
    const Rect inner = add_card(list, frame, style);
    list.append(build(inner));
    paint_imgui(list, *ImGui::GetWindowDrawList(), *in.ui.fonts, in.textures);
  }

  // "Example 7 of 16" between two arrows, and whether all of them share one mask.
  static void example_row(const FrameInput& in, IntentSink& sink) {
    const Ui& ui = in.ui;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x, size = ui.px(34), height = ui.px(36);
    const int rows = in.snapshot.rows;
    const auto arrow = [&](float x, const char* name, ActionId id, Icon icon, const char* words) {
      ImGui::SetCursorScreenPos({x, at.y + (height - size) / 2});
      const std::string tip = with_key(words, id);
      if (icon_button(ui, {name, tip.c_str(), rows > 1}, icon, size)) sink.add(id);
    };
    const std::string words =
        rows > 0 ? "Example " + std::to_string(in.snapshot.row + 1) + " of " + std::to_string(rows) : "Example";
    // As wide as the last one's, so that the arrow stays where it is.
    const std::string most = std::to_string(std::max(rows, 10));
    const float width =
        std::min(ui.fonts->width(TextRole::BodyBold, "Example " + most + " of " + most) + 2, room * 0.42f);
    arrow(at.x, "step.example.previous", ActionId::ExamplePrevious, Icon::Previous, "Previous example of the batch");
    ImGui::SetCursorScreenPos({at.x + size + ui.px(4), at.y + (height - ui.fonts->height(TextRole::BodyBold)) / 2});
    text(ui, TextRole::BodyBold, ui.palette->text, words, width);
    arrow(at.x + size + ui.px(8) + width, "step.example.next", ActionId::ExampleNext, Icon::Next,
          "Next example of the batch");
    if (ui.items)
      ui.items->track("step.example", {{at.x, at.y}, {at.x + room, at.y + height}}, std::to_string(in.snapshot.row));
    mask_scope(in, {{at.x + 2 * size + ui.px(20) + width, at.y}, {at.x + room, at.y + height}}, sink);
    ImGui::SetCursorScreenPos({at.x, at.y});
    ImGui::Dummy({room, height});
    ImGui::SetCursorScreenPos({at.x, at.y + height + ui.px(6)});
  }

  static void mask_scope(const FrameInput& in, Rect room, IntentSink& sink) {
    if (scoped_sites(in.state.document().spec).empty() || room.width() < in.ui.px(60)) return;
    const bool one = one_mask_per_batch(in.state.document().spec, in.snapshot);
    const std::string own = with_key("Every example of the batch has a mask of its own", ActionId::MaskScope);
    const std::string batch = with_key("One mask for the whole batch", ActionId::MaskScope);
    const auto segments = [&](const char* mine, const char* all) {
      return std::array{Segment{mine, "", "step.mask.own", own.c_str(), true, {}},
                        Segment{all, "", "step.mask.shared", batch.c_str(), true, {}}};
    };
    auto row = segments("own mask", "shared mask");
    float width = segmented_width(in.ui, row, room.height()) + 1;
    if (width > room.width()) {
      row = segments("own", "shared");
      width = std::min(segmented_width(in.ui, row, room.height()) + 1, room.width());
    }
    ImGui::SetCursorScreenPos({room.max.x - width, room.min.y});
    const int chosen = segmented(in.ui, "step.mask", row, one ? 1 : 0, room.height(), width);
    if (chosen >= 0 && chosen != int(one)) sink.add(ActionId::MaskScope);
  }

  static void unit_card(const FrameInput& in, Rect area, const CardStyle& style) {
    const CardText words = unit_card_text(in.snapshot, in.walk, selected_unit(in), in.state.selection.gate,
                                          sub_beat_shown(in.state, in.walk), in.state.persisted.naming);
    std::string all = words.title;
    for (const CardLine& line : words.lines) all += "\n" + line.text;
    // Lower where the outputs would be out of sight, as far as its lines can be closer together.
    const float below = ImGui::GetFrameHeight() + output_card_height(in.snapshot, style) + in.ui.px(9 * 2 + 12);
    const float room = area.max.y - ImGui::GetCursorScreenPos().y - ImGui::GetScrollY() - below;
    const float most = unit_card_height(style), height = std::clamp(room, 0.78f * most, most);
    card(in, style, "step.unit", height, all,
         [&](Rect inner) { return build_unit_card(words, inner, style, in.measure); });
  }

  // What D, L and R do, for the mouse.
  static void gate_buttons(const FrameInput& in, IntentSink& sink) {
    const Ui& ui = in.ui;
    const std::optional<GateRef> gate = in.state.selection.gate;
    const SiteView* site = gate ? site_at(in.snapshot, *gate) : nullptr;
    const std::optional<float> value = site ? gate_value(*site, gate->element) : std::nullopt;
    const bool locked = site && is_locked(*site, gate->element), dropped = value && *value == 0;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float space = ui.px(8), width = (ImGui::GetContentRegionAvail().x - 2 * space) / 3;
    float x = at.x, bottom = at.y;
    // Nothing to turn over while the masks are not drawn.
    const bool waits = site && !value && is_at_work(site) && site->active && !is_drawn(*site);
    const bool can = site && !waits && !in.snapshot.eval_view;
    const auto one = [&](const char* name, ActionId id, const char* label, const char* words, bool enabled) {
      ImGui::SetCursorScreenPos({x, at.y});
      const bool early = waits && !in.snapshot.eval_view && id != ActionId::Redraw;
      const std::string tip =
          early ? "The masks of this step are not drawn yet: PgDn goes on to the mask phase" : with_key(words, id);
      if (button(ui, {name, tip.c_str(), enabled}, label, false, width)) sink.add(id);
      bottom = ImGui::GetItemRectMax().y;
      x += width + space;
    };
    one("step.gate", ActionId::ToggleGate, site ? gate_action(*site, !dropped) : "Drop",
        "Drops or keeps what is selected, for this step", can);
    one("step.lock", ActionId::Lock, locked ? "Release" : "Lock", "Holds it as it is in every step, or lets it go",
        can);
    one("step.redraw", ActionId::Redraw, "New masks", "Draws all masks of this step anew", !in.snapshot.eval_view);
    ImGui::SetCursorScreenPos({at.x, bottom + ui.px(9)});
  }

  static void eval_card(const FrameInput& in, const CardStyle& style) {
    const CardText words = eval_card_text(in.snapshot, selected_unit(in));
    std::string all;
    for (const CardLine& line : words.lines) all += (all.empty() ? "" : "\n") + line.text;
    card(in, style, "step.eval", eval_card_height(style), all,
         [&](Rect inner) { return build_eval_card(in.snapshot, words, inner, style, in.measure); });
  }

  static void output_card(const FrameInput& in, const CardStyle& style) {
    const TraceView* trace = in.snapshot.trace.get();
    const std::string value = trace && !in.snapshot.eval_view ? fixed_text(trace->example_loss, 3) : "";
    card(in, style, "step.output", output_card_height(in.snapshot, style), value,
         [&](Rect inner) { return build_output_card(in.snapshot, inner, style, in.measure); });
  }

  // The timeline has the loss, too: here only where there is room for it.
  void loss_card(const FrameInput& in, Rect area, const CardStyle& style) {
    const float room = area.max.y - ImGui::GetCursorScreenPos().y - ImGui::GetScrollY() - in.ui.px(20);
    if (room < type_px(*style.palette, style.u, 110)) return;
    const History& history = in.snapshot.timeline ? in.snapshot.timeline->history : in.snapshot.history;
    const void* chunk = history.chunks.empty() ? nullptr : history.chunks.back().get();
    if (count_ != history.count || palette_ != in.ui.palette || chunk_ != chunk) {
      count_ = history.count;
      palette_ = in.ui.palette;
      chunk_ = chunk;
      series_ = loss_series(history, *in.ui.palette);
    }
    PlotStyle plot;
    plot.palette = in.ui.palette;
    plot.u = in.ui.u;
    plot.title = "Loss";
    plot.x_label = "epoch";
    plot.y_floor = 0.0;
    plot.show_legend = room > type_px(*style.palette, style.u, 230);
    card(in, style, "step.loss", room, "", [&](Rect inner) {
      Plot picture = build_plot(series_, inner, {}, plot, in.measure, std::nullopt);
      if (picture.x_hi > picture.x_lo && in.snapshot.epoch >= picture.x_lo && in.snapshot.epoch <= picture.x_hi) {
        const float x = picture.inner.min.x + picture.inner.width() * float((in.snapshot.epoch - picture.x_lo) /
                                                                            (picture.x_hi - picture.x_lo));
        picture.list.add(draw::Line{
            {x, picture.inner.min.y}, {x, picture.inner.max.y}, std::max(1.5f, 2 * style.u), style.palette->text});
      }
      return std::move(picture.list);
    });
  }

  std::size_t count_ = 0;
  const void* chunk_ = nullptr;
  const Palette* palette_ = nullptr;
  std::vector<Series> series_;
};

}  // namespace

std::unique_ptr<Panel> make_step_cards_panel() { return std::make_unique<StepCardsPanel>(); }

}  // namespace dropscope
