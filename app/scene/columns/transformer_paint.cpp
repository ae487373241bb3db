// How a transformer block looks: matrices with their blanks, ruled where attention may not look, the sums of their
// rows, and around both parts the bypass that carries the stream on.
#include <algorithm>
#include <cmath>

#include "app/scene/columns/transformer.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/sequence_sheet.h"
#include "app/scene/step_beat.h"

namespace dropscope {
namespace {

constexpr float kKeptAlone = 0.45f;  // how dark a gate is that is kept, where there is no value to colour it by

struct Painter {
  const FormContext& column;
  const ColumnLayout& layout;
  DisplayList& list;
  TransformerBlock block;
  StepBeat beat;
  const Palette& p;
  MarkStyle marks;
  float u;
  bool quiet = false;  // a closed branch is crossed out: texts would lie on top
  const SiteView* site(int index) const { return site_at(column.snapshot, index); }
  bool masked() const { return !before_mask(beat, column.layer); }
};

// The attention of one example, before and after the noise on it. Null where the pass has not come that far.
struct Attention {
  const std::vector<float>* weights = nullptr;
  const std::vector<float>* used = nullptr;
};
Attention attention_of(const Painter& paint) {
  const auto values = [&](const char* name) -> const std::vector<float>* {
    const InnerView* view = paint.block.attention->find(name);
    const auto count = std::size_t(paint.block.heads * paint.block.steps * paint.block.steps);
    return view && view->values.size() == count ? &view->values : nullptr;
  };
  Attention attention{values("weights"), nullptr};
  // Times mask, before the scale: what is left is as it was.
  attention.used = paint.masked() && paint.beat.sub != 2 ? values("weights_used") : nullptr;
  if (!attention.used) attention.used = attention.weights;
  return attention;
}

float row_sum(const Painter& paint, const std::vector<float>& values, int head, int query) {
  float sum = 0;
  const bool cut = paint.masked() && paint.beat.sub == 2;
  for (int key = 0; key < paint.block.steps; ++key) {
    const std::uint32_t at = paint.block.cell(head, query, key);
    if (paint.block.hides(query, key)) continue;
    if (cut && &values == attention_of(paint).used && is_dropped(paint.site(paint.block.weights_site), at)) continue;
    sum += values[at];
  }
  return sum;
}

// The letter of a step, else its number.
std::string step_name(const Painter& paint, int step) {
  const Snapshot& s = paint.column.snapshot;
  const std::vector<float>& tokens = s.layers[0].h;
  if (s.data && s.data->sequence && s.data->sequence->tokens && std::size_t(step) < tokens.size() &&
      std::isfinite(tokens[std::size_t(step)]))
    return token_text(*s.data, int(std::lround(tokens[std::size_t(step)])));
  return std::to_string(step + 1);
}

void put(Painter& paint, Vec2 at, const std::string& text, float size, Color color, Face face, HAlign align) {
  if (!text.empty() && !paint.quiet) paint.list.add(draw::Text{at, text, size, color, face, align, VAlign::Middle});
}

std::vector<CellMark> cells_of(const Painter& paint, const Attention& attention, int head) {
  const TransformerBlock& block = paint.block;
  const SiteView* site = paint.site(block.weights_site);
  const bool average = shows_average(paint.column.snapshot, paint.column.style, site);
  const int steps = block.steps, all = block.heads * steps * steps;
  std::vector<CellMark> cells(std::size_t(steps) * std::size_t(steps));
  for (int query = 0; query < steps; ++query)
    for (int key = 0; key < steps; ++key) {
      CellMark& cell = cells[std::size_t(query * steps + key)];
      const std::uint32_t at = block.cell(head, query, key);
      cell.hidden = block.hides(query, key);
      if (cell.hidden) continue;
      // Weights of twenty keys are all small: the colour is that of the root, from 0 to 1.
      if (attention.used) cell.value = std::sqrt((*attention.used)[at]);
      if (average) cell.kept = 1 - element_share(paint.column.snapshot, paint.column.style, block.weights_site, at);
      cell.dropped = paint.masked() && is_dropped(site, at) && mask_has_fallen(paint.beat, int(at), all);
      cell.pending = !attention.used && !cell.dropped;
      // The mask is known before there is a weight: what is kept is darker than what is not, at any size.
      if (cell.pending && paint.masked() && has_gates(site) && !average) cell.pending = false, cell.kept = kKeptAlone;
    }
  return cells;
}

// What was set by hand and what is held, where `rect_of` says the element is.
template <class RectOf>
void paint_hands(Painter& paint, int index, const RectOf& rect_of) {
  const SiteView* site = paint.site(index);
  if (!site || paint.column.style.averaging || paint.column.snapshot.eval_view) return;
  for (std::uint32_t element : site->locked)
    if (const Rect rect = rect_of(element); rect.width() > 0) paint_locked(paint.list, rect, paint.marks);
  for (std::uint32_t element : site->by_hand)
    if (const Rect rect = rect_of(element); rect.width() > 0) paint_by_hand(paint.list, rect, paint.marks);
}

// Where a query may not look: thin lines, as a ruled page.
void paint_ruled(Painter& paint, Rect matrix) {
  const int steps = paint.block.steps;
  const CellGrid grid{matrix, steps, steps};
  const float h = grid.cell_height();
  const int lines = h >= 9 ? 3 : h >= 5 ? 2 : 1, every = h >= 2.5f ? 1 : int(std::ceil(2.5f / h));
  const float width = std::clamp(0.07f * h, 0.6f, 1.5f);
  for (int query = 0; query + 1 < steps; query += every)
    for (int i = 0; i < lines; ++i) {
      const float y = grid.cell(0, query).min.y + h * (float(i) + 0.5f) / float(lines);
      paint.list.add(draw::Line{
          {grid.cell(query + 1, query).min.x + 1, y}, {matrix.max.x, y}, width, paint.p.border.with_alpha(0.6f)});
    }
}

// Each row's sum: a bar for what is used, a line at what it was.
void paint_sums(Painter& paint, const Attention& attention, int head, Rect area) {
  if (!attention.weights || !attention.used || area.width() < 2) return;
  const Palette& p = paint.p;
  const int steps = paint.block.steps;
  const bool noisy = paint.block.weights_site >= 0 && !paint.column.snapshot.eval_view;
  const float h = area.height() / float(steps), size = std::min(type_px(p, paint.u, 12), 0.92f * h);
  const bool numbers = size >= 9 && paint.column.measure->width("0.00", size, Face::Mono) <= area.width();
  const bool both = numbers && noisy && paint.column.measure->width("0.00 0.00", size, Face::Mono) <= area.width();
  float most = 1.25f;
  for (int query = 0; query < steps; ++query) {
    const float sum = row_sum(paint, *attention.used, head, query);
    if (std::isfinite(sum)) most = std::max(most, sum);
  }
  for (int query = 0; query < steps; ++query) {
    const float before = row_sum(paint, *attention.weights, head, query);
    const float after = row_sum(paint, *attention.used, head, query);
    const float y = area.min.y + h * (float(query) + 0.5f);
    if (numbers) {
      const std::string text = fixed_text(double(after), 2);
      put(paint, {area.max.x, y}, text, size, p.text, Face::Mono, HAlign::Right);
      if (both) put(paint, {area.min.x, y}, fixed_text(double(before), 2), size, p.secondary, Face::Mono, HAlign::Left);
      continue;
    }
    if (!std::isfinite(after)) {
      paint.list.add(draw::Line{{area.min.x, y}, {area.max.x, y}, std::max(1.0f, 0.5f * h), p.error});
      continue;
    }
    const float half = std::clamp(0.32f * h, 0.4f, 5.0f), x = area.min.x + area.width() * after / most;
    if (after > 0) paint.list.add(draw::Box{{{area.min.x, y - half}, {x, y + half}}, p.border, p.border, 0, 0, 0});
    const float was = area.min.x + area.width() * before / most;
    if (noisy && std::isfinite(was))
      paint.list.add(draw::Line{{was, y - h / 2}, {was, y + h / 2}, std::max(1.0f, 1.4f * paint.u), p.text});
  }
}

void paint_letters(Painter& paint, Rect matrix, Rect caption) {
  const float margin = matrix.min.y - caption.max.y;
  if (margin < 2) return;
  const int steps = paint.block.steps;
  const float pitch = matrix.width() / float(steps), size = std::min(type_px(paint.p, paint.u, 13), 0.95f * pitch);
  for (int step = 0; step < steps; ++step) {
    const std::string name = step_name(paint, step);
    if (paint.column.measure->width(name, size, Face::Regular) > pitch) continue;
    const float along = pitch * (float(step) + 0.5f);
    put(paint, {matrix.min.x + along, matrix.min.y - margin / 2}, name, size, paint.p.secondary, Face::Regular,
        HAlign::Center);
    put(paint, {matrix.min.x - margin / 2, matrix.min.y + along}, name, size, paint.p.secondary, Face::Regular,
        HAlign::Center);
  }
}

// The cell of this head that is selected or under the pointer.
std::optional<std::uint32_t> cell_at_hand(const Painter& paint, int head) {
  const SceneStyle& style = paint.column.style;
  const int each = paint.block.steps * paint.block.steps;
  for (const auto& gate : {style.hovered_gate, style.selected_gate})
    if (gate && gate->site == paint.block.weights_site && int(gate->element) / each == head) {
      const int steps = paint.block.steps, at = int(gate->element) % each;
      if (!paint.block.hides(at / steps, at % steps)) return gate->element;
    }
  return std::nullopt;
}

std::vector<std::string> head_words(const Painter& paint, int head) {
  const TransformerBlock& block = paint.block;
  const Snapshot& s = paint.column.snapshot;
  const std::string number = std::to_string(head + 1), name = "head " + number;
  if (const auto at = cell_at_hand(paint, head)) {
    const int query = int(*at) / block.steps % block.steps, key = int(*at) % block.steps;
    const auto step = [&](int t) {
      const std::string letter = step_name(paint, t), index = std::to_string(t + 1);
      return letter == index ? index : letter + index;
    };
    const std::string looks = step(query) + " \u2192 " + step(key);
    return {name + ": " + step(query) + " looks at " + step(key), name + ": " + looks, looks, number};
  }
  std::vector<std::string> words;
  const SiteView *heads = paint.site(block.heads_site), *weights = paint.site(block.weights_site);
  const bool average = shows_average(s, paint.column.style, heads) || shows_average(s, paint.column.style, weights);
  const std::size_t first = std::size_t(head * block.steps * (block.width / block.heads));
  if (has_gates(heads) && paint.masked() && !average && is_one_coin(*heads) && first < heads->gate.size()) {
    const float gate = heads->gate[first] * heads->scale;
    if (heads->gate[first] == 0)
      words = {name + " dropped", "dropped"};
    else
      words = {name + " \u00b7 \u00d7 " + fixed_text(double(gate), 2), "\u00d7 " + fixed_text(double(gate), 2)};
  } else if (has_gates(weights) && paint.masked() && !average) {
    int kept = 0, all = 0;
    for (int query = 0; query < block.steps; ++query)
      for (int key = 0; key < block.steps; ++key)
        if (!block.hides(query, key)) ++all, kept += is_dropped(weights, block.cell(head, query, key)) ? 0 : 1;
    const std::string count = std::to_string(kept) + "/" + std::to_string(all);
    words = {name + " \u00b7 " + count + " kept", name + " \u00b7 " + count};
  }
  words.push_back(name);
  words.push_back(number);
  return words;
}

void paint_matrix(Painter& paint, const Attention& attention, int head, Rect matrix, Rect sums, Rect caption) {
  const TransformerBlock& block = paint.block;
  const Palette& p = paint.p;
  const CellGrid grid{matrix, block.steps, block.steps};
  const std::vector<CellMark> cells = cells_of(paint, attention, head);
  paint_cells(paint.list, grid, cells, 1, paint.marks);
  if (block.causal) paint_ruled(paint, matrix);
  paint.list.add(
      draw::Box{matrix, p.background.with_alpha(0), p.border.with_alpha(0.7f), std::max(0.75f, paint.u), 0, 0});
  const SiteView* heads = paint.site(block.heads_site);
  const std::size_t first = std::size_t(head * block.steps * (block.width / block.heads));
  const bool dropped = heads && is_one_coin(*heads) && is_dropped(heads, first) && paint.masked() &&
                       !shows_average(paint.column.snapshot, paint.column.style, heads) &&
                       mask_has_fallen(paint.beat, head, block.heads);
  if (dropped) paint_crossed_out(paint.list, matrix, true, paint.marks);
  paint_hands(paint, block.weights_site, [&](std::uint32_t element) {
    if (int(element) / (block.steps * block.steps) != head) return Rect{};
    return grid.cell(int(element) % block.steps, int(element) / block.steps % block.steps);
  });
  paint_hands(paint, block.heads_site, [&](std::uint32_t element) {
    const bool here = is_one_coin(*heads) && int(element) / (block.steps * (block.width / block.heads)) == head;
    return here ? matrix : Rect{};
  });
  const float size = std::min(type_px(p, paint.u, 13), caption.height() * 0.8f);
  put(paint, {caption.min.x, caption.center().y},
      first_fitting(head_words(paint, head), matrix.max.x - caption.min.x, size, Face::Regular, *paint.column.measure),
      size, p.secondary, Face::Regular, HAlign::Left);
  if (attention.weights && sums.width() >= 2)
    put(paint, {sums.center().x, caption.center().y}, "\u03a3", size, p.secondary, Face::Regular, HAlign::Center);
  paint_sums(paint, attention, head, sums);
  paint_letters(paint, matrix, caption);
}

void paint_heads(Painter& paint) {
  const Attention attention = attention_of(paint);
  const int large = enlarged_head(paint.block, paint.layout);
  const Rect over{paint.layout.tiles[kEnlargedCaption].min, paint.layout.tiles[kEnlargedSums].max};
  const auto covered = [&](Rect r) {
    return large >= 0 && r.min.x < over.max.x && over.min.x < r.max.x && r.min.y < over.max.y && over.min.y < r.max.y;
  };
  for (int head = 0; head < paint.block.heads; ++head) {
    const Rect caption = head_tile(paint.layout, head, kCaptionOfHead), sums = head_tile(paint.layout, head, kSums);
    if (!covered({caption.min, sums.max}))
      paint_matrix(paint, attention, head, head_tile(paint.layout, head, kMatrix), sums, caption);
  }
}

bool is_covered(const Painter& paint, Rect r) {
  if (paint.layout.tiles[kEnlarged].width() <= 0) return false;
  const Rect over{paint.layout.tiles[kEnlargedCaption].min, paint.layout.tiles[kEnlargedSums].max};
  return r.min.y < over.max.y && over.min.y < r.max.y;
}

void paint_enlarged(Painter& paint) {
  const int head = enlarged_head(paint.block, paint.layout);
  if (head < 0) return;
  const Rect matrix = paint.layout.tiles[kEnlarged], sums = paint.layout.tiles[kEnlargedSums],
             caption = paint.layout.tiles[kEnlargedCaption];
  const Vec2 air{4 * paint.u, 2 * paint.u};
  paint.list.add(draw::Box{{caption.min - air, sums.max + air},
                           paint.p.background,
                           paint.p.focus,
                           std::max(1.0f, 1.5f * paint.u),
                           3 * paint.u,
                           0});
  const Rect small = head_tile(paint.layout, head, kMatrix);
  if (!is_covered(paint, small)) paint_ring(paint.list, small, false, paint.marks);
  paint_matrix(paint, attention_of(paint), head, matrix, sums, caption);
}

// A part's values with its gates; where the values are not known, its gates alone: dark where kept.
void paint_strip(Painter& paint, TransformerTile tile, int units, int index, const std::vector<float>* values,
                 const std::vector<std::string>& words) {
  const Rect area = paint.layout.tiles[tile];
  const float line = paint.layout.tiles[kWords].height();
  if (area.width() <= 0 || is_covered(paint, {{area.min.x, area.min.y - line}, area.max})) return;
  const Snapshot& s = paint.column.snapshot;
  const SiteView* site = paint.site(index);
  const int count = units * paint.block.steps;
  const bool average = shows_average(s, paint.column.style, site),
             known = values && values->size() == std::size_t(count);
  float limit = 1;
  if (known) limit = limit_of(*values);
  std::vector<CellMark> cells(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    CellMark& cell = cells[std::size_t(i)];
    cell.dropped = paint.masked() && is_dropped(site, std::size_t(i)) && mask_has_fallen(paint.beat, i, count);
    if (known)
      cell.value = (*values)[std::size_t(i)];
    else if (!paint.column.view().h.empty() && has_gates(site))
      cell.kept = cell.dropped ? 0.0f : 1.0f;
    else
      cell.pending = !cell.dropped;
    if (average) cell.kept = 1 - element_share(s, paint.column.style, index, std::size_t(i));
  }
  const CellGrid grid{area, units, paint.block.steps};
  paint_cells(paint.list, grid, cells, limit, paint.marks);
  paint.list.add(draw::Box{area, paint.p.background.with_alpha(0), paint.p.border.with_alpha(0.7f),
                           std::max(0.75f, paint.u), 0, 0});
  paint_hands(paint, index, [&](std::uint32_t element) {
    if (site->coins == 1) return area;
    return int(element) < count ? grid.cell(int(element) % units, int(element) / units) : Rect{};
  });
  if (line <= 0) return;
  const float size = std::min(type_px(paint.p, paint.u, 12), 0.8f * line);
  put(paint, {area.min.x, area.min.y - line / 2},
      first_fitting(words, area.width(), size, Face::Regular, *paint.column.measure), size, paint.p.secondary,
      Face::Regular, HAlign::Left);
}

// What the branch adds: after its noise, or before it while the beat has not come to it.
const std::vector<float>* branch_of(const Painter& paint, const PartView* sum) {
  if (!sum) return nullptr;
  const InnerView *used = paint.masked() ? sum->find("branch_used") : nullptr, *plain = sum->find("branch");
  return used ? &used->values : plain ? &plain->values : nullptr;
}

// The frame of one part, the stream through it and around it, and the sum below.
void paint_part(Painter& paint, Rect box, bool closed) {
  const Palette& p = paint.p;
  const float x = paint.layout.tiles[kBypass].center().x * 2 - paint.layout.tiles[kBypass].min.x,
              left = paint.layout.tiles[kBypass].min.x;
  const float join = paint.layout.tiles[kFeedForwardBox].min.y - paint.layout.tiles[kAttentionBox].max.y;
  const float above = box.min.y - join * 0.32f, sum = box.max.y + join * 0.36f;
  const float thin = std::max(1.0f, 2.5f * paint.u * p.line_scale), r = std::clamp(0.24f * join, 2.5f, 7 * paint.u);
  const float wide = std::min(std::max(3.0f, 9 * paint.u * p.line_scale), 0.8f * (box.min.x - left));
  const Color stream = p.secondary;
  if (!closed) {
    paint.list.add(draw::Line{{x, above}, {x, box.min.y}, thin, stream});
    paint.list.add(draw::Line{{x, box.max.y}, {x, sum - r}, thin, stream});
  }
  paint.list.add(draw::Polyline{
      {{x, above}, {left, above}, {left, sum}, {x - r, sum}}, closed ? wide : thin, closed ? p.text : stream});
  paint.list.add(draw::Box{box, p.background.with_alpha(0), closed ? p.dropped : p.border,
                           std::max(1.0f, 1.5f * paint.u), 5 * paint.u, 0});
  paint.list.add(draw::Line{{x, sum + r}, {x, box.max.y + join * 0.7f}, thin, stream});
  paint.list.add(draw::Disc{{x, sum}, r, p.background, p.text, std::max(1.0f, 1.3f * paint.u), 0});
  paint.list.add(draw::Line{{x - r * 0.6f, sum}, {x + r * 0.6f, sum}, std::max(1.0f, 1.2f * paint.u), p.text});
  paint.list.add(draw::Line{{x, sum - r * 0.6f}, {x, sum + r * 0.6f}, std::max(1.0f, 1.2f * paint.u), p.text});
}

std::vector<std::string> with_count(const Painter& paint, int index, const std::vector<std::string>& words) {
  const SiteView* site = paint.site(index);
  if (!has_gates(site) || !paint.masked() || paint.column.style.averaging) return words;
  const std::string count = count_text(std::uint64_t(site->kept)) + "/" + count_text(std::uint64_t(site->total));
  std::vector<std::string> all;
  for (const std::string& word : words) all.push_back(word + " \u00b7 " + count);
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

}  // namespace

void paint_transformer(const FormContext& column, const ColumnLayout& layout, DisplayList& list) {
  const Palette& p = *column.style.palette;
  const Snapshot& s = column.snapshot;
  Painter paint{column, layout,         list,    transformer_block(s, column.layer), step_beat(s, column.style),
                p,      {&p, column.u}, column.u};
  const TransformerBlock& block = paint.block;
  const bool mask = paint.masked() && !column.style.averaging;
  const bool first_closed = mask && is_closed(s, block.attention_branch, block.attention_sum);
  const bool second_closed = mask && is_closed(s, block.feed_forward_branch, block.feed_forward_sum);
  const Rect attention = layout.tiles[kAttentionBox], feed_forward = layout.tiles[kFeedForwardBox];
  paint_part(paint, attention, first_closed);
  paint_part(paint, feed_forward, second_closed);
  paint.quiet = first_closed;
  paint_heads(paint);
  paint_strip(paint, kAttentionAdds, block.width, block.attention_branch, branch_of(paint, block.attention_sum),
              with_count(paint, block.attention_branch, {"attention adds", "adds"}));
  paint.quiet = second_closed;
  const PartView* hidden = block.feed_forward;
  paint_strip(paint, kHiddenUnits, block.hidden, block.hidden_site,
              !hidden                                ? nullptr
              : paint.masked() && !hidden->y.empty() ? &hidden->y
                                                     : &hidden->h,
              with_count(paint, block.hidden_site, {"feed-forward", "hidden"}));
  if (layout.tiles[kHiddenUnits].width() <= 0 && !is_covered(paint, feed_forward)) {
    const float height = type_px(p, column.u, 13) * 1.75f, size = std::min(type_px(p, column.u, 13), height * 0.7f);
    const std::vector<std::string> words = {"feed-forward, " + std::to_string(block.hidden) + " units", "feed-forward",
                                            "ff"};
    put(paint, {feed_forward.center().x, std::min(feed_forward.center().y, feed_forward.min.y + height / 2)},
        first_fitting(words, feed_forward.width() * 0.94f, size, Face::Regular, *column.measure), size, p.secondary,
        Face::Regular, HAlign::Center);
  }
  paint_strip(paint, kFeedForwardAdds, block.width, block.feed_forward_branch, branch_of(paint, block.feed_forward_sum),
              with_count(paint, block.feed_forward_branch, {"feed-forward adds", "adds"}));
  paint.quiet = false;
  const Shown what = shown_at(s, paint.beat, column.layer);
  const std::vector<float> leaves = shown_values(s, column.layer, what);
  const bool back = what == Shown::Gradient;
  paint_strip(paint, kLeaves, block.width, -1, &leaves,
              back ? std::vector<std::string>{"gradient that comes back", "gradient"}
                   : std::vector<std::string>{"leaves the block", "out"});
  if (first_closed) paint_crossed_out(list, attention, true, paint.marks);
  if (second_closed) paint_crossed_out(list, feed_forward, true, paint.marks);
  paint_enlarged(paint);
}

}  // namespace dropscope
