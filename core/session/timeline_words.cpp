#include "core/session/timeline_words.h"

namespace dropscope {
namespace {

const char* axis_word(Axis axis) {
  switch (axis) {
    case Axis::Time:
      return "step";
    case Axis::Channel:
      return "map";
    case Axis::Row:
      return "row";
    case Axis::Col:
      return "column";
    case Axis::Unit:
      return "unit";
    case Axis::In:
      return "from unit";
    case Axis::Out:
      return "to unit";
    case Axis::Head:
      return "head";
    case Axis::Query:
      return "query";
    case Axis::Key:
      return "key";
    case Axis::Sample:
      break;
  }
  return "example";
}

// ", map 2": the axes along which the site's gates differ.
std::string element_words(const Trainer& trainer, int site, std::uint32_t element) {
  const SiteInfo& info = trainer.network().sites()[std::size_t(site)];
  const Shape shape = trainer.network().site_shape(site, 1);
  const AxisSet tie = trainer.plans()[std::size_t(site)].tie;
  std::string words;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    const std::uint32_t extent = std::uint32_t(shape[d].extent), index = element % extent;
    element /= extent;
    const Axis axis = shape[d].axis;
    if (axis == Axis::Sample || tie.has(axis)) continue;
    // A table's rows are words, and its columns what stands for each.
    const bool table = info.kind == SiteKind::Embedding;
    const char* word = table && axis == Axis::In ? "word" : table && axis == Axis::Out ? "value" : axis_word(axis);
    words.insert(0, std::string(", ") + word + " " + std::to_string(index + 1));
  }
  if (!words.empty()) return words;
  return info.kind == SiteKind::ResidualBranch ? ", branch" : ", all";
}

std::string gate_words(const Trainer& trainer, const std::string& site, std::uint32_t element) {
  return site + element_words(trainer, trainer.network().find_site(site), element);
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
