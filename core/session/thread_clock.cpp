#include "core/session/thread_clock.h"

#include <ctime>

#ifndef CLOCK_THREAD_CPUTIME_ID
#include <chrono>
#endif

namespace dropscope {

double thread_seconds() {
#ifdef CLOCK_THREAD_CPUTIME_ID
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
#else
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
#endif
}

}  // namespace dropscope
