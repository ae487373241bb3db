#include "tests/bench/torch_peer.h"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace dropscope::bench {

TorchPeer::TorchPeer(const std::string& program, int threads, const std::string& mode) {
  int down[2], up[2];
  if (pipe(down) != 0 || pipe(up) != 0) throw std::runtime_error("no pipe to " + program);
  std::signal(SIGPIPE, SIG_IGN);
  const std::string number = std::to_string(threads);
  child_ = fork();
  if (child_ == 0) {
    dup2(down[0], STDIN_FILENO);
    dup2(up[1], STDOUT_FILENO);
    for (int end : {down[0], down[1], up[0], up[1]}) close(end);
    // One thread means one, in the BLAS as well; with two, everything stays as installed.
    if (threads == 1) setenv("OPENBLAS_NUM_THREADS", "1", 1), setenv("OMP_NUM_THREADS", "1", 1);
    execl(program.c_str(), program.c_str(), number.c_str(), mode.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(down[0]);
  close(up[1]);
  to_ = down[1];
  from_ = up[0];
  if (child_ < 0) throw std::runtime_error("cannot start " + program);
}

TorchPeer::~TorchPeer() {
  close(to_);
  close(from_);
  if (child_ > 0) waitpid(child_, nullptr, 0);
}

std::string TorchPeer::ask(const std::string& what, double seconds) {
  const std::string line = what + " " + std::to_string(seconds) + "\n";
  std::string answer;
  char c = 0;
  if (write(to_, line.data(), line.size()) == ssize_t(line.size()))
    while (read(from_, &c, 1) == 1 && c != '\n') answer += c;
  if (answer.empty() || c != '\n') throw std::runtime_error("libtorch's benchmark ended at workload " + what);
  return answer;
}

double TorchPeer::per_second(const std::string& workload, double seconds) {
  return std::strtod(ask(workload, seconds).c_str(), nullptr);
}

}  // namespace dropscope::bench
