#include "core/session/worker_pool.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dropscope {
namespace {

// A job lasts tens of microseconds, less than falling asleep and waking up, so a thread looks for the next
// one a while (about a tenth of a millisecond) before it sleeps.
constexpr int kSpins = 8000;
constexpr int kPiecesPerThread = 4;

// Fields of WorkerPool::open_.
constexpr std::uint64_t packed(std::uint64_t round, int front, int back) {
  return round << 32 | std::uint64_t(front) << 16 | std::uint64_t(back);
}
constexpr int front_of(std::uint64_t open) { return int(open >> 16 & 0xFFFF); }
constexpr int back_of(std::uint64_t open) { return int(open & 0xFFFF); }

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#else
  std::this_thread::yield();
#endif
}

}  // namespace

WorkerPool::WorkerPool(int threads) {
  pieces_ = threads > 1 ? threads * kPiecesPerThread : 1;
  for (int i = 1; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  quit_.store(true);
  round_.fetch_add(1);
  round_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::run(void (*job)(void*, int, int), void* context) {
  job_.store(job, std::memory_order_relaxed);
  context_.store(context, std::memory_order_relaxed);
  helped_.store(0, std::memory_order_relaxed);
  const std::uint32_t round = round_.load(std::memory_order_relaxed) + 1;
  open_.store(packed(round, 0, pieces_), std::memory_order_release);
  round_.store(round, std::memory_order_release);
  round_.notify_all();
  int own = 0;
  for (int piece = 0; take(true, piece); ++own) job(context, piece, pieces_);
  for (int spin = 0; helped_.load(std::memory_order_acquire) + own != pieces_; ++spin) {
    relax();
    if (spin > kSpins) std::this_thread::yield();
  }
}

// The caller takes from the front and the others from the back, so that each works on the same memory in
// job after job. Success means that this job is not over, so job_ and context_ are still its own.
bool WorkerPool::take(bool from_front, int& piece) {
  std::uint64_t open = open_.load(std::memory_order_acquire);
  for (;;) {
    const int front = front_of(open), back = back_of(open);
    if (front >= back) return false;
    const std::uint64_t rest = from_front ? packed(open >> 32, front + 1, back) : packed(open >> 32, front, back - 1);
    if (!open_.compare_exchange_weak(open, rest, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    piece = from_front ? front : back - 1;
    return true;
  }
}

void WorkerPool::work() {
  std::uint32_t seen = 0;
  for (;;) {
    std::uint32_t now = round_.load(std::memory_order_acquire);
    for (int spin = 0; now == seen && spin < kSpins; ++spin) {
      relax();
      now = round_.load(std::memory_order_acquire);
    }
    if (now == seen) {
      round_.wait(seen, std::memory_order_acquire);
      continue;
    }
    seen = now;
    if (quit_.load()) return;
    for (int piece = 0; take(false, piece);) {
      job_.load(std::memory_order_relaxed)(context_.load(std::memory_order_relaxed), piece, pieces_);
      helped_.fetch_add(1, std::memory_order_release);
    }
  }
}

}  // namespace dropscope
