// What the tests of readers share: a folder that cleans up after itself, makers of files, and the demand
// that a refusal is one InputError in one line that names what it must.
#pragma once
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>

#include "core/base/check.h"

namespace dropscope::test {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "dropscope-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
    ::chmod(path_.c_str(), 0755);  // so that a test that gives up root can still come in
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

  // Writes a file and returns its path.
  std::string write(const std::string& name, std::string_view bytes) const {
    // A new file, not the old one cut to nothing: some file systems then write to the disk at once.
    ::unlink((*this / name).c_str());
    std::ofstream file(*this / name, std::ios::binary);
    file.write(bytes.data(), std::streamsize(bytes.size()));
    return *this / name;
  }

 private:
  std::string path_;
};

// A gzip member with a correct checksum and length.
inline std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, 16 + 15, 9, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("zlib");
  std::string out(deflateBound(&stream, uLong(bytes.size())) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = uInt(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = uInt(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string big_endian(std::uint32_t v) {
  return {char(v >> 24), char(v >> 16 & 255), char(v >> 8 & 255), char(v & 255)};
}

// An IDX file of unsigned bytes with any header one likes.
inline std::string idx_bytes(std::initializer_list<std::uint32_t> sizes, std::string_view content) {
  std::string out{0, 0, 8, char(sizes.size())};
  for (std::uint32_t size : sizes) out += big_endian(size);
  return out += content;
}

// Calls f, which must throw InputError in one line that holds every one of `parts`.
template <class F>
void expect_refused(F f, std::initializer_list<std::string_view> parts) {
  try {
    f();
    ADD_FAILURE() << "accepted";
  } catch (const InputError& error) {
    const std::string text = error.what();
    EXPECT_EQ(text.find_first_of("\n\r\t\x1b"), std::string::npos) << text;
    EXPECT_NE(text.find("expected "), std::string::npos) << text;
    EXPECT_NE(text.find(", found "), std::string::npos) << text;
    EXPECT_LT(text.size(), 4096u + 600u);
    for (std::string_view part : parts) EXPECT_NE(text.find(part), std::string::npos) << text << "\nlacks: " << part;
  }
}

// Gives up root for the file system while it lives: root may read anything whatever its mode.
class Unprivileged {
 public:
  Unprivileged() : was_(::geteuid()) {
    if (was_ == 0) changed_ = ::seteuid(65534) == 0;
  }
  ~Unprivileged() {
    if (changed_ && ::seteuid(was_) != 0) std::abort();
  }
  bool holds() const { return was_ != 0 || changed_; }

 private:
  uid_t was_;
  bool changed_ = false;
};

}  // namespace dropscope::test
