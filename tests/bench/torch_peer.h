// libtorch as a child process that measures one workload when told to (torch/torch_bench.cpp).
#pragma once
#include <string>

namespace dropscope::bench {

class TorchPeer {
 public:
  // `mode` is "installed" or "tuned". Throws std::runtime_error where the program cannot be started.
  TorchPeer(const std::string& program, int threads, const std::string& mode);
  ~TorchPeer();
  TorchPeer(const TorchPeer&) = delete;
  TorchPeer& operator=(const TorchPeer&) = delete;

  // Samples or ticks per second of a workload, measured for about `seconds`.
  double per_second(const std::string& workload, double seconds);
  // The file of the BLAS it has loaded. Which one that is makes a difference of ten times.
  std::string blas() { return ask("blas", 0); }

 private:
  std::string ask(const std::string& what, double seconds);
  int to_ = -1, from_ = -1;
  int child_ = -1;
};

}  // namespace dropscope::bench
