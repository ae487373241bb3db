#include "core/analysis/enumerate.h"

#include <string>

#include "core/analysis/probability.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

constexpr std::size_t kChunk = 256;  // sub-networks that run as one batch

// The gates of one site for one example.
struct GateSite {
  int site = 0, units = 0;
  double rate = 0;
};

bool has_independent_coins(const Variant& variant) {
  return variant.gates == Gates::Binary && variant.reads == Reads::Nothing && variant.rate_is == RateIs::Exact &&
         variant.fill != Fill::ByVariant &&
         (variant.rescale == Rescale::None || variant.rescale == Rescale::InverseKeep);
}

template <class T>
std::vector<GateSite> gate_sites(const Model<T>& model) {
  std::vector<GateSite> sites;
  for (std::size_t s = 0; s < model.plans.size(); ++s) {
    const NoisePlan& plan = model.plans[s];
    if (!has_effect(plan)) continue;
    sites.push_back({int(s), int(gate_shape(model, int(s)).count()), plan.rate});
  }
  return sites;
}

// Puts the gates of masks first .. first + count - 1 into a site whose first gate is bit `shift` of a mask.
template <class T>
void put_gates(const Model<T>& model, const GateSite& at, int shift, std::size_t first, std::size_t count,
               Tape<T>& tape) {
  const NoisePlan& plan = model.plans[std::size_t(at.site)];
  const Uniforms unused({}, Stream::Probe);
  model.network.draw_noise_at(model.params, plan, at.site, {&unused, 1}, tape);
  Noise<T>& noise = model.network.noise_at(tape, at.site).noise;
  Shape shape;
  for (const Dim& d : gate_shape(model, at.site)) shape.push({d.axis, d.axis == Axis::Sample ? int(count) : d.extent});
  noise.gate.resize(shape);
  const std::size_t units = std::size_t(at.units);
  for (std::size_t m = 0; m < count; ++m)
    for (std::size_t j = 0; j < units; ++j)
      noise.gate[m * units + j] = (first + m) >> (std::size_t(shift) + j) & 1 ? T(1) : T(0);
  if (noise.carry.empty()) return;
  noise.carry.resize(shape);
  for (std::size_t i = 0; i < noise.gate.size(); ++i) noise.carry[i] = T(1) - noise.gate[i];
}

}  // namespace

template <class T>
Shape gate_shape(const Model<T>& model, int site) {
  return model.network.site_shape(site, 1).tied(model.plans[std::size_t(site)].tie);
}

template <class T>
int first_without_coins(const Model<T>& model) {
  for (std::size_t s = 0; s < model.plans.size(); ++s)
    if (has_effect(model.plans[s]) && !has_independent_coins(*model.plans[s].variant)) return int(s);
  return -1;
}

template <class T>
int droppable_units(const Model<T>& model) {
  std::int64_t units = 0;
  for (const GateSite& at : gate_sites(model)) units += at.units;
  return int(std::min<std::int64_t>(units, 1 << 30));
}

namespace {

// All that can be dropped. Throws where not all sub-networks can be run.
template <class T>
int checked_units(const Model<T>& model) {
  const int n = droppable_units(model);
  if (n > kMostEnumeratedUnits)
    throw InputError("all sub-networks",
                     "at most " + std::to_string(kMostEnumeratedUnits) + " units that can be dropped",
                     std::to_string(n));
  if (const int s = first_without_coins(model); s >= 0)
    throw InputError("all sub-networks at " + model.network.sites()[std::size_t(s)].name, "noise of independent coins",
                     model.plans[std::size_t(s)].variant->id);
  return n;
}

// Masks first .. first + count - 1, each on one of the examples.
template <class T>
void run_masks(const Model<T>& model, std::span<const GateSite> sites, std::span<const T> examples, std::size_t first,
               std::size_t count, Tape<T>& tape) {
  load_examples<T>(model, examples, 0, count, tape);
  expect_everywhere(model, tape);
  int shift = 0;
  for (const GateSite& at : sites) {
    put_gates(model, at, shift, first, count, tape);
    shift += at.units;
  }
  model.network.forward(model.params, tape, nullptr);
}

}  // namespace

