// What network to build: plain values, compared with ==. The first layer reads the data set's inputs
// and an output layer of its size follows the last one here, so neither is listed.
#pragma once
#include <string>
#include <vector>

#include "core/base/names.h"

namespace dropscope {

// Residual and ConvResidual are pre-activation blocks: x + branch(x), the branch being twice
// [norm], activation, dense layer or convolution. Transformer is an encoder block: self-attention, then a
// feed-forward part, each on a residual branch.
enum class LayerKind : std::uint8_t {
  Dense,
  Conv,
  MaxPool,
  AveragePool,
  Flatten,
  BatchNorm,
  LayerNorm,
  Residual,
  ConvResidual,
  Rnn,
  Lstm,
  Gru,
  Embedding,
  Transformer
};
enum class Activation : std::uint8_t { Identity, Relu, LeakyRelu, Tanh, Sigmoid, Gelu, Selu };
// He: N(0, 2/fan_in). Xavier: N(0, 2/(fan_in+fan_out)). LeCun: N(0, 1/fan_in). All with zero biases.
// Uniform: U(-1/sqrt(fan_in), +1/sqrt(fan_in)) for weights and biases, as torch.nn.Linear does.
enum class Init : std::uint8_t { He, Xavier, LeCun, Uniform };
enum class Loss : std::uint8_t { Auto, SoftmaxCrossEntropy, MeanSquared };
enum class Norm : std::uint8_t { None, Batch, Layer };
// Where a transformer block normalises: what enters a branch, or the sum after it.
enum class NormPlace : std::uint8_t { Pre, Post };
enum class Positions : std::uint8_t { None, Sinusoidal, Learned };
// How a sequence becomes one value where the data ask for one: its last step, or the mean over its steps.
// Auto: the mean after a transformer, else the last step.
enum class Readout : std::uint8_t { Auto, Last, Mean };

template <>
std::span<const char* const> enum_names<LayerKind>();
template <>
std::span<const char* const> enum_names<Activation>();
template <>
std::span<const char* const> enum_names<Init>();
template <>
std::span<const char* const> enum_names<Loss>();
template <>
std::span<const char* const> enum_names<Norm>();
template <>
std::span<const char* const> enum_names<NormPlace>();
template <>
std::span<const char* const> enum_names<Positions>();
template <>
std::span<const char* const> enum_names<Readout>();

// Fields that a kind does not use keep their first value; layer_fields() says which ones it uses.
struct LayerSpec {
  LayerKind kind = LayerKind::Dense;
  int units = 16;  // 1 .. 131072: outputs, channels, embedding width, width inside a residual branch
  Activation activation = Activation::Relu;
  int kernel = 3;                         // Conv, pools, ConvResidual: pixels a side
  int stride = 1;                         // Conv and pools: pixels between two windows
  int padding = 0;                        // Conv: zeros around the image
  int heads = 2;                          // Transformer; must divide the width
  bool causal = false;                    // Transformer: a step sees only itself and earlier ones
  Norm norm = Norm::None;                 // Residual, ConvResidual: before each activation of the branch
  NormPlace norm_place = NormPlace::Pre;  // Transformer
  Positions positions = Positions::None;  // Embedding
  int count = 1;                          // Residual, ConvResidual, Transformer: blocks of this kind in a row, 1 .. 64
  bool operator==(const LayerSpec&) const = default;
};

// A layer with the values a kind starts from (a pool has windows of 2 with stride 2).
LayerSpec make_layer(LayerKind kind, int units);

struct LayerUses {
  bool units = false, activation = false, window = false, padding = false, kernel = false, norm = false,
       attention = false, positions = false, count = false;
};
LayerUses layer_fields(LayerKind kind);

struct ArchSpec {
  std::vector<LayerSpec> hidden = {{}, {}};
  Init init = Init::He;
  // Auto: cross entropy for classes, mean squared error for numbers.
  Loss loss = Loss::Auto;
  Readout readout = Readout::Auto;
  bool operator==(const ArchSpec&) const = default;
};

// "hidden1" for the first dense layer; also the name of the dropout site after it.
std::string hidden_name(std::size_t index);

// The names of the entries of ArchSpec::hidden: kind and number among those of its kind ("hidden1", "conv2",
// "lstm1", "block1"). An entry that stands for several blocks has the name of the first.
std::vector<std::string> layer_names(const ArchSpec& spec);

// "16,16" or "conv8,maxpool,conv16,maxpool,32" or "16,8*residual16": widths, kinds and counts. What the text
// does not say (kernels, activations) is taken from `like`, entry by entry while the kinds agree.
// Throws InputError at `where`.
std::string layers_text(const ArchSpec& spec);
std::vector<LayerSpec> parse_layers(std::string_view text, const std::vector<LayerSpec>& like,
                                    const std::string& where);

}  // namespace dropscope
