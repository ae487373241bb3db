#include "app/scene/answers/parts.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_text.h"
#include "app/scene/sequence_sheet.h"

namespace dropscope::answers {

namespace {
constexpr float kLeading = 1.4f;
constexpr std::size_t kMostLines = 40;
}  // namespace

Rect add_titled_card(DisplayList& list, Rect card, const std::string& title, const std::string& value,
                     const CardStyle& style, const TextMeasure& measure) {
  return add_card_head(list, add_card(list, card, style), title, value, style, measure);
}

float add_words(DisplayList& list, Rect room, const std::string& words, float size, Color color, const CardStyle&,
                const TextMeasure& measure) {
  const std::size_t most = std::min(kMostLines, std::size_t(std::max(0.0f, (room.height() + 1) / (size * kLeading))));
  if (most == 0) return 0;
  float y = room.min.y;
  for (const std::string& line : wrap_text(words, room.width(), size, Face::Regular, measure, most)) {
    list.add(draw::Text{
        {room.min.x, y + size * kLeading / 2}, line, size, color, Face::Regular, HAlign::Left, VAlign::Middle});
    y += size * kLeading;
  }
  return y - room.min.y;
}

float words_height(const std::string& words, float width, float size, const TextMeasure& measure) {
  return float(wrap_text(words, width, size, Face::Regular, measure, kMostLines).size()) * size * kLeading;
}

std::string output_name(const DataView& data, std::size_t k) {
  if (k < data.output_names.size()) return data.output_names[k];
  return "output " + std::to_string(k + 1);
}

std::string tokens_read(const DataView& data, std::span<const float> x) {
  std::string words;
  for (int t = 0; t < data.sequence->steps; ++t) {
    const std::size_t at = std::size_t(t * data.sequence->features);
    if (at < x.size()) words += (t ? " " : "") + token_text(data, int(std::lround(x[at])));
  }
  return words;
}

Color class_color(const Palette& palette, std::size_t k) { return palette.data_class[k & 7]; }

std::optional<Vec2> pointer_over(AnswerPicture& picture, const AnswerInput& in, Rect part) {
  picture.pointed.push_back(part);
  return in.pointer && part.contains(*in.pointer) ? in.pointer : std::nullopt;
}

}  // namespace dropscope::answers
