#include "core/session/snapshot_builder.h"

#include <algorithm>
#include <cmath>

#include "core/tensor/math.h"
#include "core/tensor/panels.h"
#include "core/train/columns.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

constexpr std::size_t kMostPoints = 2000, kMostImages = 64;
constexpr int kSurfaceCells = 64, kLineCells = 256, kProbePasses = 50, kRecentRows = 10;

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

std::vector<float> first_row(const Tensor<float>& t) {
  const std::size_t n = t.size() / std::size_t(std::max(1, t.shape[0].extent));
  return {t.v.begin(), t.v.begin() + std::ptrdiff_t(n)};
}

// From panels to [unit][input].
std::shared_ptr<const std::vector<float>> unpacked(const float* panels, int outputs, int inputs) {
  auto w = std::make_shared<std::vector<float>>(std::size_t(outputs) * std::size_t(inputs));
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < inputs; ++i)
      (*w)[std::size_t(o) * std::size_t(inputs) + std::size_t(i)] = panels[panel_index(o, i, inputs)];
  return w;
}

// The gates of the first example, one per element whatever they share.
std::vector<float> first_gates(const Noise<float>& noise, const Shape& shape) {
  Shape tied;
  for (const Dim& d : noise.gate.shape) tied.push({d.axis, d.axis == Axis::Sample ? 1 : d.extent});
  std::vector<float> gates(shape.count());
  if (tied.count() == gates.size())
    std::copy_n(noise.gate.data(), gates.size(), gates.begin());
  else
    for (std::size_t i = 0; i < gates.size(); ++i) gates[i] = noise.gate[broadcast_index(shape, tied, i)];
  return gates;
}

// The outputs of layers, which a person sets from the window, and whatever acts besides.
bool is_shown(const Trainer& trainer, std::size_t site) {
  const SiteInfo& info = trainer.network().sites()[site];
  const bool output = info.name == trainer.network().layer(info.layer).name() && info.name != "output";
  if (output && is_of_units(info.kind) && info.block == 0) return true;
  return has_effect(trainer.plans()[site]);
}

