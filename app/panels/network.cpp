// The canvas in the middle: the network at work. Edges and units are kept as a texture and drawn anew only when the
// snapshot or the view has changed; texts lie on top. Wheel zooms, drag moves, a click selects, hovering explains. In
// Step mode a click drops or keeps a unit, a channel, a branch, a cell; with Shift a weight; the right button locks.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "app/panels/network_parts.h"
#include "app/panels/network_pose.h"
#include "app/panels/picture_parts.h"
#include "app/platform/compat.h"
#include "app/scene/gate_words.h"
#include "app/scene/painter_imgui.h"
#include "app/scene/scene_text.h"
#include "app/state/motion.h"
#include "app/theme/style.h"

namespace dropscope {
namespace {

class NetworkPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Single; }
  std::optional<Region> region() const override { return Region::Network; }
  bool animating() const override { return moving_; }

  void draw(const FrameInput& given, Rect area, IntentSink& sink) override {
    const FrameInput in = pose_.pose(given);
    AreaWindow window(in.ui, "network", area, in.ui.palette->background, AreaWindow::Scroll::No, 0, 0);
    ImGui::SetCursorScreenPos({area.min.x, area.min.y});
    ImGui::InvisibleButton("canvas", {std::max(area.width(), 1.0f), std::max(area.height(), 1.0f)});
    if (in.ui.items) in.ui.items->track("network.canvas", area);
    if (in.snapshot.layers.empty()) return;

    const bool stepping = in.state.transient.mode == Mode::Step;
    motion_.see(in.state, in.snapshot, in.walk, in.now);
    moving_ = motion_.moving(in.now);
    SceneStyle style;
    style.palette = in.ui.palette;
    style.naming = in.state.persisted.naming;
    const Transient& t = in.state.transient;
    style.u = in.ui.u * t.zoom;
    style.averaging = in.averaging;
    pose_.name(in, style);
    if (in.averaging) style.frequency = in.frequency.sites();
    const Selection& selection = in.state.selection;
    if (selection.layer >= 0 && selection.unit >= 0) style.selected = UnitRef{selection.layer, selection.unit};
    if (selection.gate && site_at(in.snapshot, *selection.gate)) style.selected_gate = selection.gate;
    style.stepping = stepping && in.snapshot.status != RunStatus::Running;
    style.sub_beat = stepping ? sub_beat_shown(in.state, in.walk) : -1;
    style.progress = stepping ? motion_.progress(in.now) : 1;

    const float margin = in.ui.px(24);
    const Rect inner{{area.min.x + margin, area.min.y + margin * 0.8f},
                     {area.max.x - margin, area.max.y - margin * 0.6f}};
    const NetworkLayout layout = layout_network(in.snapshot, zoomed(t, inner), style);
    const std::optional<Vec2> pointer = pointer_in(area);
    if (pointer && !ImGui::IsMouseDragging(0)) {
      style.hovered = hit_unit(layout, in.snapshot, *pointer);
      if (stepping && !in.snapshot.eval_view)
        style.hovered_gate = hit_gate(layout, in.snapshot, *pointer, ImGui::GetIO().KeyShift);
    }
    control(in, area, inner, layout, pointer, style, sink);

    const NetworkScene scene = build_network_scene(in.snapshot, layout, style, in.measure);
    paint(in, area, scene, style);
    track_units(in, layout);
    track_gates(in, layout);
    explain(in, layout, style);
  }

 private:
  void control(const FrameInput& in, Rect area, Rect inner, const NetworkLayout& layout, std::optional<Vec2> pointer,
               const SceneStyle& style, IntentSink& sink) {
    const std::optional<UnitRef> hovered = style.hovered;
    if (ImGui::IsItemActivated()) {
      pressed_at_ = pointer.value_or(area.center());
      if (in.ui.focus) in.ui.focus->clear();
    }
    const float far = in.ui.px(6);
    zoom_and_pan(inner, pointer, far, sink);
    if (ImGui::IsItemDeactivated() && pointer &&
        std::hypot(pointer->x - pressed_at_.x, pointer->y - pressed_at_.y) < far) {
      click(in, layout, *pointer, style, sink);
    }
    if (pointer && ImGui::IsMouseClicked(1) && style.hovered_gate) {
      choose(in, *style.hovered_gate, hovered, sink);
      sink.add(ActionId::Lock, arguments(in, *style.hovered_gate));
    }
    if (pointer && ImGui::IsMouseDoubleClicked(0) && !hovered && !style.hovered_gate) sink.add(ActionId::Fit);
  }

  static std::vector<std::string> arguments(const FrameInput& in, GateRef gate) {
    return {in.snapshot.sites[std::size_t(gate.site)].site, std::to_string(gate.element)};
  }
  static void choose(const FrameInput& in, GateRef gate, std::optional<UnitRef> unit, IntentSink& sink) {
    if (unit && gate_of_unit(in.snapshot, *unit) == gate)
      sink.add(ActionId::Select, {std::to_string(unit->layer), std::to_string(unit->unit)});
    else
      sink.add(ActionId::SelectGate, arguments(in, gate));
  }

  // Selects; in Step mode what has a gate is dropped or kept as well, unless Ctrl is held.
  static void click(const FrameInput& in, const NetworkLayout&, Vec2, const SceneStyle& style, IntentSink& sink) {
    if (style.hovered_gate) {
      choose(in, *style.hovered_gate, style.hovered, sink);
      if (!ImGui::GetIO().KeyCtrl) sink.add(ActionId::Gate, arguments(in, *style.hovered_gate));
    } else if (style.hovered) {
      sink.add(ActionId::Select, {std::to_string(style.hovered->layer), std::to_string(style.hovered->unit)});
    } else {
      sink.add(ActionId::Select, {"none"});
    }
  }

