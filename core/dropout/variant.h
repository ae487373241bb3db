// The contract of a dropout variant: a constant table of facts and pure functions. A variant owns no
// state: no generator, no cached mask, no weights; learned values live with the network's parameters.
// A variant never applies noise, never rescales, never writes a backward pass: dropper.h does that
// once for all of them, so a variant cannot get it wrong. How to add one: core/README.md.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/dropout/facts.h"
#include "core/random/uniforms.h"
#include "core/spec/site.h"
#include "core/tensor/tensor.h"

namespace dropscope {

// The effect of one draw:   y = scale * gate * x  +  carry * held  +  offset
// Backward needs nothing else:  dx = scale * gate * dy,  dheld = carry * dy.
// Tensors have the site's shape with tied axes collapsed to extent 1.
template <class T>
struct Noise {
  Tensor<T> gate;      // 1 keeps, 0 drops; any real gain is allowed
  T scale = T(1);      // apart from the gate, so that the screen can show it
  Tensor<T> carry;     // empty means 0; derived for Fill::Held as 1 - gate
  Tensor<T> offset;    // empty means 0
  T variance = T(0);   // of scale * gate, where inference asks for the moments of dropped weights; else 0
  bool active = false; // false: exactly the identity, and the tensors are empty
  std::vector<std::uint32_t> by_hand;  // gates that are not as drawn because a person set them; constants
};

template <class T>
struct DrawContext {
  const Shape& shape;               // of the noise, tied axes already collapsed
  double rate;                      // P(an element is dropped), after any schedule. Never a keep rate.
  std::span<const double> params;   // further parameters, in declaration order
  std::span<const T> learned;       // current values of the declared learned parameters
  const Uniforms& uniforms;
  const Tensor<T>* input;           // what the variant reads; null for Reads::Nothing
  Shape site;                       // of the site, nothing tied
};

template <class T>
struct PullBackContext {
  const DrawContext<T>& draw;
  const Noise<T>& noise;
  const Tensor<T>& d_gate;      // dLoss/dgate, already summed over tied elements
  std::span<T> d_learned;       // accumulate here
};

// A term of the loss that depends on learned values and on the weights that read from the site.
struct PenaltyContext {
  std::span<const double> params, learned;
  double weight_squares = 0;  // sum of w^2 over the weights that read from the site
  int inputs = 0;             // elements of the site for one example
  std::size_t examples = 0;   // in the training split
  bool classifies = false;
  std::span<double> d_learned;  // accumulate here
};
struct Penalty {
  double value = 0;        // added to the loss
  double weight_gain = 0;  // its gradient by each of those weights is weight_gain * w
};

// One generic function as two pointers: float for training, double for exact tests.
struct DrawFunction {
  constexpr DrawFunction() = default;
  template <class F>
  constexpr DrawFunction(F f) : for_float(f), for_double(f) {}
  void (*for_float)(const DrawContext<float>&, Noise<float>&) = nullptr;
  void (*for_double)(const DrawContext<double>&, Noise<double>&) = nullptr;
  explicit operator bool() const { return for_float != nullptr; }
  void operator()(const DrawContext<float>& c, Noise<float>& n) const { for_float(c, n); }
  void operator()(const DrawContext<double>& c, Noise<double>& n) const { for_double(c, n); }
};
struct PullBackFunction {
  constexpr PullBackFunction() = default;
  template <class F>
  constexpr PullBackFunction(F f) : for_float(f), for_double(f) {}
  void (*for_float)(const PullBackContext<float>&) = nullptr;
  void (*for_double)(const PullBackContext<double>&) = nullptr;
  explicit operator bool() const { return for_float != nullptr; }
  void operator()(const PullBackContext<float>& c) const { for_float(c); }
  void operator()(const PullBackContext<double>& c) const { for_double(c); }
};

struct Variant {
  const char* id;     // stable, for files and flags
  const char* name;   // for people
  const char* paper;  // the published source
  Target target;
  SiteKinds sites;    // where it may attach
  AxisSet tie;        // axes that share one coin, besides those the plan ties
  Fill fill;
  Rescale rescale;
  Lifetime lifetime;
  Inference inference;
  Preserves preserves;
  RateIs rate_is;
  Gates gates;
  double max_rate;    // largest rate allowed: 1, or less where the noise has no limit at 1
  Depiction depiction;
  // The gates arrive as ones; called only for rates in (0, 1), unless the variant fills dropped elements itself,
  // reads something or has learned values.
  DrawFunction draw;
  // What follows from the gates, where Fill or Rescale is ByVariant: scale, offset, growth of the gates that are not 0.
  // Called after the draw and after gates were set by hand; looks at the gates and never at a coin.
  DrawFunction follow = {};
  // Where elements fall out in pieces: those that go with one gate of the noise's shape when a person sets it. Null: it
  // alone.
  std::vector<std::uint32_t> (*piece)(const Shape& noise, std::span<const double> params, std::uint32_t gate) = nullptr;
  std::span<const ParamSpec> params = {};
  std::span<const ParamSpec> learned = {};
  Reads reads = Reads::Nothing;
  PullBackFunction pull_back = {};
  // Inference::Expected with a rate that depends on what the variant reads: writes the mean gate.
  DrawFunction expected = {};
  // Term of the loss, for learned rates. Null: none.
  Penalty (*penalty)(const PenaltyContext&) = nullptr;
  // RateIs::Learned: the rate that the learned values stand for.
  double (*rate_of)(std::span<const double> learned) = nullptr;
  // RateIs::Nominal: the exact share of elements dropped on average when `rate` is asked for. Null: the rate.
  double (*expected_drop)(const Shape& site, double rate, std::span<const double> params) = nullptr;
};

// The draw most variants need: an independent coin for each element of the (tied) noise shape.
inline constexpr auto independent_coins = []<class T>(const DrawContext<T>& context, Noise<T>& noise) {
  context.uniforms.coins(noise.gate.span(), context.rate);
};

}  // namespace dropscope
