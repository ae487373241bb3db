// What the network does not know, as far as its masks can say: a band, a map or the doubtful examples, one input in all
// detail, and always the caveat.
#include <algorithm>
#include <cmath>

#include "app/scene/answers/uncertainty_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

using namespace answers;

bool is_ready(const EnsembleAnswer& answer) { return answer.uncertainty != nullptr; }

bool is_narrow(float width, const CardStyle& style) { return width < type_px(*style.palette, style.u, 680); }

bool shows_input(const AnswerInput& in) {
  return in.answer.uncertainty->kind == UncertaintyKind::Examples && (in.data.image || !in.data.sequence);
}

// Of the picture itself.
float picture_height(const AnswerInput& in, bool narrow, const CardStyle& style) {
  const float one = type_px(*style.palette, style.u, 290);
  switch (in.answer.uncertainty->kind) {
    case UncertaintyKind::Band:
      return one;
    case UncertaintyKind::Map:
      return (narrow ? 2 : 0.72f) * one;
    default:
      return 1.25f * one;
  }
}

float caveat_height(const AnswerInput& in, float width, const CardStyle& style) {
  return card_height(likely_height(caveat_words(*in.answer.uncertainty), width - 28 * style.u, style), style);
}

float input_height(const AnswerInput& in, const CardStyle& style) {
  return shows_input(in) ? card_height(type_px(*style.palette, style.u, 96), style) : 0;
}

constexpr float kProbeShare = 1.2f, kExamplesShare = 1.25f;  // of a row, the rest of which is 1

// Below the picture, not narrow: the probe, and beside it the averages; the caveat below these where that takes less
// height than a row of its own. `exact`: what the words take, where there is a measure.
struct Below {
  float row = 0, caveat = 0;  // caveat: of its own row; 0: below the averages
  float all(float space) const { return row + (caveat > 0 ? caveat + space : 0); }
};
template <class WordsHeight>
Below below_picture(const AnswerInput& in, float width, float space, const CardStyle& style, WordsHeight words_high) {
  const float pad = 28 * style.u, beside = (width - space) / (1 + kProbeShare) - pad;
  const float probe = probe_height(in, style), averages = averages_of_doubt_height(in, style);
  const Below own{std::max(probe, averages), card_height(words_high(width - pad), style)};
  const Below under{std::max(probe, averages + space + card_height(words_high(beside), style)), 0};
  return under.all(space) < own.all(space) ? under : own;
}

float least_height(const AnswerInput& in, float width, const CardStyle& style) {
  const float space = 10 * style.u;
  const bool narrow = is_narrow(width, style);
  const float picture = picture_height(in, narrow, style), caveat = caveat_height(in, width, style);
  const float probe = probe_height(in, style), averages = averages_of_doubt_height(in, style),
              input = input_height(in, style);
  if (in.answer.uncertainty->kind == UncertaintyKind::Examples && !narrow)
    return std::max(picture + averages + space, probe + input + (input > 0 ? space : 0)) + caveat + space;
  if (narrow) return picture + probe + averages + input + caveat + 4 * space;
  const auto likely = [&](float room) { return likely_height(caveat_words(*in.answer.uncertainty), room, style); };
  return picture + space + below_picture(in, width, space, style, likely).all(space);
}

AnswerPicture build(const AnswerInput& in, Rect room, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const UncertaintyReport& r = *in.answer.uncertainty;
  const float space = 10 * style.u;
  const bool narrow = is_narrow(room.width(), style);
  const auto add = [&](AnswerPicture part) { picture.append(std::move(part)); };
  // From the bottom: the caveat, which is always there, then numbers; the picture takes what is left.
  const auto from_bottom = [&](float height) {
    const float top = std::floor(room.max.y - height);
    const Rect rect{{room.min.x, top}, room.max};
    room.max.y = top - space;
    return rect;
  };
  const std::string words = caveat_words(r);
  const auto words_high = [&](float width) { return words_height(words, width, body_px(style), measure); };
  const bool examples = r.kind == UncertaintyKind::Examples;
  const Below below = below_picture(in, room.width(), space, style, words_high);
  const bool own_row = narrow || examples || below.caveat > 0;
  Rect caveat{}, probe, averages, input{};
  if (own_row) caveat = from_bottom(card_height(words_high(room.width() - 28 * style.u), style));

  const float probe_high = probe_height(in, style), averages_high = averages_of_doubt_height(in, style);
  if (examples && !narrow) {
    const std::vector<Rect> columns = cut_columns(room, {kExamplesShare, 1}, space);
    room = columns[0];
    averages = from_bottom(averages_high);
    probe = columns[1];
    if (shows_input(in)) {
      const float high = std::max(input_height(in, style), probe.height() - probe_high - space);
      input = {probe.min, {probe.max.x, std::floor(probe.min.y + std::min(high, 2.2f * input_height(in, style)))}};
      probe.min.y = input.max.y + space;
    }
  } else if (narrow) {
    averages = from_bottom(averages_high);
    probe = from_bottom(probe_high);
    if (shows_input(in)) input = from_bottom(input_height(in, style));
  } else {
    const std::vector<Rect> columns = cut_columns(from_bottom(below.row), {kProbeShare, 1}, space);
    probe = columns[0], averages = columns[1];
    if (!own_row) {
      averages.max.y = averages.min.y + averages_high;
      caveat = {{averages.min.x, averages.max.y + space}, columns[1].max};
    }
  }
  const Rect inner = add_titled_card(picture.list, caveat, "What this does not say", "the caveat", style, measure);
  add_words(picture.list, inner, words, body_px(style), style.palette->text, style, measure);
  picture.areas.push_back({"caveat", caveat, words});
  switch (r.kind) {
    case UncertaintyKind::Band:
      add(band_card(in, room, style, measure));
      break;
    case UncertaintyKind::Map: {
      const std::vector<Rect> two = narrow ? cut_rows(room, {1, 1}, space) : cut_columns(room, {1, 1}, space);
      add(map_card(in, Doubt::Entropy, two[0], style, measure));
      add(map_card(in, Doubt::Information, two[1], style, measure));
      break;
    }
    case UncertaintyKind::Examples:
      add(examples_card(in, room, style, measure));
  }
  if (input.height() > 0) add(input_card(in, input, style, measure));
  add(probe_card(in, probe, style, measure));
  add(averages_of_doubt_card(in, averages, style, measure));
  return picture;
}

}  // namespace

namespace answers {

std::string caveat_words(const UncertaintyReport& r) {
  if (!r.silent) return r.caveat;
  return "This network has no dropout: masks change nothing. " + r.caveat;
}

}  // namespace answers

extern const AnswerSheet kUncertaintySheet;
const AnswerSheet kUncertaintySheet = {
    .topic = EnsembleTopic::Uncertainty,
    .title = "Uncertainty",
    .tip = "Where masks disagree, and where they agree although there are no examples",
    .controls = AnswerControl::Probe | AnswerControl::Passes,
    .ready = is_ready,
    .least_height = least_height,
    .build = build,
};

}  // namespace dropscope
