#include "app/export/atomic_write.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "core/base/check.h"

namespace dropscope {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& expected, const std::string& found) {
  throw InputError(path.empty() ? "output path" : path, expected, found);
}

std::string reason(int error) { return std::strerror(error); }

// Closes and, unless the file has taken its final name, removes it.
class Neighbour {
 public:
  Neighbour(const std::string& folder, const std::string& path, mode_t mode) {
    for (int n = 0; n < 1000; ++n) {
      name_ = folder + "/.dropscope-" + std::to_string(::getpid()) + "-" + std::to_string(n) + ".tmp";
      descriptor_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
      if (descriptor_ >= 0) return;
      if (errno != EEXIST && errno != EINTR) break;
    }
    refuse(path, "a folder that can be written to", reason(errno));
  }
  ~Neighbour() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!placed_) ::unlink(name_.c_str());
  }
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;

  void write(const std::string& path, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t done = ::write(descriptor_, bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) refuse(path, "room to write the file", reason(errno));
      bytes.remove_prefix(std::size_t(done));
    }
    if (::fsync(descriptor_) != 0) refuse(path, "a file that can be synced to disk", reason(errno));
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0 && errno != EINTR) refuse(path, "a file that can be closed", reason(errno));
  }
  void set_mode(mode_t mode) { static_cast<void>(::fchmod(descriptor_, mode)); }
  void take_place_of(const std::string& path) {
    if (::rename(name_.c_str(), path.c_str()) != 0) refuse(path, "a file that can be replaced", reason(errno));
    placed_ = true;
  }

 private:
  std::string name_;
  int descriptor_ = -1;
  bool placed_ = false;
};

// The file a symbolic link leads to; the path itself for anything else.
std::string resolved(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  const std::filesystem::path target = std::filesystem::weakly_canonical(path, error);
  if (error || std::filesystem::is_symlink(target, error))
    refuse(path, "a file or a link to one", "a broken or circular link");
  return target.string();
}

}  // namespace

void atomic_write(const std::string& path, std::string_view bytes) {
  if (path.empty() || path.find('\0') != std::string::npos)
    refuse(path, "the name of a file", path.empty() ? "nothing" : "a zero byte");
  const std::string target = resolved(path);
  if (target.back() == '/') refuse(path, "the name of a file", "a folder");
  std::optional<mode_t> old_mode;
  struct stat status {};
  if (::stat(target.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) refuse(path, "the name of a file", "a folder");
    if (!S_ISREG(status.st_mode)) refuse(path, "a regular file", "a device, pipe or socket");
    if (::access(target.c_str(), W_OK) != 0) refuse(path, "a file that can be replaced", reason(errno));
    old_mode = status.st_mode & mode_t(07777);
  } else if (errno != ENOENT) {
    refuse(path, "the name of a file", reason(errno));
  }
  std::string folder = std::filesystem::path(target).parent_path().string();
  if (folder.empty()) folder = ".";
  if (::stat(folder.c_str(), &status) != 0) refuse(path, "an existing folder " + folder, reason(errno));
  if (!S_ISDIR(status.st_mode)) refuse(path, "an existing folder " + folder, "not a folder");
  {
    Neighbour file(folder, path, 0666);
    if (old_mode) file.set_mode(*old_mode);
    file.write(path, bytes);
    file.take_place_of(target);
  }
  // The rename itself must survive a power cut. The file is complete by now, so a folder that cannot be
  // synced (some network file systems) is no failure.
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  static_cast<void>(::fsync(descriptor));
  ::close(descriptor);
}

}  // namespace dropscope
