#include "app/export/explore_picture.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/export/picture_sheet.h"
#include "app/export/setting_facts.h"
#include "app/scene/card.h"
#include "app/scene/curves.h"
#include "app/scene/gap_bar.h"
#include "app/scene/glyphs/glyph.h"
#include "app/scene/network_scene.h"
#include "app/scene/plot.h"
#include "app/scene/probe_strip.h"
#include "app/scene/scene_text.h"
#include "app/scene/surface_view.h"

namespace dropscope {
namespace {

struct Sheet : PictureSheet {
  const Snapshot& snapshot;
};

void add_bar(Sheet& s, Rect bar) {
  const BarRoom room = add_top_bar(s, bar, s.snapshot.eval_view);
  const float y = bar.center().y, body = type_px(s.p, s.u, 18);
  const float x =
      put_text(s, room.left, y, variant_summary(s.snapshot, s.naming), body, s.p.text, Face::Bold, room.right) +
      28 * s.u;
  put_text(s, x, y, "seed " + std::to_string(s.snapshot.spec.seed), body, s.p.secondary, Face::Regular, room.right);
}

const Variant* acting_variant(const Snapshot& snapshot) {
  for (const SiteView& site : snapshot.sites)
    if (site.rate > 0) return site.variant;
  return nullptr;
}

void add_footer(Sheet& s, Rect bar) {
  const auto [left, right] = add_bottom_bar(s, bar, s.snapshot);
  const float y = bar.center().y, size = type_px(s.p, s.u, 18);
  const bool ill = s.snapshot.status == RunStatus::Diverged || s.snapshot.status == RunStatus::Failed;
  if (ill) {
    put_text(s, left, y, s.snapshot.message, size, s.p.error, Face::Bold, right);
    return;
  }
  const Variant* variant = acting_variant(s.snapshot);
  if (!variant) return;
  const float small = type_px(s.p, s.u, 16);
  const float x =
      put_text(s, left, y, formula_in(s.naming, variant->depiction.formula), small, s.p.text, Face::Mono, right) +
      28 * s.u;
  const std::string note = variant->depiction.one_line;
  if (x + s.measure.width(note, small, Face::Regular) <= right)
    put_text(s, x, y, note, small, s.p.secondary, Face::Regular, right);
}

// What the marks in the network mean, where the settings leave room for it.
void add_key(Sheet& s, Rect room) {
  const float size = type_px(s.p, s.u, 16), head = type_px(s.p, s.u, 14), row = size * 2.1f;
  struct Entry {
    const char* text;
    float value, gate;
  };
  std::vector<Entry> entries = {{"active", 0.75f, 1}, {"zero, but not dropped", 0, 1}};
  const Variant* variant = acting_variant(s.snapshot);
  const bool drops = variant && !s.snapshot.eval_view && variant->gates == Gates::Binary;
  if (drops) entries.push_back({"dropped in this step", 0, 0});
  const bool factors = variant && !s.snapshot.eval_view && variant->gates == Gates::Real;
  if (factors) entries = {{"factor above 1: thick rim", 0.6f, 1.9f}, {"factor below 1: thin rim", 0.6f, 0.3f}};
  const float height = head * 1.6f + row * float(entries.size());
  if (room.height() < height) return;
  float y = room.max.y - height;
  s.list.add(draw::Text{
      {room.min.x, y + head * 0.6f}, "UNITS", head, s.p.secondary, Face::Bold, HAlign::Left, VAlign::Middle});
  y += head * 1.6f;
  for (const Entry& entry : entries) {
    const float r = size * 0.8f;
    UnitMark mark{
        {room.min.x + r, y + row / 2}, r, Detail::Full, entry.value, 1, drops || factors, entry.gate, 0, !factors};
    const MarkStyle style{&s.p, std::min(s.u, size / 16)};
    glyph_entry(factors ? Glyph::NoisyHalo : Glyph::CrossedUnit).paint(s.list, mark, style);
    put_text(s, room.min.x + 2 * r + 26 * s.u, y + row / 2, entry.text, size, s.p.secondary, Face::Regular, room.max.x);
    y += row;
  }
}

// Words in the running face, numbers in one where they stand below each other.
Face value_face(const std::string& value) {
  const bool words = value.find_first_not_of("0123456789.,e-+ \xe2\x80\x93\x92") != std::string::npos;
  return words ? Face::Regular : Face::Mono;
}

float name_width(const Sheet& s, const Fact& fact, float room, float size) {
  return std::min(s.measure.width(fact.name, size, Face::Regular), room * 0.6f);
}

// A value that does not fit beside its name goes on below it, broken at its dashes or spaces; the first line may be
// empty. Nothing is left out.
std::vector<std::string> value_lines(const Sheet& s, const Fact& fact, float room, float size, float gap) {
  const Face face = value_face(fact.value);
  const auto fits = [&](const std::string& text, float width) {
    return s.measure.width(text, size * 0.72f, face) <= width;
  };
  const float first = room - name_width(s, fact, room, size) - gap;
  if (fits(fact.value, first)) return {fact.value};
  std::vector<std::string> words, lines = {""};
  for (std::size_t at = 0; at < fact.value.size();) {
    const std::size_t space = std::min(fact.value.find(' ', at), fact.value.size());
    const std::string word = fact.value.substr(at, space - at);
    // A dash stays with the word before it.
    if (!words.empty() && word == "\u2013")
      words.back() += " " + word;
    else
      words.push_back(word);
    at = space + 1;
  }
  for (const std::string& word : words) {
    const std::string longer = lines.back().empty() ? word : lines.back() + " " + word;
    if (fits(longer, lines.size() == 1 ? first : room))
      lines.back() = longer;
    else
      lines.push_back(word);
  }
  return lines;
}

void add_settings(Sheet& s, Rect column) {
  s.list.add(draw::Box{column, s.p.panel, s.p.border, 0, 0, 0});
  s.list.add(draw::Line{{column.max.x, column.min.y}, column.max, std::max(1.0f, s.u), s.p.border.with_alpha(0.6f)});
  const std::vector<FactGroup> groups = setting_facts(s.snapshot, s.naming);
  const float size = type_px(s.p, s.u, 16), head = type_px(s.p, s.u, 14), pad = 20 * s.u;
  const float room = column.width() - 2 * pad, gap = 10 * s.u;
  std::size_t lines = 0;
  for (const FactGroup& group : groups)
    for (const Fact& fact : group.facts) lines += value_lines(s, fact, room, size, gap).size();
  // Rows spread a little where there is room and close up where there is not.
  const float fixed = head * 2.6f * float(groups.size()) + 2 * pad;
  const float row = std::clamp((column.height() - fixed) / float(lines), size * 1.25f, size * 1.9f);
  float y = column.min.y + pad;
  for (const FactGroup& group : groups) {
    if (y + head * 2 + row > column.max.y) return;
    s.list.add(draw::Text{{column.min.x + pad, y + head * 0.6f},
                          group.title,
                          head,
                          s.p.secondary,
                          Face::Bold,
                          HAlign::Left,
                          VAlign::Middle});
    y += head * 1.6f;
    for (const Fact& fact : group.facts) {
      if (y + row > column.max.y) return;
      const Face face = value_face(fact.value);
      const float name = name_width(s, fact, room, size);
      put_text(s, column.min.x + pad, y + row / 2, fact.name, size, s.p.secondary, Face::Regular,
               column.min.x + pad + name + 1);
      const std::vector<std::string> parts = value_lines(s, fact, room, size, gap);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) y += row;
        if (y + row > column.max.y) return;
        const float wide = i == 0 ? room - name - gap : room;
        const float value_size = fit_size(parts[i], wide, size, size * 0.72f, face, s.measure);
        s.list.add(draw::Text{{column.max.x - pad, y + row / 2},
                              fit_text(parts[i], wide, value_size, face, s.measure),
                              value_size,
                              s.p.text,
                              face,
                              HAlign::Right,
                              VAlign::Middle});
      }
      y += row;
    }
    y += head * 1.0f;
  }
  add_key(s, {{column.min.x + pad, y}, {column.max.x - pad, column.max.y - pad}});
}

