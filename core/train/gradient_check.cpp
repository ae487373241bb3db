#include "core/train/gradient_check.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/nn/network.h"
#include "core/tensor/panels.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

constexpr double kStep = 1e-5;      // truncation and rounding both stay near 1e-10
constexpr double kFromKink = 1e-2;  // no unit may sit so near a kink that a step crosses it

struct Setup {
  const GradientCase& c;
  Network<double> network;
  AlignedVector<double> params;
  Tape<double> tape;
  std::vector<std::int32_t> labels;
  std::vector<float> targets;
  std::uint64_t drawn_with = 0;

  explicit Setup(const GradientCase& which, std::uint64_t seed)
      : c(which), network(which.network, which.form), params(network.param_count()), tape(network.make_tape()) {
    network.init(seed, params);
    const Uniforms draws({seed}, Stream::Test);
    std::uint32_t element = 0;
    // Biases away from 0, so that their gradients and the activations' other halves are exercised too.
    for (const ParamBlock& block : network.blocks())
      if (!block.is_weight())
        for (std::size_t i = 0; i < block.size; ++i)
          params[block.offset + i] = block.statistic ? 0.5 + draws.at(element++) : 0.3 * draws.normal(element++);
    Tensor<double>& x = network.begin(tape, which.batch);
    const bool words = which.form.sequence && which.form.sequence->tokens;
    for (double& v : x.v)
      v = words ? double(draws.below(element++, std::uint32_t(which.form.sequence->vocabulary)))
                : draws.normal(element++);
    const int rows =
        which.batch * (which.form.sequence && which.form.sequence->label_each_step ? which.form.sequence->steps : 1);
    const int outputs = which.form.outputs;
    for (int b = 0; b < rows; ++b) labels.push_back(std::int32_t(draws.below(element++, std::uint32_t(outputs))));
    for (int i = 0; i < rows * outputs; ++i) targets.push_back(float(draws.normal(element++)));
    for (std::size_t s = 0; s < which.plans.size(); ++s) {
      if (!which.plans[s].variant) continue;
      const SiteInfo& site = network.sites()[s];
      for (std::size_t i = 0; i < which.plans[s].variant->learned.size(); ++i)
        params[site.learned + i] = which.plans[s].variant->learned[i].initial;
    }
    tape.training = which.training;
    drawn_with = seed;
    draw();
    // What adaptive variants draw from the pre-activation is drawn once, then frozen like every other mask.
    network.forward(params, tape, nullptr);
  }

  // Learned values decide gates, so they need the same coins anew; every other parameter keeps the masks as drawn.
  void draw() {
    for (std::size_t s = 0; s < c.plans.size(); ++s) {
      const std::span<const GateEdit> edits = c.edits.empty() ? std::span<const GateEdit>() : c.edits[s];
      if (!c.plans[s].variant && edits.empty()) continue;
      const Uniforms masks({drawn_with, site_place(network.sites()[s].name), 3}, Stream::Dropout);
      network.draw_noise_at(params, c.plans[s], int(s), {&masks, 1}, tape, edits);
    }
  }

  bool learns(const ParamBlock& block) const {
    for (std::size_t s = 0; s < c.plans.size(); ++s)
      if (c.plans[s].variant && !c.plans[s].variant->learned.empty() && network.sites()[s].learned == block.offset &&
          block.outputs == network.sites()[s].learned_count)
        return true;
    return false;
  }

  double loss(bool gradient) {
    network.forward(params, tape, nullptr);
    Tensor<double>* d = gradient ? &tape.layers.back().dy : nullptr;
    const LossResult r = c.classify ? softmax_cross_entropy<double>(tape.logits(), labels, d)
                                    : mean_squared_error<double>(tape.logits(), targets, d);
    return r.mean();
  }

  bool near_kink() {
    loss(false);
    for (int l = 1; l < network.layer_count(); ++l) {
      const Activation f = network.layer(l).activation();
      if (f != Activation::Relu && f != Activation::LeakyRelu && f != Activation::Selu) continue;
      if (tape.layers[std::size_t(l)].skipped) continue;
      for (double z : tape.layers[std::size_t(l)].z.v)
        if (std::abs(z) < kFromKink) return true;
    }
    return false;
  }
};

}  // namespace

GradientResult check_gradients(const GradientCase& c) {
  std::uint64_t seed = c.seed;
  auto setup = std::make_unique<Setup>(c, seed);
  // A dead layer gives 0 everywhere, which is no kink but no test either; those seeds come out as they are.
  for (int tries = 0; setup->near_kink() && tries < 300; ++tries) setup = std::make_unique<Setup>(c, ++seed);
  Setup& s = *setup;
  AlignedVector<double> gradients(s.params.size());
  s.loss(true);
  s.network.backward(s.params, s.tape, gradients, nullptr);
  GradientResult result;
  for (const ParamBlock& block : s.network.blocks()) {
    if (block.statistic) continue;
    const bool learned = s.learns(block);
    for (int o = 0; o < block.outputs; ++o)
      for (int i = 0; i < std::max(1, block.inputs); ++i) {
        const std::size_t at = block.offset + (block.is_weight() ? panel_index(o, i, block.inputs) : std::size_t(o));
        const double kept = s.params[at];
        s.params[at] = kept + kStep;
        if (learned) s.draw();
        const double above = s.loss(false);
        s.params[at] = kept - kStep;
        if (learned) s.draw();
        const double below = s.loss(false);
        s.params[at] = kept;
        if (learned) s.draw();
        const double numeric = (above - below) / (2 * kStep), analytic = gradients[at];
        const double error = std::abs(analytic - numeric) / (std::abs(analytic) + std::abs(numeric) + 1e-3);
        if (!(error <= result.worst)) {
          result.worst = error;
          result.where = block.name + "[" + std::to_string(o) + "," + std::to_string(i) + "]";
        }
      }
  }
  return result;
}

}  // namespace dropscope
