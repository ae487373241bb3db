#include "core/session/worker_pool.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dropscope {
namespace {

// A job lasts tens of microseconds, less than falling asleep and waking up, so a thread looks for the next
// one a while before it sleeps.
constexpr int kSpins = 4000;

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#else
  std::this_thread::yield();
#endif
}

}  // namespace

WorkerPool::WorkerPool(int threads) {
  for (int part = 1; part < threads; ++part) threads_.emplace_back([this, part] { work(part); });
}

WorkerPool::~WorkerPool() {
  quit_.store(true);
  round_.fetch_add(1);
  round_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::run(void (*job)(void*, int, int), void* context) {
  job_ = job;
  context_ = context;
  left_.store(int(threads_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  job(context, 0, parts());
  for (int spin = 0; left_.load(std::memory_order_acquire) != 0; ++spin) {
    relax();
    if (spin > kSpins) std::this_thread::yield();
  }
}

void WorkerPool::work(int part) {
  std::uint32_t seen = 0;
  for (;;) {
    std::uint32_t now = round_.load(std::memory_order_acquire);
    for (int spin = 0; now == seen && spin < kSpins; ++spin) {
      relax();
      now = round_.load(std::memory_order_acquire);
    }
    if (now == seen) {
      round_.wait(seen, std::memory_order_acquire);
      now = round_.load(std::memory_order_acquire);
    }
    seen = now;
    if (quit_.load()) return;
    job_(context_, part, parts());
    left_.fetch_sub(1, std::memory_order_release);
  }
}

}  // namespace dropscope
