// Runs the built program as a child process, as a shell would, and collects what it says.
#pragma once
#include <string>
#include <vector>

namespace dropscope::test {

struct ProgramResult {
  int exit_code = -1;  // 128 + n where signal n ended it; -1 where it did not end in time
  std::string out, err;
  int err_lines() const;  // lines that are not empty
};

struct ProgramOptions {
  bool display = false;                  // false: DISPLAY and WAYLAND_DISPLAY are not set
  int seconds = 60;                      // it is killed after this long
  std::string stdout_path;               // instead of being collected: "/dev/full"
  std::vector<int> closed;               // of 0, 1, 2: closed before it starts
  bool stdout_reader_gone = false;       // its standard output is a pipe that nobody reads
  long file_size_limit = -1;             // bytes, as ulimit -f
  std::vector<std::string> environment;  // "NAME=value" added; "NAME" taken away
};

// `words` without the program's own name.
ProgramResult run_program(const std::vector<std::string>& words, const ProgramOptions& options = {});

// A folder that is removed with everything in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string path(const std::string& name = {}) const { return name.empty() ? path_ : path_ + "/" + name; }

 private:
  std::string path_;
};

std::string read_file(const std::string& path);

}  // namespace dropscope::test
