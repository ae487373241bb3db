// The words of the network picture: title, the sentence about the sub-network, headers of the layers, strips
// of the last masks and the legend of the weights. Every text is cut or shrunk to the room it has.
#include <algorithm>
#include <cmath>

#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

struct Pen {
  DisplayList& list;
  const Palette& p;
  float u;
  const TextMeasure& measure;
};

std::string title_of(const Snapshot& snapshot, const SceneStyle& style) {
  if (snapshot.eval_view) return "The whole network";
  const std::string step = snapshot.preview ? "the next step" : "this step";
  bool any = false, binary = false;
  for (const SiteView& site : snapshot.sites)
    if (site.rate > 0) any = true, binary = binary || site.variant->gates == Gates::Binary;
  if (!any) return "The whole network";
  if (!binary) return "Noise of " + step;
  if (style.averaging) return "Sub-networks, showing average";
  const std::string title = (snapshot.preview ? "Sub-network of " : "Sub-network ") + step;
  bool own = false;  // each example has a mask of its own, and this is one of them
  for (const SitePlan& site : snapshot.spec.dropout.sites) own = own || site.scope == MaskScope::Example;
  return own && snapshot.example_shown >= 0
             ? title + ", example " + count_text(std::uint64_t(snapshot.example_shown) + 1)
             : title;
}

bool drops_units(const Snapshot& snapshot) {
  for (const SiteView& site : snapshot.sites)
    if (site.active && site.variant->gates == Gates::Binary) return true;
  return false;
}

// While averages are shown, the count of the one step at hand would contradict the picture.
std::string sentence_of(const Snapshot& snapshot, const SceneStyle& style) {
  const std::string sentence = subnetwork_sentence(snapshot), dot = " \u00b7 one of ";
  const std::size_t at = sentence.find(dot);
  if (!style.averaging || at == std::string::npos) return sentence;
  double kept = 0;
  int total = 0;
  for (std::size_t l = 0; l < snapshot.layers.size(); ++l) {
    const SiteView* site = site_of(snapshot, l);
    if (!site || site->rate <= 0 || site->variant->gates == Gates::Real) continue;
    for (int i = 0; i < snapshot.layers[l].units; ++i) kept += 1 - double(drop_share(snapshot, style, l, i));
    total += snapshot.layers[l].units;
  }
  return "about " + fixed_text(kept, 1) + " of " + count_text(std::uint64_t(total)) +
         " units kept per step \u00b7 each step one of " + sentence.substr(at + dot.size());
}

void add_title(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style) {
  const Rect r = layout.title;
  if (r.height() <= 0) return;
  const float big = std::min(type_px(pen.p, pen.u, 24), r.height() / 1.3f), small = type_px(pen.p, pen.u, 15);
  float y = r.min.y + std::min(14 * pen.u, std::max(0.0f, r.height() - big * 1.3f));
  const std::string title = title_of(snapshot, style);
  const float size = fit_size(title, r.width(), big, 9, Face::Bold, pen.measure);
  pen.list.add(draw::Text{
      {r.min.x, y}, fit_text(title, r.width(), size, Face::Bold, pen.measure), size, pen.p.text, Face::Bold});
  y += big * 1.36f;
  const auto most = std::size_t(std::max(0.0f, (r.max.y - y + small * 0.2f) / (small * 1.4f)));
  if (most == 0) return;
  for (const std::string& line :
       wrap_text(sentence_of(snapshot, style), r.width(), small, Face::Regular, pen.measure, most)) {
    pen.list.add(draw::Text{{r.min.x, y}, line, small, pen.p.secondary});
    y += small * 1.4f;
  }
}

struct HeaderLines {
  std::vector<std::string> count;  // wordings, longest first
  std::vector<std::string> rate;
  bool noise = false;  // the count line is about noise, so it is set bold
};

HeaderLines plain_header(const LayerView& layer, bool is_input) {
  const std::string n = count_text(std::uint64_t(layer.units));
  const std::string what = is_input ? (layer.units == 1 ? " input" : " inputs") : layer.units == 1 ? " unit" : " units";
  return {{n + what, n}, {}, false};
}

