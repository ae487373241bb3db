#include "core/session/timeline_words.h"

#include "core/spec/gate_name.h"

namespace dropscope {
namespace {

std::string gate_words(const Trainer& trainer, const std::string& site, std::uint32_t element) {
  const int at = trainer.network().find_site(site);
  return site + gate_name(trainer.network().sites()[std::size_t(at)].kind, trainer.network().site_shape(at, 1),
                          trainer.plans()[std::size_t(at)].tie, element);
}

}  // namespace

std::string pin_text(const Command& command, const Trainer& trainer) {
  if (const auto* c = std::get_if<command::SetField>(&command)) return c->path + " = " + c->value;
  if (const auto* c = std::get_if<command::SetGate>(&command))
    return gate_words(trainer, c->site, c->element) + (c->keep ? " kept" : " dropped") +
           (c->row >= 0 ? " in example " + std::to_string(c->row + 1) : "");
  if (const auto* c = std::get_if<command::LockGate>(&command))
    return gate_words(trainer, c->site, c->element) + (c->keep ? " locked, kept" : " locked, dropped");
  if (const auto* c = std::get_if<command::ReleaseGate>(&command))
    return gate_words(trainer, c->site, c->element) + " released";
  return "new masks";
}

std::string branch_name(int branch, std::int64_t fork_tick) {
  if (branch == 0) return "Main";
  return "Branch " + std::to_string(branch + 1) + " at step " + std::to_string(fork_tick + 1);
}

std::string bookmark_name(std::int64_t tick, int beat) {
  return "Step " + std::to_string(tick) + (beat > 0 ? ", beat " + std::to_string(beat) : "");
}

}  // namespace dropscope
