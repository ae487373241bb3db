// Numbers and words as the pictures show them: true minus signs, thousands separators, three significant
// digits, and texts cut to the room there is. No state, no locale.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/scene/display_list.h"
#include "core/spec/arch_spec.h"

namespace dropscope {

std::string fixed_text(double value, int decimals);
// Three significant digits: "0.310", "12.3", "2.10e-5"; "0", "NaN", "∞".
std::string value_text(double value);
// As few digits as tell rates apart: "0.5", "0.25", "0.125".
std::string short_text(double value);
std::string count_text(std::uint64_t value);  // "16,777,216"
std::string power_of_two(int exponent);       // "2²⁴"

// The activation as it stands in a formula, "relu"; "" for the identity.
const char* activation_symbol(Activation activation);
// The activation as people write it, "ReLU".
const char* activation_title(Activation activation);

// "hidden1" is shown as "hidden 1", "lstm1.recurrent_weight" as "lstm 1 recurrent weight".
std::string layer_title(const std::string& name);

// The text itself where it fits, else its longest beginning with an ellipsis; "" where not even that fits.
std::string fit_text(const std::string& text, float room, float size, Face face, const TextMeasure& measure);
// The first of several wordings, longest first, that fits; the last one cut where none does.
std::string first_fitting(std::span<const std::string> wordings, float room, float size, Face face,
                          const TextMeasure& measure);
// Breaks at " · " and, where that is not enough, at spaces; at most `most` lines, the last one cut.
std::vector<std::string> wrap_text(const std::string& text, float room, float size, Face face,
                                   const TextMeasure& measure, std::size_t most);
// `size`, or smaller so that the text fits, but never below `least`.
float fit_size(const std::string& text, float room, float size, float least, Face face, const TextMeasure& measure);

Color mix(Color a, Color b, float t);

// Type of a design size in pixels: readable at any window size.
float type_px(const Palette& palette, float u, float design);

}  // namespace dropscope