HeaderLines real_header(const SiteView& site) {
  HeaderLines lines;
  lines.noise = true;
  const auto [lo, hi] = std::minmax_element(site.gate.begin(), site.gate.end());
  const std::string low = fixed_text(*lo, 2), high = fixed_text(*hi, 2);
  lines.count = {"factors " + low + " to " + high, low + " \u2026 " + high};
  const std::string p = "p = " + short_text(site.rate);
  lines.rate = {p + " \u00b7 none dropped", p};
  return lines;
}

HeaderLines header_lines(const Snapshot& snapshot, std::size_t l, const SceneStyle& style) {
  const LayerView& layer = snapshot.layers[l];
  const SiteView* site = site_of(snapshot, l);
  if (!site || site->rate <= 0) return plain_header(layer, l == 0);
  HeaderLines lines;
  lines.noise = true;
  if (snapshot.eval_view) {
    const std::string times = "\u00d7 " + fixed_text(site->scale, 2);
    if (site->scale == 1)
      lines.count = {"no mask, no scaling", "no mask", "eval"};
    else
      lines.count = {"no mask \u00b7 " + times, times};
    lines.rate = {"p = " + short_text(site->rate) + " in training", "p = " + short_text(site->rate)};
    return lines;
  }
  if (!is_noisy(site, layer.units)) return plain_header(layer, l == 0);
  const std::string p = "p = " + short_text(site->rate);
  if (site->variant->gates == Gates::Real) return real_header(*site);
  if (style.averaging) {
    double dropped = 0;
    for (int i = 0; i < layer.units; ++i) dropped += drop_share(snapshot, style, l, i);
    const std::string share = fixed_text(dropped / layer.units, 2);
    lines.count = {"showing average", "average"};
    lines.rate = {p + " \u00b7 " + share + " dropped lately", p + " \u00b7 " + share, p};
    return lines;
  }
  const std::string kept = count_text(std::uint64_t(site->kept)) + "/" + count_text(std::uint64_t(site->total));
  const std::string times = "\u00d7 " + fixed_text(site->scale, 2);
  if (site->scale != 1)
    lines.count = {kept + " kept \u00b7 " + times, kept + " kept", kept};
  else
    lines.count = {kept + " kept \u00b7 not scaled", kept + " kept", kept};
  lines.rate = {p + " \u00b7 batch " + fixed_text(site->realized_rate, 2), p};
  // Where the count leaves no room for the scale, it stands here.
  if (site->scale != 1) lines.rate.insert(lines.rate.begin() + 1, p + " \u00b7 " + times);
  return lines;
}

void add_header(Pen& pen, const Snapshot& snapshot, const ColumnLayout& column, std::size_t l,
                const SceneStyle& style) {
  const Rect r = column.header;
  const float body = type_px(pen.p, pen.u, 18), caption = type_px(pen.p, pen.u, 14);
  const HeaderLines lines = header_lines(snapshot, l, style);
  const float x = r.center().x, room = r.width();
  float y = r.min.y;
  const auto put = [&](const std::string& text, float size, Color color, Face face, float advance) {
    if (y + size * 0.9f > r.max.y + 1 || text.empty()) return;
    pen.list.add(draw::Text{{x, y + advance / 2}, text, size, color, face, HAlign::Center, VAlign::Middle});
    y += advance;
  };
  const std::string name = layer_title(snapshot.layers[l].name);
  const float name_size = fit_size(name, room, body, body * 0.65f, Face::Bold, pen.measure);
  put(fit_text(name, room, name_size, Face::Bold, pen.measure), name_size, pen.p.text, Face::Bold, body * 1.35f);
  if (!lines.count.empty()) {
    const Face face = lines.noise ? Face::Bold : Face::Regular;
    const float wanted = lines.noise ? body * (pen.p.id == ThemeId::Projector ? 1.25f : 0.92f) : caption;
    // A shorter wording is better than small type, and small type better than a cut word.
    std::string text = lines.count.front();
    float size = fit_size(text, room, wanted, 0, face, pen.measure);
    for (std::size_t i = 1; i < lines.count.size() && size < wanted * 0.68f; ++i) {
      text = lines.count[i];
      size = fit_size(text, room, wanted, 0, face, pen.measure);
    }
    size = std::max(size, 8.0f);
    put(fit_text(text, room, size, face, pen.measure), size, lines.noise ? pen.p.text : pen.p.secondary, face,
        body * 1.35f * (lines.noise && pen.p.id == ThemeId::Projector ? 1.35f : 1.0f));
  }
  if (!lines.rate.empty())
    put(first_fitting(lines.rate, room, caption, Face::Regular, pen.measure), caption, pen.p.secondary, Face::Regular,
        caption * 1.4f);
}

