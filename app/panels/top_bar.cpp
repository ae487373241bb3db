// The bar at the top: name, the modes, what kind of dropout is at work, the big TRAIN/EVAL switch, seed, health, text
// size, theme, help. What has no room goes, in this order: notes of the switch, the seed, the summary, the name.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "app/panels/compare_runs.h"
#include "app/state/phrases.h"
#include "app/state/reduce.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"

namespace dropscope {
namespace {

struct Health {
  Color color;
  std::string word, sentence;
};

Health health_of(const FrameInput& in) {
  const Palette& p = *in.ui.palette;
  switch (in.snapshot.status) {
    case RunStatus::Loading:
      return {p.secondary, "loading", "Data is being loaded."};
    case RunStatus::Paused:
      return {p.secondary, "paused", "Nothing is computed until you go on."};
    case RunStatus::Running:
      return {p.positive, "running", "The network is training."};
    case RunStatus::Diverged:
      return {p.error, "NaN", in.snapshot.message};
    case RunStatus::Failed:
      break;
  }
  return {p.error, "failed", in.snapshot.message};
}

// Two kept units and a dropped one between them.
float draw_logo(const Ui& ui, ImDrawList& list, Vec2 at, float height) {
  const float r = height * 0.12f, step = r * 2.7f;
  const ImU32 blue = im_color(ui.palette->positive), grey = im_color(ui.palette->dropped);
  list.AddCircleFilled({at.x + r, at.y}, r, blue, 24);
  const ImVec2 middle{at.x + r + step, at.y};
  for (int i = 0; i < 6; ++i) {
    const float from = float(i) * 1.0472f;
    list.PathArcTo(middle, r * 0.9f, from, from + 0.62f, 6);
    list.PathStroke(grey, 0, std::max(1.2f, r * 0.28f));
  }
  list.AddCircleFilled({at.x + r + 2 * step, at.y}, r, blue, 24);
  return 2 * step + 2 * r;
}

class TopBarPanel : public Panel {
 public:
  std::optional<Region> region() const override { return Region::TopBar; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    const Ui& ui = in.ui;
    AreaWindow window(ui, "top bar", area, ui.palette->panel, AreaWindow::Scroll::No, 0, 0);
    hairline(ui, {area.min.x, area.max.y - 1}, {area.max.x, area.max.y - 1});
    const float right = draw_right(in, area, sink);
    draw_left(in, area, right - ui.px(20), sink);
  }

 private:
  // Returns where its leftmost control begins.
  float draw_right(const FrameInput& in, Rect area, IntentSink& sink) {
    const Ui& ui = in.ui;
    const float height = area.height();
    const float icon = std::min(ui.px(40), height * 0.7f), space = ui.px(6);
    float x = area.max.x - ui.px(14) - icon;
    const auto icon_at = [&](const char* name, ActionId id, Icon shape, const char* sentence) {
      ImGui::SetCursorScreenPos({x, area.min.y + (height - icon) / 2});
      const std::string tip = with_key(sentence, id);
      if (icon_button(ui, {name, tip.c_str()}, shape, icon)) sink.add(id);
      x -= icon + space;
    };
    icon_at("top.help", ActionId::Help, Icon::Help, "Keys and help");
    icon_at("top.theme", ActionId::ThemeNext, Icon::Theme, "Next theme: light, dark, projector");
    icon_at("top.text", ActionId::TextLarger, Icon::TextLarger, "Larger text; Ctrl+- makes it smaller");
    x += icon - space;
    x = draw_health(in, area, x);
    return draw_switch(in, area, x - ui.px(14), sink);
  }

  float draw_health(const FrameInput& in, Rect area, float right) {
    const Ui& ui = in.ui;
    const Health health = health_of(in);
    const float width = ui.fonts->width(TextRole::Caption, "loading") + ui.px(22);
    if (area.width() < ui.px(760)) return right;
    const Rect rect{{right - width, area.min.y + area.height() * 0.25f}, {right, area.max.y - area.height() * 0.25f}};
    const float r = ui.px(5);
    ImGui::GetWindowDrawList()->AddCircleFilled({rect.min.x + r, rect.center().y}, r, im_color(health.color), 20);
    ImGui::SetCursorScreenPos({rect.min.x + 3.2f * r, rect.center().y - ui.fonts->size(TextRole::Caption) / 2});
    text(ui, TextRole::Caption, ui.palette->secondary, health.word, rect.width() - 3.2f * r);
    tooltip(ui, health.sentence);
    if (ui.items) ui.items->track("top.health", rect, health.word);
    return rect.min.x;
  }

  float draw_switch(const FrameInput& in, Rect area, float right, IntentSink& sink) {
    const Ui& ui = in.ui;
    const std::string train_tip = with_key("Shows the network as it trains: masks on", ActionId::ToggleEval);
    const std::string eval_tip = with_key("Shows the network as it is used: every unit, no mask", ActionId::ToggleEval);
    const Segment segments[] = {{"TRAIN", "masks on", "top.train", train_tip.c_str()},
                                {"EVAL", "full net", "top.eval", eval_tip.c_str()}};
    const float height = std::min(ui.px(46), area.height() * 0.78f);
    const float room = std::min(right - area.min.x - ui.px(20), area.width() * 0.5f);
    const float width = std::min(segmented_width(ui, segments, height), room);
    ImGui::SetCursorScreenPos({right - width, area.min.y + (area.height() - height) / 2});
    const int now = in.state.document().eval_view ? 1 : 0;
    const int chosen = segmented(ui, "top.mode", segments, now, height, width);
    if (chosen >= 0 && chosen != now) sink.add(chosen == 1 ? ActionId::Eval : ActionId::Train);
    if (ui.items)
      ui.items->track("top.view", Rect{{right - width, area.min.y}, {right, area.max.y}}, now ? "eval" : "train");
    return right - width;
  }

