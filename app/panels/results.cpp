// What the network has learned: decision surface or digits, loss, accuracy, the gap between training and validation,
// and the probe that flickers in training and stands still in evaluation.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "app/panels/picture_parts.h"
#include "app/panels/plot_parts.h"
#include "app/scene/curves.h"
#include "app/scene/gap_bar.h"
#include "app/scene/painter_imgui.h"
#include "app/scene/plot.h"
#include "app/scene/probe_strip.h"
#include "app/scene/scene_text.h"
#include "app/scene/surface_view.h"

namespace dropscope {
namespace {

// One plot and what it was made of: curves of thousands of points are copied only when they have grown.
struct Curves {
  std::size_t count = 0;
  const void* last_chunk = nullptr;
  const Palette* palette = nullptr;
  std::vector<Series> series;

  bool stale(const History& history, const Palette* now) const {
    const void* chunk = history.chunks.empty() ? nullptr : history.chunks.front().get();
    return count != history.count || palette != now || last_chunk != chunk;
  }
  void note(const History& history, const Palette* now) {
    count = history.count;
    palette = now;
    last_chunk = history.chunks.empty() ? nullptr : history.chunks.front().get();
  }
};

class ResultsPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Explore; }
  std::optional<Region> region() const override { return Region::Results; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    AreaWindow window(in.ui, "results", area, in.ui.palette->panel, AreaWindow::Scroll::Vertical, 12, 12);
    refresh(in);
    const Heights heights = share_out(in, area);
    surface_card(in, next_card(in, heights.surface), sink);
    plot_card(in, next_card(in, heights.plot), sink, true);
    if (classifies(in)) plot_card(in, next_card(in, heights.accuracy), sink, false);
    simple_card(in, next_card(in, heights.gap), "results.gap", gap_text(in.snapshot.history),
                [&](Rect inner) { return build_gap_bar(in.snapshot.history, inner, style(in), in.measure); });
    probe_card(in, next_card(in, heights.probe), sink);
  }

 private:
  struct Heights {
    float surface, plot, accuracy, gap, probe;
  };

  static bool classifies(const FrameInput& in) {
    return !in.snapshot.data || in.snapshot.data->task == Task::Classification;
  }
  static CardStyle style(const FrameInput& in) { return {in.ui.palette, in.ui.u}; }

  // Everything at once where the panel is high enough, else at readable heights, and the panel scrolls.
  static Heights share_out(const FrameInput& in, Rect area) {
    const Ui& ui = in.ui;
    const float space = ui.px(10), room = area.height() - 2 * ui.px(12) - 5 * space;
    const float width = area.width() - 2 * ui.px(12);
    const bool classes = classifies(in);
    const Palette& p = *ui.palette;
    const float gap = type_px(p, ui.u, 16) * 1.5f + type_px(p, ui.u, 13) * 1.7f + ui.px(46), probe = gap + ui.px(14);
    const float rest = std::max(room - gap - probe, 0.0f);
    const float least_plot = ui.px(170), least_surface = std::min(ui.px(250), width);
    Heights h{};
    h.gap = gap;
    h.probe = probe;
    h.surface = std::max(rest * (classes ? 0.42f : 0.55f), least_surface);
    h.plot = std::max(rest * (classes ? 0.33f : 0.45f), least_plot);
    h.accuracy = classes ? std::max(rest - h.surface - h.plot, ui.px(140)) : 0;
    return h;
  }

