#include "core/session/weight_sharing.h"

#include "core/base/hash.h"
#include "core/spec/spec_io.h"

namespace dropscope {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kWhileTraining = std::chrono::milliseconds(250);

std::uint64_t stamp_of(const FrozenRun& run, const WeightSharing::State& state) {
  Fnv1a h;
  h.text(spec_to_json(run.spec));
  h.word(state.edits);
  h.word(std::uint64_t(run.tick));
  h.word(std::uint64_t(state.at.beat));
  h.values(std::span<const float>(*run.params));
  return h.digest();
}

Course course_of(const WeightSharing::Past& past) {
  Course course{past.start, {}};
  for (const LoggedCommand& logged : past.log)
    if (const auto* set = std::get_if<command::SetField>(&logged.command))
      course.settings.push_back({logged.tick, set->path, set->value});
  return course;
}

}  // namespace

void WeightSharing::turn(bool on) {
  on_ = on;
  if (!on) frozen_ = nullptr;
}

std::shared_ptr<const FrozenRun> WeightSharing::share(const Trainer& trainer, const State& state, bool training,
                                                      const Past& past) {
  if (!on_) return nullptr;
  const bool trained_on = training && state.edits == state_.edits && state.at >= state_.at;
  if (frozen_ && (state == state_ || (trained_on && Clock::now() - made_at_ < kWhileTraining))) return frozen_;
  auto run = std::make_shared<FrozenRun>();
  run->spec = trainer.spec();
  run->tick = trainer.tick();
  run->course = course_of(past);
  run->network = trainer.shared_network();
  run->params = std::make_shared<const AlignedVector<float>>(trainer.params().begin(), trainer.params().end());
  run->plans = trainer.plans();
  run->data = trainer.shared_data();
  run->classify = trainer.classifies();
  run->stamp = stamp_of(*run, state);
  state_ = state;
  made_at_ = Clock::now();
  return frozen_ = std::move(run);
}

}  // namespace dropscope
