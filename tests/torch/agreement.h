// One training pass of the engine and of PyTorch with the same weights, masks and inputs, compared number by number.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/train/trainer.h"
#include "tests/torch/mirror.h"

namespace dropscope::torch_peer {

// Noise at one site for a comparison.
struct AtSite {
  std::string site, variant;
  double rate = 0.3;
  MaskScope scope = MaskScope::Auto;
};

inline void fill_inputs(Tensor<float>& x, const DataForm& form) {
  const Uniforms u({5}, Stream::Test);
  const bool words = form.sequence && form.sequence->tokens;
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = words ? float(u.below(std::uint32_t(i), std::uint32_t(form.sequence->vocabulary)))
                 : float(u.normal(std::uint32_t(i)));
}

inline NoisePlan plan_of(const AtSite& at) {
  NoisePlan plan;
  plan.variant = &variant_or_throw(at.variant, "test");
  plan.rate = at.rate;
  plan.tie = plan.variant->tie;
  if (at.scope == MaskScope::Batch) plan.tie = plan.tie | AxisSet{Axis::Sample};
  if (at.scope == MaskScope::Example) plan.tie = plan.tie.without(Axis::Sample);
  for (const ParamSpec& param : plan.variant->params) plan.params.push_back(param.initial);
  return plan;
}

// Expects logits and the gradients of cross entropy by every parameter to be PyTorch's, within 1e-5 of their size
// (of 1 where they are smaller): floats that took different roads.
inline void expect_agreement(const ArchSpec& spec, const DataForm& form, const std::vector<AtSite>& noise,
                             bool training = true, int batch = 6) {
  std::string what = layers_text(spec);
  for (const AtSite& at : noise) what += ", " + at.variant + " at " + at.site + " rate " + std::to_string(at.rate);
  const Network<float> network(spec, form);
  AlignedVector<float> params(network.param_count()), gradients(network.param_count());
  network.init(11, params);
  // Vectors off their first values, so that their part shows.
  const Uniforms u({6}, Stream::Test);
  std::uint32_t element = 0;
  for (const ParamBlock& block : network.blocks())
    for (std::size_t i = 0; !block.is_weight() && i < block.size && block.offset < network.learned_begin(); ++i)
      params[block.offset + i] += float(0.2 * u.at(element++));
  Tape<float> tape = network.make_tape();
  Tensor<float>& x = network.begin(tape, batch);
  fill_inputs(x, form);
  tape.training = training;
  bool any = noise.empty();
  for (const AtSite& at : noise) {
    const int s = network.find_site(at.site);
    ASSERT_GE(s, 0) << at.site;
    const Uniforms coins({9, site_place(at.site), 2}, Stream::Dropout);
    network.draw_noise_at(params, plan_of(at), s, {&coins, 1}, tape);
  }
  network.forward(params, tape, nullptr);
  for (const AtSite& at : noise) any |= network.noise_at(tape, network.find_site(at.site)).noise.active;
  EXPECT_TRUE(any) << what << ": no noise acted";
  std::vector<std::int32_t> labels;
  const int rows = batch * (form.sequence && form.sequence->label_each_step ? form.sequence->steps : 1);
  for (int b = 0; b < rows; ++b) labels.push_back(b % form.outputs);
  softmax_cross_entropy<float>(tape.logits(), labels, &tape.layers.back().dy);
  network.backward(params, tape, gradients, nullptr);

  Mirror mirror(spec, network, params);
  const at::Tensor logits = mirror.forward(tensor_of(x), tape);
  const at::Tensor off = (logits - tensor_of(tape.logits())).abs() / logits.abs().clamp_min(1);
  EXPECT_LT(off.max().item<float>(), 1e-5f) << what << ": logits";
  const at::Tensor targets = torch::tensor(std::vector<std::int64_t>(labels.begin(), labels.end()));
  torch::nn::functional::cross_entropy(logits.reshape({rows, form.outputs}), targets).backward();
  for (const auto& [name, own] : unpacked(network, gradients)) {
    if (!mirror.params.contains(name)) continue;
    const at::Tensor& theirs = mirror.params.at(name).grad();
    const at::Tensor reference = theirs.defined() ? theirs : torch::zeros_like(own);
    EXPECT_LT(((own - reference).abs() / reference.abs().clamp_min(1)).max().item<float>(), 1e-5f)
        << what << ": gradient of " << name;
  }
}

}  // namespace dropscope::torch_peer
