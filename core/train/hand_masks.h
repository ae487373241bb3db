// Masks changed by hand: what overrules the draws of the tick to come. A value; the commands that made it are in the
// run's log, so a replay has the very same masks.
#pragma once
#include <cstdint>
#include <vector>

namespace dropscope {

// One gate set by a person, whatever the coin says. Elements that share the gate go with it, and where a variant drops
// in pieces (a block of a map) the whole piece.
struct GateByHand {
  int site = 0;               // index into Network::sites()
  std::uint32_t element = 0;  // of the site's shape for one example, nothing tied
  int row = -1;               // example of the batch; -1 = every one (and where the mask is shared by the batch)
  bool keep = false;          // keep: the gate as drawn, or 1 where the draw dropped it; drop: exactly 0
  bool operator==(const GateByHand&) const = default;
};

class HandMasks {
 public:
  // For one tick; a later one for the same place replaces it.
  void set(const GateByHand& gate);
  // For every example of every tick until released. Replaces what was set at the place.
  void lock(int site, std::uint32_t element, bool keep);
  // Leaves the place to the coin: neither locked nor set.
  void release(int site, std::uint32_t element);
  // Draws this tick's masks anew: the n-th time gives the n-th other masks.
  void redraw() { ++redraws_; }
  // The tick is over: only locks remain.
  void end_tick();
  // Leaves to the coin what `there` says: of the gates set for the tick at hand, or of locks as well.
  template <class F>
  void unset_if(const F& there) {
    std::erase_if(gates_, there);
  }
  template <class F>
  void release_if(const F& there) {
    std::erase_if(gates_, there);
    std::erase_if(locks_, there);
  }

  bool empty() const { return gates_.empty() && locks_.empty() && redraws_ == 0; }
  const std::vector<GateByHand>& gates() const { return gates_; }  // in the order they were set; over the locks
  const std::vector<GateByHand>& locks() const { return locks_; }  // row is -1
  std::uint32_t redraws() const { return redraws_; }
  bool operator==(const HandMasks&) const = default;

 private:
  std::vector<GateByHand> gates_, locks_;
  std::uint32_t redraws_ = 0;
};

}  // namespace dropscope
