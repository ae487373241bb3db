// Which parts of a picture must be drawn again: what it was made of last time beside what it is made of now. Knows no
// OpenGL and no Dear ImGui.
#pragma once
#include <cstdint>
#include <vector>

namespace dropscope {

// Pixels from left and top up to, not including, right and bottom; y grows downwards.
struct PixelRect {
  int left = 0, top = 0, right = 0, bottom = 0;
  bool empty() const { return left >= right || top >= bottom; }
  bool operator==(const PixelRect&) const = default;
};
PixelRect intersection(const PixelRect& a, const PixelRect& b);

// Something drawn over what came before it. Equal hashes mean equal pixels, place included.
struct DrawnPiece {
  std::uint64_t hash = 0;
  PixelRect area;  // all its pixels are in here; empty: it has none
};

class Damage {
 public:
  // `pieces` from back to front. Rectangles without common pixels that hold every pixel which may differ from the picture
  // of the last call; the whole of it at first, for another size and after forget(). Empty: nothing has changed.
  std::vector<PixelRect> update(std::vector<DrawnPiece> pieces, int width, int height);
  // The last picture is lost.
  void forget() { known_ = false; }

 private:
  std::vector<DrawnPiece> last_;
  int width_ = 0, height_ = 0;
  bool known_ = false;
};

}  // namespace dropscope
