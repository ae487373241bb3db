// How much units lean on each other, with dropout and without: correlations, knock-outs, what is left when units or
// weights are taken away, how many units are silent, and what the first layer looks for.
#include <algorithm>
#include <cmath>

#include "app/scene/answers/dependence_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

using namespace answers;

bool is_ready(const EnsembleAnswer& answer) { return answer.dependence != nullptr; }

bool is_narrow(float width, const CardStyle& style) { return width < type_px(*style.palette, style.u, 720); }

struct Card {
  AnswerPicture (*build)(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);
  float share = 1;  // of the height of an ordinary one
};
// The rows of cards, each one or two; the last ones are left out where the room is short.
using Rows = std::vector<std::vector<Card>>;

AnswerPicture accuracy_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  return removal_card(in, true, card, style, measure);
}
AnswerPicture loss_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  return removal_card(in, false, card, style, measure);
}

Rows rows_of(const AnswerInput& in, bool narrow) {
  const std::vector<Card> left = {{correlation_card}, {knock_out_card}, {activity_card}};
  std::vector<Card> right;
  const bool features = has_features(in), accuracy = in.answer.run->classify;
  // Features are worth more than the same curve once more, which then comes last.
  if (accuracy) right.push_back({accuracy_card});
  if (!accuracy || !features) right.push_back({loss_card});
  right.push_back({pruning_card, 1.25f});
  if (features) right.push_back({features_card});
  Rows rows;
  if (narrow) {
    for (const Card& one : left) rows.push_back({one});
    for (const Card& one : right) rows.push_back({one});
  } else {
    for (std::size_t i = 0; i < left.size(); ++i) {
      rows.push_back({left[i]});
      if (i < right.size()) rows.back().push_back(right[i]);
    }
    for (std::size_t i = left.size(); i < right.size(); ++i) rows.push_back({right[i]});
  }
  if (accuracy && features) rows.push_back({{loss_card}});
  return rows;
}

// Of an ordinary card.
float card_px(const CardStyle& style) {
  return std::max(type_px(*style.palette, style.u, 196), 10.4f * body_px(style));
}

float share_of(const std::vector<Card>& row) {
  float share = 0;
  for (const Card& card : row) share = std::max(share, card.share);
  return share;
}

float least_height(const AnswerInput& in, float width, const CardStyle& style) {
  float height = 0;
  for (const std::vector<Card>& row : rows_of(in, is_narrow(width, style)))
    height += share_of(row) * card_px(style) + 10 * style.u;
  return height;
}

AnswerPicture build(const AnswerInput& in, Rect room, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const float space = 10 * style.u, least = 0.93f * card_px(style);
  Rows rows = rows_of(in, is_narrow(room.width(), style));
  float shares = 0;
  for (const std::vector<Card>& row : rows) shares += share_of(row);
  const auto unit = [&] { return (room.height() - space * float(rows.size() - 1)) / shares; };
  while (rows.size() > 1 && unit() < least) {
    shares -= share_of(rows.back());
    rows.pop_back();
  }
  const float high = unit();
  float y = room.min.y;
  for (const std::vector<Card>& row : rows) {
    const Rect whole{{room.min.x, std::floor(y)}, {room.max.x, std::floor(y + share_of(row) * high)}};
    y += share_of(row) * high + space;
    const std::vector<Rect> rects = row.size() == 1 ? std::vector<Rect>{whole} : cut_columns(whole, {1, 1}, space);
    for (std::size_t i = 0; i < row.size(); ++i) picture.append(row[i].build(in, rects[i], style, measure));
  }
  picture.areas.push_back({"units", room, std::to_string(in.answer.dependence->units)});
  return picture;
}

}  // namespace

namespace answers {

std::vector<Twin> twins_of(const AnswerInput& in, const Palette& palette) {
  const EnsembleAnswer& a = in.answer;
  Twin run{a.dependence.get(), "this run", "run", palette.run[1], 1};
  Twin other{a.twin.get(), "without dropout", "twin", palette.run[0], 0};
  if (a.twin && a.twin_tick != a.run->tick) other.name += ", step " + count_text(std::uint64_t(a.twin_tick));
  return {run, other};
}

std::string twin_words(const AnswerInput& in) {
  return "Press B to train the same run without dropout to step " +
         count_text(std::uint64_t(std::max<std::int64_t>(in.answer.run->tick, 0))) + ".";
}

std::vector<Half> add_halves(AnswerPicture& picture, const AnswerInput& in, Rect room, const CardStyle& style,
                             const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const float size = body_px(style), line = size * 1.4f, space = 14 * style.u;
  std::vector<Half> halves;
  const std::vector<Twin> twins = twins_of(in, p);
  const std::vector<Rect> rects = cut_columns(room, {1, 1}, space);
  for (std::size_t i = 0; i < twins.size(); ++i) {
    const Rect rect = rects[i];
    const float radius = size * 0.36f;
    add_class_mark(picture.list, twins[i].mark, {rect.min.x + radius * 1.3f, rect.min.y + line / 2}, radius,
                   twins[i].color, p.text, std::max(0.75f, style.u));
    add_label(picture.list, {rect.min.x + radius * 2.6f + 0.4f * size, rect.min.y + line / 2}, twins[i].name,
              rect.width() - radius * 2.6f - 0.4f * size, size, p.text, HAlign::Left, measure);
    const Rect below{{rect.min.x, rect.min.y + line + 2 * style.u}, rect.max};
    if (twins[i].report)
      halves.push_back({twins[i], below});
    else
      add_words(picture.list, below, twin_words(in), size, p.secondary, style, measure);
  }
  return halves;
}

}  // namespace answers

extern const AnswerSheet kDependenceSheet;
const AnswerSheet kDependenceSheet = {
    .topic = EnsembleTopic::Dependence,
    .title = "Dependence",
    .tip = "How much units lean on each other, with dropout and without",
    .controls = AnswerControl::Column | AnswerControl::Pruned | AnswerControl::Train,
    .ready = is_ready,
    .least_height = least_height,
    .build = build,
};

}  // namespace dropscope
