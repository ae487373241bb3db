// Icons as shapes: none of the fonts has all the media signs, and shapes are crisp at every scale.
#include <imgui.h>

#include <cmath>
#include <numbers>

#include "app/platform/compat.h"
#include "app/widgets/buttons.h"
#include "app/widgets/parts.h"

namespace dropscope {
namespace {

// Draws in a square from -1 to 1 around the centre.
class IconPen {
 public:
  IconPen(ImDrawList& list, Vec2 center, float size, Color color)
      : list_(list), center_(center), half_(size / 2), color_(im_color(color)), stroke_(std::max(1.5f, size * 0.11f)) {}

  void triangle(Vec2 a, Vec2 b, Vec2 c) { list_.AddTriangleFilled(at(a), at(b), at(c), color_); }
  void bar(Vec2 low, Vec2 high) { list_.AddRectFilled(at(low), at(high), color_, half_ * 0.08f); }
  void line(Vec2 a, Vec2 b) {
    const ImVec2 points[] = {at(a), at(b)};
    compat::add_polyline(list_, points, 2, color_, false, stroke_);
  }
  void arc(Vec2 center, float radius, float from_degrees, float to_degrees) {
    constexpr int kSegments = 32;
    ImVec2 points[kSegments + 1];
    for (int i = 0; i <= kSegments; ++i) {
      const float degrees = from_degrees + (to_degrees - from_degrees) * float(i) / kSegments;
      const float angle = degrees * std::numbers::pi_v<float> / 180;
      points[i] = at(center + Vec2{std::cos(angle), std::sin(angle)} * radius);
    }
    compat::add_polyline(list_, points, kSegments + 1, color_, false, stroke_);
  }
  void half_disc(float radius) {
    list_.PathClear();
    list_.PathArcTo(at({0, 0}), radius * half_, -std::numbers::pi_v<float> / 2, std::numbers::pi_v<float> / 2, 24);
    list_.PathFillConvex(color_);
  }
  void dot(Vec2 center, float radius) { list_.AddCircleFilled(at(center), radius * half_, color_); }

 private:
  ImVec2 at(Vec2 p) const { return {center_.x + p.x * half_, center_.y + p.y * half_}; }

  ImDrawList& list_;
  Vec2 center_;
  float half_;
  ImU32 color_;
  float stroke_;
};

void draw_media(IconPen& pen, Icon icon) {
  switch (icon) {
    case Icon::Reset:
      pen.bar({-0.85f, -0.62f}, {-0.63f, 0.62f});
      pen.triangle({0.12f, -0.62f}, {0.12f, 0.62f}, {-0.60f, 0});
      pen.triangle({0.85f, -0.62f}, {0.85f, 0.62f}, {0.13f, 0});
      return;
    case Icon::Play:
      pen.triangle({-0.55f, -0.78f}, {0.85f, 0}, {-0.55f, 0.78f});
      return;
    case Icon::Pause:
      pen.bar({-0.62f, -0.72f}, {-0.16f, 0.72f});
      pen.bar({0.16f, -0.72f}, {0.62f, 0.72f});
      return;
    case Icon::StepForward:
      pen.triangle({-0.70f, -0.62f}, {0.32f, 0}, {-0.70f, 0.62f});
      pen.bar({0.44f, -0.62f}, {0.68f, 0.62f});
      return;
    case Icon::StepBack:
      pen.triangle({0.70f, -0.62f}, {0.70f, 0.62f}, {-0.32f, 0});
      pen.bar({-0.68f, -0.62f}, {-0.44f, 0.62f});
      return;
    case Icon::First:
      pen.bar({-0.85f, -0.62f}, {-0.63f, 0.62f});
      pen.triangle({0.12f, -0.62f}, {0.12f, 0.62f}, {-0.60f, 0});
      pen.triangle({0.85f, -0.62f}, {0.85f, 0.62f}, {0.13f, 0});
      return;
    case Icon::Last:
      pen.bar({0.63f, -0.62f}, {0.85f, 0.62f});
      pen.triangle({-0.12f, -0.62f}, {-0.12f, 0.62f}, {0.60f, 0});
      pen.triangle({-0.85f, -0.62f}, {-0.85f, 0.62f}, {-0.13f, 0});
      return;
    case Icon::Previous:
      pen.triangle({0.48f, -0.62f}, {0.48f, 0.62f}, {-0.62f, 0});
      return;
    case Icon::Next:
      pen.triangle({-0.48f, -0.62f}, {0.62f, 0}, {-0.48f, 0.62f});
      return;
    case Icon::Flag:
      pen.bar({-0.55f, -0.8f}, {-0.38f, 0.85f});
      pen.triangle({-0.38f, -0.8f}, {0.68f, -0.32f}, {-0.38f, 0.16f});
      return;
    default:
      return;
  }
}

void draw_sign(IconPen& pen, Icon icon) {
  switch (icon) {
    case Icon::Reroll:
      pen.arc({0, 0}, 0.68f, -50, 250);
      pen.triangle({0.12f, -0.92f}, {0.80f, -0.66f}, {0.22f, -0.22f});
      return;
    case Icon::Help:
      pen.arc({0, -0.36f}, 0.40f, -185, 60);
      pen.line({0.18f, -0.02f}, {0, 0.36f});
      pen.dot({0, 0.74f}, 0.15f);
      return;
    case Icon::Theme:
      pen.arc({0, 0}, 0.72f, 0, 360);
      pen.half_disc(0.72f);
      return;
    case Icon::TextLarger:
      pen.line({-0.92f, 0.62f}, {-0.34f, -0.66f});
      pen.line({-0.34f, -0.66f}, {0.24f, 0.62f});
      pen.line({-0.70f, 0.22f}, {0.02f, 0.22f});
      pen.line({0.34f, -0.22f}, {0.96f, -0.22f});
      pen.line({0.65f, -0.53f}, {0.65f, 0.09f});
      return;
    case Icon::Close:
      pen.line({-0.6f, -0.6f}, {0.6f, 0.6f});
      pen.line({-0.6f, 0.6f}, {0.6f, -0.6f});
      return;
    case Icon::Plus:
      pen.line({-0.7f, 0}, {0.7f, 0});
      pen.line({0, -0.7f}, {0, 0.7f});
      return;
    case Icon::Menu:
      for (const float y : {-0.55f, 0.0f, 0.55f}) pen.line({-0.75f, y}, {0.75f, y});
      return;
    case Icon::Camera:
      pen.line({-0.85f, -0.42f}, {0.85f, -0.42f});
      pen.line({0.85f, -0.42f}, {0.85f, 0.62f});
      pen.line({0.85f, 0.62f}, {-0.85f, 0.62f});
      pen.line({-0.85f, 0.62f}, {-0.85f, -0.42f});
      pen.bar({-0.30f, -0.72f}, {0.30f, -0.42f});
      pen.arc({0, 0.10f}, 0.30f, 0, 360);
      return;
    case Icon::Folder:
      pen.bar({-0.85f, -0.62f}, {-0.10f, -0.35f});
      pen.line({-0.85f, -0.38f}, {0.85f, -0.38f});
      pen.line({0.85f, -0.38f}, {0.85f, 0.62f});
      pen.line({0.85f, 0.62f}, {-0.85f, 0.62f});
      pen.line({-0.85f, 0.62f}, {-0.85f, -0.38f});
      return;
    default:
      return;
  }
}

}  // namespace

void draw_icon(ImDrawList& list, Icon icon, Vec2 center, float size, Color color) {
  IconPen pen(list, center, size, color);
  draw_media(pen, icon);
  draw_sign(pen, icon);
}

}  // namespace dropscope
