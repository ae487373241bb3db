// A run as the pictures of Compare mode know it: values and a snapshot. The first run of a list is the reference.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/scene/run_marks.h"
#include "core/session/snapshot.h"

namespace dropscope {

struct RunView {
  std::string name;                      // "dropconnect 0.5 on weights"
  std::vector<std::string> differences;  // to the reference, as app/state/neighbours.h says them; empty for that one
  std::shared_ptr<const Snapshot> snapshot;  // null while it loads
  bool catching_up = false;  // behind the others, on its way to their tick
};

// Validation minus training loss with its sign: "+0.051", or in few digits where it has run away: "+3.70e+15".
std::string gap_text(double gap);

// In the order of their letters, at most kMostMarkedRuns.
using RunViews = std::span<const RunView>;

// Both have layers of the same names, units and weights: what a difference and shared masks need.
bool same_shape(const Snapshot& a, const Snapshot& b);

// What all runs share, from their specs: "same data · same initial weights · same batches · same random numbers ·
// seed 7"; what is not the same is left out. Batches of which one run shifts or blurs the images have the same order.
std::string shared_words(RunViews runs);

}  // namespace dropscope
