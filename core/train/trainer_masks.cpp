// The part of the Trainer that decides what is dropped: the coins of a tick, and what a person has set over them.
#include "core/base/check.h"
#include "core/train/trainer.h"

namespace dropscope {

void Trainer::draw_masks() {
  used_by_hand_ = by_hand_;
  schedule_rates();
  tape_.training = true;
  for (std::size_t s = 0; s < plans_.size(); ++s) {
    edits_.clear();
    if (!by_hand_.empty())
      for (const auto* list : {&by_hand_.locks(), &by_hand_.gates()})
        for (const GateByHand& g : *list)
          if (g.site == int(s)) edits_.push_back({g.element, g.row, g.keep});
    const bool effect = has_effect(plans_[s]);
    if (!effect && edits_.empty() && !acts(network_->noise_at(tape_, int(s)))) continue;
    std::int64_t age = tick_;
    switch (plans_[s].variant->lifetime) {
      case Lifetime::Pass:
      case Lifetime::Sequence:
        break;
      case Lifetime::Epoch:
        age = tick_ / ticks_per_epoch();
        break;
      case Lifetime::Run:
        age = 0;
        break;
    }
    // The key's pass: the number of redraws in bits 0 to 19, what the age has above 32 bits in 20 to 28, and bit 29 for
    // the second pass of R-Drop, which draws for itself; the first draws what it would draw alone.
    constexpr std::uint32_t kSecond = 0x20000000u, kRedraws = 0xFFFFFu;
    const DrawKey key{spec_.seed, places_[s], std::uint32_t(age),
                      (std::uint32_t(age >> 32) << 20 & (kSecond - 1)) | (by_hand_.redraws() & kRedraws)};
    const Uniforms draws[] = {Uniforms(key, Stream::Dropout),
                              Uniforms({key.run_seed, key.site, key.age, key.pass | kSecond}, Stream::Dropout)};
    if (!effect && !edits_.empty() && acts_on_table(network_->sites()[s].kind)) {
      NoisePlan shared = plans_[s];
      shared.tie = shared.tie | AxisSet{Axis::Sample};
      network_->draw_noise_at(params_, shared, int(s), {draws, 1}, tape_, edits_);
      continue;
    }
    network_->draw_noise_at(params_, plans_[s], int(s), {draws, std::size_t(passes())}, tape_, edits_);
  }
  network_->forward_layer(params_, tape_, 0, parallel_);
}

// The first element of those that share the element's gate as the plan has it.
std::uint32_t Trainer::gate_of(int site, std::uint32_t element) const {
  const std::size_t sites = network_->sites().size();
  if (site < 0 || std::size_t(site) >= sites)
    throw InputError("gate by hand", "a site from 0 to " + std::to_string(sites - 1), std::to_string(site));
  const Shape shape = network_->site_shape(site, 1);
  if (element >= shape.count())
    throw InputError("gate by hand at " + network_->sites()[std::size_t(site)].name,
                     "an element from 0 to " + std::to_string(shape.count() - 1), std::to_string(element));
  std::uint32_t first = 0, stride = 1, rest = element;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    const std::uint32_t extent = std::uint32_t(shape[d].extent);
    if (!plans_[std::size_t(site)].tie.has(shape[d].axis)) first += rest % extent * stride;
    rest /= extent;
    stride *= extent;
  }
  return first;
}

// A failure after this must find the masks by hand in the state that it comes back to.
void Trainer::changed_by_hand() {
  if (!divergence_) note_keyframe(false);
}

// What was set or locked at a gate that elements share may name any of them: the plan may have been another then.
void Trainer::forget_gate(const GateByHand& first, bool locks_too) {
  const auto there = [&](const GateByHand& g) {
    return g.site == first.site && (first.row < 0 || g.row == first.row) && gate_of(g.site, g.element) == first.element;
  };
  if (locks_too)
    by_hand_.release_if(there);
  else
    by_hand_.unset_if(there);
}

void Trainer::set_gate(const GateByHand& gate) {
  DROPSCOPE_CHECK(at_boundary());
  const std::uint32_t element = gate_of(gate.site, gate.element);
  const int examples = int(batcher_.batch_size(tick_)), rows = examples * passes();
  if (gate.row < -1 || gate.row >= rows)
    throw InputError("gate by hand", "a row from 0 to " + std::to_string(rows - 1) + ", or -1 for all",
                     std::to_string(gate.row));
  // One mask for all rows, or one for those of each pass.
  const NoisePlan& plan = plans_[std::size_t(gate.site)];
  const bool one = !has_effect(plan) && acts_on_table(network_->sites()[std::size_t(gate.site)].kind);
  int row = gate.row;
  if (one || (plan.tie.has(Axis::Sample) && passes() == 1))
    row = -1;
  else if (plan.tie.has(Axis::Sample) && row >= 0)
    row -= row % examples;
  forget_gate({gate.site, element, row}, false);
  by_hand_.set({gate.site, element, row, gate.keep});
  changed_by_hand();
}

void Trainer::lock_gate(int site, std::uint32_t element, bool keep) {
  DROPSCOPE_CHECK(at_boundary());
  const std::uint32_t first = gate_of(site, element);
  forget_gate({site, first, -1}, true);
  by_hand_.lock(site, first, keep);
  changed_by_hand();
}

void Trainer::release_gate(int site, std::uint32_t element) {
  DROPSCOPE_CHECK(at_boundary());
  forget_gate({site, gate_of(site, element), -1}, true);
  changed_by_hand();
}

void Trainer::redraw_masks() {
  DROPSCOPE_CHECK(at_boundary());
  by_hand_.redraw();
  changed_by_hand();
}

}  // namespace dropscope
