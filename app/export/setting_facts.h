// A run's settings as people read them: groups of names and values, without any that have no effect.
#pragma once
#include <string>
#include <vector>

#include "app/scene/rate_naming.h"
#include "core/session/snapshot.h"

namespace dropscope {

struct Fact {
  std::string name, value;
};
struct FactGroup {
  std::string title;
  std::vector<Fact> facts;
};
std::vector<FactGroup> setting_facts(const Snapshot& snapshot, RateNaming naming = RateNaming::Drop);

// "Dropout (inverted) · p = 0.5" for the bar at the top; "no dropout" where no rate is above 0.
std::string variant_summary(const Snapshot& snapshot, RateNaming naming = RateNaming::Drop);

}  // namespace dropscope
