#include "app/scene/run_marks.h"

#include <algorithm>

#include "app/scene/dashes.h"

namespace dropscope {
namespace {

constexpr float kLongDash[] = {18, 7}, kDots[] = {3, 5}, kDashDot[] = {14, 5, 3, 5};
constexpr float kTrainDash[] = {7, 5};

std::size_t known(std::size_t run) { return run % kMostMarkedRuns; }

}  // namespace

std::string run_letter(std::size_t run) { return std::string(1, char('A' + known(run))); }

Color run_color(const Palette& palette, std::size_t run) { return palette.run[known(run)]; }

std::span<const float> run_dashes(std::size_t run) {
  const std::span<const float> dashes[kMostMarkedRuns] = {{}, kLongDash, kDots, kDashDot};
  return dashes[known(run)];
}

std::span<const float> run_train_dashes(std::size_t run) { return known(run) == 0 ? kTrainDash : run_dashes(run); }

int run_marker(std::size_t run) { return int(known(run)); }

void add_run_marker(DisplayList& list, std::size_t run, Vec2 center, float radius, const CardStyle& style) {
  const Color color = run_color(*style.palette, run);
  add_class_mark(list, run_marker(run), center, radius, color, style.palette->card, std::max(0.75f, style.u));
}

void add_run_line(DisplayList& list, std::size_t run, Vec2 from, Vec2 to, float width, const CardStyle& style) {
  std::vector<float> pattern(run_dashes(run).begin(), run_dashes(run).end());
  for (float& length : pattern) length *= std::max(style.u, 0.6f);
  for (std::vector<Vec2>& piece : dashed_pieces({from, to}, pattern, false))
    list.add(draw::Polyline{std::move(piece), width, run_color(*style.palette, run), 0, false});
}

float run_badge_width(std::size_t run, float size, const TextMeasure& measure) {
  return size * 1.15f + measure.width(run_letter(run), size, Face::Bold);
}

float add_run_badge(DisplayList& list, std::size_t run, Vec2 left, float size, const CardStyle& style,
                    const TextMeasure& measure) {
  const float r = size * 0.38f;
  add_run_marker(list, run, {left.x + size * 0.5f, left.y}, r, style);
  const Vec2 letter{left.x + size * 1.15f, left.y};
  list.add(draw::Text{letter, run_letter(run), size, style.palette->text, Face::Bold, HAlign::Left, VAlign::Middle});
  return left.x + run_badge_width(run, size, measure);
}

}  // namespace dropscope
