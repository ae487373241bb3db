// The words of the network picture: title, the sentence about the sub-network, headers of the layers and the legend
// of the weights. Every text is cut or shrunk to the room it has.
#include <algorithm>
#include <cmath>

#include "app/scene/noise_words.h"
#include "app/scene/pen.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

std::string title_of(const Snapshot& snapshot, const SceneStyle& style) {
  if (!style.title.empty()) return style.title;
  if (style.stepping && !style.averaging) return step_title(snapshot, style);
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

// While averages are shown, the count of the one step at hand would contradict the picture.
std::string sentence_of(const Snapshot& snapshot, const SceneStyle& style) {
  if (!style.title.empty()) return style.sentence;
  if (style.stepping && !style.averaging) return step_sentence(snapshot);
  const std::string lead = style.lead.empty() ? "" : style.lead + " \u00b7 ";
  const std::string sentence = lead + subnetwork_sentence(snapshot), dot = " \u00b7 one of ";
  const std::size_t at = sentence.find(dot);
  if (!style.averaging || snapshot.eval_view) return sentence;
  // Averages of single units are shown only where every gate is one unit's.
  for (const SiteView& site : snapshot.sites)
    if (site.rate > 0 && (!is_of_units(site.kind) || site.coins > 0))
      return at == std::string::npos ? "another mask at every step"
                                     : "each step one of " + sentence.substr(at + dot.size());
  if (at == std::string::npos) return sentence;
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
  const float big = std::min(type_px(pen.p, pen.u, title_type(pen.p, style.stepping)), r.height() / 1.3f),
              small = type_px(pen.p, pen.u, 15);
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

// " · batch 0.53": the share of the batch as it came out, of what p stands for.
std::string batch_words(const SiteView& site, const SceneStyle& style) {
  if (!style.title.empty()) return "";  // of no batch
  return " \u00b7 batch " + fixed_text(letter_value(style.naming, site.realized_rate), 2);
}

// "53%"; 0 and 100 are said of nothing else.
std::string share_words(const GateCount& count) {
  const bool some = count.kept > 0 && count.kept < count.total;
  const int percent = int(100 * double(count.kept) / double(count.total) + 0.5);
  return std::to_string(some ? std::clamp(percent, 1, 99) : percent) + "%";
}

HeaderLines plain_header(const Snapshot& snapshot, std::size_t l) { return {size_wordings(snapshot, l), {}, false}; }

HeaderLines real_header(const SiteView& site, const SceneStyle& style) {
  HeaderLines lines;
  lines.noise = true;
  const auto [lo, hi] = std::minmax_element(site.gate.begin(), site.gate.end());
  const std::string low = fixed_text(*lo, 2), high = fixed_text(*hi, 2);
  lines.count = {"factors " + low + " to " + high, low + " \u2026 " + high,
                 fixed_text(*lo, 1) + "\u2026" + fixed_text(*hi, 1), "gains"};
  const std::string p = rate_letter_words(style.naming, site.rate);
  lines.rate = {p + " \u00b7 none dropped", p};
  return lines;
}

// "recurrent weight" of "rnn1.recurrent_weight"; empty where the site is the column's own.
std::string part_title(const SiteView& site) {
  const std::size_t dot = site.site.find('.');
  return dot == std::string::npos ? "" : layer_title(site.site.substr(dot + 1));
}

// Where noise acts within the column only.
HeaderLines inner_header(const Snapshot& snapshot, std::size_t l, const SceneStyle& style) {
  const std::vector<const SiteView*> sites = inner_sites(snapshot, l);
  double least = 1, most = 0;
  bool drawn = true, real = false;
  for (const SiteView* site : sites) {
    least = std::min(least, site->rate), most = std::max(most, site->rate);
    drawn = drawn && is_drawn(*site);
    real = real || site->variant->gates == Gates::Real;
  }
  const std::string p = rate_range_words(style.naming, least, most);
  HeaderLines lines;
  lines.noise = true;
  if (snapshot.eval_view) {
    lines.count = {"no mask", "eval"};
    lines.rate = {p + " in training", p};
    return lines;
  }
  if (!drawn) return plain_header(snapshot, l);
  lines.rate = {p};
  if (real) {
    lines.count = {"random factors", "noise"};
    return lines;
  }
  const std::vector<GateCount> counts = count_gates(sites);
  if (style.averaging) {
    lines.count = {"showing average", "average", "avg"};
  } else if (sites.size() == 1 && branch_gate(snapshot, l)) {
    lines.count = sites[0]->coins_kept > 0 ? std::vector<std::string>{"branch kept", "kept"}
                                           : std::vector<std::string>{"branch dropped", "dropped"};
  } else {
    GateCount all = counts[0];
    for (std::size_t i = 1; i < counts.size(); ++i) all.kept += counts[i].kept, all.total += counts[i].total;
    const std::string kept = count_text(all.kept) + "/" + count_text(all.total);
    const std::string word = std::string(" ") + gate_word(*sites[0], 1);
    if (counts.size() == 1) lines.count.push_back(kept + " " + all.of + word);
    lines.count.insert(lines.count.end(), {kept + word, kept});
    if (all.total > 0) lines.count.push_back(share_words(all));
  }
  if (sites.size() == 1) {
    const std::string batch = p + batch_words(*sites[0], style), part = part_title(*sites[0]);
    lines.rate = part.empty() ? std::vector<std::string>{batch, p}
                              : std::vector<std::string>{part + " \u00b7 " + batch, part + " \u00b7 " + p, p};
    if (const std::string scheduled = scheduled_rate(snapshot, *sites[0], style.naming); !scheduled.empty())
      lines.rate.insert(lines.rate.begin(), scheduled);
  }
  return lines;
}

// At the update: how many weights of the column got no gradient.
std::vector<std::string> still_wordings(const Snapshot& snapshot, std::size_t l, const SceneStyle& style) {
  const StepBeat beat = step_beat(snapshot, style);
  const TraceView::Layer* trace = trace_of(snapshot, l);
  if (!beat.on || beat.phase != Phase::Update || !trace || trace->weights <= 0) return {};
  const std::string still = count_text(std::uint64_t(trace->still_weights));
  const std::string of = still + " of " + count_text(std::uint64_t(trace->weights));
  return {of + " weights: no gradient", of + ": no gradient", still + ": no gradient"};
}

HeaderLines header_lines(const Snapshot& snapshot, std::size_t l, const SceneStyle& style) {
  const LayerView& layer = snapshot.layers[l];
  const SiteView* site = site_of(snapshot, l);
  const std::vector<const SiteView*> inner = inner_sites(snapshot, l);
  if (!is_at_work(site)) return inner.empty() ? plain_header(snapshot, l) : inner_header(snapshot, l, style);
  HeaderLines lines;
  lines.noise = true;
  const std::string p = rate_letter_words(style.naming, site->rate);
  if (snapshot.eval_view) {
    const std::string times = "\u00d7 " + fixed_text(site->scale, 2);
    if (site->scale == 1)
      lines.count = {"no mask, no scaling", "no mask", "eval"};
    else
      lines.count = {"no mask \u00b7 " + times, times};
    lines.rate = {p + " in training", p};
    return lines;
  }
  if (!is_noisy(site, layer.units)) return plain_header(snapshot, l);
  if (site->variant->gates == Gates::Real) return real_header(*site, style);
  if (style.averaging) {
    double dropped = 0;
    for (int i = 0; i < layer.units; ++i) dropped += drop_share(snapshot, style, l, i);
    const std::string share = fixed_text(dropped / layer.units, 2);
    lines.count = {"showing average", "average", "avg"};
    lines.rate = {p + " \u00b7 " + share + " dropped lately", p + " \u00b7 " + share, p};
    return lines;
  }
  const GateCount count = count_gates(*site);
  std::string kept = count_text(count.kept) + "/" + count_text(count.total);
  if (site->coins > 0 && site->kind == SiteKind::FeatureMap) kept += " maps";
  const std::string times = "\u00d7 " + fixed_text(site->scale, 2);
  if (site->scale != 1)
    lines.count = {kept + " kept \u00b7 " + times, kept + " kept", kept};
  else
    lines.count = {kept + " kept \u00b7 not scaled", kept + " kept", kept};
  lines.rate = {p + batch_words(*site, style), p};
  if (count.total > 0) {
    const std::string share = share_words(count);
    lines.count.insert(lines.count.end(), {share + " kept", share});
  }
  // Where the count leaves no room for the scale, it stands here.
  if (site->scale != 1) lines.rate.insert(lines.rate.begin() + 1, p + " \u00b7 " + times);
  if (const std::string scheduled = scheduled_rate(snapshot, *site, style.naming); !scheduled.empty())
    lines.rate.insert(lines.rate.begin(), scheduled);
  if (!inner.empty()) {
    std::string also;
    for (const SiteView* other : inner) also += (also.empty() ? "" : ", ") + part_title(*other);
    lines.rate.insert(lines.rate.begin(), p + " \u00b7 also: " + also);
  }
  return lines;
}

void add_header(Pen& pen, const Snapshot& snapshot, const ColumnLayout& column, std::size_t l,
                const SceneStyle& style) {
  const Rect r = column.header;
  const float body = type_px(pen.p, pen.u, 18), caption = type_px(pen.p, pen.u, 14);
  HeaderLines lines = header_lines(snapshot, l, style);
  if (const std::vector<std::string> still = still_wordings(snapshot, l, style); !still.empty()) lines.rate = still;
  const float x = r.center().x, room = r.width();
  float y = r.min.y;
  const auto put = [&](const std::string& text, float size, Color color, Face face, float advance) {
    if (y + size * 0.9f > r.max.y + 1 || text.empty()) return;
    pen.list.add(draw::Text{{x, y + advance / 2}, text, size, color, face, HAlign::Center, VAlign::Middle});
    y += advance;
  };
  std::string name = layer_title(snapshot.layers[l].name);
  if (pen.measure.width(name, body * 0.8f, Face::Bold) > room) name = brief_title(name);
  const float name_size = fit_size(name, room, body, body * 0.65f, Face::Bold, pen.measure);
  put(fit_text(name, room, name_size, Face::Bold, pen.measure), name_size, pen.p.text, Face::Bold, body * 1.35f);
  if (!lines.count.empty()) {
    const Face face = lines.noise ? Face::Bold : Face::Regular;
    const float plain = style.bare ? body * 0.92f : caption;
    const float wanted = lines.noise ? body * (pen.p.id == ThemeId::Projector ? 1.25f : 0.92f) : plain;
    // A shorter wording is better than small type, and small type better than a cut word.
    std::string text = lines.count.front();
    float size = fit_size(text, room, wanted, 0, face, pen.measure);
    for (std::size_t i = 1; i < lines.count.size() && size < std::max(wanted * 0.68f, std::min(wanted, 11.0f)); ++i) {
      text = lines.count[i];
      size = fit_size(text, room, wanted, 0, face, pen.measure);
    }
    size = std::max(size, std::min(wanted, 11.0f));
    put(fit_text(text, room, size, face, pen.measure), size, lines.noise ? pen.p.text : pen.p.secondary, face,
        body * 1.35f * (lines.noise && pen.p.id == ThemeId::Projector ? 1.35f : 1.0f));
  }
  if (!lines.rate.empty())
    put(first_fitting(lines.rate, room, caption, Face::Regular, pen.measure), caption, pen.p.secondary, Face::Regular,
        caption * 1.4f);
}

// Consecutive blocks whose columns are too narrow for a header each.
struct BlockRun {
  std::size_t first = 0, last = 0;
};

std::vector<BlockRun> narrow_runs(const Snapshot& snapshot, const NetworkLayout& layout, const Pen& pen) {
  std::vector<BlockRun> runs;
  const float size = type_px(pen.p, pen.u, 14);
  for (std::size_t l = 0; l < snapshot.layers.size(); ++l) {
    if (!snapshot.layers[l].is_block) continue;
    std::size_t last = l;
    while (last + 1 < snapshot.layers.size() && snapshot.layers[last + 1].is_block) ++last;
    const float width = pen.measure.width(layer_title(snapshot.layers[last].name), size, Face::Bold);
    const bool narrow =
        width > layout.columns[l].header.width() ||
        pen.measure.width("branch dropped", size * 0.75f, Face::Bold) > layout.columns[l].header.width();
    if (last > l + 2 && narrow) runs.push_back({l, last});
    l = last;
  }
  return runs;
}

// One header for all of them: their numbers, as many as fit, then what is said of each elsewhere.
void add_run_header(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const BlockRun& run,
                    const SceneStyle& style) {
  const ColumnLayout &first = layout.columns[run.first], &last = layout.columns[run.last];
  const float body = type_px(pen.p, pen.u, 18), caption = type_px(pen.p, pen.u, 14);
  const float left = first.header.min.x, right = last.header.max.x, x = (left + right) / 2, room = right - left;
  const float pitch = (last.header.center().x - first.header.center().x) / float(run.last - run.first);
  const std::string of_last = snapshot.layers[run.last].name;
  const std::size_t digit = of_last.find_first_of("0123456789");
  const auto number = [&](std::size_t l) { return snapshot.layers[l].name.substr(digit); };
  const float widest = pen.measure.width(number(run.last), caption, Face::Bold) + 0.5f * caption;
  const int each = std::max(1, int(std::ceil(widest / pitch)));
  float y = first.header.min.y, bottom = first.header.max.y;
  for (std::size_t l = run.first; l <= run.last; ++l)
    if (int(l - run.first + 1) % each == 0)
      pen.list.add(draw::Text{{layout.columns[l].header.center().x, y + body * 0.675f},
                              number(l),
                              caption,
                              pen.p.text,
                              Face::Bold,
                              HAlign::Center,
                              VAlign::Middle});
  y += body * 1.35f;
  std::vector<const SiteView*> sites;
  bool drawn = true, real = false;
  double least = 1, most = 0;
  for (std::size_t l = run.first; l <= run.last; ++l) {
    const std::vector<const SiteView*> here = inner_sites(snapshot, l);
    if (here.empty()) least = 0;
    for (const SiteView* site : here) {
      sites.push_back(site);
      drawn = drawn && is_drawn(*site);
      real = real || site->variant->gates == Gates::Real;
      least = std::min(least, site->rate), most = std::max(most, site->rate);
    }
  }
  const auto put = [&](const std::vector<std::string>& wordings, float size, Color color, Face face) {
    if (y + size * 0.9f > bottom + 1) return;
    pen.list.add(draw::Text{{x, y + size * 0.675f},
                            first_fitting(wordings, room, size, face, pen.measure),
                            size,
                            color,
                            face,
                            HAlign::Center,
                            VAlign::Middle});
    y += size * 1.4f;
  };
  const std::string names = "blocks " + number(run.first) + " to " + number(run.last);
  std::string kept;
  if (!sites.empty() && drawn && !real && !snapshot.eval_view && !style.averaging)
    for (const GateCount& count : count_gates(sites))
      kept += " \u00b7 " + count_text(count.kept) + " of " + count_text(count.total) + " " + count.of + " kept";
  put({names + kept, names}, body * 0.92f, pen.p.text, Face::Bold);
  if (sites.empty()) return;
  const std::string p = rate_range_words(style.naming, least, most);
  put({p + (snapshot.eval_view ? " in training" : ""), p}, caption, pen.p.secondary, Face::Regular);
  if (snapshot.eval_view || style.averaging || first.strip.height() <= 0 || !branch_gate(snapshot, run.first)) return;
  const float small = type_px(pen.p, pen.u, 13);
  y = first.strip.max.y - small * 1.35f;
  bottom = first.strip.max.y;
  put({"branches kept, last 10 steps"}, small, pen.p.secondary, Face::Regular);
}

// "3 840 weights" on the band that stands for them.
void add_bundle_label(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, std::size_t l) {
  const ColumnLayout &source = layout.columns[l - 1], &target = layout.columns[l];
  const float size = type_px(pen.p, pen.u, 14), room = target.body.min.x - source.body.max.x - 14 * pen.u;
  // Those of a block are within it.
  if (snapshot.layers[l].weight_count == 0 || snapshot.layers[l].is_block) return;
  const std::string n = count_text(std::uint64_t(snapshot.layers[l].weight_count));
  std::vector<std::string> lines = wrap_text(n + " weights", room, size, Face::Regular, pen.measure, 2);
  if (pen.measure.width("weights", size, Face::Regular) > room) lines = {n};
  if (pen.measure.width(n, size, Face::Regular) > room) return;
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

}  // namespace

std::string brief_title(const std::string& title) {
  for (const auto& [whole, brief] : {std::pair{"hidden ", "h"}, {"output", "out"}, {"input", "in"}})
    if (title.starts_with(whole)) return brief + title.substr(std::string(whole).size());
  return title;
}

DisplayList build_labels(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                         const TextMeasure& measure) {
  DisplayList list;
  if (layout.columns.empty()) return list;
  Pen pen{list, *style.palette, layout.u, measure};
  add_title(pen, snapshot, layout, style);
  const std::vector<BlockRun> runs = narrow_runs(snapshot, layout, pen);
  for (const BlockRun& run : runs) add_run_header(pen, snapshot, layout, run, style);
  for (std::size_t l = 0; l < layout.columns.size(); ++l) {
    const bool folded =
        std::any_of(runs.begin(), runs.end(), [l](const BlockRun& run) { return run.first <= l && l <= run.last; });
    if (!folded) add_header(pen, snapshot, layout.columns[l], l, style);
    add_mask_strip(list, snapshot, l, layout.columns[l], !folded, style, layout.u, measure);
    if (l > 0 && is_matrix(layout, l))
      add_matrix_words(pen, snapshot, layout, l);
    else if (l > 0 && !has_single_edges(snapshot, layout, l))
      add_bundle_label(pen, snapshot, layout, l);
  }
  add_step_arrow(pen, snapshot, layout, style);
  add_unit_numbers(pen, snapshot, layout, style);
  add_output_names(pen, snapshot, layout, style);
  add_legend(pen, snapshot, layout, style);
  return list;
}

}  // namespace dropscope
