// The arithmetic of one unit, or of one gate, as lines for the card beside the network: kept, dropped, in eval mode, on
// the way back, after the update. Every number is the snapshot's own; where the update has not come to it there is
// none.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/scene/network_scene.h"
#include "app/scene/walk.h"

namespace dropscope {

struct CardLine {
  enum class Look : std::uint8_t { Plain, Quiet, Result, Struck };
  std::string text;
  Look look = Look::Plain;
  bool operator==(const CardLine&) const = default;
};
struct CardText {
  std::string title, note;  // left and right of the head line
  std::vector<CardLine> lines;
};
// So many lines have room, whatever the phase.
inline constexpr int kUnitCardLines = 7;

// `gate` wins over `unit` where it is no unit's own. Neither: how to select one. `sub_beat` as SceneStyle has it.
CardText unit_card_text(const Snapshot& snapshot, const Walk& walk, std::optional<UnitRef> unit,
                        std::optional<GateRef> gate, int sub_beat, RateNaming naming = RateNaming::Drop);
// "In eval mode the same unit gives": its value without masks, and the mean over masks with its standard error.
CardText eval_card_text(const Snapshot& snapshot, std::optional<UnitRef> unit);

}  // namespace dropscope
