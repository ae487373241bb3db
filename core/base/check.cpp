#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace dropscope {

std::string InputError::one_line(const std::string& text, std::size_t most) {
  std::string line;
  for (char c : text) {
    if (line.size() >= most) return line + "...";
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
      line += c;
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof escape, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\x%02x", unsigned(c));
    line += escape;
  }
  return line;
}

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "dropscope: internal check failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace dropscope
