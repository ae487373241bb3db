#include "core/data/handwriting.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/base/check.h"
#include "core/data/digit_strokes.h"

namespace dropscope {
namespace {

// Which element of the example's draws decides what. Pen points use the first two per point.
constexpr std::uint32_t kStyle = 64, kRotation = 65, kSlant = 66, kAspect = 67, kSize = 68, kShift = 69, kPen = 71,
                        kInk = 72, kPressure = 73, kWaves = 80;

// Standard deviations for an ordinary hand, in box sides, radians or logarithms.
constexpr double kOrdinary = 0.3;  // the noise at which the figures below hold
constexpr double kPointSd = 0.028, kRotationSd = 0.13, kSlantSd = 0.24, kAspectSd = 0.17, kWaveSd = 0.022;
constexpr double kMeanSlant = 0.12, kMeanAspect = 0.72;
constexpr int kWaveCount = 3;
constexpr double kBox = 20.0 / 28.0;  // the digit's share of the picture, as in MNIST
constexpr double kTwoPi = 6.283185307179586;

struct Vec {
  double x, y;
};

// The inked line: points with the pen's half width there, and whether the pen was down on the way to them.
struct Line {
  std::vector<Vec> at;
  std::vector<double> half_width;
  std::vector<bool> down;
};

const DigitStyle& pick_style(int digit, const Uniforms& draws) {
  const auto styles = digit_styles(digit);
  double left = draws.at(kStyle);
  for (const DigitStyle& style : styles) {
    if (left < style.weight) return style;
    left -= style.weight;
  }
  return styles.back();
}

// Catmull-Rom between b and c, with their neighbours a and d.
Vec spline(Vec a, Vec b, Vec c, Vec d, double t) {
  const auto at = [t](double p, double q, double r, double s) {
    return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
  };
  return {at(a.x, b.x, c.x, d.x), at(a.y, b.y, c.y, d.y)};
}

// Follows the strokes through their shaken points.
Line follow(const DigitStyle& style, double strength, const Uniforms& draws) {
  constexpr int kSteps = 5;  // straight pieces from one pen point to the next
  Line line;
  std::uint32_t element = 0;
  for (const PenStroke& stroke : style.strokes) {
    std::array<Vec, kMostPenPoints> p;
    const std::size_t n = stroke.size();
    for (std::size_t i = 0; i < n; ++i, element += 2)
      p[i] = {stroke[i].x + strength * kPointSd * draws.normal(element),
              stroke[i].y + strength * kPointSd * draws.normal(element + 1)};
    line.at.push_back(p[0]);
    line.down.push_back(false);
    for (std::size_t i = 0; i + 1 < n; ++i) {
      // A spline ends at a corner: the neighbour beyond it is the corner itself.
      const Vec before = i == 0 || stroke[i].corner ? p[i] : p[i - 1];
      const Vec after = i + 2 >= n || stroke[i + 1].corner ? p[i + 1] : p[i + 2];
      for (int s = 1; s <= kSteps; ++s) {
        line.at.push_back(spline(before, p[i], p[i + 1], after, double(s) / kSteps));
        line.down.push_back(true);
      }
    }
  }
  return line;
}

// Elastic distortion: a few long waves of random direction push every point sideways.
void bend(Line& line, double strength, const Uniforms& draws) {
  struct Wave {
    double fx, fy, phase, ax, ay;
  };
  std::array<Wave, kWaveCount> waves;
  std::uint32_t element = kWaves;
  for (Wave& w : waves) {
    w = {draws.between(element, -1.2, 1.2), draws.between(element + 1, -1.2, 1.2), draws.at(element + 2),
         strength * kWaveSd * draws.normal(element + 3), strength * kWaveSd * draws.normal(element + 4)};
    element += 5;
  }
  for (Vec& v : line.at) {
    Vec moved = v;
    for (const Wave& w : waves) {
      const double s = std::sin(kTwoPi * (w.fx * v.x + w.fy * v.y + w.phase));
      moved.x += w.ax * s;
      moved.y += w.ay * s;
    }
    v = moved;
  }
}

// Slant, rotation and aspect about the middle of the box.
void lean(Line& line, double strength, const Uniforms& draws) {
  const double angle = strength * kRotationSd * draws.normal(kRotation);
  const double slant = kMeanSlant + strength * kSlantSd * draws.normal(kSlant);
  const double aspect = kMeanAspect * std::exp(strength * kAspectSd * draws.normal(kAspect));
  const double c = std::cos(angle), s = std::sin(angle);
  for (Vec& v : line.at) {
    const double y = v.y - 0.5, x = aspect * (v.x - 0.5) - slant * y;
    v = {c * x - s * y, s * x + c * y};
  }
}

// Brings the digit to its place in a picture of `side` pixels: the larger extent fills the box, the middle
// of the ink lies near the middle of the picture.
void place(Line& line, const Uniforms& draws, int side) {
  Vec lo = line.at[0], hi = lo, sum{0, 0};
  double weight = 0;
  for (std::size_t i = 0; i < line.at.size(); ++i) {
    const Vec v = line.at[i];
    lo = {std::min(lo.x, v.x), std::min(lo.y, v.y)};
    hi = {std::max(hi.x, v.x), std::max(hi.y, v.y)};
    if (!line.down[i]) continue;
    const Vec u = line.at[i - 1];
    const double length = std::hypot(v.x - u.x, v.y - u.y);
    sum = {sum.x + length * (u.x + v.x) / 2, sum.y + length * (u.y + v.y) / 2};
    weight += length;
  }
  const double extent = std::max({hi.x - lo.x, hi.y - lo.y, 1e-6});
  const double size = kBox * side * std::exp(0.05 * draws.normal(kSize)) * 0.94;
  const double scale = size / extent;
  const Vec middle{sum.x / std::max(weight, 1e-9), sum.y / std::max(weight, 1e-9)};
  const Vec centre{side * (0.5 + 0.018 * draws.normal(kShift)), side * (0.5 + 0.018 * draws.normal(kShift + 1))};
  for (Vec& v : line.at) v = {centre.x + scale * (v.x - middle.x), centre.y + scale * (v.y - middle.y)};
}

// The pen's half width along the line, in pixels: thick or thin by example, swelling gently on the way.
void press(Line& line, const Uniforms& draws, int side) {
  const double mean = side * 0.046 * std::exp(0.26 * draws.normal(kPen));
  const double phase = draws.at(kPressure), swell = 0.18 * draws.at(kPressure + 1);
  for (std::size_t i = 0; i < line.at.size(); ++i)
    line.half_width.push_back(mean * (1 + swell * std::sin(kTwoPi * (0.028 * double(i) + phase))));
}

// How far a pixel's centre lies inside the ink (negative) or outside it, in pixels, for one straight piece.
double outside(Vec p, Vec a, Vec b, double wa, double wb) {
  const double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
  const double along = length2 > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2 : 0;
  const double t = std::clamp(along, 0.0, 1.0);
  const double ex = p.x - a.x - t * dx, ey = p.y - a.y - t * dy;
  return std::sqrt(ex * ex + ey * ey) - (wa + t * (wb - wa));
}

// Half of the width, in pixels, over which ink fades into paper.
constexpr double kEdge = 0.75;

// Marks in `nearest` how far each pixel is from the ink of piece i - 1 to i.
void stamp(const Line& line, std::size_t i, int side, std::span<double> nearest) {
  const Vec a = line.at[i - 1], b = line.at[i];
  const double wa = line.half_width[i - 1], wb = line.half_width[i], reach = std::max(wa, wb) + kEdge;
  const auto pixel = [side](double v) { return int(std::clamp(v, -1.0, double(side))); };
  const int left = std::max(0, pixel(std::floor(std::min(a.x, b.x) - reach)));
  const int right = std::min(side - 1, pixel(std::ceil(std::max(a.x, b.x) + reach)));
  const int top = std::max(0, pixel(std::floor(std::min(a.y, b.y) - reach)));
  const int bottom = std::min(side - 1, pixel(std::ceil(std::max(a.y, b.y) + reach)));
  for (int r = top; r <= bottom; ++r)
    for (int c = left; c <= right; ++c) {
      double& d = nearest[std::size_t(r * side + c)];
      d = std::min(d, outside({c + 0.5, r + 0.5}, a, b, wa, wb));
    }
}

}  // namespace

void draw_digit(int digit, double noise, const Uniforms& draws, int side, std::span<std::uint8_t> pixels) {
  constexpr int kMostSide = 64;
  DROPSCOPE_CHECK(side >= 8 && side <= kMostSide && pixels.size() == std::size_t(side * side));
  const double strength = std::min(noise, 1.0) / kOrdinary;
  Line line = follow(pick_style(digit, draws), strength, draws);
  bend(line, strength, draws);
  lean(line, strength, draws);
  place(line, draws, side);
  press(line, draws, side);

  std::array<double, kMostSide * kMostSide> all;
  const std::span nearest(all.data(), pixels.size());
  std::fill(nearest.begin(), nearest.end(), kEdge);
  for (std::size_t i = 1; i < line.at.size(); ++i)
    if (line.down[i]) stamp(line, i, side, nearest);
  const double ink = 255 * draws.between(kInk, 0.86, 1.0);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const double t = std::clamp((kEdge - nearest[i]) / (2 * kEdge), 0.0, 1.0);
    pixels[i] = std::uint8_t(std::lround(ink * t * t * (3 - 2 * t)));
  }
}

}  // namespace dropscope
