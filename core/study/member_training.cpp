#include "core/study/member_training.h"

#include <algorithm>
#include <utility>

namespace dropscope {

Course member_course(const Course& run) {
  Course course{member_spec(run.start, 0), run.settings};
  std::erase_if(course.settings, [](const SettingAt& s) { return s.path.starts_with("dropout."); });
  return course;
}

MemberTraining::MemberTraining(RunSpec start, std::vector<SettingAt> settings, std::shared_ptr<const Dataset> data)
    : trainer_(std::move(start), std::move(data)), settings_(std::move(settings)) {}

MemberTraining::MemberTraining(const Course& course, int member, std::shared_ptr<const Dataset> data)
    : MemberTraining(member_spec(course.start, member), member_course(course).settings, std::move(data)) {}

MemberTraining MemberTraining::of_run(const Course& run, std::shared_ptr<const Dataset> data) {
  return {run.start, run.settings, std::move(data)};
}

void MemberTraining::turn_to(const Course& course) { settings_ = member_course(course).settings; }

void MemberTraining::set_what_is_due() {
  const std::int64_t tick = trainer_.tick();
  for (auto s = std::ranges::lower_bound(settings_, tick, {}, &SettingAt::tick);
       s != settings_.end() && s->tick == tick; ++s)
    trainer_.set_field(s->path, s->value, "setting");
}

bool MemberTraining::train_to(std::int64_t ticks, const TrialHooks& hooks) {
  const auto now = [&] { return hooks.seconds ? hooks.seconds() : 0.0; };
  const double begin = now();
  bool given_up = false;
  while (trainer_.tick() < ticks) {
    given_up = hooks.give_up && hooks.give_up();
    if (given_up) break;
    set_what_is_due();
    const std::int64_t before = trainer_.tick();
    trainer_.advance(Granularity::Tick);
    if (trainer_.tick() == before) break;  // diverged, or stopped, with nothing set here that lets it go on
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
