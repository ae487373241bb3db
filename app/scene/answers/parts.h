// What the topics of the Ensemble mode share: paragraphs, names of classes, rows of bars. Used inside app/scene/answers.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "app/scene/answers/sheet.h"

namespace dropscope::answers {

// A card with a head line, and the room below it.
Rect add_titled_card(DisplayList& list, Rect card, const std::string& title, const std::string& value,
                     const CardStyle& style, const TextMeasure& measure);

// Words broken into lines; gives the height they take. What has no room is cut with an ellipsis.
float add_words(DisplayList& list, Rect room, const std::string& words, float size, Color color, const CardStyle& style,
                const TextMeasure& measure);
// The height that add_words would like.
float words_height(const std::string& words, float width, float size, const TextMeasure& measure);

// "class 1", or what the data call it; "output 1" for numbers.
std::string output_name(const DataView& data, std::size_t k);
// A sequence of tokens as what they stand for: "B T X S E".
std::string tokens_read(const DataView& data, std::span<const float> x);
// Of a point or line that belongs to class k; told apart by shape as well (add_class_mark).
Color class_color(const Palette& palette, std::size_t k);

// The pointer where it is over that part of the picture, which is drawn otherwise then.
std::optional<Vec2> pointer_over(AnswerPicture& picture, const AnswerInput& in, Rect part);

// The input that is asked about: a place in the plane that can be dragged, a picture, or its numbers. Area "input".
AnswerPicture input_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);

}  // namespace dropscope::answers
