#include "app/scene/probe_strip.h"

#include <algorithm>
#include <cmath>

#include "app/scene/plot.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

// Heights that keep dots of equal value apart: the golden ratio's multiples fill an interval evenly.
float jitter(std::size_t i) {
  const double turns = double(i) * 0.6180339887498949;
  return float(turns - std::floor(turns));
}

struct Range {
  double lo = 0, hi = 1;
};

// Probabilities keep the whole 0 to 1, so that a flicker of 0.01 does not look like one of 1.
Range range_of(const ProbeView& probe, Task task) {
  if (task == Task::Classification) return {0, 1};
  double lo = 1e300, hi = -1e300;
  for (float v : probe.outputs)
    if (std::isfinite(v)) lo = std::min(lo, double(v)), hi = std::max(hi, double(v));
  if (!(lo <= hi)) return {0, 1};
  const double pad = std::max({0.25 * (hi - lo), 0.1 * std::fabs(hi), 0.1});
  return {lo - pad, hi + pad};
}

}  // namespace

DisplayList build_probe_strip(const Snapshot& snapshot, Rect area, const CardStyle& style, const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const ProbeView& probe = snapshot.probe;
  DisplayList list;
  const std::size_t n = probe.outputs.size();
  if (n == 0) {
    add_card_head(list, area, "One input, again and again", "no pass yet", style, measure);
    return list;
  }
  const std::string numbers = "mean " + fixed_text(probe.mean, 3) + " \u00b7 sd " + fixed_text(probe.deviation, 4);
  const Rect rest =
      add_card_head(list, area, n == 1 ? "One input, 1 pass" : "One input, " + std::to_string(n) + " passes", numbers,
                    style, measure);
  const float size = type_px(p, style.u, 13), r = std::max(1.8f, 3.6f * style.u);
  Rect plane{{rest.min.x + r * 2, rest.min.y + 2 * style.u}, {rest.max.x - r * 2, rest.max.y - size * 1.6f}};
  if (plane.height() < 4 * r) plane.max.y = plane.min.y + 4 * r;
  const Range range = range_of(probe, snapshot.data ? snapshot.data->task : Task::Classification);
  const auto at = [&](double v) {
    return plane.min.x + plane.width() * float(std::clamp((v - range.lo) / (range.hi - range.lo), 0.0, 1.0));
  };
  list.add(draw::Box{{{plane.min.x - 2 * r, plane.min.y}, {plane.max.x + 2 * r, plane.max.y}},
                     p.control,
                     p.border,
                     0,
                     3 * style.u,
                     0});
  const double lo = probe.mean - probe.deviation, hi = probe.mean + probe.deviation;
  if (std::isfinite(lo) && std::isfinite(hi)) {
    list.add(draw::Box{{{at(lo), plane.min.y}, {std::max(at(hi), at(lo) + 1), plane.max.y}},
                       p.accent.with_alpha(0.16f),
                       p.accent,
                       0,
                       0,
                       0});
    list.add(
        draw::Line{{at(probe.mean), plane.min.y}, {at(probe.mean), plane.max.y}, std::max(1.0f, 2 * style.u), p.text});
  }
  const float low = plane.min.y + 1.5f * r, span = std::max(0.0f, plane.height() - 3 * r);
  for (std::size_t i = 0; i < n; ++i) {
    if (!std::isfinite(probe.outputs[i])) continue;
    const bool newest = i + 1 == n;
    const Vec2 dot{at(double(probe.outputs[i])), low + span * (newest ? 0.5f : jitter(i))};
    const float age = 0.35f + 0.65f * float(i + 1) / float(n);
    if (newest)
      list.add(draw::Disc{dot, r * 1.6f, p.accent, p.text, std::max(1.0f, 1.5f * style.u), 0});
    else
      list.add(draw::Disc{dot, r, p.accent.with_alpha(age), p.card.with_alpha(age), std::max(0.5f, 0.8f * style.u), 0});
  }
  const float y = plane.max.y + size * 0.9f;
  float free_from = area.min.x - 1;
  const std::string name = probe.output_name.empty() ? "output" : probe.output_name;
  const float name_left = rest.max.x - measure.width(name, size, Face::Regular);
  const std::vector<double> ticks = nice_ticks(range.lo, range.hi, 4);
  for (double tick : ticks) {
    const std::string text = tick_text(tick, tick_step(ticks));
    const float width = measure.width(text, size, Face::Regular),
                x = std::clamp(at(tick) - width / 2, area.min.x, area.max.x - width);
    if (x < free_from || x + width > name_left - size * 0.5f) continue;
    list.add(draw::Text{{x, y}, text, size, p.secondary, Face::Regular, HAlign::Left, VAlign::Middle});
    free_from = x + width + size * 0.5f;
  }
  list.add(draw::Text{{rest.max.x, y},
                      fit_text(name, rest.width() * 0.6f, size, Face::Regular, measure),
                      size,
                      p.secondary,
                      Face::Regular,
                      HAlign::Right,
                      VAlign::Middle});
  return list;
}

}  // namespace dropscope
