// Validation examples about which passes disagree most and least, as pictures or as rows.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/scene/answers/uncertainty_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/tile_sheet.h"

namespace dropscope::answers {
namespace {

const std::vector<float>& doubts(const UncertaintyReport& r) {
  return r.classes > 0 ? r.example_information : r.example_deviation;
}

bool is_wrong(const UncertaintyReport& r, std::size_t i) { return i < r.example_wrong.size() && r.example_wrong[i]; }

std::string label_of(const AnswerInput& in, std::size_t i) {
  const DataView& d = in.data;
  if (d.task != Task::Classification || (d.sequence && d.sequence->label_each_step) || i >= d.validation_label.size())
    return {};
  return d.validation_label[i] < 0 ? "" : output_name(d, std::size_t(d.validation_label[i]));
}

AnswerArea example_area(const AnswerInput& in, std::size_t i, Rect rect) {
  const UncertaintyReport& r = *in.answer.uncertainty;
  const std::string unit = r.classes > 0 ? " nats" : "";
  AnswerHit hit{
      {"probe", std::to_string(i)},
      {"validation example " + std::to_string(i + 1),
       (r.classes > 0 ? "mutual information " : "standard deviation ") + value_text(double(doubts(r)[i])) + unit}};
  if (const std::string label = label_of(in, i); !label.empty()) hit.tip.push_back("it is " + label);
  if (r.classes > 0) hit.tip.push_back(is_wrong(r, i) ? "the mean of all masks is wrong" : "the mean is right");
  return {"example." + std::to_string(i), rect, fixed_text(double(doubts(r)[i]), 6),
          [hit = std::move(hit)](Vec2) { return hit; }};
}

bool has_pictures(const DataView& d) {
  return d.image && d.inputs > 0 && std::size_t(d.inputs) >= std::size_t(d.image->rows) * std::size_t(d.image->cols) &&
         !d.validation_x.empty();
}

// A row of tiles, each with its number below; a wrong one has a frame and the word.
void add_tiles(AnswerPicture& picture, const AnswerInput& in, const std::vector<std::size_t>& which, Rect room,
               int cols, float side, float gap, const CardStyle& style, const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const UncertaintyReport& r = *in.answer.uncertainty;
  const float size = body_px(style), row = side + 1.5f * size + gap;
  const auto inputs = std::size_t(in.data.inputs);
  for (std::size_t k = 0; k < which.size(); ++k) {
    const std::size_t i = which[k];
    const Vec2 at = room.min + Vec2{float(int(k) % cols) * (side + gap), float(int(k) / cols) * row};
    const float scale = side / float(std::max(in.data.image->cols, in.data.image->rows));
    const Vec2 half = Vec2{float(in.data.image->cols), float(in.data.image->rows)} * (scale / 2);
    const Rect tile{at, at + Vec2{side, side}};
    const auto x = std::span(in.data.validation_x).subspan(i * inputs, inputs);
    picture.list.add(
        input_image(x, *in.data.image, in.spec().data.pixels, {tile.center() - half, tile.center() + half}, p));
    const bool wrong = is_wrong(r, i);
    if (wrong) picture.list.add(draw::Box{tile, p.card.with_alpha(0), p.error, std::max(2.0f, 3 * style.u), 0, 0});
    const std::string value = value_text(double(doubts(r)[i]));
    const std::string words[] = {value + (wrong ? " wrong" : ""), value + (wrong ? " \u00d7" : ""), value};
    picture.list.add(draw::Text{{tile.center().x, tile.max.y + 0.75f * size},
                                first_fitting(words, side + gap * 0.7f, size, Face::Regular, measure),
                                size,
                                wrong ? p.error : p.text,
                                wrong ? Face::Bold : Face::Regular,
                                HAlign::Center,
                                VAlign::Middle});
    picture.areas.push_back(example_area(in, i, {tile.min, {tile.max.x, tile.max.y + 1.4f * size}}));
  }
}

// One line each: number, what it reads, a bar of the doubt, its value.
void add_lines(AnswerPicture& picture, const AnswerInput& in, const std::vector<std::size_t>& which, Rect room,
               double most, const CardStyle& style, const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const UncertaintyReport& r = *in.answer.uncertainty;
  const float size = body_px(style), row = size * 1.6f;
  const float number = measure.width("#000", size, Face::Mono) + size,
              value = measure.width("0.00e-00 wrong", size, Face::Mono);
  const bool tokens = in.data.sequence && in.data.sequence->tokens;
  const float left = room.min.x + number, right = std::max(left + 8, room.max.x - value - 0.5f * size);
  const float read = tokens ? (right - left) * 0.55f : 0;
  float y = room.min.y + row / 2;
  for (std::size_t i : which) {
    add_label(picture.list, {room.min.x, y}, "#" + std::to_string(i + 1), number, size, p.secondary, HAlign::Left,
              measure, Face::Mono);
    if (tokens) {
      const std::size_t inputs = std::size_t(in.data.inputs);
      const std::string words = tokens_read(in.data, std::span(in.data.validation_x).subspan(i * inputs, inputs));
      add_label(picture.list, {left, y}, words, read - 0.6f * size, size, p.text, HAlign::Left, measure);
    }
    const float wide = (right - left - read) * float(std::clamp(double(doubts(r)[i]) / most, 0.0, 1.0));
    const Rect bar{{left + read, y - 0.35f * size}, {left + read + std::max(1.0f, wide), y + 0.35f * size}};
    const bool wrong = is_wrong(r, i);
    picture.list.add(draw::Box{bar, wrong ? p.error : p.accent, p.card, 0, 0, 0});
    add_label(picture.list, {room.max.x, y}, value_text(double(doubts(r)[i])) + (wrong ? " wrong" : ""), value + 1,
              size, wrong ? p.error : p.text, HAlign::Right, measure, Face::Mono);
    AnswerArea area = example_area(in, i, {{room.min.x, y - row / 2}, {room.max.x, y + row / 2}});
    picture.areas.push_back(std::move(area));
    picture.areas.push_back({"bar." + std::to_string(i), bar, fixed_text(double(doubts(r)[i]), 6)});
    y += row;
  }
}

}  // namespace

std::vector<std::size_t> examples_by_doubt(const AnswerInput& in) {
  const std::vector<float>& doubt = doubts(*in.answer.uncertainty);
  const std::size_t inputs = std::size_t(std::max(1, in.data.inputs));
  std::size_t known = std::min(doubt.size(), in.data.validation_count);
  if (in.data.image || in.data.sequence) known = std::min(known, in.data.validation_x.size() / inputs);
  std::vector<std::size_t> order(known);
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return doubt[a] > doubt[b]; });
  return order;
}

