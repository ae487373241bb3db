// What every dropout variant must keep to, as functions that say in words what is wrong, and an empty text
// where nothing is. The suite runs them over the registry; the negative controls feed them faults that
// well-known programs have had and demand that they are found.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "core/dropout/dropper.h"
#include "core/spec/dropout_plan.h"

namespace dropscope::conformance {

// The rates of every check: never only one half, where a keep/drop mix-up cannot be seen.
inline constexpr double kRates[] = {0, 0.1, 0.3, 0.8, 1};

// The engine's operations; a negative control puts a faulty one in its place.
template <class T>
struct Operations {
  void (*draw)(const NoisePlan&, const Shape&, const Uniforms&, std::span<const T>, const Tensor<T>*,
               Noise<T>&) = draw_noise<T>;
  void (*apply)(const Noise<T>&, const Tensor<T>&, const Tensor<T>*, Tensor<T>&) = apply_noise<T>;
  // The key is for a control that draws anew; the engine's own backward pass has no way to.
  void (*backward)(const NoisePlan&, const Uniforms&, const Noise<T>&, const Tensor<T>&, Tensor<T>&,
                   Tensor<T>*) = [](const NoisePlan&, const Uniforms&, const Noise<T>& n, const Tensor<T>& dy,
                                    Tensor<T>& dx, Tensor<T>* dheld) { apply_noise_backward<T>(n, dy, dx, dheld); };
};

// One place a variant can be put to.
struct Place {
  const Variant* variant = nullptr;
  SiteKind kind = SiteKind::Hidden;
  MaskScope scope = MaskScope::Example;

