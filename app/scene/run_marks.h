// How runs are told apart wherever they are side by side: a letter, a colour, a dash and a marker each, so that
// neither colour nor print in grey decides. A solid disc, B long dash square, C dot triangle, D dash-dot diamond.
#pragma once
#include <span>
#include <string>

#include "app/scene/card.h"

namespace dropscope {

inline constexpr std::size_t kMostMarkedRuns = 4;

std::string run_letter(std::size_t run);  // "A" .. "D"
Color run_color(const Palette& palette, std::size_t run);
// Lengths of dashes and gaps in turn, in design units; empty for a solid line. The second is for thin lines of training
// curves, which are dashed for every run.
std::span<const float> run_dashes(std::size_t run);
std::span<const float> run_train_dashes(std::size_t run);
// A shape of add_class_mark.
int run_marker(std::size_t run);

void add_run_marker(DisplayList& list, std::size_t run, Vec2 center, float radius, const CardStyle& style);
// A line in the run's dash, `width` in pixels.
void add_run_line(DisplayList& list, std::size_t run, Vec2 from, Vec2 to, float width, const CardStyle& style);
// The marker and the letter beside it, from `left` on, around height y; `size` is the letter's in pixels. Returns where
// it ends.
float add_run_badge(DisplayList& list, std::size_t run, Vec2 left, float size, const CardStyle& style,
                    const TextMeasure& measure);
float run_badge_width(std::size_t run, float size, const TextMeasure& measure);

}  // namespace dropscope
