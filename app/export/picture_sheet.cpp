#include "app/export/picture_sheet.h"

#include <algorithm>

#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

// Three units, the middle one dropped: the program in one picture.
float add_logo(PictureSheet& s, float x, float y) {
  const float r = 8 * s.u, step = 22 * s.u;
  s.list.add(draw::Disc{{x + r, y}, r, s.p.positive, s.p.positive, 0, 0});
  s.list.add(
      draw::Disc{{x + r + step, y}, r * 0.86f, s.p.dropped_fill, s.p.dropped, std::max(1.0f, 2 * s.u), 3.4f * s.u});
  s.list.add(draw::Disc{{x + r + 2 * step, y}, r, s.p.positive, s.p.positive, 0, 0});
  return x + 2 * r + 2 * step;
}

// TRAIN is filled, EVAL outlined, so that the mode is told in grey too. Returns its left edge.
float add_badge(PictureSheet& s, float right, Rect bar, bool eval) {
  const std::string word = eval ? "EVAL" : "TRAIN";
  const std::string note = eval ? "full network" : "masks on";
  const float big = type_px(s.p, s.u, 20), small = type_px(s.p, s.u, 15), pad = 16 * s.u, gap = 9 * s.u;
  const float word_width = s.measure.width(word, big, Face::Bold),
              note_width = s.measure.width(note, small, Face::Regular);
  const float width = word_width + gap + note_width + 2 * pad, y = bar.center().y, half = bar.height() * 0.31f;
  const Rect rect{{right - width, y - half}, {right, y + half}};
  const Color ink = eval ? s.p.text : s.p.background;
  s.list.add(draw::Box{rect, eval ? s.p.background : s.p.text, s.p.text, std::max(1.5f, 2.5f * s.u), 6 * s.u, 0});
  s.list.add(draw::Text{{rect.min.x + pad, y}, word, big, ink, Face::Bold, HAlign::Left, VAlign::Middle});
  s.list.add(draw::Text{{rect.max.x - pad, y}, note, small, ink, Face::Regular, HAlign::Right, VAlign::Middle});
  return rect.min.x;
}

// The ground of a bar and the line along its inner edge.
void add_ground(PictureSheet& s, Rect bar, float edge) {
  s.list.add(draw::Box{bar, s.p.panel, s.p.border, 0, 0, 0});
  s.list.add(draw::Line{{bar.min.x, edge}, {bar.max.x, edge}, std::max(1.0f, s.u), s.p.border.with_alpha(0.6f)});
}

}  // namespace

float put_text(PictureSheet& s, float x, float y, const std::string& text, float size, Color color, Face face,
               float right) {
  const std::string shown = fit_text(text, right - x, size, face, s.measure);
  if (shown.empty()) return x;
  s.list.add(draw::Text{{x, y}, shown, size, color, face, HAlign::Left, VAlign::Middle});
  return x + s.measure.width(shown, size, face);
}

BarRoom add_top_bar(PictureSheet& s, Rect bar, bool eval) {
  add_ground(s, bar, bar.max.y);
  const float pad = 20 * s.u, y = bar.center().y;
  const float right = add_badge(s, bar.max.x - pad, bar, eval) - pad;
  const float x = add_logo(s, bar.min.x + pad, y) + 14 * s.u;
  return {put_text(s, x, y, "Dropscope", type_px(s.p, s.u, 22), s.p.text, Face::Bold, right) + 40 * s.u, right};
}

BarRoom add_bottom_bar(PictureSheet& s, Rect bar, const Snapshot& snapshot) {
  add_ground(s, bar, bar.min.y);
  const float pad = 20 * s.u, size = type_px(s.p, s.u, 18);
  const std::string when =
      "step " + count_text(std::uint64_t(snapshot.tick)) + "   epoch " + fixed_text(snapshot.epoch, 1);
  s.list.add(
      draw::Text{{bar.max.x - pad, bar.center().y}, when, size, s.p.text, Face::Mono, HAlign::Right, VAlign::Middle});
  return {bar.min.x + pad, bar.max.x - pad - s.measure.width(when, size, Face::Mono) - 24 * s.u};
}

Rect add_frame(PictureSheet& s, Vec2 size, const Snapshot& snapshot, const std::string& title,
               const std::string& words) {
  const Palette& p = s.p;
  s.list.add(draw::Box{{{0, 0}, size}, p.background, p.background, 0, 0, 0});
  const Rect top{{0, 0}, {size.x, 64 * s.u}}, bottom{{0, size.y - 56 * s.u}, size};
  const BarRoom head = add_top_bar(s, top, snapshot.eval_view), foot = add_bottom_bar(s, bottom, snapshot);
  const float letters = type_px(p, s.u, 18);
  put_text(s, head.left, top.center().y, title, letters, p.text, Face::Bold, head.right);
  put_text(s, foot.left, bottom.center().y, words, letters, p.secondary, Face::Regular, foot.right);
  return {{0, top.max.y}, {size.x, bottom.min.y}};
}

NetworkLayout add_network(PictureSheet& s, const Snapshot& snapshot, Rect area, const SceneStyle& style) {
  NetworkLayout layout = layout_network(snapshot, area, style);
  NetworkScene scene = build_network_scene(snapshot, layout, style, s.measure);
  s.list.append(std::move(scene.edges));
  s.list.append(std::move(scene.units));
  s.list.append(std::move(scene.labels));
  return layout;
}

}  // namespace dropscope