// "3 840 weights" on the band that stands for them.
void add_bundle_label(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, std::size_t l) {
  const ColumnLayout &source = layout.columns[l - 1], &target = layout.columns[l];
  const float size = type_px(pen.p, pen.u, 14), room = target.body.min.x - source.body.max.x - 14 * pen.u;
  const std::string n = count_text(std::uint64_t(snapshot.layers[l].weight_count));
  const std::vector<std::string> lines = wrap_text(n + " weights", room, size, Face::Regular, pen.measure, 2);
  const Vec2 c{(source.body.max.x + target.body.min.x) / 2, (source.body.center().y + target.body.center().y) / 2};
  float y = c.y - float(lines.size() - 1) * size * 0.65f;
  for (const std::string& line : lines) {
    if (line.empty()) continue;
    const float half = pen.measure.width(line, size, Face::Regular) / 2 + 4 * pen.u;
    pen.list.add(draw::Box{{{c.x - half, y - size * 0.65f}, {c.x + half, y + size * 0.65f}},
                           pen.p.background.with_alpha(0.9f),
                           pen.p.border,
                           0,
                           3 * pen.u,
                           0});
    pen.list.add(draw::Text{{c.x, y}, line, size, pen.p.secondary, Face::Regular, HAlign::Center, VAlign::Middle});
    y += size * 1.3f;
  }
}

// What each output stands for, right of the units of the last layer.
// "class A", or "A" where only that fits.
std::string short_name(const std::string& name, float room, float size, const TextMeasure& measure) {
  const std::size_t space = name.rfind(' ');
  const bool fits = measure.width(name, size, Face::Regular) <= room;
  return fit_text(fits || space == std::string::npos ? name : name.substr(space + 1), room, size, Face::Regular,
                  measure);
}

void add_output_names(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout) {
  const ColumnLayout& column = layout.columns.back();
  const LayerView& layer = snapshot.layers.back();
  if (!snapshot.data || column.style != ColumnLayout::Style::Units || column.grid_cols != 1) return;
  const std::vector<std::string>& names = snapshot.data->output_names;
  if (names.size() != std::size_t(layer.units)) return;
  const float pitch = column.body.height() / float(column.grid_rows);
  const float size = std::min(type_px(pen.p, pen.u, 14), pitch * 0.8f);
  const float x = column.body.center().x + column.radius + 8 * pen.u, room = column.header.max.x - x;
  if (size < 8) return;
  for (std::size_t i = 0; i < names.size(); ++i)
    pen.list.add(draw::Text{{x, column.centers[i].y},
                            short_name(names[i], room, size, pen.measure),
                            size,
                            pen.p.secondary,
                            Face::Regular,
                            HAlign::Left,
                            VAlign::Middle});
}

