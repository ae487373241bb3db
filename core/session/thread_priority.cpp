#include "core/session/thread_priority.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace dropscope {

void yield_to_others() {
#ifdef __linux__
  // On Linux niceness is a thread's own, and that of the threads it starts.
  constexpr int kNice = 5;
  const id_t self = id_t(::syscall(SYS_gettid));
  if (::getpriority(PRIO_PROCESS, self) < kNice) ::setpriority(PRIO_PROCESS, self, kNice);
#endif
}

}  // namespace dropscope