  void paint(const FrameInput& in, Rect area, const NetworkScene& scene, const SceneStyle& style) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect({area.min.x, area.min.y}, {area.max.x, area.max.y}, true);
    if (in.pictures) {
      in.pictures->show(list, PictureCache::kNetworkSlot, area, in.ui.palette->background, changed(in, area, style),
                        {&scene.edges, &scene.units});
    } else {
      paint_imgui(scene.edges, list, *in.ui.fonts, in.textures);
      paint_imgui(scene.units, list, *in.ui.fonts, in.textures);
    }
    // Glyphs carry letters, too; only texts are left out of the texture.
    if (in.pictures) paint_imgui(texts_of(scene.units), list, *in.ui.fonts, in.textures);
    paint_imgui(scene.labels, list, *in.ui.fonts, in.textures);
    list.PopClipRect();
  }

  // Whether the picture differs from the last one.
  bool changed(const FrameInput& in, Rect area, const SceneStyle& style) {
    // Everything the picture is made of; a new snapshot is a new address or a new tick.
    const bool stepping = in.state.transient.mode == Mode::Step;
    const Key key{&in.snapshot,
                  in.snapshot.tick,
                  in.snapshot.commands_seen,
                  in.snapshot.phase,
                  in.snapshot.phase_layer,
                  in.snapshot.probe.pushes,
                  in.ui.palette,
                  in.state.selection,
                  in.state.transient.zoom,
                  in.state.transient.pan,
                  area.min,
                  in.ui.u,
                  in.averaging,
                  style.hovered,
                  style.hovered_gate,
                  style.stepping,
                  style.sub_beat,
                  style.progress,
                  in.snapshot.trace.get(),
                  stepping ? in.walk.tick : 0,
                  stepping ? in.walk.beat : 0};
    const bool same = key == drawn_;
    drawn_ = key;
    return !same;
  }

  // Tests find units by name; only so many that a dump stays small.
  void track_units(const FrameInput& in, const NetworkLayout& layout) {
    if (!in.ui.items) return;
    for (std::size_t layer = 0; layer < layout.columns.size(); ++layer) {
      const LayerView& view = in.snapshot.layers[layer];
      const SiteView* site = view.site >= 0 && view.site < int(in.snapshot.sites.size())
                                 ? &in.snapshot.sites[std::size_t(view.site)]
                                 : nullptr;
      const ColumnLayout& column = layout.columns[layer];
      const std::string prefix = "network." + view.name;
      if (site)
        in.ui.items->track(prefix + ".kept", column.header,
                           site->active ? std::to_string(site->kept) + "/" + std::to_string(site->total) : "all");
      for (std::size_t unit = 0; unit < column.centers.size() && unit < 32; ++unit) {
        const Vec2 c = column.centers[unit], r{column.radius, column.radius};
        const bool dropped = site && site->active && unit < site->gate.size() && site->gate[unit] == 0;
        in.ui.items->track(prefix + "." + std::to_string(unit), Rect{c - r, c + r}, dropped ? "dropped" : "kept");
      }
    }
  }

  // The gates that are no units, as far as they are drawn.
  static void track_gates(const FrameInput& in, const NetworkLayout& layout) {
    if (!in.ui.items || in.state.transient.mode != Mode::Step) return;
    int left = 64;
    for (std::size_t i = 0; i < in.snapshot.sites.size() && left > 0; ++i) {
      const SiteView& site = in.snapshot.sites[i];
      const std::uint32_t coins = coin_count(site);
      int of_site = 16;
      for (std::uint32_t coin = 0; coin < coins && left > 0 && of_site > 0; ++coin) {
        const GateRef gate{int(i), first_of_coin(site, coin)};
        const std::optional<Rect> rect = gate_rect(layout, in.snapshot, gate);
        if (!rect) continue;
        const std::optional<float> value = gate_value(site, gate.element);
        std::string state = !value ? "none" : *value == 0 ? "dropped" : "kept";
        if (is_locked(site, gate.element)) state += ", locked";
        in.ui.items->track("network.gate." + site.site + "." + std::to_string(gate.element), *rect, state);
        --left;
        --of_site;
      }
    }
  }

  void explain(const FrameInput& in, const NetworkLayout& layout, const SceneStyle& style) {
    std::optional<UnitRef> unit = style.hovered;
    // While inspecting with the keys, the selected unit explains itself.
    if (!unit && in.state.selection.inspecting) unit = style.selected;
    if (!unit) return;
    explain_unit(in, in.snapshot, layout, *unit);
  }

  // What the texture was drawn from.
  struct Key {
    const void* snapshot = nullptr;
    std::int64_t tick = -1;
    std::uint64_t commands = 0;
    Phase phase = Phase::Batch;
    int phase_layer = 0;
    std::int64_t pushes = 0;
    const void* palette = nullptr;
    Selection selection;
    float zoom = 0;
    Vec2 pan, origin;
    float u = 0;
    bool averaging = false;
    std::optional<UnitRef> hovered;
    std::optional<GateRef> hovered_gate;
    bool stepping = false;
    int sub_beat = -1;
    float progress = 1;
    const void* trace = nullptr;
    std::int64_t walk_tick = 0;
    int walk_beat = 0;
    bool operator==(const Key&) const = default;
  };
  Key drawn_;
  NetworkPose pose_;
  BeatMotion motion_;
  bool moving_ = false;
  Vec2 pressed_at_;
};

}  // namespace

std::unique_ptr<Panel> make_network_panel() { return std::make_unique<NetworkPanel>(); }

}  // namespace dropscope
