// Threads that share the products of one run. Outputs are divided, never sums, so results have the same bits
// with any number of threads.
#pragma once
#include <atomic>
#include <thread>
#include <vector>

#include "core/base/parallel.h"

namespace dropscope {

class WorkerPool final : public Parallel {
 public:
  explicit WorkerPool(int threads);  // the caller's included; >= 1
  ~WorkerPool() override;
  int parts() const override { return int(threads_.size()) + 1; }
  void run(void (*job)(void*, int, int), void* context) override;

 private:
  void work(int part);
  void (*job_)(void*, int, int) = nullptr;
  void* context_ = nullptr;
  std::atomic<std::uint32_t> round_{0};
  std::atomic<int> left_{0};
  std::atomic<bool> quit_{false};
  std::vector<std::thread> threads_;
};

}  // namespace dropscope
