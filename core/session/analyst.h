// Answers the questions of the Ensemble mode on a thread of its own: what the window asks for is a value, what it gets
// is a value, and a newer question takes the place of an older one. Also trains the networks that stand beside the run:
// its twin without dropout and a real ensemble.
#pragma once
#include <functional>
#include <memory>

#include "core/session/ensemble_answer.h"

namespace dropscope {

class Analyst {
 public:
  // On the analyst's thread, whenever there is something new to show; must return at once.
  explicit Analyst(std::function<void()> on_answer);
  ~Analyst();
  Analyst(const Analyst&) = delete;
  Analyst& operator=(const Analyst&) = delete;

  // Any thread. Returns the question's number: that of the newest one where its answer is the same. What is being
  // computed for an older question is given up, unless the new one follows it (EnsembleQuestion::follows): then there
  // is something to show first, so that a run that trains on, or a probe that is dragged, sees answers all the time. A
  // network that is half trained is gone on with as soon as a question asks for it again.
  std::uint64_t ask(EnsembleQuestion question);
  // The newest answer, parts of it missing while it is being computed. Null before the first.
  std::shared_ptr<const EnsembleAnswer> latest() const;
  // Gives up what is being computed; what there is stays, as a complete answer. The same can be asked again.
  void cancel();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropscope
