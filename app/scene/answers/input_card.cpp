// The input that is asked about.
#include <algorithm>
#include <cmath>

#include "app/scene/answers/parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/surface_view.h"
#include "app/scene/tile_sheet.h"

namespace dropscope::answers {
namespace {

std::string numbers_of(const std::vector<float>& x, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(x.size(), most); ++i) text += (i ? ", " : "") + short_text(double(x[i]));
  return x.size() > most ? text + ", \u2026" : text;
}

std::string label_text(const AnswerInput& in) {
  if (in.data.task == Task::Regression) return "";
  return in.probe.label < 0 ? "a point of your own" : "it is " + output_name(in.data, std::size_t(in.probe.label));
}

void add_mark(DisplayList& list, Vec2 at, const CardStyle& style) {
  const Palette& p = *style.palette;
  const float r = std::max(6.0f, 10 * style.u), width = std::max(1.5f, 2.5f * style.u);
  list.add(draw::Disc{at, r + width, p.text.with_alpha(0), p.background, width * 2.2f, 0});
  list.add(draw::Disc{at, r + width, p.text.with_alpha(0), p.text, width, 0});
  for (const Vec2 d : {Vec2{1, 0}, Vec2{-1, 0}, Vec2{0, 1}, Vec2{0, -1}})
    list.add(draw::Line{at + d * (r * 0.45f), at + d * (r * 1.7f), width, p.text});
}

// The plane as the decision surface shows it, with a mark that can be dragged.
void add_plane(AnswerPicture& picture, const AnswerInput& in, Rect room, const CardStyle& style,
               const TextMeasure& measure) {
  picture.list.append(build_surface_view(*in.snapshot, room, style, measure, SurfaceWords::None));
  picture.list.add(draw::PushClip{room});
  add_mark(picture.list, point_of_inputs(in.data, room, in.probe.input[0], in.probe.input[1]), style);
  picture.list.add(draw::PopClip{});
  const float lo[2] = {in.data.lo[0], in.data.lo[1]}, hi[2] = {in.data.hi[0], in.data.hi[1]};
  AnswerArea area{"input", room, numbers_of(in.probe.input, 2)};
  area.drags = true;
  area.at = [=](Vec2 at) {
    DataView plane;
    std::copy(lo, lo + 2, plane.lo);
    std::copy(hi, hi + 2, plane.hi);
    const Vec2 x = inputs_at(plane, room, at);
    return AnswerHit{{"probe_point", std::to_string(x.x), std::to_string(x.y)}, {}};
  };
  picture.areas.push_back(std::move(area));
}

}  // namespace

AnswerPicture input_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const Palette& p = *style.palette;
  const Rect room = add_titled_card(picture.list, card, "Input", label_text(in), style, measure);
  if (room.width() < 8 || room.height() < 8) return picture;
  const bool plane = in.snapshot && in.snapshot->data && in.probe.input.size() == 2 && in.data.inputs == 2 &&
                     in.data.hi[0] > in.data.lo[0] && in.data.hi[1] > in.data.lo[1] &&
                     in.data.task == Task::Classification && !in.data.sequence && !in.data.image;
  if (plane) {
    add_plane(picture, in, room, style, measure);
    return picture;
  }
  picture.areas.push_back({"input", room, numbers_of(in.probe.input, 4)});
  if (in.data.image && in.probe.input.size() >= std::size_t(in.data.image->rows) * std::size_t(in.data.image->cols)) {
    const float scale = std::min(room.width() / float(in.data.image->cols), room.height() / float(in.data.image->rows));
    const Vec2 half = Vec2{float(in.data.image->cols), float(in.data.image->rows)} * (scale / 2);
    const Rect at{room.center() - half, room.center() + half};
    picture.list.add(input_image(in.probe.input, *in.data.image, in.spec().data.pixels, at, p));
    return picture;
  }
  const float size = type_px(p, style.u, 15);
  std::string words = "x = " + numbers_of(in.probe.input, 24);
  if (in.data.sequence)
    words = in.data.sequence->tokens
                ? tokens_read(in.data, in.probe.input)
                : "A sequence of the validation split, " + std::to_string(in.data.sequence->steps) + " steps long.";
  add_words(picture.list, room, words, size, p.text, style, measure);
  return picture;
}

}  // namespace dropscope::answers