// Two wedges: negative with its bar at the left, positive at the right, from thin to the widest line.
void add_legend(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style) {
  const Rect r = layout.legend;
  const float limit = weight_limit(snapshot);
  if (r.height() <= 0 || limit <= 0) return;
  const float size = type_px(pen.p, pen.u, 14), y = r.center().y, gap = 8 * pen.u;
  const std::string low = value_text(-limit), high = "+" + value_text(limit);
  const float low_width = pen.measure.width(low, size, Face::Mono),
              high_width = pen.measure.width(high, size, Face::Mono);
  const float word_width = pen.measure.width("weight", size, Face::Regular);
  const float wedge = std::min(120 * pen.u, (r.width() - low_width - high_width - word_width - 4 * gap) / 2);
  if (wedge < 10) return;
  float x = r.min.x;
  const auto text = [&](const std::string& t, float width, Face face) {
    pen.list.add(draw::Text{{x, y}, t, size, pen.p.secondary, face, HAlign::Left, VAlign::Middle});
    x += width + gap;
  };
  text("weight", word_width, Face::Regular);
  text(low, low_width, Face::Mono);
  const float thick = 2.6f * pen.u * pen.p.line_scale;
  pen.list.add(draw::Line{{x, y - thick * 1.9f}, {x, y + thick * 1.9f}, std::max(1.0f, thick), pen.p.negative});
  pen.list.add(draw::Polygon{{{x, y - thick}, {x + wedge, y}, {x, y + thick}}, pen.p.negative});
  x += wedge;
  pen.list.add(draw::Polygon{{{x, y}, {x + wedge, y - thick}, {x + wedge, y + thick}}, pen.p.positive});
  x += wedge + gap;
  text(high, high_width, Face::Mono);
  std::vector<std::string> notes;
  if (draws_strongest_only(snapshot, layout)) {
    const std::string most = count_text(kMostEdgesPerLayer);
    notes = {"lines: the strongest " + most + " between two layers", "strongest " + most + " shown"};
  } else {
    notes = {"bar at the end: negative"};
    if (drops_units(snapshot) && !style.averaging)
      notes.insert(notes.begin(), notes[0] + " \u00b7 a dropped unit loses all its lines");
  }
  x += gap * 1.5f;
  const std::string note = first_fitting(notes, r.max.x - x, size, Face::Regular, pen.measure);
  if (r.max.x - x > size * 6 && note.find("\u2026") == std::string::npos) text(note, 0, Face::Regular);
}

}  // namespace

void add_mask_strip(DisplayList& list, const Snapshot& snapshot, std::size_t l, const ColumnLayout& column,
                    const SceneStyle& style, float u, const TextMeasure& measure) {
  const SiteView* site = site_of(snapshot, l);
  const Palette& p = *style.palette;
  if (!site || snapshot.eval_view || site->rate <= 0 || column.strip.height() <= 0) return;
  if (site->variant->gates == Gates::Real || site->recent_rows <= 0 || site->total <= 0) return;
  if (site->recent.size() < std::size_t(site->recent_rows) * std::size_t(site->total)) return;
  const float caption = type_px(p, u, 13);
  const Rect r{column.strip.min + Vec2{0, 4 * u}, column.strip.max - Vec2{0, caption * 1.6f}};
  const int rows = style.averaging ? 1 : 10, total = site->total;
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
      for (int i = first; i < last; ++i)
        kept +=
            style.averaging ? 1 - drop_share(snapshot, style, l, i) : float(site->recent[std::size_t(k) * total + i]);
      kept /= float(last - first);
      if (kept <= 0) continue;
      const float x = left + bar * float(b);
      list.add(draw::Box{{{x + gap_x / 2, y + gap_y / 2}, {x + bar - gap_x / 2, y + row_height - gap_y / 2}},
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
  list.add(draw::Text{{r.center().x, r.max.y + caption * 0.25f},
                      first_fitting(captions, column.header.width(), caption, Face::Regular, measure),
                      caption,
                      p.secondary,
                      Face::Regular,
                      HAlign::Center,
                      VAlign::Top});
}

DisplayList build_labels(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                         const TextMeasure& measure) {
  DisplayList list;
  if (layout.columns.empty()) return list;
  Pen pen{list, *style.palette, layout.u, measure};
  add_title(pen, snapshot, layout, style);
  for (std::size_t l = 0; l < layout.columns.size(); ++l) {
    add_header(pen, snapshot, layout.columns[l], l, style);
    add_mask_strip(list, snapshot, l, layout.columns[l], style, layout.u, measure);
    if (l > 0 && !has_single_edges(snapshot, layout, l)) add_bundle_label(pen, snapshot, layout, l);
  }
  add_output_names(pen, snapshot, layout);
  add_legend(pen, snapshot, layout, style);
  return list;
}

}  // namespace dropscope
