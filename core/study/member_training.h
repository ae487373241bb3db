// A member of a real ensemble under way: it can be left at any tick and gone on with later, and every tick is what
// train_member would have reached without a pause.
#pragma once
#include <memory>

#include "core/study/real_ensemble.h"
#include "core/train/trainer.h"

namespace dropscope {

class MemberTraining {
 public:
  // Throws InputError for a spec that does not fit the data.
  MemberTraining(const RunSpec& spec, int member, std::shared_ptr<const Dataset> data);

  // Trains on until tick `ticks`, or to where training stops early. False where it was given up or has diverged.
  bool train_to(std::int64_t ticks, const TrialHooks& hooks);
  std::int64_t tick() const { return trainer_.tick(); }
  bool diverged() const { return trainer_.divergence() != nullptr; }
  // As it is now.
  Member member() const;

 private:
  Trainer trainer_;
  double seconds_ = 0;
};

}  // namespace dropscope
