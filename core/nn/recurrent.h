// Recurrent layers, unrolled over time: [Sample, Time, Unit] to [Sample, Time, Unit], from a state of zeros at the
// start of every sequence.
//
//   Rnn   g = f(W x_t + b + U h_{t-1});   h~ = d(g)
//   Lstm  i, f, o = sigmoid, g = tanh of W x_t + b + U h_{t-1};   c~ = f c_{t-1} + i d(g);   h~ = o tanh(c)
//         (Hochreiter and Schmidhuber 1997; forget gate of Gers et al. 2000, its bias starts at 1)
//   Gru   r, z = sigmoid of W x_t + b + U h_{t-1};   n = tanh(W x_t + b + r (U h_{t-1} + b_u));
//         h~ = (1 - z) d(n) + z h_{t-1}   (Cho et al. 2014; the reset gate where cuDNN and PyTorch have it)
//
// Blocks: name.weight W [gates * units, inputs], name.bias, name.recurrent_weight U [gates * units, units], and for
// Gru name.recurrent_bias b_u [units]. The gates lie one after the other in the order above (Lstm: i, f, g, o).
//
// Sites, beside the output: name.input (x_t before W), name.recurrent_weight (on U), name.recurrent (h_{t-1} on its way
// into U, not into z h_{t-1}), name.update (d above), name.cell (c_t = noise(c~), held c_{t-1}) and name.state
// (h_t = noise(h~), held h_{t-1}). Where a dropped cell holds its old value, h~ reads c~ (Krueger et al.,
// arXiv:1606.01305); other noise on cells is what h~ reads too (Moon et al. 2015).
#pragma once
#include <memory>

#include "core/nn/layer.h"

namespace dropscope {

// Where the tape keeps h and, for Lstm, c: tensors of LayerTape::work, [Time + 1, Sample, Unit], from the zeros before
// the first step on.
inline constexpr int kStatesOfTape = 6, kCellsOfTape = 7;

// kind: Rnn, Lstm or Gru. `in`: [Sample, Time, Unit] for one example. `activation`: Rnn's f.
template <class T>
std::unique_ptr<Layer<T>> make_recurrent(LayerKind kind, std::string name, const Shape& in, int units,
                                         Activation activation);

}  // namespace dropscope
