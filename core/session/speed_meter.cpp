#include "core/session/speed_meter.h"

namespace dropscope {
namespace {

constexpr double kFastTick = 20e-6;  // seconds
constexpr int kMany = 64;            // ticks: few enough that a command never waits for the clock
constexpr double kLately = 0.5;      // seconds

}  // namespace

double TickTimer::pause() {
  if (!open_) return 0;
  open_ = false;
  const double ticks = ticks_;
  ticks_ = 0;
  if (ticks == 0) return 0;
  const double seconds = std::chrono::duration<double>(Clock::now() - since_).count();
  for (Sum* sum : {&recent_, &all_}) sum->seconds += seconds, sum->ticks += ticks;
  if (recent_.seconds > kLately) recent_.seconds /= 2, recent_.ticks /= 2;
  many_ = seconds / ticks < kFastTick ? kMany : 1;
  return seconds / ticks;
}

}  // namespace dropscope
