// How fast a session trains: ticks a second as a person sees them pass, and what a tick takes by itself.
#pragma once
#include <chrono>
#include <cstdint>

namespace dropscope {

// Measured a few times a second.
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

// The time that ticks take, whatever is done between them left out: the processor's time of the thread that trains, so
// that costs can be compared whatever else the machine does. Where ticks are fast it is taken over many at once: asking
// for the time at each of half a million ticks a second would be felt.
class TickTimer {
 public:
  // Before a tick.
  void begin();
  // After it. True: it is time to pause().
  bool note_tick() { return ++ticks_ >= many_; }
  // Something else than ticks comes next. Seconds of each of those since the last pause as a person feels them, by the
  // clock on the wall; 0 where there were none.
  double pause();
  void forget() { *this = {}; }

  // Seconds of a tick, 0 before the first: of the last quarter to half second of ticks and nothing before.
  double lately() const { return Sum{previous_.seconds + current_.seconds, previous_.ticks + current_.ticks}.mean(); }

 private:
  struct Sum {
    double seconds = 0, ticks = 0;
    double mean() const { return ticks > 0 ? seconds / ticks : 0; }
  };
  std::chrono::steady_clock::time_point since_;
  double since_seconds_ = 0;  // of the thread
  bool open_ = false;
  int ticks_ = 0, many_ = 1;
  Sum previous_, current_;  // full and filling
};

}  // namespace dropscope
