// Named RunSpecs: what lessons, tests, benchmarks and screenshots run. One file each, listed in
// scenarios.def in the order a person should meet them; the first is what the window opens.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "core/spec/run_spec.h"

namespace dropscope {

struct Scenario {
  const char* id;
  const char* name;
  const char* one_line;  // what it shows
  RunSpec (*spec)();
};

std::span<const Scenario* const> all_scenarios();
const Scenario* find_scenario(std::string_view id);
// The scenario's RunSpec with its `scenario` field filled in. Throws InputError with the near ids.
RunSpec scenario_or_throw(std::string_view id, const std::string& where);

}  // namespace dropscope