template <class T>
Subnetworks<T> enumerate_subnetworks(const Model<T>& model, std::span<const T> x, Tape<T>& tape) {
  const std::vector<GateSite> sites = gate_sites(model);
  const int n = checked_units(model);
  const std::size_t masks = std::size_t(1) << n;
  Subnetworks<T> all;
  all.units = n;
  for (std::size_t m = 0; m < masks; ++m) {
    double p = 1;
    int bit = 0;
    for (const GateSite& at : sites)
      for (int j = 0; j < at.units; ++j, ++bit) p *= m >> bit & 1 ? 1 - at.rate : at.rate;
    all.probability.push_back(p);
  }
  std::vector<T> copies;
  for (std::size_t first = 0; first < masks; first += kChunk) {
    const std::size_t count = std::min(kChunk, masks - first);
    copies.clear();
    for (std::size_t m = 0; m < count; ++m) copies.insert(copies.end(), x.begin(), x.end());
    run_masks<T>(model, sites, copies, first, count, tape);
    all.values.insert(all.values.end(), tape.logits().v.begin(), tape.logits().v.end());
  }
  all.outputs = int(all.values.size() / masks);
  all.classes = model.network.outputs();
  return all;
}

template <class T>
void run_subnetwork(const Model<T>& model, std::span<const T> x, std::uint32_t bits, Tape<T>& tape) {
  const int n = checked_units(model);
  if (bits >> n != 0)
    throw InputError("a sub-network", "bits of " + std::to_string(n) + " gates", std::to_string(bits));
  run_masks<T>(model, gate_sites(model), x, bits, 1, tape);
}

template <class T>
EnsembleMeans ensemble_means(const Subnetworks<T>& all) {
  const std::size_t outputs = std::size_t(all.outputs), classes = std::size_t(all.classes);
  const std::vector<double> zeros(outputs, 0.0);
  EnsembleMeans means{zeros, zeros, zeros, zeros, zeros, zeros};
  std::vector<double> logs(outputs);
  // Two sweeps, so that the variance is no difference of two large numbers.
  for (std::size_t m = 0; m < all.probability.size(); ++m)
    for (std::size_t k = 0; k < outputs; ++k) means.mean[k] += all.probability[m] * double(all.values[m * outputs + k]);
  for (std::size_t m = 0; m < all.probability.size(); ++m) {
    const double p = all.probability[m];
    if (p == 0) continue;
    const std::span<const T> z = std::span(all.values).subspan(m * outputs, outputs);
    for (std::size_t row = 0; row < outputs; row += classes)
      log_softmax<T>(z.subspan(row, classes), std::span(logs).subspan(row, classes));
    for (std::size_t k = 0; k < outputs; ++k) {
      const double off = double(z[k]) - means.mean[k];
      means.variance[k] += p * off * off;
      means.arithmetic[k] += p * std::exp(logs[k]);
      means.log_geometric[k] += p * logs[k];
    }
  }
  for (std::size_t k = 0; k < outputs; ++k) means.geometric[k] = std::exp(means.log_geometric[k]);
  for (std::size_t row = 0; row < outputs; row += classes) {
    const std::vector<double> p =
        softmax_of<double>(std::span<const double>(means.log_geometric).subspan(row, classes));
    std::copy(p.begin(), p.end(), means.normalised.begin() + std::ptrdiff_t(row));
  }
  return means;
}

template <class T>
std::vector<T> scaled_network(const Model<T>& model, std::span<const T> x, Tape<T>& tape) {
  load_examples<T>(model, x, 0, 1, tape);
  expect_everywhere(model, tape);
  model.network.forward(model.params, tape, nullptr);
  return {tape.logits().v.begin(), tape.logits().v.end()};
}

#define DROPSCOPE_INSTANTIATE(T)                                                                   \
  template int droppable_units<T>(const Model<T>&);                                                \
  template int first_without_coins<T>(const Model<T>&);                                            \
  template Shape gate_shape<T>(const Model<T>&, int);                                              \
  template Subnetworks<T> enumerate_subnetworks<T>(const Model<T>&, std::span<const T>, Tape<T>&); \
  template void run_subnetwork<T>(const Model<T>&, std::span<const T>, std::uint32_t, Tape<T>&);   \
  template EnsembleMeans ensemble_means<T>(const Subnetworks<T>&);                                 \
  template std::vector<T> scaled_network<T>(const Model<T>&, std::span<const T>, Tape<T>&);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
