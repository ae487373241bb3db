// Pictures kept in tests/golden/pictures and held against what is painted now.
#pragma once
#include <cstdlib>
#include <string>

#include "app/export/atomic_write.h"
#include "app/export/png.h"

namespace dropscope {

// Eight levels of each colour are enough to compare, and make small files.
inline Bitmap with_few_colours(Bitmap picture) {
  const auto level = [](std::uint8_t v) { return std::uint8_t((int(v) * 7 + 127) / 255 * 255 / 7); };
  for (Color& c : picture.pixels) c = {level(c.r), level(c.g), level(c.b), 255};
  return picture;
}

inline double share_of_far_pixels(const Bitmap& a, const Bitmap& b) {
  if (a.width != b.width || a.height != b.height) return 1;
  std::size_t different = 0;
  const auto far = [](std::uint8_t x, std::uint8_t y) { return std::abs(int(x) - int(y)) > 40; };
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    const Color &p = a.pixels[i], &q = b.pixels[i];
    different += far(p.r, q.r) || far(p.g, q.g) || far(p.b, q.b);
  }
  return double(different) / double(a.pixels.size());
}

inline std::string golden_path(const std::string& name) {
  return std::string(DROPSCOPE_SOURCE_DIR) + "/tests/golden/pictures/" + name + ".png";
}
// How much differs from the picture of that name. To make it anew after a wanted change: DROPSCOPE_UPDATE_GOLDEN=1,
// then look at it.
inline double share_off_golden(const Bitmap& picture, const std::string& name) {
  const Bitmap now = with_few_colours(picture);
  if (std::getenv("DROPSCOPE_UPDATE_GOLDEN")) atomic_write(golden_path(name), encode_png(now));
  return share_of_far_pixels(now, read_png(golden_path(name)));
}

}  // namespace dropscope
