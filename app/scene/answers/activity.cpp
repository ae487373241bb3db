// What the units of a layer give: how often exactly nothing, and how the rest is spread; and what the first layer looks
// for, as pictures.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/scene/answers/dependence_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope::answers {
namespace {

double total_of(const Sparsity& s) {
  return double(std::accumulate(s.histogram.begin(), s.histogram.end(), std::int64_t(0)));
}

// The bin that holds exact zeros; -1 where none does.
int zero_bin(const Sparsity& s) {
  const int bins = int(s.histogram.size());
  if (s.zero_share <= 0 || bins == 0 || s.lo > 0 || s.hi < 0) return -1;
  return s.hi > s.lo ? std::min(bins - 1, int((0 - s.lo) / (s.hi - s.lo) * bins)) : 0;
}

// Of all activations, those of a bin that are not exactly 0.
double share_in(const Sparsity& s, int bin) {
  const double total = total_of(s);
  if (total <= 0) return 0;
  const double zeros = bin == zero_bin(s) ? s.zero_share * total : 0;
  return std::max(0.0, double(s.histogram[std::size_t(bin)]) - zeros) / total;
}

struct Scale {
  double lo = 0, hi = 0, most = 0;
};

void add_histogram(AnswerPicture& picture, const Half& half, const Scale& scale, const CardStyle& style,
                   const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const Sparsity& s = half.twin.report->sparsity;
  const float size = body_px(style), line = size * 1.4f;
  const std::string percent = fixed_text(100 * s.zero_share, 1) + " %";
  const std::string wordings[] = {percent + " exactly 0", percent + " are 0", percent};
  add_label(picture.list, {half.room.min.x, half.room.max.y - line / 2},
            first_fitting(wordings, half.room.width(), size, Face::Bold, measure), half.room.width(), size, p.text,
            HAlign::Left, measure, Face::Bold);
  picture.areas.push_back({"zeros." + half.twin.id, half.room, fixed_text(s.zero_share, 6)});
  const Rect plane{half.room.min, {half.room.max.x, half.room.max.y - 2 * line}};
  if (plane.height() < 6) return;
  // At the left the exact zeros, of a column that stands for all; then the others by their size.
  const float column = std::min(0.12f * plane.width(), 1.6f * size);
  const Rect all{plane.min, {plane.min.x + column, plane.max.y}};
  const Rect zeros{{all.min.x, all.max.y - all.height() * float(std::clamp(s.zero_share, 0.0, 1.0))}, all.max};
  picture.list.add(draw::Box{all, p.card.with_alpha(0), p.secondary, std::max(1.0f, style.u), 0, 3 * style.u});
  picture.list.add(draw::Box{zeros, p.secondary, p.secondary, 0, 0, 0});
  picture.areas.push_back({"zero_bar." + half.twin.id, zeros, fixed_text(s.zero_share, 6)});
  const Rect rest{{all.max.x + 0.7f * size, plane.min.y}, plane.max};
  const int bins = int(s.histogram.size());
  const auto x_of = [&](double v) { return rest.min.x + rest.width() * float((v - scale.lo) / (scale.hi - scale.lo)); };
  for (int b = 0; b < bins; ++b) {
    const double share = share_in(s, b), from = s.lo + (s.hi - s.lo) * b / bins,
                 to = s.lo + (s.hi - s.lo) * (b + 1) / bins;
    if (share <= 0) continue;
    const float high = rest.height() * float(share / scale.most);
    picture.list.add(draw::Box{{{x_of(from), rest.max.y - high}, {std::max(x_of(to), x_of(from) + 1), rest.max.y}},
                               half.twin.color,
                               p.card,
                               0,
                               0,
                               0});
  }
  picture.list.add(draw::Line{{rest.min.x, rest.max.y}, rest.max, std::max(1.0f, style.u), p.secondary});
  const float y = plane.max.y + line / 2;
  add_label(picture.list, {all.min.x, y}, "0", column + 2, size, p.secondary, HAlign::Left, measure);
  add_label(picture.list, {rest.min.x, y}, short_text(std::round(100 * scale.lo) / 100), rest.width() / 2, size,
            p.secondary, HAlign::Left, measure);
  add_label(picture.list, rest.max + Vec2{0, line / 2}, value_text(scale.hi), rest.width() / 2, size, p.secondary,
            HAlign::Right, measure);
}

// The largest tiles of which as many fit as there are, but none smaller than can be made out.
struct FeatureTiles {
  float side, gap;
  int cols, shown;
};
FeatureTiles feature_tiles(Rect room, int units, const CardStyle& style) {
  const float gap = std::max(2.0f, 4 * style.u);
  float side = std::max(20.0f, 28 * style.u);
  const auto fitting = [&](float s) {
    return int((room.width() + gap) / (s + gap)) * int((room.height() + gap) / (s + gap));
  };
  while (side < 160 && fitting(side + 2) >= units) side += 2;
  return {side, gap, std::max(1, int((room.width() + gap) / (side + gap))), std::min(units, fitting(side))};
}

// Weights of each unit from every pixel of the first channel.
void add_features(AnswerPicture& picture, const AnswerInput& in, const Half& half, const FeatureTiles& tiles,
                  float limit, const CardStyle& style) {
  const Palette& p = *style.palette;
  const Features& f = half.twin.report->features;
  const ImageShape& shape = *in.data.image;
  const auto pixels = std::size_t(shape.rows) * std::size_t(shape.cols);
  for (int u = 0; u < tiles.shown; ++u) {
    const Vec2 at = half.room.min + Vec2{float(u % tiles.cols), float(u / tiles.cols)} * (tiles.side + tiles.gap);
    draw::Image image{{at, at + Vec2{tiles.side, tiles.side}}, shape.cols, shape.rows, {}, false};
    image.rgba.reserve(pixels);
    for (std::size_t k = 0; k < pixels; ++k)
      image.rgba.push_back(weight_color(p, f.weights[std::size_t(u) * std::size_t(f.inputs) + k], limit));
    const Rect rect = image.rect;
    picture.list.add(std::move(image));
    picture.list.add(draw::Box{rect, p.card.with_alpha(0), p.border, std::max(1.0f, style.u), 0, 0});
  }
  picture.areas.push_back({"features." + half.twin.id, half.room, std::to_string(tiles.shown)});
}

}  // namespace

