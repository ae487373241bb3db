// Curves of a run: one point per evaluation, kept in chunks that snapshots share.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace dropscope {

// Losses are means per example: nats (cross entropy) or squared target units (MSE). Accuracies are
// fractions of 1; for regression they are NaN.
struct MetricPoint {
  std::int64_t tick = 0;
  double epoch = 0;
  float train_loss_masked = 0;  // masks on: mean batch loss since the last evaluation; NaN at tick 0
  float train_loss = 0;         // masks off
  float validation_loss = 0;    // masks off
  float train_accuracy = 0, validation_accuracy = 0;
};

// History grows by whole chunks that are never changed once full, so copies share them.
struct History {
  static constexpr std::size_t kChunk = 512;
  std::vector<std::shared_ptr<const std::vector<MetricPoint>>> chunks;
  std::size_t count = 0;
  const MetricPoint& operator[](std::size_t i) const { return (*chunks[i / kChunk])[i % kChunk]; }
  bool empty() const { return count == 0; }
  const MetricPoint& back() const { return (*this)[count - 1]; }
};

// The growing end of a History. Not shared between threads; view() is.
class HistoryBuilder {
 public:
  void add(const MetricPoint& point) {
    if (open_.size() == History::kChunk) {
      full_.push_back(std::make_shared<const std::vector<MetricPoint>>(std::move(open_)));
      open_.clear();
    }
    open_.push_back(point);
  }
  std::size_t count() const { return full_.size() * History::kChunk + open_.size(); }
  const MetricPoint& back() const { return open_.empty() ? full_.back()->back() : open_.back(); }
  // Forgets all points after `tick`.
  void truncate(std::int64_t tick) {
    while (count() > 0 && back_or_reopen().tick > tick) open_.pop_back();
  }
  History view() const {
    History h{full_, count()};
    if (!open_.empty()) h.chunks.push_back(std::make_shared<const std::vector<MetricPoint>>(open_));
    return h;
  }
  // Up to a tick. Its last chunk may hold later points, which do not count.
  History view(std::int64_t tick) const {
    const std::size_t n = first_after(tick);
    if (n == count()) return view();
    History h{{}, n};
    for (std::size_t first = 0; first < n; first += History::kChunk) {
      const std::size_t chunk = first / History::kChunk;
      h.chunks.push_back(chunk < full_.size() ? full_[chunk] : std::make_shared<const std::vector<MetricPoint>>(open_));
    }
    return h;
  }
  // The first point of a tick, null where there is none.
  const MetricPoint* find(std::int64_t tick) const {
    const std::size_t i = first_after(tick - 1);
    return i < count() && at(i).tick == tick ? &at(i) : nullptr;
  }
  std::size_t count_after(std::int64_t tick) const { return count() - first_after(tick); }
  // How many points a tick has.
  std::size_t count_at(std::int64_t tick) const { return first_after(tick) - first_after(tick - 1); }

 private:
  const MetricPoint& at(std::size_t i) const {
    return i / History::kChunk < full_.size() ? (*full_[i / History::kChunk])[i % History::kChunk]
                                              : open_[i % History::kChunk];
  }
  // The number of points up to a tick; ticks never fall.
  std::size_t first_after(std::int64_t tick) const {
    std::size_t low = 0, high = count();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (at(middle).tick > tick)
        high = middle;
      else
        low = middle + 1;
    }
    return low;
  }
  const MetricPoint& back_or_reopen() {
    if (open_.empty()) {
      open_ = *full_.back();
      full_.pop_back();
    }
    return open_.back();
  }
  std::vector<std::shared_ptr<const std::vector<MetricPoint>>> full_;
  std::vector<MetricPoint> open_;
};

}  // namespace dropscope
