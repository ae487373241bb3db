#include "core/data/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/check.h"

namespace dropscope {
namespace {

// Length of the UTF-8 sequence at the start of `text`, 0 where there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return std::uint8_t(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  // Overlong forms, surrogates and what lies beyond U+10FFFF.
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

std::string kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  if (S_ISSOCK(mode)) return "a socket";
  return "something else";
}

constexpr std::size_t kChunk = 1 << 16;

}  // namespace

std::size_t valid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at, 4));
    if (length == 0) break;
    at += length;
  }
  return at;
}

std::string printable(std::string_view text, std::size_t most) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  std::size_t at = 0;
  while (at < text.size() && out.size() < most) {
    const std::uint8_t byte = std::uint8_t(text[at]);
    const std::size_t length = utf8_length(text.substr(at, 4));
    // U+0080 .. U+009F are control characters too.
    const bool control =
        byte < 0x20 || byte == 0x7F || (byte == 0xC2 && length == 2 && std::uint8_t(text[at + 1]) < 0xA0);
    if (length > 0 && !control) {
      out += text.substr(at, length);
      at += length;
    } else {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
      ++at;
    }
  }
  return at < text.size() ? out + "..." : out;
}

struct ByteSource::State {
  std::string name;
  int file = -1;
  std::uint64_t size = 0, taken = 0, inflated = 0;
  bool gzip = false;
  bool inflating = false;  // zlib's state exists and its current member has not ended
  bool started = false;
  z_stream stream{};
  std::array<std::uint8_t, kChunk> chunk;
  std::size_t chunk_used = 0, chunk_filled = 0;

  ~State() {
    if (started) inflateEnd(&stream);
    if (file >= 0) ::close(file);
  }

  std::string place() const { return name + " (byte " + std::to_string(taken - (chunk_filled - chunk_used)) + ")"; }

  std::size_t raw_read(std::uint8_t* out, std::size_t n) {
    for (;;) {
      const ssize_t got = ::read(file, out, n);
      if (got >= 0) {
        taken += std::uint64_t(got);
        return std::size_t(got);
      }
      if (errno != EINTR) throw InputError(place(), "a readable file", std::strerror(errno));
    }
  }

  bool refill() {
    if (chunk_used < chunk_filled) return true;
    chunk_used = 0;
    chunk_filled = raw_read(chunk.data(), chunk.size());
    return chunk_filled > 0;
  }

  std::size_t plain(std::span<std::uint8_t> out);
  std::size_t inflated_bytes(std::span<std::uint8_t> out);
  bool next_member();
};

std::size_t ByteSource::State::plain(std::span<std::uint8_t> out) {
  std::size_t filled = std::min(out.size(), chunk_filled - chunk_used);
  std::memcpy(out.data(), chunk.data() + chunk_used, filled);
  chunk_used += filled;
  while (filled < out.size()) {
    const std::size_t got = raw_read(out.data() + filled, out.size() - filled);
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

// Starts the gzip member at the read position; false at the end of the file.
bool ByteSource::State::next_member() {
  if (!refill()) return false;
  if (chunk[chunk_used] != 0x1F) throw InputError(place(), "the end of the file after the gzip data", "other bytes");
  if (!started) {
    // 16 asks for the gzip wrapper, whose CRC and length zlib then checks; 15 is the largest window.
    if (inflateInit2(&stream, 16 + 15) != Z_OK) throw InputError(name, "memory for zlib", "none");
    started = true;
  } else {
    inflateReset(&stream);
  }
  inflating = true;
  return true;
}

std::size_t ByteSource::State::inflated_bytes(std::span<std::uint8_t> out) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    if (!inflating && !next_member()) break;
    if (!refill()) throw InputError(place(), "more gzip data", "the end of the file (is it truncated?)");
    stream.next_in = chunk.data() + chunk_used;
    stream.avail_in = unsigned(chunk_filled - chunk_used);
    const std::size_t room = std::min(out.size() - filled, std::size_t{1} << 30);
    stream.next_out = out.data() + filled;
    stream.avail_out = unsigned(room);
    const int result = inflate(&stream, Z_NO_FLUSH);
    chunk_used = chunk_filled - stream.avail_in;
    filled += room - stream.avail_out;
    inflated += room - stream.avail_out;
    if (inflated > kMostFileBytes)
      throw InputError(place(), "at most " + std::to_string(kMostFileBytes) + " bytes inflated", "more");
    if (result == Z_STREAM_END) {
      inflating = false;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      throw InputError(place(), "undamaged gzip data", stream.msg != nullptr ? stream.msg : "damage");
    }
  }
  return filled;
}

ByteSource::ByteSource(const std::string& path, std::uint64_t most) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.name = printable(path, 4096);
  if (path.empty()) throw InputError("data.path", "the name of a file", "nothing");
  if (path.find('\0') != std::string::npos) throw InputError(s.name, "a path without a NUL byte", "one");
  // O_NONBLOCK: opening a named pipe that nobody writes to must not hang; for a regular file it means nothing.
  s.file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (s.file < 0) throw InputError(s.name, "a readable file", std::strerror(errno));
  struct stat info {};
  if (::fstat(s.file, &info) != 0) throw InputError(s.name, "a readable file", std::strerror(errno));
  if (!S_ISREG(info.st_mode)) throw InputError(s.name, "a regular file", kind_of(info.st_mode));
  s.size = std::uint64_t(info.st_size);
  if (s.size > most)
    throw InputError(s.name, "a file of at most " + std::to_string(most) + " bytes", std::to_string(s.size));
  if (!s.refill()) return;
  s.gzip = s.chunk_filled >= 2 && s.chunk[0] == 0x1F && s.chunk[1] == 0x8B;
}

ByteSource::~ByteSource() = default;

std::size_t ByteSource::read(std::span<std::uint8_t> out) {
  return state_->gzip ? state_->inflated_bytes(out) : state_->plain(out);
}

bool ByteSource::gzipped() const { return state_->gzip; }
std::uint64_t ByteSource::file_size() const { return state_->size; }
std::uint64_t ByteSource::file_offset() const { return state_->taken; }
const std::string& ByteSource::name() const { return state_->name; }

}  // namespace dropscope
