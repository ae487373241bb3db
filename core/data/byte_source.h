// The bytes of a file from outside, plain or gzipped, as a stream. The only place that knows zlib.
// It never blocks on a pipe or device, never inflates further than it is asked to, and never trusts a
// length it has not seen.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace dropscope {

// No file larger than this is read, and no gzip is inflated further (the measured bomb grows 1030 to 1).
inline constexpr std::uint64_t kMostFileBytes = std::uint64_t{512} << 20;

// Text from outside made fit for a one-line message: control characters and bytes that are not UTF-8 are
// written as \xNN, and what is longer than `most` bytes is cut with "...".
std::string printable(std::string_view text, std::size_t most = 200);

// Where the valid UTF-8 at the start of `text` ends; text.size() where all of it is.
std::size_t valid_utf8(std::string_view text);

class ByteSource {
 public:
  // Opens a regular file (links are followed) of at most `most` bytes on disk. Whether it is gzipped is
  // told by its first two bytes, not by its name. Throws InputError.
  explicit ByteSource(const std::string& path, std::uint64_t most = kMostFileBytes);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // Fills `out`; fewer bytes only at the end of the content. Throws InputError where the file cannot be
  // read or the gzip is damaged (checksum, length, truncation, bytes after its end). gzip members written
  // one after the other read as one content, as gzip itself has it.
  std::size_t read(std::span<std::uint8_t> out);

  bool gzipped() const;
  std::uint64_t file_size() const;    // on disk
  std::uint64_t file_offset() const;  // bytes taken from disk so far: for progress
  const std::string& name() const;    // the path, printable

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dropscope
