// Answers the questions of the Ensemble mode on a thread of its own: what the window asks for is a value, what it gets is
// a value, and a newer question takes the place of an older one. Also trains the networks that stand beside the run:
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
