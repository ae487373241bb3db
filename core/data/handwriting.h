// Draws a digit as a hand might: a skeleton of pen points, moved, slanted, bent and drawn with a pen of
// some width. A pure function of the draws; nothing is read from anywhere.
#pragma once
#include <cstdint>
#include <span>

#include "core/random/uniforms.h"

namespace dropscope {

// Writes side x side brightnesses, 0 = paper, 255 = ink. The same draws give the same digit at any side,
// as if photographed finer. `noise` is how unsteady the hand is: 0 = every digit of one style alike,
// 0.3 = ordinary handwriting, 1 = barely legible; more than 1 draws as 1.
void draw_digit(int digit, double noise, const Uniforms& draws, int side, std::span<std::uint8_t> pixels);

}  // namespace dropscope
