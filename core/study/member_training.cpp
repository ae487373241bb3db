#include "core/study/member_training.h"

#include <utility>

namespace dropscope {

MemberTraining::MemberTraining(const RunSpec& spec, int member, std::shared_ptr<const Dataset> data)
    : trainer_(member_spec(spec, member), std::move(data)) {}

bool MemberTraining::train_to(std::int64_t ticks, const TrialHooks& hooks) {
  const auto now = [&] { return hooks.seconds ? hooks.seconds() : 0.0; };
  const double begin = now();
  bool given_up = false;
  while (trainer_.tick() < ticks) {
    given_up = hooks.give_up && hooks.give_up();
    if (given_up || !trainer_.advance(Granularity::Tick)) break;
    if (hooks.on_tick) hooks.on_tick(trainer_.tick());
  }
  seconds_ += now() - begin;
  return !given_up && !diverged();
}

Member MemberTraining::member() const {
  const std::span<const float> params = trainer_.params();
  return {trainer_.shared_network(), {params.begin(), params.end()}, trainer_.plans(), trainer_.tick(), seconds_};
}

}  // namespace dropscope
