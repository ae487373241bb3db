// What network to build: plain values, compared with ==. The first layer reads the data set's inputs
// and an output layer of its size follows the last one here, so neither is listed.
#pragma once
#include <string>
#include <vector>

#include "core/base/names.h"

namespace dropscope {

enum class LayerKind : std::uint8_t { Dense };
enum class Activation : std::uint8_t { Identity, Relu, LeakyRelu, Tanh, Sigmoid, Gelu, Selu };
// He: N(0, 2/fan_in). Xavier: N(0, 2/(fan_in+fan_out)). LeCun: N(0, 1/fan_in). All with zero biases.
// Uniform: U(-1/sqrt(fan_in), +1/sqrt(fan_in)) for weights and biases, as torch.nn.Linear does.
enum class Init : std::uint8_t { He, Xavier, LeCun, Uniform };
enum class Loss : std::uint8_t { Auto, SoftmaxCrossEntropy, MeanSquared };

template <> std::span<const char* const> enum_names<LayerKind>();
template <> std::span<const char* const> enum_names<Activation>();
template <> std::span<const char* const> enum_names<Init>();
template <> std::span<const char* const> enum_names<Loss>();

struct LayerSpec {
  LayerKind kind = LayerKind::Dense;
  int units = 16;  // 1 .. 131072
  Activation activation = Activation::Relu;
  bool operator==(const LayerSpec&) const = default;
};

struct ArchSpec {
  std::vector<LayerSpec> hidden = {{}, {}};
  Init init = Init::He;
  // Auto: cross entropy for classes, mean squared error for numbers.
  Loss loss = Loss::Auto;
  bool operator==(const ArchSpec&) const = default;
};

// "hidden1" for the first hidden layer; also the name of the dropout site after it.
std::string hidden_name(std::size_t index);

}  // namespace dropscope