AnswerPicture examples_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const Palette& p = *style.palette;
  const UncertaintyReport& r = *in.answer.uncertainty;
  const std::vector<std::size_t> order = examples_by_doubt(in);
  const std::string unit = r.classes > 0 ? "mutual information, nats" : "standard deviation over masks";
  const Rect room = add_titled_card(picture.list, card, "Examples by doubt",
                                    unit + " \u00b7 of the first " + count_text(order.size()), style, measure);
  if (order.empty() || room.width() < 40) return picture;
  const float size = body_px(style), head = size * 1.6f, gap = std::max(6.0f, 10 * style.u);
  const bool tiles = has_pictures(in.data);
  // Half of the room for either end of the order.
  const float half = room.height() / 2;
  int cols = 1, rows = 1;
  float side = 0;
  if (tiles) {
    // Of all grids whose tiles have room for their words the one that covers most.
    const float least = measure.width("0.000 wrong", size, Face::Bold);
    const int most_cols = std::max(1, int((room.width() + gap) / (least + gap))),
              most_rows = std::max(1, int((half - head) / (least + 1.5f * size + gap)));
    float covered = -1;
    for (int down = 1; down <= most_rows; ++down)
      for (int across = 1; across <= most_cols; ++across) {
        const float wide = (room.width() + gap) / float(across) - gap,
                    fitting = std::min(wide, (half - head) / float(down) - 1.5f * size - gap);
        if (float(across * down) * fitting * fitting <= covered) continue;
        covered = float(across * down) * fitting * fitting;
        cols = across, rows = down, side = fitting;
      }
  } else {
    rows = std::max(1, int((half - head) / (size * 1.6f)));
  }
  const std::size_t each = std::min(std::size_t(cols) * std::size_t(rows), order.size() / 2);
  const std::vector<std::size_t> most(order.begin(), order.begin() + std::ptrdiff_t(each)),
      least(order.rbegin(), order.rbegin() + std::ptrdiff_t(each));
  const double largest = std::max(1e-12, double(doubts(r)[order.front()]));
  for (int end = 0; end < 2; ++end) {
    const float top = room.min.y + float(end) * half;
    add_label(picture.list, {room.min.x, top + head / 2}, end == 0 ? "most doubtful" : "least doubtful", room.width(),
              size, p.text, HAlign::Left, measure, Face::Bold);
    const Rect below{{room.min.x, top + head}, {room.max.x, top + half}};
    if (tiles)
      add_tiles(picture, in, end == 0 ? most : least, below, cols, side, gap, style, measure);
    else
      add_lines(picture, in, end == 0 ? most : least, below, largest, style, measure);
  }
  return picture;
}

}  // namespace dropscope::answers
