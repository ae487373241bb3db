#include "app/scene/painter_imgui.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/platform/compat.h"
#include "app/platform/draw_calls.h"
#include "app/render/texture_cache.h"
#include "app/scene/dashes.h"
#include "app/theme/style.h"

namespace dropscope {
namespace {

// One AddPolyline may make at most 65,535 vertices, up to 4 per point.
constexpr std::size_t kMostPoints = 10000;
// Capital letters of Inter and JetBrains Mono are 0.73 em high; their middle is what the eye centres.
constexpr float kHalfCapHeight = 0.364f;
// Square pixels; below, more draw calls cost more than they spare.
constexpr float kLeastCleared = 10000;

FontFamily family_of(Face face) {
  switch (face) {
    case Face::Regular:
      return FontFamily::Regular;
    case Face::Bold:
      return FontFamily::Bold;
    case Face::Mono:
      return FontFamily::Mono;
  }
  return FontFamily::Regular;
}

bool finite(Vec2 p) { return std::isfinite(p.x) && std::isfinite(p.y); }

// Draws one primitive after another; overloads by kind for std::visit.
class Painter {
 public:
  Painter(ImDrawList& target, const Fonts& fonts, TextureCache* textures, Vec2 offset)
      : target_(target), fonts_(fonts), textures_(textures), offset_(offset) {}
  ~Painter() {
    for (; clips_ > 0; --clips_) target_.PopClipRect();
  }
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;

  void operator()(const draw::Disc& disc) {
    if (!finite(disc.center) || !(disc.radius > 0)) return;
    const ImVec2 center = at(disc.center);
    if (disc.fill.a > 0) target_.AddCircleFilled(center, disc.radius, im_color(disc.fill));
    if (disc.stroke.a == 0 || !(disc.stroke_width > 0)) return;
    const float tau = 2 * std::numbers::pi_v<float>;
    const int dashes = ring_dashes(disc.radius, disc.dash);
    if (dashes == 0) {
      stroke_arc(center, disc.radius, 0, tau, disc.stroke, disc.stroke_width, true);
      return;
    }
    for (int i = 0; i < dashes; ++i) {
      const float from = tau * float(i) / float(dashes);
      stroke_arc(center, disc.radius, from, from + tau / float(2 * dashes), disc.stroke, disc.stroke_width, false);
    }
  }

  void operator()(const draw::Line& line) {
    if (!finite(line.a) || !finite(line.b)) return;
    const ImVec2 points[] = {at(line.a), at(line.b)};
    stroke(points, 2, line.color, line.width, false);
  }

  void operator()(const draw::Polyline& polyline) {
    // A point that is no number ends one line and begins another.
    std::vector<Vec2> part;
    const bool whole = std::all_of(polyline.points.begin(), polyline.points.end(), finite);
    if (whole) {
      stroke_polyline(polyline.points, polyline, polyline.closed);
      return;
    }
    for (const Vec2 point : polyline.points) {
      if (finite(point)) {
        part.push_back(point);
      } else {
        stroke_polyline(part, polyline, false);
        part.clear();
      }
    }
    stroke_polyline(part, polyline, false);
  }

  void operator()(const draw::Polygon& polygon) {
    if (polygon.points.size() < 3 || polygon.fill.a == 0) return;
    points_.clear();
    for (const Vec2 point : polygon.points) points_.push_back(at(point));
    target_.AddConvexPolyFilled(points_.data(), int(points_.size()), im_color(polygon.fill));
  }

  // Without soft edges, so that no seam shows between its pieces.
  void operator()(const draw::Ribbon& ribbon) {
    const std::size_t n = std::min(ribbon.upper.size(), ribbon.lower.size());
    const ImU32 color = im_color(ribbon.fill);
    const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
    for (std::size_t i = 0; i + 1 < n && ribbon.fill.a > 0; ++i) {
      const Vec2 corners[] = {ribbon.upper[i], ribbon.upper[i + 1], ribbon.lower[i + 1], ribbon.lower[i]};
      if (!std::all_of(std::begin(corners), std::end(corners), finite)) continue;
      target_.PrimReserve(6, 4);
      target_.PrimQuadUV(at(corners[0]), at(corners[1]), at(corners[2]), at(corners[3]), uv, uv, uv, uv, color);
    }
  }

  void operator()(const draw::Box& box) {
    if (!finite(box.rect.min) || !finite(box.rect.max)) return;
    if (box.fill.a > 0) fill(at(box.rect.min), at(box.rect.max), box);
    if (box.stroke.a == 0 || !(box.stroke_width > 0)) return;
    draw::Polyline outline{box_outline(box.rect, box.rounding), box.stroke_width, box.stroke, box.dash, true};
    stroke_polyline(outline.points, outline, true);
  }

  void operator()(const draw::Arc& arc) {
    if (!finite(arc.center) || !(arc.radius > 0)) return;
    const float radians = std::numbers::pi_v<float> / 180;
    stroke_arc(at(arc.center), arc.radius, arc.from * radians, arc.to * radians, arc.color, arc.width, false);
  }

  void operator()(const draw::Text& text) {
    if (text.text.empty() || text.color.a == 0 || !finite(text.at)) return;
    const SizedFont sized = fonts_.nearest(family_of(text.face), text.size);
    const char* end = text.text.data() + text.text.size();
    const float width = sized.font->CalcTextSizeA(sized.height, 1e9f, 0, text.text.data(), end).x;
    const float ascent = compat::ascent(sized.font) * sized.height / compat::atlas_size(sized.font);
    ImVec2 place = at(text.at);
    if (text.h == HAlign::Center) place.x -= width / 2;
    if (text.h == HAlign::Right) place.x -= width;
    if (text.v == VAlign::Middle) place.y -= ascent - kHalfCapHeight * text.size;
    if (text.v == VAlign::Baseline) place.y -= ascent;
    if (text.v == VAlign::Bottom) place.y -= sized.height;
    target_.AddText(sized.font, sized.height, {std::round(place.x), std::round(place.y)}, im_color(text.color),
                    text.text.data(), end);
  }

