#include "core/train/hand_masks.h"

#include <algorithm>

namespace dropscope {
namespace {

void put(std::vector<GateByHand>& list, const GateByHand& gate) {
  std::erase_if(list, [&](const GateByHand& g) {
    return g.site == gate.site && g.element == gate.element && (g.row == gate.row || gate.row < 0);
  });
  list.push_back(gate);
}

}  // namespace

void HandMasks::set(const GateByHand& gate) { put(gates_, gate); }

void HandMasks::lock(int site, std::uint32_t element, bool keep) {
  release(site, element);
  locks_.push_back({site, element, -1, keep});
}

void HandMasks::release(int site, std::uint32_t element) {
  const auto there = [&](const GateByHand& g) { return g.site == site && g.element == element; };
  std::erase_if(gates_, there);
  std::erase_if(locks_, there);
}

void HandMasks::end_tick() {
  gates_.clear();
  redraws_ = 0;
}

}  // namespace dropscope
