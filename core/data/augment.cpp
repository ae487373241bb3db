#include "core/data/augment.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/check.h"

namespace dropscope {
namespace {

// Numbers of the draws of an example.
enum Element : std::uint32_t { kShiftRows, kShiftCols, kAngle, kJitter = 16 };

int whole_shift(const Uniforms& draws, std::uint32_t element, int most) {
  return int(draws.below(element, std::uint32_t(2 * most + 1))) - most;
}

struct Plane {
  const float* pixels;
  int rows, cols;
  float background;
  float at(int r, int c) const { return r >= 0 && r < rows && c >= 0 && c < cols ? pixels[r * cols + c] : background; }
  float between(double r, double c) const {
    const double r0 = std::floor(r), c0 = std::floor(c), fr = r - r0, fc = c - c0;
    const int row = int(r0), col = int(c0);
    return float((1 - fr) * ((1 - fc) * double(at(row, col)) + fc * double(at(row, col + 1))) +
                 fr * ((1 - fc) * double(at(row + 1, col)) + fc * double(at(row + 1, col + 1))));
  }
};

}  // namespace

void check_augment(const AugmentSpec& spec, const DataForm& form) {
  if (!form.image && spec.shift > 0)
    throw InputError("augment.shift", "0 where examples are not images", std::to_string(spec.shift));
  if (!form.image && spec.rotation > 0)
    throw InputError("augment.rotation", "0 where examples are not images", "a turn");
  if (form.sequence && form.sequence->tokens && spec.jitter > 0)
    throw InputError("augment.jitter", "0 where examples are words", "noise");
}

void augment(const AugmentSpec& spec, const DataForm& form, float background, const Uniforms& draws, std::span<float> x,
             std::vector<float>& scratch) {
  if (form.image && (spec.shift > 0 || spec.rotation > 0)) {
    const int rows = form.image->rows, cols = form.image->cols;
    const int down = whole_shift(draws, kShiftRows, spec.shift), right = whole_shift(draws, kShiftCols, spec.shift);
    const double angle = draws.between(kAngle, -spec.rotation, spec.rotation) * 0.017453292519943295;
    const double cosine = std::cos(angle), sine = std::sin(angle);
    const double middle_row = (rows - 1) / 2.0, middle_col = (cols - 1) / 2.0;
    scratch.assign(x.begin(), x.end());
    for (int channel = 0; channel < form.image->channels; ++channel) {
      const std::ptrdiff_t first = std::ptrdiff_t(channel) * rows * cols;
      const Plane source{scratch.data() + first, rows, cols, background};
      for (int r = 0; r < rows; ++r)
        for (int c = 0; c < cols; ++c) {
          float& pixel = x[std::size_t(first + r * cols + c)];
          if (spec.rotation > 0) {
            const double y = r - down - middle_row, z = c - right - middle_col;
            pixel = source.between(middle_row + cosine * y - sine * z, middle_col + sine * y + cosine * z);
          } else {
            pixel = source.at(r - down, c - right);
          }
        }
    }
  }
  if (spec.jitter > 0)
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += float(spec.jitter * draws.normal(kJitter + std::uint32_t(i)));
}

}  // namespace dropscope
