// What `dropscope check` runs: that this very binary, on this very machine, computes what it should.
#pragma once
#include <string>
#include <vector>

namespace dropscope {

struct CheckResult {
  std::string name;
  bool ok = false;
  std::string detail;  // what was measured, or what went wrong
};

// Takes a second or two. Never throws for a failed check.
std::vector<CheckResult> run_self_checks();

}  // namespace dropscope
