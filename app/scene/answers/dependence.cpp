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

AnswerPicture accuracy_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  return removal_card(in, true, card, style, measure);
}
AnswerPicture loss_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  return removal_card(in, false, card, style, measure);
}

float share_of(const std::vector<Card>& column) {
  float share = 0;
  for (const Card& card : column) share += card.share;
  return share;
}

// One or two columns of cards that fill the same height, and below them cards of the whole width.
struct Layout {
  std::vector<std::vector<Card>> columns;
  std::vector<Card> below;
  const std::vector<Card>& tallest() const {
    return *std::max_element(columns.begin(), columns.end(),
                             [](const auto& a, const auto& b) { return share_of(a) < share_of(b); });
  }
  // Of an ordinary card, where all of them share this height.
  float unit(float height, float space) const {
    const float gaps = space * float(tallest().size() + below.size() - 1);
    return (height - gaps) / (share_of(tallest()) + share_of(below));
  }
  // The last card is the one to do without first; false where there is only one.
  bool drop_last() {
    if (!below.empty()) return below.pop_back(), true;
    for (std::vector<Card>& column : columns)
      if (&column == &tallest() && column.size() > 1) return column.pop_back(), true;
    return false;
  }
};

Layout layout_of(const AnswerInput& in, bool narrow) {
  // A matrix of many units has small cells: it gets the most room.
  std::vector<Card> left = {{correlation_card, 1.3f}, {knock_out_card, 0.9f}, {activity_card}};
  std::vector<Card> right;
  const bool features = has_features(in), accuracy = in.answer.run->classify;
  // Features are worth more than the same curve once more, which then comes last.
  if (accuracy) right.push_back({accuracy_card, 0.95f});
  if (!accuracy || !features) right.push_back({loss_card, 0.95f});
  right.push_back({pruning_card, 1.3f});
  if (features) right.push_back({features_card});
  Layout layout;
  if (accuracy && features) layout.below.push_back({loss_card});
  if (narrow) {
    left.insert(left.end(), right.begin(), right.end());
    layout.columns = {left};
  } else {
    layout.columns = {left, right};
  }
  return layout;
}

// Of an ordinary card.
float card_px(const CardStyle& style) {
  return std::max(type_px(*style.palette, style.u, 196), 10.4f * body_px(style));
}

float least_height(const AnswerInput& in, float width, const CardStyle& style) {
  const Layout layout = layout_of(in, is_narrow(width, style));
  return (share_of(layout.tallest()) + share_of(layout.below)) * card_px(style) +
         10 * style.u * float(layout.tallest().size() + layout.below.size());
}

AnswerPicture build(const AnswerInput& in, Rect room, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const float space = 10 * style.u, least = 0.93f * card_px(style);
  Layout layout = layout_of(in, is_narrow(room.width(), style));
  while (layout.unit(room.height(), space) < least && layout.drop_last()) {
  }
  const auto add_column = [&](const std::vector<Card>& cards, Rect column) {
    const float unit = (column.height() - space * float(cards.size() - 1)) / share_of(cards);
    float y = column.min.y;
    for (const Card& card : cards) {
      const Rect rect{{column.min.x, std::floor(y)}, {column.max.x, std::floor(y + card.share * unit)}};
      picture.append(card.build(in, rect, style, measure));
      y += card.share * unit + space;
    }
  };
  Rect above = room;
  if (!layout.below.empty()) {
    const float unit = layout.unit(room.height(), space);
    above.max.y -= share_of(layout.below) * unit + space * float(layout.below.size());
    add_column(layout.below, {{room.min.x, above.max.y + space}, room.max});
  }
  if (layout.columns.size() == 1) {
    add_column(layout.columns[0], above);
  } else {
    const std::vector<Rect> halves = cut_columns(above, {1, 1}, space);
    for (std::size_t i = 0; i < halves.size(); ++i) add_column(layout.columns[i], halves[i]);
  }
  picture.areas.push_back({"units", room, std::to_string(in.answer.dependence->units)});
  return picture;
}

}  // namespace

namespace answers {

std::vector<Twin> twins_of(const AnswerInput& in, const Palette& palette) {
  const EnsembleAnswer& a = in.answer;
  Twin run{a.dependence, "this run", "run", palette.run[1], 1};
  Twin other{a.twin, "without dropout", "twin", palette.run[0], 0};
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
