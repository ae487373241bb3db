// Writes to a neighbouring file first and renames it, so that a full disk never leaves half a picture.
#include "app/platform/png.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/check.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace dropscope {

std::vector<std::uint8_t> encode_png(const Pixels& pixels) {
  DROPSCOPE_CHECK(pixels.width > 0 && pixels.height > 0);
  DROPSCOPE_CHECK(pixels.rgba.size() == std::size_t(pixels.width) * std::size_t(pixels.height) * 4);
  std::vector<std::uint8_t> bytes;
  const auto append = [](void* context, void* data, int size) {
    auto& out = *static_cast<std::vector<std::uint8_t>*>(context);
    const auto* first = static_cast<const std::uint8_t*>(data);
    out.insert(out.end(), first, first + size);
  };
  stbi_write_png_to_func(append, &bytes, pixels.width, pixels.height, 4, pixels.rgba.data(), pixels.width * 4);
  return bytes;
}

void write_png(const std::string& path, const Pixels& pixels) {
  const std::vector<std::uint8_t> bytes = encode_png(pixels);
  const std::string part = path + ".part";
  std::FILE* file = std::fopen(part.c_str(), "wb");
  if (!file) throw InputError(path, "a place to write a picture", std::strerror(errno));
  bool good = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  int error = good ? 0 : errno;
  if (std::fclose(file) != 0 && good) {
    good = false;
    error = errno;
  }
  if (good && std::rename(part.c_str(), path.c_str()) != 0) {
    good = false;
    error = errno;
  }
  if (!good) {
    std::remove(part.c_str());
    throw InputError(path, "room and permission to write a picture", std::strerror(error));
  }
}

}  // namespace dropscope
