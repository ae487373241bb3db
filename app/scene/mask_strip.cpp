// The last masks of a column, one row for each step, the newest at the bottom.
#include <algorithm>
#include <cmath>

#include "app/scene/gate_words.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {

void add_mask_strip(DisplayList& list, const Snapshot& snapshot, std::size_t l, const ColumnLayout& column, bool named,
                    const SceneStyle& style, float u, const TextMeasure& measure) {
  const SiteView* branch = branch_gate(snapshot, l);
  const SiteView* site = branch ? branch : site_of(snapshot, l);
  const Palette& p = *style.palette;
  if (!site || snapshot.eval_view || (branch && style.averaging) || site->rate <= 0 || column.strip.height() <= 0)
    return;
  if (site->variant->gates == Gates::Real || site->recent_rows <= 0 || site->total <= 0) return;
  if (site->recent.size() < std::size_t(site->recent_rows) * std::size_t(site->total)) return;
  const float caption = type_px(p, u, 13);
  const Rect r{column.strip.min + Vec2{0, 4 * u}, column.strip.max - Vec2{0, caption * 1.6f}};
  // A branch has one gate, whatever it adds up to; elements that share a gate are one bar.
  const bool shared = !branch && site->coins > 0 && coin_count(*site) == std::uint32_t(site->coins);
  const int rows = style.averaging ? 1 : 10, total = branch ? 1 : shared ? site->coins : site->total;
  const float cell = std::min(r.width() / float(total), 16 * u),
              row_height = std::min(r.height() / float(rows), 18 * u);
  // Wide layers: several units share a bar, whose grey says how many of them were kept.
  const int bars = cell >= 3 ? total : std::min(total, std::max(1, int(r.width() / 2)));
  const float bar = cell >= 3 ? cell : r.width() / float(bars), left = r.center().x - bar * float(bars) / 2;
  const float gap_x = bar >= 3 ? std::max(0.75f, 0.14f * bar) : 0,
              gap_y = row_height >= 4 ? std::max(0.75f, 0.18f * row_height) : 0;
  const int shown = style.averaging ? 1 : std::min(site->recent_rows, rows);
  for (int k = 0; k < shown; ++k) {
    const float y = r.max.y - row_height * float(k + 1);
    const float age = 1.0f - 0.06f * float(k);  // the newest, at the bottom, is the strongest
    for (int b = 0; b < bars; ++b) {
      const int first = int(std::int64_t(b) * total / bars),
                last = std::max(first + 1, int(std::int64_t(b + 1) * total / bars));
      float kept = 0;
      for (int i = first; i < last; ++i) {
        const int element = shared ? int(first_of_coin(*site, std::uint32_t(i))) : i;
        kept += style.averaging ? 1 - drop_share(snapshot, style, l, element)
                                : float(site->recent[std::size_t(k) * std::size_t(site->total) + std::size_t(element)]);
      }
      kept /= float(last - first);
      if (kept <= 0) continue;
      // Narrow bars without gaps end on whole pixels, or their seams would look like a pattern.
      const auto edge = [&](int i) { return gap_x > 0 ? left + bar * float(i) : std::round(left + bar * float(i)); };
      list.add(draw::Box{{{edge(b) + gap_x / 2, y + gap_y / 2}, {edge(b + 1) - gap_x / 2, y + row_height - gap_y / 2}},
                         mix(p.background, p.unit_outline, kept * age),
                         p.border,
                         0,
                         std::min(1.5f, bar * 0.15f),
                         0});
    }
  }
  const std::vector<std::string> captions =
      style.averaging
          ? std::vector<std::string>{"kept share, last " + std::to_string(site->lately) + " steps", "kept share"}
          : std::vector<std::string>{"mask, last " + std::to_string(shown) + (shown == 1 ? " step" : " steps"),
                                     "masks"};
  if (!named) return;
  list.add(draw::Text{{r.center().x, r.max.y + caption * 0.25f},
                      first_fitting(captions, column.header.width(), caption, Face::Regular, measure),
                      caption,
                      p.secondary,
                      Face::Regular,
                      HAlign::Center,
                      VAlign::Top});
}

}  // namespace dropscope
