#include "core/session/surface_worker.h"

#include <utility>

#include "core/session/thread_priority.h"

namespace dropscope {

SurfaceWorker::SurfaceWorker(std::function<void()> on_done, bool yields)
    : on_done_(std::move(on_done)), thread_([this, yields] { run(yields); }) {}

SurfaceWorker::~SurfaceWorker() {
  {
    const std::lock_guard lock(mutex_);
    quit_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool SurfaceWorker::idle() const {
  const std::lock_guard lock(mutex_);
  return !busy_ && !request_;
}

void SurfaceWorker::submit(Request request) {
  {
    const std::lock_guard lock(mutex_);
    request_ = std::move(request);
  }
  changed_.notify_one();
}

std::shared_ptr<const SurfaceView> SurfaceWorker::latest(const DataView* data) const {
  const std::lock_guard lock(mutex_);
  return surface_data_.get() == data ? surface_ : nullptr;
}

void SurfaceWorker::run(bool yields) {
  if (yields) yield_to_others();
  for (;;) {
    Request request;
    {
      std::unique_lock lock(mutex_);
      busy_ = false;
      changed_.wait(lock, [this] { return quit_ || request_; });
      if (quit_) return;
      request = std::move(*request_);
      request_.reset();
      busy_ = true;
    }
    auto surface = std::make_shared<const SurfaceView>(compute_surface(
        *request.network, *request.params, request.plans, *request.data, request.probabilities, request.tick));
    {
      const std::lock_guard lock(mutex_);
      surface_ = std::move(surface);
      surface_data_ = request.data;
      busy_ = false;
    }
    on_done_();
  }
}

}  // namespace dropscope
