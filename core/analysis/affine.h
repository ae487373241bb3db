// Where weight scaling is exact by theory, which the structure of a network alone tells.
#pragma once
#include "core/analysis/model.h"

namespace dropscope {

// Whether a layer is a batch norm or a layer norm, with a gamma and a beta.
template <class T>
bool is_norm(const Layer<T>& layer);

// Whether a layer is an affine function of what it reads, outside training and without noise. Pools count as not.
template <class T>
bool is_affine(const Network<T>& network, int layer);

// Whether outputs are affine in every gate that acts, so that their mean over all masks is what the network without
// masks gives: nothing but affine layers follow the noise, and each gate's mean is what inference uses for it. False
// where that is not certain, as for noise inside recurrent or attention layers.
// Source: Baldi and Sadowski, "Understanding Dropout", NIPS 2013.
template <class T>
bool scaling_is_exact(const Model<T>& model);

}  // namespace dropscope
