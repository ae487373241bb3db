#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace dropscope {

std::string InputError::one_line(const std::string& text, std::size_t most) {
  std::string line = text.size() > most ? text.substr(0, most) + "..." : text;
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return line;
}

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "dropscope: internal check failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace dropscope
