// Answers the questions of the Ensemble mode on a thread of its own: what the window asks for is a value, what it gets is
// a value, and a newer question takes the place of an older one. Also trains the networks that stand beside the run:
// its twin without dropout and a real ensemble.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/analysis/dependence_report.h"
#include "core/analysis/subnetwork_report.h"
#include "core/analysis/uncertainty_report.h"
#include "core/session/frozen_run.h"
#include "core/study/real_ensemble.h"

namespace dropscope {

enum class EnsembleTopic : std::uint8_t { Subnetworks, Uncertainty, Dependence, Members };

struct EnsembleQuestion {
  std::shared_ptr<const FrozenRun> run;  // null: nothing is asked
  EnsembleTopic topic = EnsembleTopic::Subnetworks;
  std::vector<float> probe;              // the input that is asked about
  SubnetworkPlan subnetworks;
  UncertaintyPlan uncertainty;
  DependencePlan dependence;
  int members = 5;                       // of the real ensemble, 1 .. 20
  // Train what the topic needs besides (Dependence: the twin; Members: all of them) up to the run's tick. Without it
  // only what has been trained already for this run (same spec, same tick) is shown.
  bool train = false;
  // Two questions are the same if their answers are.
  bool same_as(const EnsembleQuestion& other) const;
};

// The real ensemble beside the dropout network.
struct MembersReport {
  int wanted = 0, trained = 0;
  EnsembleQuality quality;         // of those trained
  std::vector<double> seconds;     // of each, training
  Quality scaled, monte_carlo;     // of the dropout network, without masks and over `passes` masks
  int passes = 0;
  double run_seconds = 0;          // what the dropout network's training took
};

// Parts that the topic does not concern are as they were for the same run, or empty.
struct EnsembleAnswer {
  std::uint64_t number = 0;              // of the question it answers, counted from 1
  std::shared_ptr<const FrozenRun> run;  // that it is about
  std::shared_ptr<const SubnetworkReport> subnetworks;
  std::shared_ptr<const Convergence> convergence;    // over the validation examples; comes after `subnetworks`
  std::shared_ptr<const UncertaintyReport> uncertainty;
  std::shared_ptr<const DependenceReport> dependence, twin;  // twin: the same run without dropout; null until trained
  std::shared_ptr<const MembersReport> members;
  bool complete = false;                 // nothing more is being computed for the question
  std::string doing;                     // "training network 2 of 5"; empty when complete
  double share = 0;                      // done of it
  std::string failed;                    // why there is no answer
};

class Analyst {
 public:
  // On the analyst's thread, whenever there is something new to show; must return at once.
  explicit Analyst(std::function<void()> on_answer);
  ~Analyst();
  Analyst(const Analyst&) = delete;
  Analyst& operator=(const Analyst&) = delete;

  // Any thread. Returns the question's number. What is being computed for an older one is given up, unless its answer
  // is the same (a network that is half trained for the same run is gone on with).
  std::uint64_t ask(EnsembleQuestion question);
  // The newest answer, parts of it missing while it is being computed. Null before the first.
  std::shared_ptr<const EnsembleAnswer> latest() const;
  // Gives up what is being computed; what there is stays.
  void cancel();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropscope
