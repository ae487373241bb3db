// Analytic gradients against central differences, in double, with the masks frozen. Used by the self-test
// that users run and by the project's own tests.
#pragma once
#include <string>
#include <vector>

#include "core/dropout/dropper.h"
#include "core/spec/arch_spec.h"
#include "core/spec/data_form.h"

namespace dropscope {

struct GradientCase {
  ArchSpec network;
  DataForm form = flat_form(3, 3);
  int batch = 5;
  bool classify = true;           // softmax cross entropy, else mean squared error
  std::vector<NoisePlan> plans;   // one per site (a null variant: none), or empty for no noise
  std::vector<std::vector<GateEdit>> edits;  // gates set by hand, a list per site, or empty
  bool training = true;           // batch statistics rather than running ones
  std::uint64_t seed = 1;
};

struct GradientResult {
  double worst = 0;      // largest |a - n| / (|a| + |n| + 1e-3) over all parameters
  std::string where;     // the parameter it belongs to
};

GradientResult check_gradients(const GradientCase& c);

}  // namespace dropscope
