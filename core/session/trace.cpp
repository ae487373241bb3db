#include <algorithm>
#include <limits>

#include "core/nn/activation.h"
#include "core/nn/loss.h"
#include "core/session/snapshot_parts.h"
#include "core/tensor/panels.h"
#include "core/train/unit_study.h"

namespace dropscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// The noise that made a layer's output of h, as one example had it; inactive where there was none.
Noise<float> row_noise(const ShownPass& pass, int layer) {
  Noise<float> own;
  if (!pass.tape.layers[std::size_t(layer)].noisy) return own;
  const Network<float>& network = pass.network();
  for (std::size_t s = 0; s < network.sites().size(); ++s) {
    const SiteInfo& site = network.sites()[s];
    if (site.layer != layer || site.name != network.layer(layer).name()) continue;
    const Noise<float>& noise = network.noise_at(pass.tape, int(s)).noise;
    const int row = noise.gate.shape[0].extent > 1 ? pass.row : 0;
    own.active = noise.active;
    own.scale = noise.scale;
    own.gate.shape = row_shape(noise.gate.shape);
    const std::vector<float> gates = row_of(noise.gate, row);
    own.gate.v.assign(gates.begin(), gates.end());
  }
  return own;
}

Tensor<float> one_row(const Tensor<float>& t, int row) {
  Tensor<float> own;
  own.shape = row_shape(t.shape);
  const std::vector<float> values = row_of(t, row);
  own.v.assign(values.begin(), values.end());
  return own;
}

std::vector<float> plain(const Tensor<float>& t) { return {t.v.begin(), t.v.end()}; }

// dy, dh and dz of a column's last layer. Layers keep dy, and dz where a matrix or a norm lies before the activation;
// what they overwrite on the way is made of these by the functions and the gates that the backward pass itself used.
void add_gradients(const ShownPass& pass, int l, TraceView::Layer& view) {
  const LayerTape<float>& here = pass.tape.layers[std::size_t(l)];
  if (!here.has_gradient || here.skipped) return;
  const Layer<float>& layer = pass.network().layer(l);
  const Tensor<float> dy = one_row(here.dy, pass.row);
  Tensor<float> dh;
  apply_noise_backward<float>(row_noise(pass, l), dy, dh, nullptr);
  view.dy = plain(dy);
  view.dh = plain(dh);
  if (here.z.empty() || layer.part() == PartKind::Recurrent) return;  // gates go back step by step
  if (layer.part() != PartKind::Convolution) {
    view.dz = row_of(here.dz, pass.row);
    return;
  }
  const Tensor<float> z = one_row(here.z, pass.row), h = one_row(here.h, pass.row);
  Tensor<float> dz;
  dz.resize(dh.shape);
  activate_backward(layer.activation(), z.data(), h.data(), dh.data(), dz.data(), dz.size());
  view.dz = plain(dz);
}

// Weights of a column, and how many received a gradient of exactly 0. Panels are filled up with zeros that are none.
void count_weights(const ShownPass& pass, const Column& column, TraceView::Layer& view) {
  const Network<float>& network = pass.network();
  const bool done = pass.went_back(column.first);
  for (int l = column.first; l <= column.last; ++l) {
    const float* gradients = pass.trainer.gradients().data() + network.layer(l).offset;
    for (const ParamBlock& block : network.layer(l).blocks()) {
      if (block.is_weight()) {
        view.weights += std::int64_t(block.outputs) * block.inputs;
        for (int first = 0; first < block.outputs && done; first += kPanel) {
          const float* panel = gradients + panel_index(first, 0, block.inputs);
          const int lanes = std::min(kPanel, block.outputs - first);
          for (int i = 0; i < block.inputs; ++i)
            for (int k = 0; k < lanes; ++k) view.still_weights += panel[std::ptrdiff_t(i) * kPanel + k] == 0.0f ? 1 : 0;
        }
      }
      gradients += block.size;
    }
  }
}

// Of the one matrix that LayerView shows.
void add_matrix(const ShownPass& pass, const Column& column, const LayerView& drawn, TraceView::Layer& view) {
  const int inputs = drawn_inputs(pass.network(), column);
  if (inputs == 0 || !pass.went_back(column.first)) return;
  const std::size_t at = pass.network().layer(column.last).offset;
  if (drawn.weights) view.weight_gradient = unpacked(pass.trainer.gradients().data() + at, drawn.units, inputs);
  if (!pass.ended() || pass.trainer.previous_params().empty()) return;
  const float* before = pass.trainer.previous_params().data() + at;
  if (drawn.weights) view.weights_before = unpacked(before, drawn.units, inputs);
  before += panel_size(drawn.units, inputs);
  view.bias_before.assign(before, before + drawn.units);
}

