// Computes decision surfaces on a thread of its own from weights that no longer change. The newest request
// wins; while one is being computed none is queued.
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/session/snapshot_builder.h"

namespace dropscope {

class SurfaceWorker {
 public:
  struct Request {
    std::shared_ptr<const Network<float>> network;
    std::shared_ptr<const AlignedVector<float>> params;
    std::vector<NoisePlan> plans;
    std::shared_ptr<const DataView> data;
    bool probabilities = true;
    std::int64_t tick = 0;
  };

  // `on_done` is called on the worker's thread after each surface. `yields`: the thread lets others go first.
  explicit SurfaceWorker(std::function<void()> on_done, bool yields = false);
  ~SurfaceWorker();

  bool idle() const;
  void submit(Request request);
  // The newest surface of this data, null if there is none.
  std::shared_ptr<const SurfaceView> latest(const DataView* data) const;

 private:
  void run(bool yields);
  std::function<void()> on_done_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Request> request_;
  bool busy_ = false, quit_ = false;
  std::shared_ptr<const SurfaceView> surface_;
  std::shared_ptr<const DataView> surface_data_;
  std::thread thread_;  // last: starts when all it uses exists
};

}  // namespace dropscope
