// How many ticks a second a session takes, measured a few times a second.
#pragma once
#include <chrono>
#include <cstdint>

namespace dropscope {

class SpeedMeter {
 public:
  using Clock = std::chrono::steady_clock;

  // Training does not run: what comes next is measured anew.
  void rest(std::int64_t tick) { ticks_per_second_ = 0, tick_ = tick, at_ = Clock::now(); }
  void note(std::int64_t tick) {
    const auto now = Clock::now();
    if (now - at_ < std::chrono::milliseconds(400)) return;
    ticks_per_second_ = double(tick - tick_) / std::chrono::duration<double>(now - at_).count();
    tick_ = tick;
    at_ = now;
  }
  void forget() { ticks_per_second_ = 0; }
  double ticks_per_second() const { return ticks_per_second_; }

 private:
  Clock::time_point at_ = Clock::now();
  std::int64_t tick_ = 0;
  double ticks_per_second_ = 0;
};

}  // namespace dropscope
