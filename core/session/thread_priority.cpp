#include "core/session/thread_priority.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace dropscope {

void yield_to_others([[maybe_unused]] int niceness) {
#ifdef __linux__
  // On Linux niceness is a thread's own, and that of the threads it starts.
  const id_t self = id_t(::syscall(SYS_gettid));
  if (::getpriority(PRIO_PROCESS, self) < niceness) ::setpriority(PRIO_PROCESS, self, niceness);
#endif
}

}  // namespace dropscope
