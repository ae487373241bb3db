#include "app/scene/step_beat.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_parts.h"

namespace dropscope {
namespace {

constexpr float kMaskMs = 300, kStaggerMs = 20;  // all masks of a beat, and from one unit to the next at most

// The column whose units show gradients and those after it, on the way back.
bool has_gradient(const Snapshot& snapshot, const StepBeat& beat, std::size_t layer) {
  if (!beat.on || beat.phase != Phase::Backward || int(layer) < beat.column) return false;
  const TraceView::Layer* trace = trace_of(snapshot, layer);
  const std::size_t units = std::size_t(snapshot.layers[layer].units);
  return trace && (trace->dh.size() == units || trace->dy.size() == units);
}

}  // namespace

const TraceView::Layer* trace_of(const Snapshot& snapshot, std::size_t layer) {
  return snapshot.trace && layer < snapshot.trace->layers.size() ? &snapshot.trace->layers[layer] : nullptr;
}

StepBeat step_beat(const Snapshot& snapshot, const SceneStyle& style) {
  StepBeat beat;
  beat.on = style.stepping && !style.averaging && !snapshot.eval_view && !snapshot.preview && !snapshot.layers.empty();
  beat.phase = snapshot.phase;
  beat.progress = std::clamp(style.progress, 0.0f, 1.0f);
  if (!beat.on) return beat;
  if (beat.phase == Phase::Forward || beat.phase == Phase::Backward)
    beat.column = std::clamp(snapshot.phase_layer + 1, 0, int(snapshot.layers.size()) - 1);
  if (beat.phase == Phase::Forward) beat.sub = style.sub_beat;
  return beat;
}

Shown shown_at(const Snapshot& snapshot, const StepBeat& beat, std::size_t layer) {
  if (has_gradient(snapshot, beat, layer)) return Shown::Gradient;
  if (beat.sub < 0 || int(layer) != beat.column) return Shown::Value;
  const LayerView& view = snapshot.layers[layer];
  if (beat.sub == 0) return view.z.empty() ? Shown::Activation : Shown::PreActivation;
  return beat.sub == 1 ? Shown::Activation : beat.sub == 2 ? Shown::Masked : Shown::Value;
}

std::vector<float> shown_values(const Snapshot& snapshot, std::size_t layer, Shown what) {
  const LayerView& view = snapshot.layers[layer];
  const TraceView::Layer* trace = trace_of(snapshot, layer);
  switch (what) {
    case Shown::PreActivation:
      return view.z;
    case Shown::Activation:
      return view.h;
    case Shown::Masked: {
      const SiteView* site = site_of(snapshot, layer);
      std::vector<float> values = view.h;
      // A gate of 1 leaves the value, one of 0 leaves nothing, whatever it was.
      if (is_noisy(site, view.units))
        for (std::size_t i = 0; i < values.size(); ++i)
          values[i] = site->gate[i] == 0 ? 0 : site->gate[i] == 1 ? values[i] : values[i] * site->gate[i];
      return values;
    }
    case Shown::Gradient:
      if (trace && !trace->dh.empty()) return trace->dh;
      return trace ? trace->dy : std::vector<float>{};
    case Shown::Value:
      break;
  }
  return view.y.empty() ? view.h : view.y;
}

float limit_of(const std::vector<float>& values) {
  float limit = 0;
  for (float value : values)
    if (std::isfinite(value)) limit = std::max(limit, std::fabs(value));
  return limit > 0 ? limit : 1;
}

bool mask_has_fallen(const StepBeat& beat, int unit, int units) {
  if (!beat.on || beat.phase != Phase::Masks) return true;
  const float turn = std::min(kStaggerMs * float(unit), kMaskMs * float(unit) / float(std::max(1, units)));
  return beat.progress * kMaskMs >= turn;
}

bool before_mask(const StepBeat& beat, std::size_t layer) {
  return beat.on && int(layer) == beat.column && (beat.sub == 0 || beat.sub == 1);
}

EdgeShow edge_show(const Snapshot& snapshot, const StepBeat& beat, std::size_t layer) {
  EdgeShow show;
  if (!beat.on) return show;
  const int l = int(layer);
  constexpr float kPassed = 0.4f, kAhead = 0.16f;
  switch (beat.phase) {
    case Phase::Batch:
      show.strength = kAhead;
      break;
    case Phase::Masks:
    case Phase::Loss:
      show.strength = kPassed;
      break;
    case Phase::Forward:
      show.at_work = l == beat.column;
      show.strength = show.at_work ? 1 : l < beat.column ? kPassed : kAhead;
      break;
    case Phase::Backward:
      show.at_work = l == beat.column;
      show.strength = show.at_work ? 1 : l > beat.column ? kPassed : kAhead;
      if (l >= beat.column && edge_values(snapshot, layer, EdgeShow::What::Gradient))
        show.what = EdgeShow::What::Gradient;
      break;
    case Phase::Update:
      if (edge_values(snapshot, layer, EdgeShow::What::Change)) show.what = EdgeShow::What::Change;
      break;
  }
  return show;
}

std::shared_ptr<const std::vector<float>> edge_values(const Snapshot& snapshot, std::size_t layer,
                                                      EdgeShow::What what) {
  const LayerView& view = snapshot.layers[layer];
  const TraceView::Layer* trace = trace_of(snapshot, layer);
  if (what == EdgeShow::What::Weight) return view.weights;
  if (!trace || !view.weights || !trace->weight_gradient || trace->weight_gradient->size() != view.weights->size())
    return nullptr;
  if (what == EdgeShow::What::Gradient) return trace->weight_gradient;
  if (!trace->weights_before || trace->weights_before->size() != view.weights->size()) return nullptr;
  auto change = std::make_shared<std::vector<float>>(view.weights->size());
  for (std::size_t i = 0; i < change->size(); ++i) (*change)[i] = (*view.weights)[i] - (*trace->weights_before)[i];
  return change;
}

StillCount still_weights(const Snapshot& snapshot) {
  StillCount count;
  if (!snapshot.trace) return count;
  for (const TraceView::Layer& layer : snapshot.trace->layers)
    count.still += layer.still_weights, count.total += layer.weights;
  return count;
}

}  // namespace dropscope
