// A member of a real ensemble under way: it can be left at any tick and gone on with later, and every tick is what
// train_member would have reached without a pause. What was set while the run trained is set at the same ticks.
#pragma once
#include <memory>

#include "core/study/course.h"
#include "core/study/real_ensemble.h"
#include "core/train/trainer.h"

namespace dropscope {

// The run without noise at any site: its start as member 0's (member_spec), its settings without those of dropout.
Course member_course(const Course& run);

class MemberTraining {
 public:
  // Of any course, a member's or a run's. Throws InputError for a spec that does not fit the data.
  MemberTraining(const Course& course, int member, std::shared_ptr<const Dataset> data);
  // Of the run itself, noise and all, once more: for what it costs when it is trained as members are.
  static MemberTraining of_run(const Course& run, std::shared_ptr<const Dataset> data);

  // Goes on by another course of the run, which may be another one from tick() on only.
  void turn_to(const Course& course);
  // Trains on until tick `ticks`, or to where training stops early. False where it was given up or has diverged.
  bool train_to(std::int64_t ticks, const TrialHooks& hooks);
  std::int64_t tick() const { return trainer_.tick(); }
  double seconds() const { return seconds_; }  // by the hooks' clock, so far
  bool diverged() const { return trainer_.divergence() != nullptr; }
  // As it is now.
  Member member() const;

 private:
  MemberTraining(RunSpec start, std::vector<SettingAt> settings, std::shared_ptr<const Dataset> data);
  void set_what_is_due();
  Trainer trainer_;
  std::vector<SettingAt> settings_;
  double seconds_ = 0;
};

}  // namespace dropscope
