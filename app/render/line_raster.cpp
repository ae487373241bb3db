#include "app/render/line_raster.h"

#include <algorithm>
#include <cmath>

namespace dropscope {

void LineRaster::begin(int width, int height) {
  width = std::max(width, 0);
  height = std::max(height, 0);
  if (width != width_ || height != height_) {
    width_ = width;
    height_ = height;
    pixels_.assign(std::size_t(width) * std::size_t(height), Pixel{});
  } else {
    // Only what the last layer touched can be anything but empty.
    for (int y = min_y_; y <= max_y_; ++y) {
      const auto row = pixels_.begin() + std::ptrdiff_t(y) * width_;
      std::fill(row + min_x_, row + max_x_ + 1, Pixel{});
    }
  }
  min_x_ = width_;
  min_y_ = height_;
  max_x_ = max_y_ = -1;
}

void LineRaster::add(const RasterLine& line) {
  if (!std::isfinite(line.ax + line.ay + line.bx + line.by) || !(line.width > 0) || line.a <= 0) return;
  if (std::abs(line.bx - line.ax) >= std::abs(line.by - line.ay)) {
    trace<false>(line);
  } else {
    trace<true>(line);
  }
}

// Walks along the axis on which the line is longer; u is that axis, v the other.
template <bool Steep>
void LineRaster::trace(const RasterLine& line) {
  const float au = Steep ? line.ay : line.ax, av = Steep ? line.ax : line.ay;
  const float bu = Steep ? line.by : line.bx, bv = Steep ? line.bx : line.by;
  const int u_size = Steep ? height_ : width_, v_size = Steep ? width_ : height_;
  const float length = std::hypot(bu - au, bv - av);
  const float du = length > 1e-4f ? (bu - au) / length : 1, dv = length > 1e-4f ? (bv - av) / length : 0;
  const float faded = line.a * std::min(line.width, 1.0f);
  const float half = 0.5f * std::max(line.width, 1.0f);
  const Pixel color{line.r * faded, line.g * faded, line.b * faded, faded};
  const float slope = dv / du, reach = (half + 0.5f) / std::abs(du);  // |du| >= 0.7
  const float beyond = line.round_caps ? half + 1 : 1 + half;
  // Clamped as floats first: a line may end far outside, where an int would overflow.
  const int first = int(std::clamp(std::floor(std::min(au, bu) - beyond), 0.0f, float(u_size)));
  const int last = int(std::clamp(std::ceil(std::max(au, bu) + beyond), -1.0f, float(u_size - 1)));
  int v_low = v_size, v_high = -1;
  for (int u = first; u <= last; ++u) {
    const float from_a = float(u) + 0.5f - au;
    const float middle = av + from_a * slope;
    // Pixels whose centres lie within reach.
    const float low = std::clamp(middle - reach - 0.5f, 0.0f, float(v_size));
    const float high = std::clamp(middle + reach - 0.5f, -1.0f, float(v_size - 1));
    const int v0 = int(low) + (float(int(low)) < low);  // up and down by hand: floor() may be a call
    const int v1 = int(high + 1) - 1;
    // Away from both ends the distance across is all that counts.
    const float along_middle = from_a * du + (middle - av) * dv;
    const bool inside = along_middle > reach + 1 && along_middle < length - reach - 1;
    if (inside) {
      for (int v = v0; v <= v1; ++v) {
        const float cover = half + 0.5f - std::abs((float(v) + 0.5f - middle) * du);
        Steep ? put(v, u, color, std::min(cover, 1.0f)) : put(u, v, color, std::min(cover, 1.0f));
      }
      v_low = std::min(v_low, v0);
      v_high = std::max(v_high, v1);
      continue;
    }
    for (int v = v0; v <= v1; ++v) {
      const float across = (float(v) + 0.5f - av) * du - from_a * dv;
      const float along = from_a * du + (float(v) + 0.5f - av) * dv;
      float cover = half + 0.5f - std::abs(across);
      if (line.round_caps) {
        const float past = std::max({-along, along - length, 0.0f});
        if (past > 0) cover = half + 0.5f - std::hypot(past, across);
        cover = std::min(cover, 1.0f);
      } else {
        cover = std::min(cover, 1.0f) * std::clamp(std::min(along, length - along) + 0.5f, 0.0f, 1.0f);
      }
      if (cover <= 0) continue;
      Steep ? put(v, u, color, cover) : put(u, v, color, cover);
    }
    v_low = std::min(v_low, v0);
    v_high = std::max(v_high, v1);
  }
  if (first > last || v_low > v_high) return;
  min_x_ = std::min(min_x_, Steep ? v_low : first);
  max_x_ = std::max(max_x_, Steep ? v_high : last);
  min_y_ = std::min(min_y_, Steep ? first : v_low);
  max_y_ = std::max(max_y_, Steep ? last : v_high);
}

const LineRaster::Result& LineRaster::finish() {
  result_.x = min_x_;
  result_.y = min_y_;
  result_.width = max_x_ - min_x_ + 1;
  result_.height = max_y_ - min_y_ + 1;
  result_.rgba.clear();
  if (result_.empty()) return result_;
  result_.rgba.resize(std::size_t(result_.width) * std::size_t(result_.height) * 4);
  std::uint8_t* out = result_.rgba.data();
  for (int y = min_y_; y <= max_y_; ++y) {
    const Pixel* in = pixels_.data() + std::size_t(y) * std::size_t(width_) + std::size_t(min_x_);
    for (int x = 0; x < result_.width; ++x, ++in, out += 4) {
      const Pixel bytes = *in * 255.0f + 0.5f;
      for (int channel = 0; channel < 4; ++channel) out[channel] = std::uint8_t(bytes[channel]);
    }
  }
  return result_;
}

}  // namespace dropscope