bool reached(const Trainer& t, int layer) {
  if (t.at_boundary() || t.phase() >= Phase::Loss) return true;
  if (layer == 0) return t.phase() >= Phase::Batch;
  return t.phase() == Phase::Forward && layer - 1 <= t.phase_layer();
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

SnapshotBuilder::SnapshotBuilder(const Trainer& trainer)
    : data_view_(make_data_view(trainer.data())),
      probe_tape_(trainer.network().make_tape()),
      eval_tape_(trainer.network().make_tape()) {}

std::vector<float> SnapshotBuilder::probe_input(const Trainer& trainer, const ViewState& view) const {
  const Dataset& data = trainer.data();
  if (view.probe_point && data.inputs == 2) return {(*view.probe_point)[0], (*view.probe_point)[1]};
  const Split& split = data.validation.count ? data.validation : data.train;
  const std::size_t example =
      std::min<std::size_t>(std::size_t(std::max<std::int64_t>(0, view.probe_example)), split.count - 1);
  const auto begin = split.x.begin() + std::ptrdiff_t(example * std::size_t(data.inputs));
  return {begin, begin + data.inputs};
}

void SnapshotBuilder::add_probe(const Trainer& trainer, const ViewState& view, Snapshot& s) {
  const Dataset& data = trainer.data();
  ProbeView& probe = s.probe;
  probe.input = probe_input(trainer, view);
  std::size_t step = 0;
  if (!view.probe_point) {
    const Split& split = data.validation.count ? data.validation : data.train;
    const std::size_t example =
        std::min<std::size_t>(std::size_t(std::max<std::int64_t>(0, view.probe_example)), split.count - 1);
    const std::size_t rows_each = std::size_t(data.rows()), first_row = example * rows_each;
    // Where every step has a label, the last one that is scored is shown.
    step = rows_each - 1;
    while (step > 0 && !split.label.empty() && split.label[first_row + step] < 0) --step;
    if (!split.label.empty()) probe.label = split.label[first_row + step];
    if (!split.target.empty()) probe.target = split.target[(first_row + step) * std::size_t(data.outputs)];
  }
  probe.pushes = kProbePasses + trainer.tick() + view.pushes;
  const std::int64_t first = probe.pushes - kProbePasses;
  std::vector<float> rows;
  if (view.eval) {
    std::vector<float> x;
    for (int k = 0; k < kProbePasses; ++k) x.insert(x.end(), probe.input.begin(), probe.input.end());
    rows = predict(trainer.network(), trainer.params(), trainer.plans(), x, kProbePasses, trainer.classifies(),
                   probe_tape_);
  } else {
    rows = repeat_with_masks(trainer.network(), trainer.params(), trainer.plans(), trainer.places(),
                             trainer.spec().seed, probe.input, first, kProbePasses, trainer.classifies(), probe_tape_);
  }
  const std::size_t outputs = std::size_t(data.outputs), each = outputs * std::size_t(data.rows());
  const auto first_row = rows.begin() + std::ptrdiff_t(step * outputs);
  int shown = 0;
  if (trainer.classifies()) {
    shown = data.outputs == 2 ? 1 : probe.label;
    if (shown < 0) shown = int(std::max_element(first_row, first_row + data.outputs) - first_row);
    const bool named = std::size_t(shown) < data.output_names.size();
    probe.output_name = "P(" + (named ? data.output_names[std::size_t(shown)] : "class " + std::to_string(shown)) +
                        (data.rows() > 1 ? ", step " + std::to_string(step + 1) + ")" : ")");
  } else {
    probe.output_name = data.output_names.empty() ? "y" : data.output_names[0];
  }
  double sum = 0;
  for (int k = 0; k < kProbePasses; ++k) {
    probe.outputs.push_back(rows[std::size_t(k) * each + step * outputs + std::size_t(shown)]);
    sum += double(probe.outputs.back());
  }
  probe.mean = sum / kProbePasses;
  // Equal outputs have a deviation of exactly 0, whatever rounding does to their mean.
  const bool equal =
      std::all_of(probe.outputs.begin(), probe.outputs.end(), [&](float o) { return o == probe.outputs[0]; });
  double square = 0;
  for (float o : probe.outputs) square += (double(o) - probe.mean) * (double(o) - probe.mean);
  probe.deviation = equal ? 0 : std::sqrt(square / kProbePasses);
  if (equal) probe.mean = double(probe.outputs[0]);
}

void SnapshotBuilder::add_sites(const Trainer& trainer, const ViewState& view, Snapshot& s) const {
  const Network<float>& network = trainer.network();
  // Variants that read the pre-activation draw while the layer is computed.
  const bool drawn = trainer.at_boundary() || trainer.phase() >= Phase::Masks;
  for (std::size_t i = 0; i < network.sites().size(); ++i) {
    const SiteInfo& info = network.sites()[i];
    const NoisePlan& plan = trainer.plans()[i];
    if (!is_shown(trainer, i)) continue;
    const Noise<float>& noise = network.noise_at(trainer.tape(), int(i)).noise;
    SiteView site;
    site.site = info.name;
    site.kind = info.kind;
    site.variant = plan.variant;
    site.rate = plan.rate;
    // Where the rate is learned, the first learned value is its logit; what was asked for plays no part.
    if (plan.variant->rate_is == RateIs::Learned) site.rate = double(sigmoid_of(trainer.params()[info.learned]));
    const Shape shape = network.site_shape(int(i), 1);
    site.shape = shape;
    site.shared = plan.tie.has(Axis::Sample);
    site.total = int(shape.count());
    site.kept = site.total;
    const int coins = int(shape.tied(plan.tie).count());
    if (has_effect(plan) && coins < site.total) site.coins = site.coins_kept = coins;
    site.independent = !plan.variant->expected_drop;
    if (view.eval) {
      Noise<float> mean;
      if (!expects_late(plan)) expected_noise<float>(plan, shape, mean);
      site.scale = mean.active ? mean.scale * mean.gate[0] : 1.0f;
    } else {
      site.active = has_effect(plan);
      if (drawn && noise.active) {
        site.scale = noise.scale;
        site.gate = first_gates(noise, shape);
        const auto kept = [](float g) { return g != 0.0f; };
        site.kept = int(std::count_if(site.gate.begin(), site.gate.end(), kept));
        if (site.coins > 0) site.coins_kept = int(std::count_if(noise.gate.data(), noise.gate.data() + coins, kept));
        if (!is_of_units(info.kind) && site.total > kMaxDrawnWeights) site.gate.clear();
        const auto dropped = std::count(noise.gate.v.begin(), noise.gate.v.end(), 0.0f);
        site.realized_rate = double(dropped) / double(noise.gate.size());
      }
    }
    const MaskStatistics& statistics = trainer.statistics();
    site.lately = statistics.lately();
    site.recent_rows = statistics.watches(int(i)) ? std::min(kRecentRows, site.lately) : 0;
    for (int k = 0; k < site.recent_rows; ++k)
      for (int u = 0; u < site.total; ++u) site.recent.push_back(statistics.kept(int(i), u, k) ? 1 : 0);
    for (int u = 0; u < site.total && statistics.watches(int(i)); ++u)
      site.dropped_lately.push_back(std::uint16_t(statistics.dropped_lately(int(i), u)));
    // At rate 1 there is only one mask.
    if (has_effect(plan) && plan.rate < 1 && plan.variant->gates == Gates::Binary) s.droppable_units += coins;
    s.sites.push_back(std::move(site));
  }
}

// How many weights a column has; their values where it is one matrix from the column before it.
static void add_weights(const Trainer& trainer, const Column& column, LayerView& view) {
  const Network<float>& network = trainer.network();
  for (int l = column.first; l <= column.last; ++l) {
    const float* params = trainer.params().data() + network.layer(l).offset;
    for (const ParamBlock& block : network.layer(l).blocks()) {
      if (block.is_weight()) {
        view.weight_count += std::int64_t(block.outputs) * block.inputs;
        for (std::size_t i = 0; i < block.size; ++i)
          view.max_abs_weight = std::max(view.max_abs_weight, std::abs(params[i]));
      }
      params += block.size;
    }
  }
  if (column.first != column.last) return;
  const Layer<float>& layer = network.layer(column.last);
  const std::vector<ParamBlock> blocks = layer.blocks();
  if (blocks.empty() || !blocks[0].is_weight() || column.last == 0) return;
  const ParamBlock& block = blocks[0];
  const int before = network.layer(column.last - 1).units();
  if (block.outputs != view.units || block.inputs != before || network.inputs_of(column.last)[0] != column.last - 1)
    return;
  const float* params = trainer.params().data() + layer.offset;
  if (view.weight_count <= kMaxDrawnWeights) view.weights = unpacked(params, view.units, before);
  view.bias.assign(params + block.size, params + block.size + view.units);
}

// Which of the sites shown act on the column's units, and which within it.
static void link_sites(const Trainer& trainer, const Column& column, const Snapshot& s, LayerView& view) {
  const Network<float>& network = trainer.network();
  for (std::size_t i = 0; i < s.sites.size(); ++i) {
    const int at = network.find_site(s.sites[i].site);
    const SiteInfo& info = network.sites()[std::size_t(at)];
    if (info.layer < column.first || info.layer > column.last) continue;
    if (info.name == view.name && is_of_units(info.kind) && s.sites[i].total == view.units)
      view.site = int(i);
    else if (has_effect(trainer.plans()[std::size_t(at)]))
      view.inner_sites.push_back(int(i));
  }
}

void SnapshotBuilder::add_layers(const Trainer& trainer, const ViewState& view, Snapshot& s) {
  const Network<float>& network = trainer.network();
  if (view.eval) {
    Tensor<float>& x = network.begin(eval_tape_, 1);
    std::copy(s.probe.input.begin(), s.probe.input.end(), x.data());
    set_inference_noise(network, trainer.params(), trainer.plans(), eval_tape_);
    network.forward(trainer.params(), eval_tape_, nullptr);
  }
  const Tape<float>& tape = view.eval ? eval_tape_ : trainer.tape();
  const std::vector<Column> columns = columns_of(network);
  for (const Column& column : columns) {
    LayerView layer;
    const int l = column.last;
    const LayerTape<float>& here = tape.layers[std::size_t(l)];
    layer.name = column.name;
    layer.units = network.layer(l).units();
    layer.shape = network.layer(l).output_shape(1);
    layer.is_block = column.first != column.last;
    link_sites(trainer, column, s, layer);
    if (tape.batch > 0 && (view.eval || reached(trainer, l))) {
      layer.h = first_row(here.h);
      // Until masks are drawn the input's remains are those of the tick before.
      const bool masks_drawn = view.eval || trainer.at_boundary() || trainer.phase() >= Phase::Masks;
      layer.y = masks_drawn ? first_row(here.out()) : layer.h;
      if (l > 0 && !here.z.empty()) layer.z = first_row(here.z);
    }
    if (l > 0) {
      layer.activation = network.layer(l).activation();
      add_weights(trainer, column, layer);
    }
    s.layers.push_back(std::move(layer));
  }
  s.phase_layer = std::max(0, column_at(columns, trainer.phase_layer() + 1) - 1);
}

Snapshot SnapshotBuilder::build(const Trainer& trainer, const ViewState& view) {
  Snapshot s;
  s.spec = trainer.spec();
  s.tick = trainer.tick();
  s.epoch = trainer.epoch();
  s.phase = trainer.phase();
  s.preview = trainer.previewing();
  s.eval_view = view.eval;
  s.batch_loss = trainer.batch_loss();
  s.data = data_view_;
  s.history = trainer.history().view();
  s.subnetworks_seen = trainer.statistics().distinct();
  s.subnetworks_capped = trainer.statistics().capped();
  if (!view.eval && !trainer.batch_examples().empty()) s.example_shown = trainer.batch_examples()[0];
  add_probe(trainer, view, s);
  add_sites(trainer, view, s);
  add_layers(trainer, view, s);
  return s;
}

}  // namespace dropscope
