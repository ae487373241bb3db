// libtorch as a child process that measures one workload when told to (torch/torch_bench.cpp).
#pragma once
#include <string>

namespace dropscope::bench {

class TorchPeer {
 public:
  // `mode` is "installed" or "tuned". Throws std::runtime_error where the program cannot be started.
  TorchPeer(const std::string& program, const std::string& workload, int threads, const std::string& mode);
  ~TorchPeer();
  TorchPeer(const TorchPeer&) = delete;
  TorchPeer& operator=(const TorchPeer&) = delete;

  // Samples or ticks per second, measured for about `seconds`.
  double per_second(double seconds);
  // The file of the BLAS it has loaded.
  const std::string& blas() const { return blas_; }

 private:
  std::string read_line();
  std::string workload_, blas_;
  int to_ = -1, from_ = -1;
  int child_ = -1;
};

}  // namespace dropscope::bench
