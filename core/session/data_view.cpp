#include <algorithm>
#include <cmath>

#include "core/session/snapshot_builder.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

constexpr std::size_t kMostPoints = 2000, kMostImages = 64;
constexpr int kSurfaceCells = 64, kLineCells = 256;

void copy_points(const Split& split, int inputs, std::size_t most, std::vector<float>& x,
                 std::vector<std::int32_t>& label, std::vector<float>& target, int outputs, int rows) {
  const std::size_t n = std::min(split.count, most), labels = n * std::size_t(rows);
  x.assign(split.x.begin(), split.x.begin() + std::ptrdiff_t(n * std::size_t(inputs)));
  if (!split.label.empty()) label.assign(split.label.begin(), split.label.begin() + std::ptrdiff_t(labels));
  if (!split.target.empty())
    target.assign(split.target.begin(), split.target.begin() + std::ptrdiff_t(labels * std::size_t(outputs)));
}

// Smallest and largest of every `stride`-th value, with a margin of a twelfth on both sides.
void range_of(const std::vector<float>& a, const std::vector<float>& b, std::size_t first, std::size_t stride,
              float& lo, float& hi) {
  lo = INFINITY;
  hi = -INFINITY;
  for (const auto* values : {&a, &b})
    for (std::size_t i = first; i < values->size(); i += stride) {
      lo = std::min(lo, (*values)[i]);
      hi = std::max(hi, (*values)[i]);
    }
  if (!(lo <= hi)) lo = -1, hi = 1;
  if (lo == hi) lo -= 1, hi += 1;
  const float margin = (hi - lo) / 12;
  lo -= margin;
  hi += margin;
}

}  // namespace

std::shared_ptr<const DataView> make_data_view(const Dataset& data) {
  auto view = std::make_shared<DataView>();
  view->id = data.id;
  view->name = data.name;
  view->task = data.task;
  view->inputs = data.inputs;
  view->outputs = data.outputs;
  view->image = data.image;
  view->sequence = data.sequence;
  view->output_names = data.output_names;
  view->train_count = data.train.count;
  view->validation_count = data.validation.count;
  const std::size_t most = data.inputs <= 2 ? kMostPoints : data.image || data.sequence ? kMostImages : 0;
  if (data.inputs <= 2)
    copy_points(data.train, data.inputs, most, view->train_x, view->train_label, view->train_target, data.outputs,
                data.rows());
  copy_points(data.validation, data.inputs, most, view->validation_x, view->validation_label, view->validation_target,
              data.outputs, data.rows());
  if (data.inputs <= 2)
    for (int d = 0; d < data.inputs; ++d)
      range_of(view->train_x, view->validation_x, std::size_t(d), std::size_t(data.inputs), view->lo[d], view->hi[d]);
  if (data.task == Task::Regression)
    range_of(view->train_target, view->validation_target, 0, 1, view->target_lo, view->target_hi);
  return view;
}

SurfaceView compute_surface(const Network<float>& network, std::span<const float> params,
                            std::span<const NoisePlan> plans, const DataView& data, bool probabilities,
                            std::int64_t tick) {
  SurfaceView surface;
  surface.tick = tick;
  Tape<float> tape = network.make_tape();
  if (data.image || data.sequence) {
    const std::size_t images = data.validation_x.size() / std::size_t(data.inputs);
    surface.tile_probability = predict(network, params, plans, data.validation_x, images, probabilities, tape);
    return surface;
  }
  if (data.inputs > 2) return surface;
  surface.cols = data.inputs == 2 ? kSurfaceCells : kLineCells;
  surface.rows = data.inputs == 2 ? kSurfaceCells : 1;
  std::vector<float> x;
  for (int r = 0; r < surface.rows; ++r)
    for (int c = 0; c < surface.cols; ++c) {
      x.push_back(data.lo[0] + (data.hi[0] - data.lo[0]) * (float(c) + 0.5f) / float(surface.cols));
      if (data.inputs == 2)
        x.push_back(data.hi[1] - (data.hi[1] - data.lo[1]) * (float(r) + 0.5f) / float(surface.rows));
    }
  const std::size_t cells = std::size_t(surface.cols * surface.rows), outputs = std::size_t(data.outputs);
  const std::vector<float> out = predict(network, params, plans, x, cells, probabilities, tape);
  for (std::size_t i = 0; i < cells; ++i) {
    const float* row = out.data() + i * outputs;
    if (data.task == Task::Regression)
      surface.value.push_back(row[0]);
    else if (outputs == 2)
      surface.value.push_back(row[1]);
    else {
      const float* top = std::max_element(row, row + outputs);
      surface.value.push_back(float(top - row) + 0.999f * std::clamp(*top, 0.0f, 1.0f));
    }
  }
  return surface;
}

}  // namespace dropscope
