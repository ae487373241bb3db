// Pictures in memory and as PNG. The only file that names stb_image_write is png.cpp.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace dropscope {

struct Pixels {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;  // row 0 at the top, 4 bytes a pixel, straight alpha
  const std::uint8_t* at(int x, int y) const {
    return rgba.data() + (std::size_t(y) * std::size_t(width) + std::size_t(x)) * 4;
  }
};

std::vector<std::uint8_t> encode_png(const Pixels& pixels);
// Throws InputError naming the path if it cannot be written; never leaves half a file.
void write_png(const std::string& path, const Pixels& pixels);

}  // namespace dropscope
