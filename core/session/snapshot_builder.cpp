#include "core/session/snapshot_builder.h"

#include <algorithm>
#include <cmath>

#include "core/study/study.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

constexpr int kProbePasses = 50;

// The split that the probe's examples are of.
const Split& probe_split(const Dataset& data) { return data.validation.count ? data.validation : data.train; }

// None where the probe is a point, which only one or two inputs can be.
std::optional<std::size_t> probe_example(const Dataset& data, const ViewState& view) {
  if (view.probe_point && data.inputs <= 2) return std::nullopt;
  return std::min(std::size_t(std::max<std::int64_t>(0, view.probe_example)), probe_split(data).count - 1);
}

}  // namespace

SnapshotBuilder::SnapshotBuilder(const Trainer& trainer)
    : data_view_(make_data_view(trainer.data())),
      probe_tape_(trainer.network().make_tape()),
      eval_tape_(trainer.network().make_tape()),
      used_(used_elements(trainer.network())) {}

std::vector<float> SnapshotBuilder::probe_input(const Trainer& trainer, const ViewState& view) const {
  const Dataset& data = trainer.data();
  const std::optional<std::size_t> example = probe_example(data, view);
  if (!example) return {view.probe_point->begin(), view.probe_point->begin() + data.inputs};
  const auto begin = probe_split(data).x.begin() + std::ptrdiff_t(*example * std::size_t(data.inputs));
  return {begin, begin + data.inputs};
}

void SnapshotBuilder::add_probe(const Trainer& trainer, const ViewState& view, Snapshot& s) {
  const Dataset& data = trainer.data();
  ProbeView& probe = s.probe;
  probe.input = probe_input(trainer, view);
  std::size_t step = 0;
  if (const std::optional<std::size_t> example = probe_example(data, view)) {
    probe.example = std::int64_t(*example);
    const Split& split = probe_split(data);
    const std::size_t rows_each = std::size_t(data.rows()), first_row = *example * rows_each;
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

Snapshot SnapshotBuilder::build(const Trainer& trainer, const ViewState& view) {
  Snapshot s;
  s.spec = trainer.spec();
  s.tick = trainer.tick();
  s.epoch = trainer.epoch();
  s.phase = trainer.phase();
  s.preview = trainer.previewing();
  s.eval_view = view.eval;
  s.batch_loss = trainer.batch_loss();
  s.active_weights = active_weight_share(trainer);
  s.data = data_view_;
  s.history = trainer.history().view();
  s.subnetworks_seen = trainer.statistics().distinct();
  s.subnetworks_capped = trainer.statistics().capped();
  s.rows = int(trainer.batch_examples().size());
  s.row = std::clamp(view.row, 0, std::max(0, s.rows - 1));
  add_probe(trainer, view, s);
  // While tracing, the eval view is of the example that the update is explained with.
  const bool of_probe = view.eval && (!view.trace || s.rows == 0);
  if (!of_probe && s.rows > 0) s.example_shown = trainer.batch_examples()[std::size_t(s.row)];
  if (view.eval) infer(trainer, of_probe ? s.probe.input : row_of(trainer.tape().layers[0].h, s.row));
  const ShownPass pass{trainer, view.eval ? eval_tape_ : trainer.tape(), view.eval ? 0 : s.row, view.eval};
  add_sites(pass, used_, s);
  add_layers(pass, s);
  add_parts(pass, s);
  const ShownPass trained{trainer, trainer.tape(), s.row, false};
  add_norms(trained, view.trace, probe_tape_, s);
  if (view.trace) add_trace(trained, {view.study_layer, view.study_unit}, probe_tape_, s);
  return s;
}

void SnapshotBuilder::infer(const Trainer& trainer, std::span<const float> x) {
  const Network<float>& network = trainer.network();
  std::copy(x.begin(), x.end(), network.begin(eval_tape_, 1).data());
  set_inference_noise(network, trainer.params(), trainer.plans(), eval_tape_);
  network.forward(trainer.params(), eval_tape_, nullptr);
}

}  // namespace dropscope
