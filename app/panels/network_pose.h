// The network picture of Ensemble mode: where a sub-network is chosen on the wall, that one at work on the input that was
// asked about; else the training step, and words that say so.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "app/panels/panel.h"
#include "app/scene/network_scene.h"
#include "core/session/ensemble_answer.h"

namespace dropscope {

class NetworkPose {
 public:
  // The frame with that network in the place of the run's, to be drawn at once; `in` itself where none is chosen.
  FrameInput pose(const FrameInput& in);
  // Says in the style's head line what the last pose() shows. Outside Ensemble mode it stays as it is.
  void name(const FrameInput& in, SceneStyle& style) const;

 private:
  std::shared_ptr<const Snapshot> shown_;  // null: the run's own
  // What it was made of; kept, so that nothing else comes to lie at their addresses.
  std::shared_ptr<const SubnetworkReport> report_;
  std::shared_ptr<const DataView> data_;
  std::uint32_t bits_ = 0;
  std::string input_;  // "input 3"
};

}  // namespace dropscope
