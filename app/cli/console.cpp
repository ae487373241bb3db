#include "app/cli/console.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace dropscope::cli {
namespace {

// How many bytes at `at` form one UTF-8 character; 0 where they do not.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? std::uint8_t(text[i]) : std::uint8_t(0); };
  const std::uint8_t first = byte(at);
  std::size_t length = 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) length = 2;
  if (first >= 0xE0 && first <= 0xEF) length = 3;
  if (first >= 0xF0 && first <= 0xF4) length = 4;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  if (length == 3 && ((first == 0xE0 && byte(at + 1) < 0xA0) || (first == 0xED && byte(at + 1) > 0x9F))) return 0;
  if (length == 4 && ((first == 0xF0 && byte(at + 1) < 0x90) || (first == 0xF4 && byte(at + 1) > 0x8F))) return 0;
  return length;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const std::uint8_t c = std::uint8_t(text[i]);
    // C1 controls (U+0080 to U+009F) move the cursor on some terminals, as C0 controls do on all.
    const bool c1 = length == 2 && c == 0xC2 && std::uint8_t(text[i + 1]) < 0xA0;
    if (length == 0 || c < 0x20 || c == 0x7F || c1) {
      char code[8];
      std::snprintf(code, sizeof code, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\x%02x", unsigned(c));
      out += code;
      if (c1) std::snprintf(code, sizeof code, "\\x%02x", unsigned(std::uint8_t(text[i + 1]))), out += code;
      i += c1 ? 2 : 1;
    } else {
      out += text.substr(i, length);
      i += length;
    }
  }
  return out;
}

bool reader_gone = false;  // Of the process's standard output, which is as global as it gets.

}  // namespace

void prepare_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // open takes the lowest number free, which is this one, as those below are open by now.
    const int opened = open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
    if (opened > 2) close(opened);
  }
}

void print(std::string_view text) {
  while (!reader_gone && !text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(std::size_t(written));
    } else if (errno == EPIPE) {
      reader_gone = true;
    } else if (errno != EINTR && errno != EAGAIN) {
      throw OutputError(std::string("standard output: cannot be written: ") + std::strerror(errno));
    }
  }
}

void print_note(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(std::size_t(written));
  }
}

void print_error(std::string_view message) { print_note("dropscope: " + one_line(message) + "\n"); }

std::string one_line(std::string_view text, std::size_t most) {
  // Cut before escaping, so that megabytes cost nothing, and again after it, as escapes are longer.
  const auto shorten = [most](std::string_view t) {
    if (t.size() <= most) return std::string(t);
    std::size_t head = most * 2 / 3, tail = t.size() - most / 3;
    while (head > 0 && (std::uint8_t(t[head]) & 0xC0) == 0x80) --head;
    while (tail < t.size() && (std::uint8_t(t[tail]) & 0xC0) == 0x80) ++tail;
    return std::string(t.substr(0, head)) + " ... " + std::string(t.substr(tail));
  };
  return shorten(escaped(shorten(text)));
}

bool error_is_terminal() { return isatty(STDERR_FILENO) == 1; }

int error_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
  return 80;
}

}  // namespace dropscope::cli
