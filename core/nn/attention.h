// Multi-head self-attention: every step of a sequence reads from every other, or from itself and earlier ones.
#pragma once
#include <memory>

#include "core/nn/layer.h"

namespace dropscope {

// Where a tape's `work` holds what pictures may show: the weights after the softmax, before any noise.
inline constexpr std::size_t kAttentionWeightsWork = 0;

// Vaswani et al., "Attention Is All You Need", NIPS 2017, section 3.2, without biases as there. `in`: the shape of one
// example, [Sample, Time, Unit], also that of the output; `heads` divides its units, d = units / heads.
//   A = softmax(Q K^T / sqrt(d)) over the visible keys,  O = noise(A) V,  y = W (noise(O) of all heads side by side).
// `causal`: step t sees steps 0 .. t; the weight of the others is exactly 0 and no noise can change that.
// Blocks: name + ".query_key_value", 3 x units outputs in this order, and name + ".output".
// Sites: `weights_site` [Sample, Head, Query, Key] and `heads_site` [Sample, Head, Time, Unit].
template <class T>
std::unique_ptr<Layer<T>> make_attention(std::string name, std::string weights_site, std::string heads_site,
                                         const Shape& in, int heads, bool causal);

}  // namespace dropscope