std::string last_accuracy(const History& history) {
  if (history.empty()) return "";
  const MetricPoint& last = history.back();
  return "train " + fixed_text(double(last.train_accuracy), 3) + " \u00b7 validation " +
         fixed_text(double(last.validation_accuracy), 3);
}

void add_plot(Sheet& s, Rect rect, const std::string& title, const std::string& value,
              const std::vector<Series>& series, bool accuracy) {
  const Rect inner = add_card(s.list, rect, s.card());
  PlotStyle style{.palette = &s.p,
                  .u = s.u,
                  .title = title,
                  .value_title = value,
                  .x_label = "epoch",
                  .y_floor = 0.0,
                  .y_ceiling = {}};
  if (accuracy) style.y_ceiling = 1.0, style.show_legend = false;
  s.list.append(build_plot(series, inner, PlotView{}, style, s.measure, std::nullopt).list);
}

void add_results(Sheet& s, Rect column) {
  const float gap = 12 * s.u, pad = 14 * s.u;
  const bool classes = !s.snapshot.data || s.snapshot.data->task == Task::Classification;
  const float room = column.height() - 2 * pad;
  const float bar = type_px(s.p, s.u, 16) * 1.5f + type_px(s.p, s.u, 13) * 1.7f + 46 * s.u;
  const float probe = bar + 12 * s.u, accuracy = classes ? room * 0.19f : 0;
  const float rest = room - bar - probe - accuracy - gap * (classes ? 4.0f : 3.0f);
  float y = column.min.y + pad;
  const float left = column.min.x + pad, right = column.max.x - pad;
  const auto next = [&](float height) {
    const Rect rect{{left, y}, {right, y + height}};
    y += height + gap;
    return rect;
  };
  s.list.append(build_surface_view(s.snapshot, add_card(s.list, next(rest * 0.55f), s.card()), s.card(), s.measure));
  add_plot(s, next(rest * 0.45f), "Loss",
           s.snapshot.history.empty()
               ? ""
               : "validation " + fixed_text(double(s.snapshot.history.back().validation_loss), 3),
           loss_series(s.snapshot.history, s.p), false);
  if (classes)
    add_plot(s, next(accuracy), "Accuracy", last_accuracy(s.snapshot.history), accuracy_series(s.snapshot.history, s.p),
             true);
  s.list.append(build_gap_bar(s.snapshot.history, add_card(s.list, next(bar), s.card()), s.card(), s.measure));
  s.list.append(build_probe_strip(s.snapshot, add_card(s.list, next(probe), s.card()), s.card(), s.measure));
}

}  // namespace