  void draw_left(const FrameInput& in, Rect area, float right, IntentSink& sink) {
    const Ui& ui = in.ui;
    const Palette& p = *ui.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = area.center().y;
    float x = area.min.x + ui.px(18);
    if (x + ui.px(62) + tabs_width(in, area) > right) {
      draw_tabs(in, {{x - ui.px(10), area.min.y}, {std::max(right, x + 1), area.max.y}}, sink);
      return;
    }
    x += draw_logo(ui, list, {x, y}, std::min(area.height(), ui.px(66))) + ui.px(12);
    const Document& d = in.state.document();
    if (ui.items) ui.items->track("top.seed", area, std::to_string(d.spec.seed));
    const bool several = in.state.transient.mode == Mode::Compare && in.state.documents.size() > 1;
    // Among others a run goes by its letter and its name there.
    std::string variant =
        several ? run_letter(in.state.active) + "  " + runs_.of(in)[in.state.active].name : variant_phrase(d.spec);
    const std::string phrase = several ? "" : rates_phrase(d.spec, in.state.persisted.naming);
    const std::string rates = phrase.empty() ? "" : rate_letter(in.state.persisted.naming) + (" = " + phrase);
    const std::string seed = "seed " + std::to_string(d.spec.seed);
    const float name_width = ui.fonts->width(TextRole::Title, "Dropscope"), tabs = tabs_width(in, area) + ui.px(26);
    const float rates_width = ui.fonts->width(TextRole::MonoBold, rates.c_str());
    float summary = ui.fonts->width(TextRole::BodyBold, variant.c_str()) + ui.px(14) + rates_width;
    // Where there is no room for both, the rates alone.
    if (x + tabs + summary > right && !rates.empty()) {
      variant.clear();
      summary = rates_width;
    }
    // The tabs are what cannot be done without; what is at work says more than the program's name.
    const float with_name = x + name_width + ui.px(20) + tabs;
    const bool summary_fits_without = x + tabs + summary <= right;
    if (with_name + summary <= right || (with_name <= right && !summary_fits_without)) {
      line(in, {x, y}, TextRole::Title, p.text, "Dropscope", name_width + 1);
      x += name_width + ui.px(20);
    }
    x += draw_tabs(in, {{x, area.min.y}, {std::max(right, x + 1), area.max.y}}, sink) + ui.px(26);
    if (x + summary > right) return;
    hairline(ui, {x - ui.px(13), area.min.y + area.height() * 0.28f},
             {x - ui.px(13), area.max.y - area.height() * 0.28f});
    if (!variant.empty()) x += line(in, {x, y}, TextRole::BodyBold, p.text, variant, 0) + ui.px(14);
    x += line(in, {x, y}, TextRole::MonoBold, p.text, rates, 0) + ui.px(22);
    if (ui.items)
      ui.items->track("top.summary", Rect{{x - summary, area.min.y}, {x, area.max.y}},
                      rates.empty() || variant.empty() ? variant + rates : variant + ", " + rates);
    if (x + ui.fonts->width(TextRole::Mono, seed.c_str()) < right)
      line(in, {x, y}, TextRole::Mono, p.secondary, seed, 0);
  }

  static float tab_height(const FrameInput& in, Rect area) { return std::min(in.ui.px(42), area.height() * 0.74f); }
  static std::array<Segment, kModeCount> tabs() {
    std::array<Segment, kModeCount> all;
    static const std::array<std::string, kModeCount> kTips = [] {
      std::array<std::string, kModeCount> tips;
      for (int m = 0; m < kModeCount; ++m)
        tips[std::size_t(m)] = std::string(kModeTips[m]) + " (Ctrl+" + std::to_string(m + 1) + ")";
      return tips;
    }();
    static constexpr const char* kItems[kModeCount] = {"mode.explore", "mode.step", "mode.compare", "mode.ensemble"};
    for (std::size_t m = 0; m < all.size(); ++m) all[m] = {kModeTitles[m], "", kItems[m], kTips[m].c_str(), true, {}};
    return all;
  }
  static float tabs_width(const FrameInput& in, Rect area) {
    return segmented_width(in.ui, tabs(), tab_height(in, area));
  }
  // Returns the width taken.
  static float draw_tabs(const FrameInput& in, Rect area, IntentSink& sink) {
    const float height = tab_height(in, area), width = std::min(tabs_width(in, area), area.width());
    ImGui::SetCursorScreenPos({area.min.x, area.center().y - height / 2});
    const int now = int(in.state.transient.mode);
    const int chosen = tab_row(in.ui, "mode", tabs(), now, height, width);
    if (chosen >= 0 && chosen != now) sink.add(ActionId::SetMode, {kModeNames[chosen]});
    return width;
  }

  // Centred on `at`; returns its width.
  float line(const FrameInput& in, Vec2 at, TextRole role, Color color, const std::string& words, float width) {
    const float wanted = width > 0 ? width : in.ui.fonts->width(role, words.c_str()) + 1;
    ImGui::SetCursorScreenPos({at.x, at.y - in.ui.fonts->size(role) * (role == TextRole::Title ? 0.6f : 0.54f)});
    text(in.ui, role, color, words, wanted);
    return wanted;
  }

  CompareRuns runs_;
};

}  // namespace

std::unique_ptr<Panel> make_top_bar_panel() { return std::make_unique<TopBarPanel>(); }

}  // namespace dropscope
