// How a run came to be what it is: what it began with, and what was set while it trained.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/spec/run_spec.h"

namespace dropscope {

// A field set when `tick` updates were done; the next one is the first under it (Trainer::set_field).
struct SettingAt {
  std::int64_t tick = 0;
  std::string path, value;
  bool operator==(const SettingAt&) const = default;
};

struct Course {
  RunSpec start;
  std::vector<SettingAt> settings;  // in order; ticks never fall
};

}  // namespace dropscope
