// What ensemble prints, and the lines it writes for spreadsheets.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/cli/asked_run.h"
#include "core/analysis/dependence_report.h"
#include "core/analysis/subnetwork_report.h"
#include "core/study/real_ensemble.h"

namespace dropscope::cli {

// A real ensemble beside the run.
struct RealEnsemble {
  EnsembleQuality quality;
  std::vector<double> seconds;   // of each member, training
  Quality scaled, monte_carlo;   // of the run, on the same examples
  std::optional<DependenceReport> twin;  // of the first member: the run without dropout
};

// Everything that ensemble measures.
struct EnsembleNumbers {
  SubnetworkReport subnetworks;
  Convergence convergence;
  std::size_t examples = 0;  // validation examples that were asked
  int samples = 0;           // T
  std::optional<DependenceReport> dependence;  // none where no hidden units can be knocked out
  std::optional<RealEnsemble> real;
};

std::string ensemble_text(const AskedRun& run, const EnsembleNumbers& numbers);
// Where enumerated: each sub-network with its gates (1 = open), probability and predictions; else the convergence on
// the input.
std::string ensemble_csv(const EnsembleNumbers& numbers);

}  // namespace dropscope::cli