  Shape shape() const {
    switch (kind) {
      case SiteKind::Input:
      case SiteKind::Hidden:
        return {{Axis::Sample, 24}, {Axis::Unit, 131}};
      case SiteKind::FeatureMap:
        return {{Axis::Sample, 4}, {Axis::Channel, 16}, {Axis::Row, 12}, {Axis::Col, 12}};
      case SiteKind::Weight:
      case SiteKind::RecurrentWeight:
        return {{Axis::Sample, 3}, {Axis::Out, 40}, {Axis::In, 32}};
      case SiteKind::ResidualBranch:
        return {{Axis::Sample, 512}, {Axis::Unit, 8}};
      case SiteKind::Embedding:
        return {{Axis::Sample, 64}, {Axis::In, 40}, {Axis::Out, 5}};
      case SiteKind::Sequence:
      case SiteKind::RecurrentState:
      case SiteKind::StateUpdate:
      case SiteKind::CellState:
      case SiteKind::CellUpdate:
        return {{Axis::Sample, 16}, {Axis::Time, 6}, {Axis::Unit, 64}};
      case SiteKind::HeadOutput:
        return {{Axis::Sample, 64}, {Axis::Head, 4}, {Axis::Time, 6}, {Axis::Unit, 4}};
      case SiteKind::AttentionWeights:
        break;
    }
    return {{Axis::Sample, 4}, {Axis::Head, 4}, {Axis::Query, 16}, {Axis::Key, 16}};
  }
  NoisePlan plan(double rate) const {
    NoisePlan p;
    p.variant = variant;
    p.rate = rate;
    p.tie = scope == MaskScope::Example ? variant->tie.without(Axis::Sample) : variant->tie;
    if (scope == MaskScope::Batch) p.tie = p.tie | AxisSet{Axis::Sample};
    for (const ParamSpec& param : variant->params) p.params.push_back(param.initial);
    return p;
  }
  std::string text() const {
    return std::string("variant '") + variant->id + "' at site " + name_of(kind) + ", one mask per " + name_of(scope);
  }
};

inline std::vector<Place> places_of(const Variant& variant) {
  std::vector<Place> places;
  for (int k = 0; k < kSiteKindCount; ++k)
    for (MaskScope scope : {MaskScope::Example, MaskScope::Batch})
      if (variant.sites.has(SiteKind(k))) places.push_back({&variant, SiteKind(k), scope});
  return places;
}

inline std::string number(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}

// The text of a failure names the variant, its place, the rate and the fact that does not hold.
inline std::string fault(const Place& place, double rate, const std::string& fact, const std::string& found) {
  return place.text() + ", rate " + number(rate) + ": " + fact + ": " + found;
}

template <class T>
Tensor<T> normals(const Shape& shape, std::uint32_t site) {
  Tensor<T> t(shape);
  const Uniforms u({1, site}, Stream::Test);
  for (std::size_t i = 0; i < t.size(); ++i) t[i] = T(u.normal(std::uint32_t(i)));
  return t;
}

// What a variant that reads something is given to read at a place: weights into the site's units, or z.
template <class T>
Tensor<T> reading_of(const Place& place) {
  if (place.variant->reads != Reads::Weights) return normals<T>(place.shape(), 1);
  const bool matrix = place.kind == SiteKind::Weight || place.kind == SiteKind::RecurrentWeight;
  const int outputs = matrix                               ? place.shape().extent(Axis::Out)
                      : place.kind == SiteKind::FeatureMap ? place.shape().extent(Axis::Channel)
                                                           : place.shape().extent(Axis::Unit);
  return normals<T>({{Axis::Out, outputs}, {Axis::In, matrix ? place.shape().extent(Axis::In) : 9}}, 1);
}

inline Uniforms key_of(std::uint32_t age, std::uint32_t site = 3) { return Uniforms({7, site, age}, Stream::Dropout); }

template <class T>
struct Draw {
  Noise<T> noise;
  Draw(const Place& place, double rate, std::uint32_t age, const Operations<T>& ops = {}, std::uint32_t site = 3) {
    std::vector<T> learned;
    for (const ParamSpec& p : place.variant->learned) learned.push_back(T(p.initial));
    Tensor<T> reading;
    if (place.variant->reads != Reads::Nothing) reading = reading_of<T>(place);
    ops.draw(place.plan(rate), place.shape(), key_of(age, site), learned, &reading, noise);
  }
};

inline std::string facts_are_complete(const Variant& v) {
  const auto lacks = [](const char* text) { return !text || !*text; };
  const std::string who = std::string("variant '") + (v.id ? v.id : "?") + "': ";
  if (lacks(v.id) || lacks(v.name) || lacks(v.paper)) return who + "id, name or source is missing";
  if (lacks(v.depiction.formula) || lacks(v.depiction.one_line)) return who + "formula or one_line is missing";
  if (int(v.depiction.glyph) >= kGlyphCount) return who + "its glyph is not one that exists";
  for (const char* c = v.id; *c; ++c)
    if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_')) return who + "its id is not lower case";
  if (places_of(v).empty()) return who + "it may attach nowhere";
  if (!(v.max_rate > 0 && v.max_rate <= 1)) return who + "max_rate is outside (0, 1]";
  if (!v.draw.for_float || !v.draw.for_double) return who + "it cannot draw";
  if (!v.learned.empty() && !v.pull_back) return who + "it learns but has no pull_back";
  for (const auto& list : {v.params, v.learned})
    for (const ParamSpec& p : list)
      if (lacks(p.id) || lacks(p.label) || !(p.lo <= p.initial && p.initial <= p.hi))
        return who + "a parameter is ill defined";
  return {};
}

template <class T>
std::string mask_has_tied_shape(const Place& place) {
  for (double rate : {0.1, 0.3, 0.8}) {
    const Draw<T> d(place, rate, 4);
    if (!d.noise.active) continue;
    const Shape expected = place.shape().tied(place.plan(rate).tie);
    if (!(d.noise.gate.shape == expected) || d.noise.gate.size() != expected.count())
      return fault(place, rate, "the gate has the site's shape with tied axes collapsed", "another shape");
    for (const Tensor<T>* t : {&d.noise.carry, &d.noise.offset})
      if (!t->empty() && t->size() != expected.count())
        return fault(place, rate, "carry and offset match the gate", "another size");
    if (place.variant->gates == Gates::Binary)
      for (T g : d.noise.gate.v)
        if (g != T(0) && g != T(1)) return fault(place, rate, "binary gates are 0 or 1", number(double(g)));
  }
  return {};
}

template <class T>
std::string rate_zero_is_the_identity(const Place& place, const Operations<T>& ops = {}) {
  if (place.variant->rate_is == RateIs::Learned) return {};
  Tensor<T> x = normals<T>(place.shape(), 1), y, dx;
  x[0] = std::numeric_limits<T>::quiet_NaN();
  x[1] = std::numeric_limits<T>::infinity();
  x[2] = -T(0);
  x[3] = std::numeric_limits<T>::denorm_min();
  const Tensor<T> held = normals<T>(place.shape(), 2);
  const Draw<T> d(place, 0, 4, ops);
  ops.apply(d.noise, x, &held, y);
  ops.backward(place.plan(0), key_of(4), d.noise, x, dx, nullptr);
  if (std::memcmp(x.data(), y.data(), x.size() * sizeof(T)) != 0)
    return fault(place, 0, "forward is the identity bit for bit", "it is not");
  if (std::memcmp(x.data(), dx.data(), x.size() * sizeof(T)) != 0)
    return fault(place, 0, "backward is the identity bit for bit", "it is not");
  return {};
}

template <class T>
std::string rate_one_gives_exact_zeros(const Place& place, const Operations<T>& ops = {}) {
  const Variant& v = *place.variant;
  if (v.max_rate < 1 || v.rate_is != RateIs::Exact || v.fill != Fill::Zero) return {};
  Tensor<T> x = normals<T>(place.shape(), 1), y, dx;
  x[0] = std::numeric_limits<T>::quiet_NaN();
  x[1] = std::numeric_limits<T>::infinity();
  x[2] = -std::numeric_limits<T>::infinity();
  const Draw<T> d(place, 1, 4, ops);
  ops.apply(d.noise, x, nullptr, y);
  ops.backward(place.plan(1), key_of(4), d.noise, x, dx, nullptr);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (y[i] != T(0) || dx[i] != T(0))
      return fault(place, 1, "forward and backward are exact zeros", number(double(y[i])));
  return {};
}

// How many independent coins a number of draws holds.
template <class T>
double coins_in(const Place& place, int draws) {
  return double(place.shape().tied(place.plan(0.5).tie).count()) * draws;
}

// Where the rate is only nominal, the exact expected fraction that the variant states.
template <class T>
std::string drops_the_fraction_it_declares(const Place& place, const Operations<T>& ops) {
  for (double rate : kRates) {
    if (rate > place.variant->max_rate) continue;
    constexpr int draws = 400;
    double sum = 0, square = 0;
    for (std::uint32_t age = 0; age < draws; ++age) {
      const Draw<T> d(place, rate, age, ops);
      const double gone = d.noise.active ? double(std::count(d.noise.gate.v.begin(), d.noise.gate.v.end(), T(0))) /
                                               double(d.noise.gate.size())
                                         : 0;
      sum += gone, square += gone * gone;
    }
    const double mean = sum / draws, spread = std::sqrt(std::max(0.0, square / draws - mean * mean) / draws);
    const double declared = place.variant->expected_drop(place.shape(), rate, place.plan(rate).params);
    // Five standard errors, measured from the draws themselves.
    if (std::abs(mean - declared) > 5 * spread + 1e-6)
      return fault(place, rate, "it drops the fraction it declares (" + number(declared) + ")", number(mean));
  }
  return {};
}

template <class T>
std::string drops_the_fraction_asked_for(const Place& place, const Operations<T>& ops = {}) {
  const Variant& v = *place.variant;
  if (v.rate_is == RateIs::Nominal && v.expected_drop && v.gates == Gates::Binary)
    return drops_the_fraction_it_declares<T>(place, ops);
  if (v.rate_is != RateIs::Exact || v.gates != Gates::Binary) return {};
  for (double rate : kRates) {
    if (rate > v.max_rate) continue;
    constexpr int draws = 100;
    double dropped = 0;
    for (std::uint32_t age = 0; age < draws; ++age) {
      const Draw<T> d(place, rate, age, ops);
      dropped += d.noise.active ? double(std::count(d.noise.gate.v.begin(), d.noise.gate.v.end(), T(0))) : 0;
    }
    const double n = coins_in<T>(place, draws);
    // Five standard deviations of a binomial fraction; exact at rates 0 and 1.
    if (std::abs(dropped / n - rate) > 5 * std::sqrt(rate * (1 - rate) / n))
      return fault(place, rate, "it drops the fraction asked for", number(dropped / n));
  }
  return {};
}

// Mean and mean square of the gain per element that training applies, over many draws.
struct GainMoments {
  double mean = 0, square = 0, coins = 0;
};
template <class T>
GainMoments gain_moments(const Place& place, double rate, const Operations<T>& ops) {
  constexpr int draws = 200;
  GainMoments m;
  const Tensor<T> ones(place.shape(), T(1)), held(place.shape(), T(1));
  Tensor<T> y;
  int counted = 0;
  for (std::uint32_t age = 0; age < draws; ++age) {
    const Draw<T> d(place, rate, age, ops);
    // A site that lost everything has nothing to rescale by what was kept.
    if (place.variant->rescale == Rescale::RealizedKeep && d.noise.active && d.noise.scale == T(0)) continue;
    ++counted;
    ops.apply(d.noise, ones, &held, y);
    for (T value : y.v) m.mean += double(value), m.square += double(value) * double(value);
  }
  m.mean /= double(ones.size()) * counted;
  m.square /= double(ones.size()) * counted;
  m.coins = coins_in<T>(place, draws);
  return m;
}

// Values of mean 0 and variance 1 keep both. The inputs are standardised exactly, so only coins are random.
template <class T>
std::string keeps_standard_moments(const Place& place, double rate, const Operations<T>& ops) {
  Tensor<T> x = normals<T>(place.shape(), 1), y;
  const double n = double(x.size());
  double mean = 0, square = 0;
  for (T value : x.v) mean += double(value) / n;
  for (T value : x.v) square += (double(value) - mean) * (double(value) - mean) / n;
  for (T& value : x.v) value = T((double(value) - mean) / std::sqrt(square));
  constexpr int draws = 200;
  double sum = 0, squares = 0, sum2 = 0, squares2 = 0;
  for (std::uint32_t age = 0; age < draws; ++age) {
    const Draw<T> d(place, rate, age, ops);
    ops.apply(d.noise, x, &x, y);
    double m = 0, s = 0;
    for (T value : y.v) m += double(value) / n, s += double(value) * double(value) / n;
    sum += m, squares += m * m, sum2 += s, squares2 += s * s;
  }
  const auto off = [](double total, double square_total, double expected) {
    const double found = total / draws;
    const double spread = std::sqrt(std::max(0.0, square_total / draws - found * found) / draws);
    return std::abs(found - expected) > 5 * spread + 1e-5;  // five standard errors, measured
  };
  if (off(sum, squares, 0)) return fault(place, rate, "training keeps mean 0", number(sum / draws));
  if (off(sum2, squares2, 1)) return fault(place, rate, "training keeps variance 1", number(sum2 / draws));
  return {};
}

template <class T>
std::string keeps_the_moments_it_declares(const Place& place, const Operations<T>& ops = {}) {
  const Variant& v = *place.variant;
  if (v.preserves == Preserves::Nothing) return {};
  for (double rate : kRates) {
    if (rate > v.max_rate || rate >= 1) continue;  // at rate 1 nothing is left whose mean could be kept
    if (v.preserves == Preserves::MeanAndVariance) {
      if (const std::string found = keeps_standard_moments<T>(place, rate, ops); !found.empty()) return found;
      continue;
    }
    const GainMoments m = gain_moments<T>(place, rate, ops);
    const double spread = std::sqrt(std::max(0.0, m.square - m.mean * m.mean) / m.coins);
    // Five standard errors, measured from the draws themselves, and rounding.
    if (std::abs(m.mean - 1) > 5 * spread + 1e-5) return fault(place, rate, "training keeps the mean", number(m.mean));
  }
  return {};
}

template <class T>
std::string training_averages_to_inference(const Place& place, const Operations<T>& ops = {}) {
  const Variant& v = *place.variant;
  if (v.preserves == Preserves::Nothing && v.inference == Inference::Identity) return {};
  // Only a whole population of mean 0 and variance 1 is kept, not each value.
  if (v.preserves == Preserves::MeanAndVariance) return {};
  for (double rate : kRates) {
    if (rate > v.max_rate || (rate >= 1 && v.inference == Inference::Identity)) continue;
    const GainMoments m = gain_moments<T>(place, rate, ops);
    Noise<T> mean;
    const Tensor<T> reading = reading_of<T>(place);
    expected_noise<T>(place.plan(rate), place.shape(), mean, {}, v.reads == Reads::Nothing ? nullptr : &reading);
    const Tensor<T> ones(place.shape(), T(1));
    Tensor<T> y;
    apply_noise<T>(mean, ones, &ones, y);
    double inference = 0;
    for (T value : y.v) inference += double(value) / double(y.size());
    const double spread = std::sqrt(std::max(0.0, m.square - m.mean * m.mean) / m.coins);
    if (std::abs(m.mean - inference) > 5 * spread + 1e-5)
      return fault(place, rate, "training averages to what inference computes (" + number(inference) + ")",
                   number(m.mean));
  }
  return {};
}

// L = sum of dy * y with the noise frozen; central differences in double. y is linear in x, so the step may
// be large and the only error is rounding.
inline std::string gradient_is_that_of_the_frozen_noise(const Place& place, const Operations<double>& ops = {}) {
  for (double rate : kRates) {
    if (rate > place.variant->max_rate) continue;
    const Tensor<double> x = normals<double>(place.shape(), 1), held = normals<double>(place.shape(), 2),
                         dy = normals<double>(place.shape(), 3);
    const Draw<double> d(place, rate, 5, ops);
    Tensor<double> dx, dheld, up, down;
    ops.backward(place.plan(rate), key_of(5), d.noise, dy, dx, &dheld);
    constexpr double h = 1e-3;
    const auto check = [&](bool of_held, const Tensor<double>& analytic) {
      Tensor<double> above = of_held ? held : x, below = above;
      for (std::size_t i = 0; i < above.size(); ++i) above[i] += h, below[i] -= h;
      // Elements do not mix, so all of them are moved at once and each is looked at alone.
      ops.apply(d.noise, of_held ? x : above, of_held ? &above : &held, up);
      ops.apply(d.noise, of_held ? x : below, of_held ? &below : &held, down);
      double worst = 0;
      for (std::size_t i = 0; i < above.size(); ++i) {
        const double numeric = (up[i] - down[i]) / (2 * h) * dy[i];
        worst = std::max(worst, std::abs(numeric - analytic[i]) / (std::abs(numeric) + std::abs(analytic[i]) + 1e-3));
      }
      return worst;
    };
    if (const double worst = check(false, dx); !(worst < 1e-6))
      return fault(place, rate, "backward is the gradient of the very noise that was applied",
                   "relative error " + number(worst));
    if (place.variant->fill != Fill::Held) continue;
    if (const double worst = check(true, dheld); !(worst < 1e-6))
      return fault(place, rate, "backward gives the held value its gradient", "relative error " + number(worst));
  }
  return {};
}

template <class T>
bool same_noise(const Noise<T>& a, const Noise<T>& b) {
  return a.active == b.active && a.scale == b.scale && a.gate.v == b.gate.v && a.carry.v == b.carry.v &&
         a.offset.v == b.offset.v;
}

template <class T>
std::string repeats_for_one_key_and_refreshes_for_the_next(const Place& place, const Operations<T>& ops = {}) {
  const Variant& v = *place.variant;
  const Tensor<T> x = reading_of<T>(place);
  for (double rate : {0.1, 0.3, 0.8}) {
    if (!has_effect(place.plan(rate))) continue;
    const Draw<T> now(place, rate, 9, ops), again(place, rate, 9, ops);
    Draw<T> next(place, rate, 10, ops);
    if (!same_noise(now.noise, again.noise)) return fault(place, rate, "one key gives one mask", "two masks");
    // A mask of a single coin often falls the same way twice.
    for (std::uint32_t age = 11; age < 138 && same_noise(now.noise, next.noise); ++age)
      next = Draw<T>(place, rate, age, ops);
    if (same_noise(now.noise, next.noise)) return fault(place, rate, "the next age gives another mask", "the same one");
    // Memory left over from a larger or smaller batch, or from another rate, must not show.
    Noise<T> reused = next.noise;
    std::vector<T> learned;
    for (const ParamSpec& p : v.learned) learned.push_back(T(p.initial));
    ops.draw(place.plan(rate), place.shape(), key_of(9), learned, &x, reused);
    if (!same_noise(now.noise, reused))
      return fault(place, rate, "a draw into used memory is the same draw", "another");
  }
  return {};
}

template <class T>
std::string a_larger_rate_never_revives(const Place& place, const Operations<T>& ops = {}) {
  if (place.variant->gates != Gates::Binary || place.variant->rescale == Rescale::RealizedKeep) return {};
  std::vector<T> before(place.shape().tied(place.plan(0).tie).count(), T(1));
  for (int step = 1; step <= 20; ++step) {
    const double rate = step / 20.0;
    if (rate > place.variant->max_rate) break;
    const Draw<T> d(place, rate, 9, ops);
    if (!d.noise.active) continue;
    for (std::size_t i = 0; i < before.size(); ++i)
      if (d.noise.gate[i] > before[i])
        return fault(place, rate, "a larger rate only drops more", "an element came back");
    before.assign(d.noise.gate.v.begin(), d.noise.gate.v.end());
  }
  return {};
}

}  // namespace dropscope::conformance
