// Every kind of layer against PyTorch: same weights, same masks, same input give the same outputs and gradients.
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/train/trainer.h"
#include "tests/conformance/hosts.h"
#include "tests/torch/agreement.h"

namespace dropscope::torch_peer {
namespace {

using conformance::layers;

const DataForm kFlat = flat_form(7, 4);
const DataForm kImage{.inputs = 2 * 9 * 8, .outputs = 4, .image = ImageShape{9, 8, 2}, .sequence = {}};
const DataForm kSteps{.inputs = 5 * 3, .outputs = 4, .image = {}, .sequence = SequenceShape{5, 3, false, 0, false}};
const DataForm kWords{.inputs = 5, .outputs = 4, .image = {}, .sequence = SequenceShape{5, 1, true, 6, false}};
const DataForm kNext{.inputs = 5, .outputs = 6, .image = {}, .sequence = SequenceShape{5, 1, true, 6, true}};

ArchSpec with(ArchSpec spec, std::size_t entry, auto change) {
  change(spec.hidden[entry]);
  return spec;
}

TEST(TorchLayers, DenseWithEveryActivation) {
  for (std::size_t f = 0; f < enum_names<Activation>().size(); ++f)
    expect_agreement(layers("9,17", Activation(f)), kFlat, {});
}

TEST(TorchLayers, Convolution) {
  for (int stride : {1, 2})
    for (int padding : {0, 1, 2})
      expect_agreement(
          with(layers("conv5,6", Activation::Relu), 0, [&](LayerSpec& l) { l.stride = stride, l.padding = padding; }),
          kImage, {});
}

TEST(TorchLayers, Pooling) {
  for (const char* text : {"conv5,maxpool,6", "conv5,avgpool,flatten,6"})
    for (int stride : {1, 2, 3})
      expect_agreement(with(layers(text, Activation::Relu), 1, [&](LayerSpec& l) { l.stride = stride; }), kImage, {});
}

TEST(TorchLayers, BatchNormInTrainingAndEval) {
  for (bool training : {true, false}) {
    expect_agreement(layers("6,batchnorm,5", Activation::Tanh), kFlat, {}, training);
    expect_agreement(layers("conv3,batchnorm,5", Activation::Tanh), kImage, {}, training);
    expect_agreement(layers("lstm6,batchnorm,5", Activation::Tanh), kSteps, {}, training);
  }
}

TEST(TorchLayers, LayerNorm) {
  expect_agreement(layers("6,layernorm,5", Activation::Tanh), kFlat, {});
  expect_agreement(layers("conv3,layernorm,5", Activation::Tanh), kImage, {});
  expect_agreement(layers("lstm6,layernorm,5", Activation::Tanh), kSteps, {});
}

TEST(TorchLayers, ResidualBlocks) {
  for (Norm norm : {Norm::None, Norm::Batch, Norm::Layer}) {
    const auto normed = [&](LayerSpec& l) { l.norm = norm; };
    expect_agreement(with(layers("6,3*residual5", Activation::Relu), 1, normed), kFlat, {});
    expect_agreement(with(layers("conv4,2*convresidual3,5", Activation::Relu), 1, normed), kImage, {});
  }
}

TEST(TorchLayers, RecurrentCells) {
  for (const char* text : {"rnn6", "lstm6", "gru6", "lstm6,gru5", "embedding5,lstm6"})
    expect_agreement(layers(text, Activation::Tanh), std::string(text).starts_with("emb") ? kWords : kSteps, {});
  expect_agreement(layers("embedding5,lstm6", Activation::Tanh), kNext, {});
}

// Not our own formula written twice: PyTorch's LSTM and GRU as they come.
TEST(TorchLayers, LstmAndGruAreThoseOfTheLibrary) {
  for (const bool lstm : {true, false}) {
    const ArchSpec spec = layers(lstm ? "lstm6" : "gru6", Activation::Tanh);
    const Network<float> network(spec, kSteps);
    AlignedVector<float> params(network.param_count());
    network.init(3, params);
    Tape<float> tape = network.make_tape();
    Tensor<float>& x = network.begin(tape, 4);
    fill_inputs(x, kSteps);
    network.forward(params, tape, nullptr);
    auto blocks = unpacked(network, params);
    const std::string n = lstm ? "lstm1" : "gru1";
    const at::Tensor none = torch::zeros_like(blocks[n + ".bias"]);
    at::Tensor recurrent_bias = none.clone();
    if (!lstm) recurrent_bias.slice(0, 12, 18).copy_(blocks[n + ".recurrent_bias"]);
    const std::vector<at::Tensor> weights = {blocks[n + ".weight"], blocks[n + ".recurrent_weight"],
                                             blocks[n + ".bias"], recurrent_bias};
    const at::Tensor zero = torch::zeros({1, 4, 6});
    const at::Tensor out =
        lstm ? std::get<0>(torch::lstm(tensor_of(x), {zero, zero}, weights, true, 1, 0.0, false, false, true))
             : std::get<0>(torch::gru(tensor_of(x), zero, weights, true, 1, 0.0, false, false, true));
    EXPECT_LT((out - tensor_of(tape.layers[1].h)).abs().max().item<float>(), 1e-5f) << n;
  }
}

TEST(TorchLayers, TransformerBlocks) {
  for (bool causal : {false, true})
    for (NormPlace place : {NormPlace::Pre, NormPlace::Post})
      for (Positions positions : {Positions::None, Positions::Sinusoidal, Positions::Learned}) {
        ArchSpec spec = layers("embedding6,2*transformer7", Activation::Gelu);
        spec.hidden[0].positions = positions;
        spec.hidden[1].causal = causal;
        spec.hidden[1].norm_place = place;
        expect_agreement(spec, causal ? kNext : kWords, {});
      }
}

// A control: one gate that differs between the two has to show.
TEST(TorchLayers, AnotherMaskWouldBeSeen) {
  const ArchSpec spec = layers("9,8", Activation::Tanh);
  const Network<float> network(spec, kFlat);
  AlignedVector<float> params(network.param_count());
  network.init(3, params);
  Tape<float> tape = network.make_tape();
  Tensor<float>& x = network.begin(tape, 4);
  fill_inputs(x, kFlat);
  const int s = network.find_site("hidden1");
  const Uniforms coins({9, 1, 2}, Stream::Dropout);
  network.draw_noise_at(params, plan_of({"hidden1", "inverted", 0.3}), s, {&coins, 1}, tape);
  network.forward(params, tape, nullptr);
  Mirror mirror(spec, network, params);
  const at::Tensor own = tensor_of(tape.logits());
  EXPECT_LT((mirror.forward(tensor_of(x), tape) - own).abs().max().item<float>(), 1e-5f);
  network.noise_at(tape, s).noise.gate[0] = 1 - network.noise_at(tape, s).noise.gate[0];
  EXPECT_GT((mirror.forward(tensor_of(x), tape) - own).abs().max().item<float>(), 1e-3f);
}

// The library's own attention, without noise.
TEST(TorchLayers, AttentionIsThatOfTheLibrary) {
  const DataForm form = kSteps;
  const ArchSpec spec = with(layers("lstm6,transformer4", Activation::Gelu), 1, [](LayerSpec& l) {
    l.heads = 3;
    l.norm_place = NormPlace::Post;
  });
  const Network<float> network(spec, form);
  AlignedVector<float> params(network.param_count());
  network.init(3, params);
  Tape<float> tape = network.make_tape();
  fill_inputs(network.begin(tape, 4), form);
  network.forward(params, tape, nullptr);
  auto blocks = unpacked(network, params);
  for (int l = 0; l < network.layer_count(); ++l) {
    std::string own;
    for (const ParamBlock& block : network.layer(l).blocks())
      if (block.name.ends_with(".query_key_value")) own = block.name.substr(0, block.name.size() - 16);
    if (own.empty()) continue;
    torch::nn::MultiheadAttention attention(torch::nn::MultiheadAttentionOptions(6, 3).bias(false));
    torch::NoGradGuard no_grad;
    attention->in_proj_weight.copy_(blocks[own + ".query_key_value"]);
    attention->out_proj->weight.copy_(blocks[own + ".output"]);
    const at::Tensor in = tensor_of(tape.layers[std::size_t(network.inputs_of(l)[0])].out()).transpose(0, 1);
    const at::Tensor out = std::get<0>(attention->forward(in, in, in)).transpose(0, 1);
    EXPECT_LT((out - tensor_of(tape.layers[std::size_t(l)].h)).abs().max().item<float>(), 1e-5f);
    return;
  }
  FAIL() << "no attention layer";
}

}  // namespace
}  // namespace dropscope::torch_peer
