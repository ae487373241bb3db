#include "core/session/speed_meter.h"

#include "core/session/thread_clock.h"

namespace dropscope {
namespace {

constexpr double kFastTick = 20e-6;  // seconds
constexpr int kMany = 64;            // ticks: few enough that a command never waits for the clock
constexpr double kLately = 0.5;      // seconds of the thread

}  // namespace

void TickTimer::begin() {
  if (open_) return;
  since_ = std::chrono::steady_clock::now();
  since_seconds_ = thread_seconds();
  open_ = true;
}

double TickTimer::pause() {
  if (!open_) return 0;
  open_ = false;
  const double ticks = ticks_;
  ticks_ = 0;
  if (ticks == 0) return 0;
  const double seconds = thread_seconds() - since_seconds_;
  const double felt = std::chrono::duration<double>(std::chrono::steady_clock::now() - since_).count();
  current_.seconds += seconds;
  current_.ticks += ticks;
  if (current_.seconds > kLately / 2) previous_ = current_, current_ = {};
  many_ = felt / ticks < kFastTick ? kMany : 1;
  return felt / ticks;
}

}  // namespace dropscope
