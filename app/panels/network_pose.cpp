#include "app/panels/network_pose.h"

#include "app/scene/scene_text.h"
#include "core/session/subnetwork_view.h"

namespace dropscope {
namespace {

// Has all numbers of the chosen sub-network been answered, for the network that the snapshot is of?
bool is_chosen(const FrameInput& in) {
  const Inquiry& q = in.state.inquiry;
  if (in.state.transient.mode != Mode::Ensemble || q.topic != EnsembleTopic::Subnetworks || !q.subnetwork) return false;
  const EnsembleAnswer* a = in.answer;
  const SubnetworkReport* r = a ? a->subnetworks.get() : nullptr;
  if (!r || !r->enumerated || r->gates > 31 || *q.subnetwork >> r->gates != 0) return false;
  return in.snapshot.frozen && in.snapshot.frozen->network == a->run->network && !in.snapshot.layers.empty() &&
         in.snapshot.status != RunStatus::Loading;
}

}  // namespace

FrameInput NetworkPose::pose(const FrameInput& in) {
  if (!is_chosen(in)) {
    shown_ = nullptr;
    report_ = nullptr;
    return in;
  }
  const std::uint32_t bits = *in.state.inquiry.subnetwork;
  const std::shared_ptr<const SubnetworkReport>& report = in.answer->subnetworks;
  if (!shown_ || report_ != report || bits_ != bits || data_ != in.snapshot.data) {
    // The one before is let go of only now, so that another picture has another address.
    shown_ = std::make_shared<const Snapshot>(subnetwork_snapshot(in.snapshot, *in.answer->run, report->x, bits));
    report_ = report;
    bits_ = bits;
    data_ = in.snapshot.data;
  }
  const bool same = in.snapshot.probe.input == report->x && in.snapshot.probe.example >= 0;
  input_ = same ? "input " + count_text(std::uint64_t(in.snapshot.probe.example) + 1) : "the input asked about";
  return {*shown_, in.state, in.layout, in.ui,        in.measure, in.frequency, in.pictures, in.textures,
          false,   in.now,   in.walk,   in.reloading, in.runs,    in.study,     in.answer,   in.asked};
}

void NetworkPose::name(const FrameInput& in, SceneStyle& style) const {
  if (in.state.transient.mode != Mode::Ensemble || style.averaging) return;
  if (!shown_) {
    // What stands at the right is about another input, and of many masks.
    const Snapshot& s = in.snapshot;
    if (s.layers.empty() || s.eval_view || s.example_shown < 0) return;
    style.lead = (s.preview ? "before step " + count_text(std::uint64_t(s.tick) + 1)
                            : "step " + count_text(std::uint64_t(s.tick))) +
                 ", training example " + count_text(std::uint64_t(s.example_shown) + 1);
    return;
  }
  style.title = "Sub-network " + count_text(bits_);
  const std::string kept = subnetwork_sentence(*shown_);  // what follows is about the training
  style.sentence = "of the wall, at work on " + input_ + " as it was at step " +
                   count_text(std::uint64_t(shown_->tick)) + " \u00b7 " + kept.substr(0, kept.find(" \u00b7 one of"));
}

}  // namespace dropscope
