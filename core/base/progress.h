// How long-running work of the engine tells how far it is, without knowing who listens.
#pragma once
#include <cstdint>
#include <string_view>

namespace dropscope {

// Called on the thread that does the work. Loaders call it a few times a second at most;
// it must return quickly and must not throw.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  // `total` is 0 where it is not known.
  virtual void progress(std::string_view what, std::uint64_t done, std::uint64_t total) = 0;
};

}  // namespace dropscope
