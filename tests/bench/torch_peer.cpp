#include "tests/bench/torch_peer.h"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dropscope::bench {

TorchPeer::TorchPeer(const std::string& program, const std::string& workload, int threads, const std::string& mode)
    : workload_(workload) {
  int down[2], up[2];
  if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0) throw std::runtime_error("no pipe to " + program);
  std::signal(SIGPIPE, SIG_IGN);
  const std::string number = std::to_string(threads);
  child_ = fork();
  if (child_ == 0) {
    dup2(down[0], STDIN_FILENO);
    dup2(up[1], STDOUT_FILENO);
    // One thread means one, in the BLAS as well; with two, everything stays as installed.
    if (threads == 1) setenv("OPENBLAS_NUM_THREADS", "1", 1), setenv("OMP_NUM_THREADS", "1", 1);
    // Convolutions have threads of their own, which those of the BLAS only disturb.
    if (mode == "tuned" && workload[0] == 'C') setenv("OPENBLAS_NUM_THREADS", "1", 1);
    execl(program.c_str(), program.c_str(), workload.c_str(), number.c_str(), mode.c_str(),
          static_cast<char*>(nullptr));
    _exit(127);
  }
  close(down[0]);
  close(up[1]);
  to_ = down[1];
  from_ = up[0];
  if (child_ < 0) throw std::runtime_error("cannot start " + program);
  blas_ = read_line();
}

TorchPeer::~TorchPeer() {
  close(to_);
  close(from_);
  if (child_ > 0) waitpid(child_, nullptr, 0);
}

std::string TorchPeer::read_line() {
  std::string line;
  char c = 0;
  while (read(from_, &c, 1) == 1 && c != '\n') line += c;
  if (line.empty() || c != '\n') throw std::runtime_error("libtorch's benchmark ended at workload " + workload_);
  return line;
}

double TorchPeer::per_second(double seconds) {
  const std::string line = std::to_string(seconds) + "\n";
  if (write(to_, line.data(), line.size()) != ssize_t(line.size()))
    throw std::runtime_error("libtorch's benchmark ended at workload " + workload_);
  return std::strtod(read_line().c_str(), nullptr);
}

}  // namespace dropscope::bench