// The mean over the rows of one example that are scored, as the run's loss is over those of the batch; `outputs` are
// the network's for all its rows, `first` is the first of them in the training split. NaN where none is scored.
double loss_of(const Trainer& trainer, const std::vector<float>& outputs, std::size_t first,
               const std::vector<float>& one_hot) {
  const Dataset& data = trainer.data();
  const std::size_t rows = std::size_t(data.rows());
  Tensor<float> logits({{Axis::Sample, data.rows()}, {Axis::Unit, data.outputs}});
  std::copy(outputs.begin(), outputs.end(), logits.data());
  LossResult loss;
  if (trainer.classifies()) {
    loss = softmax_cross_entropy<float>(logits, std::span(data.train.label).subspan(first, rows), nullptr);
  } else if (data.train.target.empty()) {
    loss = mean_squared_error<float>(logits, one_hot, nullptr);
  } else {
    const std::size_t width = std::size_t(data.outputs);
    loss =
        mean_squared_error<float>(logits, std::span(data.train.target).subspan(first * width, rows * width), nullptr);
  }
  return loss.scored > 0 ? loss.mean() : kNone;
}

// The label or target of the example shown, what the network says, and what that costs.
void add_outcome(const ShownPass& pass, TraceView& trace) {
  const Trainer& trainer = pass.trainer;
  const Dataset& data = trainer.data();
  const std::size_t outputs = std::size_t(data.outputs), rows = std::size_t(data.rows());
  const std::size_t first = std::size_t(trainer.batch_examples()[std::size_t(pass.row)]) * rows;
  std::size_t step = rows - 1;
  // Where every step has a label, the last one that is scored is shown.
  if (!data.train.label.empty()) {
    while (step > 0 && data.train.label[first + step] < 0) --step;
    trace.label = data.train.label[first + step];
  }
  if (rows > 1) trace.output_step = int(step);
  if (!data.train.target.empty()) {
    const auto begin = data.train.target.begin() + std::ptrdiff_t((first + step) * outputs);
    trace.target.assign(begin, begin + data.outputs);
  } else if (!trainer.classifies()) {
    // Squared error on classes learns the one-hot code of the label.
    trace.target.assign(outputs, 0.0f);
    trace.target[std::size_t(trace.label)] = 1;
  }
  const bool lost = pass.ended() || trainer.phase() == Phase::Loss || trainer.phase() == Phase::Backward;
  trace.example_loss = trace.batch_loss = kNone;
  if (lost) trace.batch_loss = trainer.batch_loss();
  const int last = pass.network().layer_count() - 1;
  if (!pass.reached(last)) return;
  const std::vector<float> all = row_of(pass.tape.logits(), pass.row);
  const auto begin = all.begin() + std::ptrdiff_t(step * outputs);
  trace.logits.assign(begin, begin + data.outputs);
  Tensor<float> logits({{Axis::Sample, 1}, {Axis::Unit, data.outputs}});
  std::copy(trace.logits.begin(), trace.logits.end(), logits.data());
  if (lost) trace.example_loss = loss_of(trainer, all, first, trace.target);
  if (trainer.classifies()) softmax_rows(logits);
  trace.outputs = plain(logits);
}

// As many passes as take a few milliseconds.
void add_study(const ShownPass& pass, StudiedUnit unit, Tape<float>& tape, TraceView& trace) {
  constexpr double kMostProducts = 8e6;
  constexpr int kFewest = 16, kMost = 200;
  const std::vector<Column> columns = columns_of(pass.network());
  if (unit.layer < 0 || unit.unit < 0 || std::size_t(unit.layer) >= columns.size()) return;
  const int layer = columns[std::size_t(unit.layer)].last;
  if (unit.unit >= pass.network().layer(layer).units()) return;
  const Trainer& t = pass.trainer;
  const int passes =
      int(std::clamp(kMostProducts / pass_cost(t.network(), t.plans(), layer), double(kFewest), double(kMost)));
  const UnitStudy study = study_unit(t.network(), t.params(), t.plans(), t.places(), t.spec().seed,
                                     row_of(pass.tape.layers[0].h, pass.row), layer, unit.unit, passes, tape);
  trace.study = {unit.layer, unit.unit, study.eval, study.running_mean, study.deviation};
}

}  // namespace

void add_trace(const ShownPass& pass, StudiedUnit unit, Tape<float>& tape, Snapshot& s) {
  if (pass.tape.batch == 0 || pass.trainer.batch_examples().empty()) return;
  auto trace = std::make_shared<TraceView>();
  const std::vector<Column> columns = columns_of(pass.network());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    trace->layers.emplace_back();
    TraceView::Layer& view = trace->layers.back();
    if (c == 0) continue;
    if (pass.went_back(columns[c].last)) add_gradients(pass, columns[c].last, view);
    count_weights(pass, columns[c], view);
    add_matrix(pass, columns[c], s.layers[c], view);
  }
  add_outcome(pass, *trace);
  add_study(pass, unit, tape, *trace);
  s.trace = std::move(trace);
}

}  // namespace dropscope
