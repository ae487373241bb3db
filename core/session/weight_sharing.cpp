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

}  // namespace

void WeightSharing::turn(bool on) {
  on_ = on;
  if (!on) frozen_ = nullptr;
}

std::shared_ptr<const FrozenRun> WeightSharing::share(const Trainer& trainer, const State& state, bool training,
                                                      double seconds) {
  if (!on_) return nullptr;
  if (frozen_ && (state == state_ || (training && Clock::now() - made_at_ < kWhileTraining))) return frozen_;
  auto run = std::make_shared<FrozenRun>();
  run->spec = trainer.spec();
  run->tick = trainer.tick();
  run->network = trainer.shared_network();
  run->params = std::make_shared<const AlignedVector<float>>(trainer.params().begin(), trainer.params().end());
  run->plans = trainer.plans();
  run->data = trainer.shared_data();
  run->classify = trainer.classifies();
  run->train_seconds = seconds;
  run->stamp = stamp_of(*run, state);
  state_ = state;
  made_at_ = Clock::now();
  return frozen_ = std::move(run);
}

}  // namespace dropscope
