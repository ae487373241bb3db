// What the Ensemble mode asks of a run and what it is told: values, made by core/session/analyst.h.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/dependence_report.h"
#include "core/analysis/subnetwork_report.h"
#include "core/analysis/uncertainty_report.h"
#include "core/session/ensemble_topic.h"
#include "core/session/frozen_run.h"
#include "core/study/real_ensemble.h"

namespace dropscope {

struct EnsembleQuestion {
  std::shared_ptr<const FrozenRun> run;  // null: nothing is asked
  EnsembleTopic topic = EnsembleTopic::Subnetworks;
  std::vector<float> probe;              // the input that is asked about
  SubnetworkPlan subnetworks;
  UncertaintyPlan uncertainty;
  DependencePlan dependence;
  int members = 5;                       // of the real ensemble, 1 .. 20
  // Train what the topic needs besides (Dependence: the twin; Members: all of them) up to the run's tick. Without it
  // only what has been trained already for this run is shown, as far as it was trained.
  bool train = false;
  // Two questions are the same if their answers are: what the topic does not read may differ.
  bool same_as(const EnsembleQuestion& other) const;
  // The same topic of the same run, asked with the same plans: only its tick, a setting or the probe may differ.
  bool follows(const EnsembleQuestion& other) const;
};
// Whether both are one state of one run.
bool same_state(const FrozenRun& a, const FrozenRun& b);

// The real ensemble beside the run.
struct MembersReport {
  int wanted = 0, trained = 0;
  EnsembleQuality quality;         // of those trained
  std::vector<std::int64_t> ticks; // of each: up to where it was trained, which may be behind the run
  std::vector<double> seconds;     // of each, training
  Quality scaled, monte_carlo;     // of the run, without masks and over `passes` masks
  int passes = 0;
  // What the run's training costs by itself, measured as the members' is: its first `timed_ticks` ticks were trained
  // once more, and what one of them took stands for all. 0 where nothing was timed.
  double run_seconds = 0;
  std::int64_t timed_ticks = 0;
};

// Parts that the topic does not concern are as they were for the same run, or empty.
struct EnsembleAnswer {
  std::uint64_t number = 0;              // of the question it answers, counted from 1
  std::shared_ptr<const FrozenRun> run;  // that it is about
  std::shared_ptr<const SubnetworkReport> subnetworks;
  std::shared_ptr<const Convergence> convergence;    // over the validation examples; comes after `subnetworks`
  // Where that is of another tick, shown until there is one of the run as it is.
  std::optional<std::int64_t> convergence_tick;
  std::shared_ptr<const UncertaintyReport> uncertainty;
  std::shared_ptr<const DependenceReport> dependence, twin;  // twin: the same run without dropout; null until trained
  std::int64_t twin_tick = 0;            // up to where the twin was trained, which may be behind the run
  std::shared_ptr<const MembersReport> members;
  bool complete = false;                 // nothing more is being computed for the question
  std::string doing;                     // "training network 2 of 5"; empty when complete
  // Done of what is being computed, for this question or for a newer one that has no part to show yet.
  double share = 0;
  std::string failed;                    // why there is no answer
};

}  // namespace dropscope