  void operator()(const draw::Image& image) {
    if (image.cols <= 0 || image.rows <= 0) return;
    if (image.rgba.size() < std::size_t(image.cols) * std::size_t(image.rows)) return;
    if (textures_) {
      const unsigned texture = textures_->texture(image.rgba.data(), image.cols, image.rows, image.smooth);
      target_.AddImage(compat::texture_id(texture), at(image.rect.min), at(image.rect.max));
      return;
    }
    const float w = image.rect.width() / float(image.cols), h = image.rect.height() / float(image.rows);
    for (int row = 0; row < image.rows; ++row) {
      for (int col = 0; col < image.cols; ++col) {
        const Vec2 low = image.rect.min + Vec2{float(col) * w, float(row) * h};
        const Color color = image.rgba[std::size_t(row) * std::size_t(image.cols) + std::size_t(col)];
        if (color.a > 0) target_.AddRectFilled(at(low), at(low + Vec2{w, h}), im_color(color));
      }
    }
  }

  void operator()(const draw::PushClip& clip) {
    target_.PushClipRect(at(clip.rect.min), at(clip.rect.max), true);
    ++clips_;
  }

  void operator()(const draw::PopClip&) {
    if (clips_ == 0) return;
    target_.PopClipRect();
    --clips_;
  }

 private:
  ImVec2 at(Vec2 point) const { return {point.x + offset_.x, point.y + offset_.y}; }

  // Of a large one only a rim is drawn as triangles: what lies within is cleared (draw_calls.h).
  void fill(ImVec2 min, ImVec2 max, const draw::Box& box) {
    const ImU32 color = im_color(box.fill);
    const float rim = std::max(box.rounding, 0.0f) + 1;
    const ImVec2 low{std::ceil(min.x + 1), std::ceil(min.y + rim)},
        high{std::floor(max.x - 1), std::floor(max.y - rim)};
    if (box.fill.a < 255 || low.x >= high.x || low.y >= high.y || (high.x - low.x) * (high.y - low.y) < kLeastCleared)
      return target_.AddRectFilled(min, max, color, box.rounding);
    add_fill(target_, low, high, color);
    const ImVec2 sides[][2] = {{{min.x - 1, min.y - 1}, {max.x + 1, low.y}},
                               {{min.x - 1, high.y}, {max.x + 1, max.y + 1}},
                               {{min.x - 1, low.y}, {low.x, high.y}},
                               {{high.x, low.y}, {max.x + 1, high.y}}};
    for (const auto& [from, to] : sides) {
      target_.PushClipRect(from, to, true);
      target_.AddRectFilled(min, max, color, box.rounding);
      target_.PopClipRect();
    }
  }

  // A line thinner than a pixel keeps its width and fades instead, as in the shaders.
  void stroke(const ImVec2* points, int count, Color color, float width, bool closed) {
    if (width < 1) color = color.with_alpha(float(color.a) / 255.0f * std::max(width, 0.0f));
    if (color.a == 0 || count < 2) return;
    compat::add_polyline(target_, points, count, im_color(color), closed, std::max(width, 1.0f));
  }

  void stroke_arc(ImVec2 center, float radius, float from, float to, Color color, float width, bool closed) {
    // A chord stays within a fifth of a pixel of the arc.
    const float step = 2 * std::acos(1 - std::min(0.2f / std::max(radius, 0.4f), 0.5f));
    const int segments = std::clamp(int(std::ceil(std::abs(to - from) / step)), 2, 256);
    points_.clear();
    for (int i = 0; i < (closed ? segments : segments + 1); ++i) {
      const float angle = from + (to - from) * float(i) / float(segments);
      points_.push_back({center.x + radius * std::cos(angle), center.y + radius * std::sin(angle)});
    }
    stroke(points_.data(), int(points_.size()), color, width, closed);
  }

  void stroke_polyline(const std::vector<Vec2>& points, const draw::Polyline& style, bool closed) {
    for (const std::vector<Vec2>& piece : dashed_pieces(points, style.dash, closed)) {
      // A closed solid outline comes back with its first point repeated; let Dear ImGui join it instead.
      const bool loop = closed && !(style.dash > 0);
      const std::size_t count = loop ? piece.size() - 1 : piece.size();
      for (std::size_t first = 0; first + 1 < count; first += kMostPoints - 1) {
        points_.clear();
        for (std::size_t i = first; i < std::min(count, first + kMostPoints); ++i) points_.push_back(at(piece[i]));
        stroke(points_.data(), int(points_.size()), style.color, style.width, loop && count <= kMostPoints);
      }
    }
  }

  ImDrawList& target_;
  const Fonts& fonts_;
  TextureCache* textures_;
  Vec2 offset_;
  int clips_ = 0;
  std::vector<ImVec2> points_;
};

}  // namespace

void paint_imgui(const DisplayList& list, ImDrawList& target, const Fonts& fonts, TextureCache* textures, Vec2 offset) {
  Painter painter(target, fonts, textures, offset);
  for (const draw::Item& item : list.items) std::visit([&painter](const auto& value) { painter(value); }, item);
}

float ImguiTextMeasure::width(const std::string& text, float size, Face face) const {
  const SizedFont sized = fonts_.nearest(family_of(face), size);
  return sized.font->CalcTextSizeA(sized.height, 1e9f, 0, text.data(), text.data() + text.size()).x;
}

}  // namespace dropscope
