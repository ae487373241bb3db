#include "app/export/png.h"

#include "app/export/atomic_write.h"
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
  atomic_write(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace dropscope
