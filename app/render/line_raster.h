// Straight lines drawn by the processor, for machines whose OpenGL is software anyway: there a line through the
// shader fills a whole slanted quad, here only the pixels it touches, five to ten times faster.
// The same formulas as shaders/edge.*, so the two agree to rounding. No OpenGL here.
#pragma once
#include <cstdint>
#include <vector>

namespace dropscope {

struct RasterLine {
  float ax, ay, bx, by;  // pixels
  float width;           // pixels; below 1 it fades
  bool round_caps;
  float r, g, b, a;  // straight, 0 to 1
};

class LineRaster {
 public:
  // Empties a layer of this size in pixels.
  void begin(int width, int height);
  void add(const RasterLine& line);

  // The part of the layer that was touched; empty() if none.
  struct Result {
    int x = 0, y = 0, width = 0, height = 0;
    std::vector<std::uint8_t> rgba;  // premultiplied, row 0 at the top
    bool empty() const { return width <= 0 || height <= 0; }
  };
  const Result& finish();

 private:
  // Red, green, blue, alpha; premultiplied, in one vector register (an extension that GCC and Clang share).
  using Pixel = float __attribute__((vector_size(16)));
  template <bool Steep>
  void trace(const RasterLine& line);
  void put(int x, int y, Pixel color, float cover) {
    Pixel& under = pixels_[std::size_t(y) * std::size_t(width_) + std::size_t(x)];
    under = under * (1 - color[3] * cover) + color * cover;
  }

  int width_ = 0, height_ = 0;
  int min_x_ = 0, min_y_ = 0, max_x_ = -1, max_y_ = -1;
  std::vector<Pixel> pixels_;
  Result result_;
};

}  // namespace dropscope