  // The next card's frame, in screen pixels; room for it is taken from the panel.
  static Rect next_card(const FrameInput& in, float height) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::Dummy({width, std::floor(height)});
    ImGui::SetCursorScreenPos({at.x, at.y + std::floor(height) + in.ui.px(10)});
    return {{at.x, at.y}, {at.x + width, at.y + std::floor(height)}};
  }
  static bool on_screen(Rect card) { return ImGui::IsRectVisible({card.min.x, card.min.y}, {card.max.x, card.max.y}); }

  template <class Build>
  Rect simple_card(const FrameInput& in, Rect card, const char* name, const std::string& value, const Build& build) {
    if (in.ui.items) in.ui.items->track(name, card, value);
    DisplayList list;
    const Rect inner = add_card(list, card, style(in));
    if (!on_screen(card)) return inner;
    list.append(build(inner));
    paint_imgui(list, *ImGui::GetWindowDrawList(), *in.ui.fonts, in.textures);
    return inner;
  }

  void surface_card(const FrameInput& in, Rect card, IntentSink& sink) {
    const std::string value = in.snapshot.surface ? std::to_string(in.snapshot.surface->tick) : "";
    const Rect inner = simple_card(in, card, "results.surface", value, [](Rect) { return DisplayList(); });
    if (on_screen(card)) {
      const SurfaceKey key{in.snapshot.surface, nullptr,   in.snapshot.data, in.ui.palette,
                           inner.min,           inner.max, in.ui.u};
      const bool changed = !(key == surface_key_);
      surface_key_ = key;
      if (changed) surface_ = build_surface_view(in.snapshot, inner, style(in), in.measure);
      paint_picture(in, PictureCache::kSurfaceSlot, inner, in.ui.palette->card, changed, surface_);
    }
    const std::optional<Vec2> at = pointer_in(inner);
    if (!at || !in.snapshot.data || in.snapshot.data->image || !ImGui::IsMouseClicked(0)) return;
    probe_at(in, inner, *at, sink);
  }

  // A click on the surface probes the point under it.
  static void probe_at(const FrameInput& in, Rect inner, Vec2 at, IntentSink& sink) {
    const DataView& d = *in.snapshot.data;
    const std::optional<Rect> plane = surface_plane(in.snapshot, inner, style(in));
    if (!plane || !plane->contains(at) || d.validation_x.empty()) return;
    const Vec2 x = inputs_at(d, *plane, at);
    sink.add(ActionId::ProbePoint, {std::to_string(x.x), std::to_string(x.y)});
  }

  static std::string gap_text(const History& history) {
    if (history.empty()) return "";
    return fixed_text(double(history.back().validation_loss) - double(history.back().train_loss), 3);
  }

  void refresh(const FrameInput& in) {
    const Palette& p = *in.ui.palette;
    const History& h = in.snapshot.history;
    if (!loss_.stale(h, &p)) return;
    loss_.note(h, &p);
    loss_.series = loss_series(h, p);
    accuracy_.series = accuracy_series(h, p);
  }

  void plot_card(const FrameInput& in, Rect card, IntentSink& sink, bool loss) {
    const History& history = in.snapshot.history;
    const Transient& t = in.state.transient;
    std::vector<Series>& series = loss ? loss_.series : accuracy_.series;
    const std::set<int>& hidden = loss ? t.hidden_loss : t.hidden_accuracy;
    for (std::size_t i = 0; i < series.size(); ++i) series[i].visible = !hidden.contains(int(i));
    PlotView& view = views_.current(in, loss);
    PlotStyle plot_style;
    plot_style.palette = in.ui.palette;
    plot_style.u = in.ui.u;
    plot_style.title = loss ? (view.log_y ? "Loss, log scale" : "Loss") : "Accuracy";
    if (view.smoothing > 0) plot_style.title += ", smoothed " + short_text(double(view.smoothing));
    plot_style.value_title = history.empty() ? "" : loss ? loss_value(history) : accuracy_value(history);
    plot_style.x_label = "epoch";
    plot_style.y_floor = 0.0;
    if (!loss) plot_style.y_ceiling = 1.0;
    plot_style.show_legend = loss;
    DisplayList list;
    const Rect inner = add_card(list, card, style(in));
    const char* name = loss ? "results.loss" : "results.accuracy";
    if (in.ui.items) in.ui.items->track(name, card, plot_style.value_title);
    if (!on_screen(card)) return;
    const std::optional<Vec2> pointer = pointer_in(card);
    Plot plot = build_plot(series, inner, view, plot_style, in.measure, pointer);
    list.append(std::move(plot.list));
    paint_imgui(list, *ImGui::GetWindowDrawList(), *in.ui.fonts, in.textures);
    plot_control(in, card, plot, view, sink, loss);
  }

  static std::string loss_value(const History& history) {
    return "validation " + fixed_text(double(history.back().validation_loss), 3);
  }
  static std::string accuracy_value(const History& history) {
    return "train " + fixed_text(double(history.back().train_accuracy), 3) + " \u00b7 val " +
           fixed_text(double(history.back().validation_accuracy), 3);
  }

  // A click on the legend hides a curve.
  static void plot_control(const FrameInput& in, Rect card, const Plot& plot, PlotView& view, IntentSink& sink,
                           bool loss) {
    const std::optional<Vec2> at = control_plot(in, loss ? "loss" : "accuracy", card, plot, view, sink);
    for (std::size_t i = 0; i < plot.legend.size(); ++i) {
      if (in.ui.items)
        in.ui.items->track((loss ? "results.loss.legend." : "results.accuracy.legend.") + std::to_string(i),
                           plot.legend[i]);
      if (at && ImGui::IsMouseClicked(0) && plot.legend[i].contains(*at))
        sink.add(ActionId::Series, {loss ? "loss" : "accuracy", std::to_string(i)});
    }
    ImGui::SetCursorScreenPos({card.min.x, card.max.y + in.ui.px(10)});
  }

  void probe_card(const FrameInput& in, Rect card, IntentSink& sink) {
    const std::string deviation = fixed_text(in.snapshot.probe.deviation, 4);
    const Rect inner = simple_card(in, card, "results.probe", deviation, [&](Rect room) {
      return build_probe_strip(in.snapshot, room, style(in), in.measure);
    });
    ImGui::SetCursorScreenPos({card.min.x, card.min.y});
    if (ImGui::InvisibleButton("probe", {card.width(), card.height()})) sink.add(ActionId::Push);
    if (pointer_in(inner))
      tooltip(in.ui, with_key("The same input pushed through again and again. Click for one more", ActionId::Push));
  }

  Curves loss_, accuracy_;
  PlotViews views_;
  SurfaceKey surface_key_;
  DisplayList surface_;
};

}  // namespace

std::unique_ptr<Panel> make_results_panel() { return std::make_unique<ResultsPanel>(); }

}  // namespace dropscope
