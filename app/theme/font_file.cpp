#include "app/theme/font_file.h"

#include <cstdint>
#include <cstring>
#include <fstream>

namespace dropscope {
namespace {

std::uint32_t big_endian(const unsigned char* at, int bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | at[i];
  return value;
}

bool read_at(std::ifstream& file, std::uint32_t offset, unsigned char* into, int bytes) {
  file.seekg(offset);
  return bool(file.read(reinterpret_cast<char*>(into), bytes));
}

}  // namespace

bool readable_font(const std::string& path) {
  if (path.empty()) return false;
  std::ifstream file(path, std::ios::binary);
  unsigned char tag[4] = {};
  if (!read_at(file, 0, tag, 4)) return false;
  for (const char* known : {"OTTO", "true", "ttcf"}) {
    if (std::memcmp(tag, known, 4) == 0) return true;
  }
  return big_endian(tag, 4) == 0x00010000;
}

float line_height_per_em(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  unsigned char header[12] = {};
  if (!read_at(file, 0, header, 12)) return 1;
  const int tables = int(big_endian(header + 4, 2));
  int em = 0, line = 0;
  for (int i = 0; i < tables; ++i) {
    unsigned char entry[16] = {}, value[4] = {};
    if (!read_at(file, std::uint32_t(12 + 16 * i), entry, 16)) return 1;
    const std::uint32_t offset = big_endian(entry + 8, 4);
    if (std::memcmp(entry, "head", 4) == 0 && read_at(file, offset + 18, value, 2)) em = int(big_endian(value, 2));
    if (std::memcmp(entry, "hhea", 4) == 0 && read_at(file, offset + 4, value, 4)) {
      line = std::int16_t(big_endian(value, 2)) - std::int16_t(big_endian(value + 2, 2));
    }
  }
  const float ratio = em > 0 ? float(line) / float(em) : 0;
  return ratio > 0.5f && ratio < 3.0f ? ratio : 1;
}

}  // namespace dropscope
