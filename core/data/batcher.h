// Which examples make up the batch of a tick: a function of (seed, tick) alone. Every epoch is a new order
// of all training examples; its last batch may be smaller.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace dropscope {

class Batcher {
 public:
  // examples >= 1, batch >= 1 (clamped to the number of examples).
  Batcher(std::uint64_t seed, std::size_t examples, std::size_t batch);

  std::int64_t ticks_per_epoch() const { return ticks_per_epoch_; }
  // Indices of the tick's examples. Valid until the next call.
  std::span<const std::uint32_t> batch(std::int64_t tick);
  // How many these are.
  std::size_t batch_size(std::int64_t tick) const {
    return std::min(batch_, order_.size() - std::size_t(tick % ticks_per_epoch_) * batch_);
  }

 private:
  std::uint64_t seed_;
  std::size_t batch_;
  std::int64_t ticks_per_epoch_;
  std::int64_t epoch_ = -1;  // whose order is in order_; a cache, not a state
  std::vector<std::uint32_t> order_;
};

}  // namespace dropscope
