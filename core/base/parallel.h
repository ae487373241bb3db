// How a pass may be spread over threads without core code below session/ knowing what a thread is.
#pragma once
#include <cstdint>

namespace dropscope {

// Runs part 0 .. parts-1 of a job. Parts write to places of their own and never share a sum, so results
// have the same bits whatever the number of parts.
class Parallel {
 public:
  virtual ~Parallel() = default;
  virtual int parts() const { return 1; }
  // Calls job(context, part, parts) once for each part and returns when all are done.
  virtual void run(void (*job)(void*, int, int), void* context) { job(context, 0, 1); }
};

// For callables: spread(parallel, [&](int part, int parts) { ... }).
template <class Job>
void spread(Parallel* parallel, Job&& job) {
  if (!parallel || parallel->parts() == 1) return job(0, 1);
  parallel->run([](void* context, int part, int parts) { (*static_cast<Job*>(context))(part, parts); }, &job);
}

struct Range {
  int begin = 0, end = 0;
};
// Part `part` of `parts` of 0 .. n-1, as even as can be.
constexpr Range part_of(int n, int part, int parts) {
  return {int(std::int64_t(n) * part / parts), int(std::int64_t(n) * (part + 1) / parts)};
}

}  // namespace dropscope
