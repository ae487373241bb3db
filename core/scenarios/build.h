// Shorthands for writing scenarios down. Scenarios are plain values: nothing here has state.
#pragma once
#include <initializer_list>
#include <string_view>

#include "core/spec/run_spec.h"

namespace dropscope::scenario {

// Hidden layers of these widths, all with one activation.
void hidden(RunSpec& spec, std::initializer_list<int> widths, Activation activation = Activation::Relu);

// The same noise after every hidden layer. `rate` is P(dropped).
void drop_hidden(RunSpec& spec, std::string_view variant, double rate);

// The same noise on the branch of every residual block, with a rate that changes over depth as `depth` says.
void drop_blocks(RunSpec& spec, std::string_view variant, double rate, DepthSchedule depth);

// Two convolutions with pools and a dense layer on drawn 16 x 16 digits, few enough to be learned by heart.
void conv_digits(RunSpec& spec);

// Two causal transformer blocks that guess the next letter of Reber's grammar: 2,000 steps on 100 sequences of 20
// letters, few enough to be learned by heart. No prediction is better than a loss of 0.540, or 0.61 right (core/data).
void grammar_transformer(RunSpec& spec);

}  // namespace dropscope::scenario
