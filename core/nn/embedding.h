// Words as vectors: y_t = row of the table for the word at step t, plus where it stands.
#pragma once
#include <memory>

#include "core/nn/layer.h"

namespace dropscope {

// Reads [Sample, Time, 1] of whole numbers 0 .. vocabulary-1 (other values count as the nearest of them), gives
// [Sample, Time, Unit]. The table is one block of `units` outputs and `vocabulary` inputs: each word is an input that
// is 1 where the word stands, else 0, and first weights follow from that (fan-in 1). Sites: name + ".words", the noise
// on the table's rows [Sample, In, Out], and name, on the sum of row and position. Learned positions are a block of
// `units` outputs and `steps` inputs.
template <class T>
std::unique_ptr<Layer<T>> make_embedding(std::string name, int steps, int vocabulary, int units, Positions positions);

// Vaswani et al., "Attention Is All You Need", NIPS 2017, section 3.5: unit 2i is sin(step / 10000^(2i / units)), unit
// 2i + 1 the cosine of the same. Steps count from 0. [steps][units].
template <class T>
std::vector<T> sinusoidal_positions(int steps, int units);

}  // namespace dropscope
