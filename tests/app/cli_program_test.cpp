#include "tests/app/cli_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace dropscope::test {
namespace {

struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() {
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  }
  ~Pipe() {
    for (int i = 0; i < 2; ++i) close_end(i);
  }
  void close_end(int i) {
    if (ends[i] >= 0) close(ends[i]);
    ends[i] = -1;
  }
};

// What happens between fork and exec.
void become(const std::vector<std::string>& words, const ProgramOptions& options, Pipe& out, Pipe& err) {
  dup2(out.ends[1], STDOUT_FILENO);
  dup2(err.ends[1], STDERR_FILENO);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  if (!options.stdout_path.empty()) dup2(open(options.stdout_path.c_str(), O_WRONLY), STDOUT_FILENO);
  for (int fd : options.closed) close(fd);
  if (options.file_size_limit >= 0) {
    const rlimit limit{rlim_t(options.file_size_limit), rlim_t(options.file_size_limit)};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  if (!options.display) {
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
  }
  for (const std::string& variable : options.environment) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string::npos)
      unsetenv(variable.c_str());
    else
      setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
  }
  std::vector<char*> argv = {const_cast<char*>("dropscope")};
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execv(DROPSCOPE_PROGRAM, argv.data());
  _exit(127);
}

// Reads both pipes until they end or the time is over.
bool collect(Pipe& out, Pipe& err, ProgramResult& result, int seconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  pollfd fds[2] = {{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}};
  std::string* texts[2] = {&result.out, &result.err};
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    if (poll(fds, 2, 200) <= 0) continue;
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || !fds[i].revents) continue;
      char buffer[65536];
      const ssize_t n = read(fds[i].fd, buffer, sizeof buffer);
      if (n <= 0)
        fds[i].fd = -1;
      else
        texts[i]->append(buffer, std::size_t(n));
    }
  }
  return true;
}

}  // namespace

int ProgramResult::err_lines() const {
  std::istringstream lines(err);
  int count = 0;
  for (std::string line; std::getline(lines, line);) count += !line.empty();
  return count;
}

ProgramResult run_program(const std::vector<std::string>& words, const ProgramOptions& options) {
  ProgramResult result;
  Pipe out, err;
  if (options.stdout_reader_gone) out.close_end(0);
  const pid_t child = fork();
  if (child == 0) become(words, options, out, err);
  out.close_end(1);
  err.close_end(1);
  const bool ended = collect(out, err, result, options.seconds);
  if (!ended) kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  if (ended) result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

ScratchFolder::ScratchFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "dropscope-test-XXXXXX").string();
  if (!mkdtemp(pattern.data())) std::abort();
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(CliProgram, ExitCodesAndBothStreamsAreSeen) {
  const ProgramResult good = run_program({"--version"});
  EXPECT_EQ(good.exit_code, 0);
  EXPECT_NE(good.out, "");
  const ProgramResult bad = run_program({"--no-such-option"});
  EXPECT_NE(bad.exit_code, 0);
  EXPECT_NE(bad.err, "");
}

TEST(CliProgram, OneThatDoesNotEndIsKilledAndSaysSo) {
  ProgramOptions options;
  options.seconds = 1;
  EXPECT_EQ(run_program({"train", "--quiet", "--ticks", "1000000000"}, options).exit_code, -1);
}

}  // namespace dropscope::test
