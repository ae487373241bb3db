// The skeletons of the drawn digits: what a pen does, before anybody's hand gets at it.
#pragma once
#include <span>

namespace dropscope {

// A point the pen passes through, in a box of side 1 with y downwards. At a corner the line may turn
// sharply; everywhere else it bends smoothly.
struct PenPoint {
  double x, y;
  bool corner = false;
};

using PenStroke = std::span<const PenPoint>;  // pen down at the first point, up at the last

// One way of writing a digit, and how common it is beside the digit's other ways.
struct DigitStyle {
  std::span<const PenStroke> strokes;
  double weight;
};

// digit in 0 .. 9. Weights add up to 1.
std::span<const DigitStyle> digit_styles(int digit);

// No style has more points than this in all its strokes.
inline constexpr int kMostPenPoints = 24;

}  // namespace dropscope