DisplayList build_explore_picture(const Snapshot& snapshot, ThemeId theme, int width, int height,
                                  const TextMeasure& measure, RateNaming naming) {
  const Palette& p = palette(theme);
  const float w = float(width), h = float(height), u = std::min(h / 1080, w / 1720);
  DisplayList list;
  Sheet s{{list, p, u, measure, naming}, snapshot};
  list.add(draw::Box{{{0, 0}, {w, h}}, p.background, p.background, 0, 0, 0});
  const float top = 72 * u, bottom = h - 60 * u;
  // Type has a floor in pixels, so that small pictures need relatively wider columns.
  const float widen = type_px(p, u, 14) / (14 * u);
  const float settings = std::min(300 * u * std::pow(widen, 0.7f), 0.24f * w),
              results = std::min(470 * u * std::sqrt(widen), 0.34f * w);
  const Rect network{{settings, top}, {w - results, bottom}};
  SceneStyle style;
  style.palette = &p;
  style.u = u;
  style.naming = naming;
  const Rect canvas{network.min + Vec2{14 * u, 8 * u}, network.max - Vec2{14 * u, 6 * u}};
  add_network(s, snapshot, canvas, style);
  add_settings(s, {{0, top}, {settings, bottom}});
  list.add(draw::Box{{{w - results, top}, {w, bottom}}, p.panel, p.border, 0, 0, 0});
  list.add(draw::Line{{w - results, top}, {w - results, bottom}, std::max(1.0f, u), p.border.with_alpha(0.6f)});
  add_results(s, {{w - results, top}, {w, bottom}});
  add_bar(s, {{0, 0}, {w, top}});
  add_footer(s, {{0, bottom}, {w, h}});
  return list;
}

}  // namespace dropscope
