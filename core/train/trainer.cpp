#include "core/train/trainer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"
#include "core/data/augment.h"
#include "core/spec/fields.h"
#include "core/train/evaluator.h"
#include "core/train/objective.h"
#include "core/train/site_plans.h"

namespace dropscope {
namespace {

bool is_classification(const RunSpec& spec, const Dataset& data) {
  if (data.task == Task::Regression && spec.network.loss == Loss::SoftmaxCrossEntropy)
    throw InputError("network.loss", "mse for a data set of numbers", "cross_entropy");
  if (data.task == Task::Classification && spec.network.loss == Loss::MeanSquared && data.rows() > 1)
    throw InputError("network.loss", "cross_entropy, since every step has a label of its own", "mse");
  return data.task == Task::Classification && spec.network.loss != Loss::MeanSquared;
}

std::shared_ptr<const Dataset> usable(std::shared_ptr<const Dataset> data) {
  if (data->train.count == 0) throw InputError(data->name, "at least one training example", "none");
  return data;
}

// What a pass writes down for one example: layers' outputs, and what noise inside them acts on.
std::size_t numbers_per_example(const Network<float>& network) {
  std::size_t numbers = 0;
  for (int l = 0; l < network.layer_count(); ++l) numbers += std::size_t(network.layer(l).units());
  for (std::size_t s = 0; s < network.sites().size(); ++s)
    if (!acts_on_table(network.sites()[s].kind)) numbers += network.site_shape(int(s), 1).count();
  return numbers;
}

std::shared_ptr<const Network<float>> affordable(const ArchSpec& spec, const DataForm& form, int batch) {
  constexpr std::size_t kMostNumbers = std::size_t{1} << 28;  // 1 GB of them, a few times over
  auto network = std::make_shared<const Network<float>>(spec, form);
  std::int64_t weights = 0;
  for (const ParamBlock& block : network->blocks()) weights += std::int64_t(block.outputs) * block.inputs;
  if (weights > kMostWeights)
    throw InputError("network.hidden", "at most " + std::to_string(kMostWeights) + " weights in the whole network",
                     std::to_string(weights));
  const std::size_t numbers = numbers_per_example(*network);
  if (numbers > kMostNumbers / std::size_t(batch))
    throw InputError("network.hidden",
                     "layers that compute at most " + std::to_string(kMostNumbers) + " numbers for a batch",
                     std::to_string(numbers) + " for each of " + std::to_string(batch) + " examples");
  return network;
}

// Of the sites that mask statistics watch; matrices of weights only while they are small enough to draw.
std::vector<Shape> watched_shapes(const Network<float>& network) {
  constexpr std::size_t kMostCells = 4096;
  std::vector<Shape> shapes;
  for (std::size_t s = 0; s < network.sites().size(); ++s) {
    const SiteKind kind = network.sites()[s].kind;
    const bool cells = acts_on_table(kind) || kind == SiteKind::AttentionWeights;
    const Shape shape = network.site_shape(int(s), 1);
    shapes.push_back(cells && shape.count() > kMostCells ? Shape{{Axis::Unit, 0}} : shape);
  }
  return shapes;
}

// " of hidden1.weight" for the first block with a number that is not finite or whose square is not; else empty.
std::string lost_block(const Network<float>& network, std::span<const float> values) {
  for (const ParamBlock& block : network.blocks())
    for (float v : values.subspan(block.offset, block.size))
      if (!std::isfinite(v * v)) return " of " + block.name;
  return {};
}

// The first unit whose value is not finite.
std::string first_bad_layer(const Network<float>& network, const Tape<float>& tape) {
  for (int l = 0; l < network.layer_count(); ++l) {
    const LayerTape<float>& layer = tape.layers[std::size_t(l)];
    const Tensor<float>& z = layer.z.empty() || layer.skipped ? layer.h : layer.z;
    for (std::size_t i = 0; i < z.size(); ++i)
      if (!std::isfinite(z[i])) {
        const int units = network.layer(l).units();
        return network.layer(l).name() + ", unit " + std::to_string(i % std::size_t(units) + 1);
      }
  }
  return "the loss";
}

// Squared error on classes learns the one-hot code of the label.
float target_of(const Split& split, int outputs, std::size_t example, std::size_t k) {
  if (split.target.empty()) return split.label[example] == int(k) ? 1.0f : 0.0f;
  return split.target[example * std::size_t(outputs) + k];
}

}  // namespace

template <>
std::span<const char* const> enum_names<Phase>() {
  static constexpr const char* names[] = {"Batch", "Masks", "Forward", "Loss", "Backward", "Update"};
  return names;
}

std::uint32_t site_place(const std::string& name) { return block_place(name); }

Trainer::Trainer(RunSpec spec, std::shared_ptr<const Dataset> data, Parallel* parallel)
    : spec_((validate(spec, "run"), std::move(spec))),
      data_(usable(std::move(data))),
      parallel_(parallel),
      classify_(is_classification(spec_, *data_)),
      network_(
          affordable(spec_.network, data_->form(), int(std::min(std::size_t(spec_.batch_size), data_->train.count)))),
      batcher_(spec_.seed, data_->train.count, std::size_t(spec_.batch_size)),
      optimizer_(spec_.optimizer.kind, network_->blocks(), network_->param_count()),
      params_(network_->param_count()),
      gradients_(network_->param_count()),
      tape_(network_->make_tape()),
      eval_tape_(network_->make_tape()),
      statistics_(watched_shapes(*network_)) {
  network_->init(spec_.seed, params_);
  for (const SiteInfo& site : network_->sites()) places_.push_back(site_place(site.name));
  resolve_plans();
  evaluate();
  keyframe_ = state();
}

void Trainer::resolve_plans() {
  check_training(spec_, *data_, classify_);
  const int rows = int(std::min(std::size_t(spec_.batch_size), data_->train.count)) * passes();
  std::vector<NoisePlan> next = plans_of(spec_, *network_, tick_, rows);
  const std::vector<NoisePlan> before = std::exchange(plans_, std::move(next));
  scheduled_.clear();
  for (std::size_t s = 0; s < network_->sites().size(); ++s) {
    const SiteInfo& site = network_->sites()[s];
    const SitePlan* asked = spec_.dropout.find(site.name);
    if (asked && asked->schedule != RateSchedule::Constant) scheduled_.push_back(int(s));
    const Variant* variant = plans_[s].variant;
    // Learned values begin anew where a variant that learns takes over.
    if (before.empty() || before[s].variant != variant)
      for (std::size_t i = 0; i < variant->learned.size(); ++i) {
        params_[site.learned + i] = float(variant->learned[i].initial);
        for (std::size_t at = site.learned + i; at < optimizer_.slots().size(); at += params_.size())
          optimizer_.slots()[at] = 0;
      }
  }
}

// Sets the rates that change over time to those of the tick at hand.
void Trainer::schedule_rates() {
  for (int s : scheduled_) {
    const SiteInfo& site = network_->sites()[std::size_t(s)];
    plans_[std::size_t(s)].rate =
        scheduled_dropout(*spec_.dropout.find(site.name), tick_, spec_.ticks, site.block, network_->depth());
  }
}

void Trainer::load_batch() {
  examples_ = batcher_.batch(tick_);
  const std::size_t inputs = std::size_t(data_->inputs), outputs = std::size_t(data_->outputs);
  Tensor<float>& x = network_->begin(tape_, int(examples_.size()) * passes());
  const std::size_t rows = std::size_t(data_->rows());
  labels_.resize(classify_ ? examples_.size() * rows : 0);
  targets_.resize(classify_ ? 0 : examples_.size() * rows * outputs);
  const std::size_t floats = examples_.size() * inputs;
  spread(floats >= 16384 ? parallel_ : nullptr, [&](int part, int parts) {
    const Range range = part_of(int(examples_.size()), part, parts);
    std::vector<float> scratch;
    for (std::size_t b = std::size_t(range.begin); b < std::size_t(range.end); ++b) {
      const std::span<float> row(x.data() + b * inputs, inputs);
      std::copy_n(data_->train.x.data() + examples_[b] * inputs, inputs, row.begin());
      if (varies(spec_.augment))
        augment(spec_.augment, network_->form(), background_of(spec_.data.pixels),
                Uniforms({spec_.seed, examples_[b], std::uint32_t(tick_), std::uint32_t(tick_ >> 32)}, Stream::Augment),
                row, scratch);
    }
  });
  if (passes() == 2) std::copy_n(x.data(), floats, x.data() + floats);
  for (std::size_t b = 0; b < examples_.size(); ++b) {
    const std::size_t example = examples_[b];
    for (std::size_t r = 0; r < rows; ++r) {
      if (classify_)
        labels_[b * rows + r] = data_->train.label[example * rows + r];
      else
        for (std::size_t k = 0; k < outputs; ++k)
          targets_[(b * rows + r) * outputs + k] = target_of(data_->train, data_->outputs, example * rows + r, k);
    }
  }
}

void Trainer::loss() {
  Tensor<float>& d = tape_.layers.back().dy;
  if (passes() == 2) {
    const PairLoss pair = r_drop_loss<float>(tape_.logits(), labels_, spec_.objective, &d);
    batch_loss_ = (pair.first.mean() + pair.second.mean()) / 2;
    objective_ = pair.value;
  } else {
    const double smoothing = spec_.objective.label_smoothing;
    const LossResult r = classify_ ? softmax_cross_entropy<float>(tape_.logits(), labels_, &d, smoothing)
                                   : mean_squared_error<float>(tape_.logits(), targets_, &d);
    objective_ = batch_loss_ = r.mean();
  }
  objective_ += add_penalties<float>(*network_, plans_, params_, data_->train.count, classify_, {});
  if (!std::isfinite(objective_)) fail(first_bad_layer(*network_, tape_));
}

void Trainer::update() {
  if (keeps_previous_) previous_ = params_;
  add_penalties<float>(*network_, plans_, params_, data_->train.count, classify_, gradients_);
  gradient_norm_ = optimizer_.step(spec_.optimizer, tick_, params_, gradients_, parallel_);
  if (!std::isfinite(gradient_norm_)) return fail("the gradient" + lost_block(*network_, gradients_));
  // A norm is finite only where every weight is; weights beyond 1e19 count as lost too.
  if (!std::isfinite(optimizer_.param_norm())) return fail("the updated weights" + lost_block(*network_, params_));
  network_->update_statistics(tape_, params_);
  ++tick_;
  schedule_rates();  // what is asked at a boundary is asked with the rates of the tick to come
  masked_loss_sum_ += batch_loss_;
  ++masked_ticks_;
  phase_ = Phase::Update;
  by_hand_.end_tick();
  if (replaying_) return;
  noises_.clear();
  for (std::size_t s = 0; s < plans_.size(); ++s) noises_.push_back(&network_->noise_at(tape_, int(s)).noise);
  statistics_.note(noises_, tape_.batch);
  if (evaluation_due()) {
    evaluate();
    keyframe_ = state();
  }
}

void Trainer::station() {
  previewing_ = false;
  const int last = network_->layer_count() - 1;
  switch (phase_) {
    case Phase::Update:
      load_batch();
      phase_ = Phase::Batch;
      return;
    case Phase::Batch:
      draw_masks();
      phase_ = Phase::Masks;
      return;
    case Phase::Masks:
      phase_ = Phase::Forward;
      phase_layer_ = 0;
      network_->forward_layer(params_, tape_, 1, parallel_);
      return;
    case Phase::Forward:
      if (phase_layer_ + 1 < last) {
        ++phase_layer_;
        network_->forward_layer(params_, tape_, phase_layer_ + 1, parallel_);
        return;
      }
      phase_ = Phase::Loss;
      return loss();
    case Phase::Loss:
      phase_ = Phase::Backward;
      phase_layer_ = last - 1;
      network_->backward_layer(params_, tape_, last, gradients_, parallel_);
      return;
    case Phase::Backward:
      if (phase_layer_ > 0) {
        --phase_layer_;
        network_->backward_layer(params_, tape_, phase_layer_ + 1, gradients_, parallel_);
        return;
      }
      return update();
  }
}

bool Trainer::advance(Granularity granularity) {
  const auto done = [this] { return divergence_ || stopped(); };
  if (done()) return false;
  if (granularity == Granularity::Phase) {
    station();
    return !done();
  }
  const std::int64_t per_epoch = ticks_per_epoch();
  const std::int64_t target = granularity == Granularity::Tick ? tick_ + 1 : (tick_ / per_epoch + 1) * per_epoch;
  while (tick_ < target && !done()) station();
  return !done();
}

void Trainer::preview() {
  DROPSCOPE_CHECK(at_boundary());
  if (divergence_) return;
  load_batch();
  draw_masks();
  for (int l = 1; l < network_->layer_count(); ++l) network_->forward_layer(params_, tape_, l, parallel_);
  previewing_ = true;
}

void Trainer::set_field(std::string_view path, std::string_view value, const std::string& where) {
  DROPSCOPE_CHECK(at_boundary());
  const bool live = path.starts_with("dropout.") || (path.starts_with("optimizer.") && path != "optimizer.kind") ||
                    path.starts_with("evaluate_") || path.starts_with("objective.") || path.starts_with("augment.") ||
                    path.starts_with("stopping.") || path.starts_with("inference.");
  if (!live)
    throw InputError(where + " " + std::string(path.substr(0, 80)),
                     "a dropout or optimizer field while training (other fields need a reset)", "this one");
  RunSpec next = spec_;
  dropscope::set_field(next, path, value, where);
  std::swap(spec_, next);
  const auto variants = [this] {
    std::vector<const Variant*> all;
    for (const NoisePlan& plan : plans_) all.push_back(plan.variant);
    return all;
  };
  const std::vector<const Variant*> variants_before = variants();
  try {
    resolve_plans();
  } catch (...) {
    std::swap(spec_, next);
    resolve_plans();
    throw;
  }
  // A run that has stopped goes on under the new rule.
  if (spec_.stopping.patience == 0 || (stopped() && path.starts_with("stopping."))) stopping_ = {};
  // A variant that takes over may begin its learned values anew.
  if (!divergence_) note_keyframe(variants() != variants_before);
}

// The state as it is now: copied where anything but masks by hand and the rule of stopping differs from the last one.
void Trainer::note_keyframe(bool whole) {
  if (whole || keyframe_.tick != tick_) {
    keyframe_ = state();
    return;
  }
  keyframe_.by_hand = by_hand_;
  keyframe_.stopping = stopping_;
}

void Trainer::keep_previous(bool on) {
  keeps_previous_ = on;
  if (!on) AlignedVector<float>().swap(previous_);
}

bool Trainer::evaluation_due() const {
  if (spec_.evaluate_every > 0) return tick_ % spec_.evaluate_every == 0;
  // Every tick at first, then 128 to 256 points per doubling of the time.
  const std::int64_t step = std::int64_t(std::bit_floor(std::uint64_t(std::max<std::int64_t>(1, tick_ / 128))));
  return tick_ % step == 0;
}

void Trainer::evaluate() {
  // A run that comes by again has its point already.
  const MetricPoint* noted = history_.find(tick_);
  const MetricPoint point = noted ? *noted : measure(eval_tape_);
  if (!noted) {
    history_.truncate(tick_);  // what came later came another way
    history_.add(point);
  }
  masked_loss_sum_ = 0;
  masked_ticks_ = 0;
  const int patience = spec_.stopping.patience;
  if (patience == 0 || !stopping_.note(double(point.validation_loss), tick_, params_, patience)) return;
  params_ = *stopping_.best();
  if (history_.count_at(tick_) > 1 || history_.back().tick != tick_) return;
  // So that the last numbers belong to the weights that are in place.
  MetricPoint best = measure(eval_tape_);
  best.train_loss_masked = point.train_loss_masked;
  history_.add(best);
}

MetricPoint Trainer::measure() const {
  Tape<float> tape = network_->make_tape();
  return measure(tape);
}

MetricPoint Trainer::measure(Tape<float>& tape) const {
  const auto evaluation = [&](const Split& split) {
    const std::size_t most = std::size_t(spec_.evaluate_examples);
    if (spec_.inference.policy == InferencePolicy::MonteCarlo)
      return evaluate_with_masks(*network_, params_, plans_, {spec_.inference.passes, spec_.seed, places_, tick_},
                                 split, classify_, most, tape, parallel_);
    return evaluate_split(*network_, params_, plans_, split, classify_, most, tape, parallel_);
  };
  const Evaluation train = evaluation(data_->train), validation = evaluation(data_->validation);
  MetricPoint point;
  point.tick = tick_;
  point.epoch = epoch();
  point.train_loss_masked =
      masked_ticks_ ? float(masked_loss_sum_ / double(masked_ticks_)) : std::numeric_limits<float>::quiet_NaN();
  point.train_loss = float(train.loss);
  point.validation_loss = float(validation.loss);
  point.train_accuracy = float(train.accuracy);
  point.validation_accuracy = float(validation.accuracy);
  return point;
}

// Goes back to the state after the last good tick: the last keyframe, and the ticks since then once more.
void Trainer::fail(const std::string& where) {
  if (replaying_) {
    replaying_ = false;  // what went well before goes wrong now, as after a change of the data: give up the replay
    return;
  }
  auto divergence = std::make_unique<Divergence>();
  divergence->tick = tick_ + 1;
  divergence->where = where;
  const double rate = scheduled_rate(spec_.optimizer, tick_);
  divergence->message = "Not a number in " + where + " at step " + std::to_string(tick_ + 1) +
                        ". The weights are kept as they were before it. Try a smaller learning rate (" +
                        real_text(double(float(rate / 10))) + " instead of " + real_text(double(float(rate))) +
                        "), or clip gradients (optimizer.clip_norm=1), or start over.";
  const std::int64_t good = tick_;
  take_up(keyframe_);
  replaying_ = true;
  while (tick_ < good && replaying_) station();
  if (!replaying_) take_up(keyframe_);
  replaying_ = false;
  divergence_ = std::move(divergence);
}

std::uint64_t Trainer::state_hash() const {
  Fnv1a h;
  h.word(std::uint64_t(tick_));
  // Room for learned values that no variant uses is no part of the state, so that new variants leave the hashes of old
  // runs as they were.
  const std::size_t count = params_.size(), weights = network_->learned_begin();
  const std::span<const float> slots = optimizer_.slots();
  h.values(std::span<const float>(params_).first(weights));
  h.word(slots.size() / count * weights);
  for (std::size_t at = 0; at < slots.size(); at += count)
    for (float v : slots.subspan(at, weights)) h.word(std::bit_cast<std::uint32_t>(v));
  for (std::size_t s = 0; s < plans_.size(); ++s) {
    const std::size_t learned = plans_[s].variant->learned.size(), first = network_->sites()[s].learned;
    if (learned == 0) continue;
    h.values(std::span<const float>(params_).subspan(first, learned));
    for (std::size_t at = first; at < slots.size(); at += count) h.values(slots.subspan(at, learned));
  }
  return h.digest();
}

Checkpoint Trainer::checkpoint() const {
  Checkpoint c = state();
  c.masks = statistics_.remembered();
  return c;
}

Checkpoint Trainer::state() const {
  Checkpoint c;
  c.tick = tick_;
  c.params = params_;
  c.slots.assign(optimizer_.slots().begin(), optimizer_.slots().end());
  c.masked_loss_sum = masked_loss_sum_;
  c.masked_ticks = masked_ticks_;
  c.batch_loss = batch_loss_;
  c.objective = objective_;
  c.gradient_norm = gradient_norm_;
  c.stopping = stopping_;
  c.by_hand = by_hand_;
  return c;
}

void Trainer::restore(const Checkpoint& c) {
  take_up(c);
  statistics_.remember(c.masks);
  // A failure after this must come back to here, not to a state of the time that was left.
  keyframe_ = c;
}

void Trainer::take_up(const Checkpoint& c) {
  DROPSCOPE_CHECK(c.params.size() == params_.size() && c.slots.size() == optimizer_.slots().size());
  tick_ = c.tick;
  params_ = c.params;
  std::copy(c.slots.begin(), c.slots.end(), optimizer_.slots().begin());
  masked_loss_sum_ = c.masked_loss_sum;
  masked_ticks_ = c.masked_ticks;
  batch_loss_ = c.batch_loss;
  objective_ = c.objective;
  gradient_norm_ = c.gradient_norm;
  stopping_ = c.stopping;
  by_hand_ = c.by_hand;
  divergence_.reset();
  previous_.clear();
  schedule_rates();
  phase_ = Phase::Update;
  phase_layer_ = 0;
  previewing_ = false;
}

void Trainer::forget_after(std::int64_t tick) {
  history_.truncate(tick);
  if (divergence_ && divergence_->tick > tick) divergence_.reset();
}

void Trainer::restore_settings(const RunSpec& spec) {
  if (spec == spec_) return;
  spec_ = spec;
  resolve_plans();
}

}  // namespace dropscope
