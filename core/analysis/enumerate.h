// All sub-networks that dropout of one example can draw, 2^n of them, and what averages over them are: the exact
// side of every statement about dropout as an ensemble.
// Sources: Hinton et al., arXiv:1207.0580 (2012); Baldi and Sadowski, "Understanding Dropout", NIPS 2013.
#pragma once
#include "core/analysis/model.h"

namespace dropscope {

// 4096 sub-networks; more are sampled (core/analysis/monte_carlo.h).
inline constexpr int kMostEnumeratedUnits = 12;

template <class T>
struct Subnetworks {
  int units = 0;                    // n: gates that open and close, sites in order, row-major within a site
  int outputs = 0;                  // numbers that the network gives for one example
  int classes = 0;                  // outputs that share one softmax: a row of `outputs`
  std::vector<double> probability;  // [2^n]; bit j of the index set: gate j is open (kept)
  std::vector<T> values;            // [2^n, outputs]: logits, or predictions
};

// The number of gates that one example's masks open and close; sites without effect have none.
template <class T>
int droppable_units(const Model<T>& model);

// The first site that acts with gates that are no independent coins (adaptive, learned, block or Gaussian noise); -1
// where there is none.
template <class T>
int first_without_coins(const Model<T>& model);

// The shape of a site's gates for one example.
template <class T>
Shape gate_shape(const Model<T>& model, int site);

// Runs every sub-network on one example. Throws InputError above kMostEnumeratedUnits units, and where a site's
// gates are not independent coins.
template <class T>
Subnetworks<T> enumerate_subnetworks(const Model<T>& model, std::span<const T> x, Tape<T>& tape);

// One of them on one example: the gates of `bits` are put into the tape and used, so what is read from it is what the
// sub-network did. Throws as enumerate_subnetworks, and for bits of gates that there are not.
template <class T>
void run_subnetwork(const Model<T>& model, std::span<const T> x, std::uint32_t bits, Tape<T>& tape);

// Averages over all sub-networks, weighted by probability. The last four are of softmax(outputs), so for classes.
struct EnsembleMeans {
  std::vector<double> mean, variance;  // of the outputs themselves
  std::vector<double> arithmetic;      // sum_m P(m) softmax(z(m))
  // sum_m P(m) log softmax(z(m)): minus the mean cross entropy of a sub-network, for each label.
  std::vector<double> log_geometric;
  std::vector<double> geometric;  // G = exp(log_geometric); sums to at most 1
  // G / sum G. Equal to softmax(E z), the network with mean gains, where logits are affine in the masks: dropout
  // on the last hidden layer (or the inputs of a network without one) only.
  std::vector<double> normalised;
};
template <class T>
EnsembleMeans ensemble_means(const Subnetworks<T>& all);

// One pass without masks, mean gains instead: logits or predictions. What inference uses.
template <class T>
std::vector<T> scaled_network(const Model<T>& model, std::span<const T> x, Tape<T>& tape);

}  // namespace dropscope