AnswerPicture activity_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const Rect room =
      add_titled_card(picture.list, card, "Activations",
                      layer_title(in.answer.dependence->site) + " \u00b7 one scale for both", style, measure);
  const std::vector<Half> halves = add_halves(picture, in, room, style, measure);
  Scale scale{1e300, -1e300, 1e-12};
  for (const Half& half : halves) {
    const Sparsity& s = half.twin.report->sparsity;
    scale.lo = std::min(scale.lo, s.lo), scale.hi = std::max(scale.hi, s.hi);
    for (int b = 0; b < int(s.histogram.size()); ++b) scale.most = std::max(scale.most, share_in(s, b));
  }
  if (!(scale.hi > scale.lo)) scale.hi = scale.lo + 1;
  for (const Half& half : halves) add_histogram(picture, half, scale, style, measure);
  return picture;
}

bool has_features(const AnswerInput& in) {
  const Features& f = in.answer.dependence->features;
  if (!in.data.image || f.units <= 0) return false;
  return std::size_t(f.inputs) >= std::size_t(in.data.image->rows) * std::size_t(in.data.image->cols);
}

AnswerPicture features_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture, tiles;
  const Rect inner = add_card(picture.list, card, style);
  const Rect room = below_card_head(inner, style);
  float limit = 1e-12f;
  const std::vector<Half> halves = add_halves(tiles, in, room, style, measure);
  for (const Half& half : halves)
    for (float w : half.twin.report->features.weights)
      if (std::isfinite(w)) limit = std::max(limit, std::fabs(w));
  std::string shown = "weights";
  for (const Half& half : halves) {
    const int units = half.twin.report->features.units;
    const FeatureTiles cut = feature_tiles(half.room, units, style);
    if (cut.shown < units) shown = std::to_string(cut.shown) + " of " + std::to_string(units) + " units";
    add_features(tiles, in, half, cut, limit, style);
  }
  add_card_head(picture.list, inner, "First-layer features", shown + " \u00b7 one scale for both", style, measure);
  picture.append(std::move(tiles));
  return picture;
}

}  // namespace dropscope::answers
