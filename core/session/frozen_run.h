// A run as it was at one tick: all that an analysis needs, shared and never changed, so that it may be asked on any
// thread while training goes on.
#pragma once
#include <memory>
#include <vector>

#include "core/analysis/model.h"
#include "core/data/dataset.h"
#include "core/study/course.h"

namespace dropscope {

struct FrozenRun {
  RunSpec spec;  // as it is now
  std::int64_t tick = 0;
  // As it began, and every setting changed on its branch since: what networks beside it are trained by. Some may lie
  // ahead of `tick`, where the run was taken back. Masks set by hand are no part of it: those networks have none.
  Course course;
  std::uint64_t stamp = 0;  // another number for every other state of the session, even at one tick
  std::shared_ptr<const Network<float>> network;
  std::shared_ptr<const AlignedVector<float>> params;
  std::vector<NoisePlan> plans;
  std::shared_ptr<const Dataset> data;
  bool classify = true;

  Model<float> model() const { return {*network, *params, plans}; }
};

}  // namespace dropscope
