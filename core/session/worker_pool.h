// Threads that share the products of one run. Outputs are divided, never sums, so results have the same bits
// with any number of threads. A job is cut into more pieces than there are threads and each takes the next one
// when it is free: a thread that gets no processor on a busy machine holds nobody up.
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
  void work();
  bool take(bool from_front, int& piece);

  std::vector<std::thread> threads_;
  int pieces_ = 1;
  // The job at hand; set before its pieces can be taken, never changed while one is being worked on.
  std::atomic<void (*)(void*, int, int)> job_{nullptr};
  std::atomic<void*> context_{nullptr};
  // Number of the job, and which of its pieces nobody has taken: front to back - 1.
  std::atomic<std::uint64_t> open_{0};
  std::atomic<int> helped_{0};  // pieces of this job that other threads have finished
  std::atomic<std::uint32_t> round_{0};
  std::atomic<bool> quit_{false};
};

}  // namespace dropscope
