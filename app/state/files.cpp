#include "app/state/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/check.h"

namespace dropscope {
namespace {

// Returns 0 or the error's number.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes.remove_prefix(std::size_t(n));
  }
  return ::fsync(file) < 0 ? errno : 0;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

void write_file_whole(const std::string& path, std::string_view bytes) {
  const auto fail = [&](int error) { throw InputError(path, "a file that can be written", std::strerror(error)); };
  struct stat info {};
  // Renaming over a device, a pipe or a folder would replace it.
  if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode))
    throw InputError(path, "a file that can be written", S_ISDIR(info.st_mode) ? "a folder" : "no regular file");
  std::string beside = path + ".XXXXXX";
  const int file = ::mkstemp(beside.data());
  if (file < 0) fail(errno);
  // mkstemp gives 0600; a file that people share gets what their umask says.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  int error = ::fchmod(file, 0666 & ~mask) < 0 ? errno : 0;
  if (error == 0) error = write_all(file, bytes);
  if (::close(file) < 0 && error == 0) error = errno;
  if (error == 0 && ::rename(beside.c_str(), path.c_str()) < 0) error = errno;
  if (error != 0) {
    ::unlink(beside.c_str());
    fail(error);
  }
  if (const int folder = ::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY); folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
}

}  // namespace dropscope
