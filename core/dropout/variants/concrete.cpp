#include <cmath>

#include "core/dropout/variant.h"
#include "core/tensor/math.h"

namespace dropscope {
namespace {

// Of the soft coin; at 0 it would be a hard one, through which no gradient could reach the rate.
constexpr double kTemperature = 0.1;
constexpr double kFirstLogit = -2.1972245773362196;  // rate 0.1
constexpr ParamSpec kParams[] = {{"length_scale", "Prior length scale", 0, 100, 0.01},
                                 {"precision", "Precision of the data", 1e-6, 1e6, 1}};
constexpr ParamSpec kLearned[] = {{"logit", "Logit of the rate", -20, 20, kFirstLogit}};

// What keeps the rate from falling to 0: l^2/(tau N) |W|^2/(1-p) + f/(tau N) K (p log p + (1-p) log(1-p)), f = 2 for
// squared errors and 1 for cross entropy; W are the weights that read the K units, N the examples.
Penalty rate_penalty(const PenaltyContext& c) {
  const double logit = c.learned[0], p = sigmoid_of(logit), q = sigmoid_of(-logit);
  // Logarithms of p and q that stay finite where p or q does not differ from 0.
  const double log_p = logit < 0 ? logit + log_of(q) : log_of(p), log_q = logit < 0 ? log_of(q) : log_of(p) - logit;
  const double per = 1 / (c.params[1] * double(c.examples));
  const double weights = c.params[0] * c.params[0] * per, entropy = (c.classifies ? 1 : 2) * per * c.inputs;
  // d(1/q)/dlogit = p/q; d(p log p + q log q)/dlogit = p q logit.
  c.d_learned[0] += weights * c.weight_squares * p / q + entropy * p * q * logit;
  return {weights * c.weight_squares / q + entropy * (p * log_p + q * log_q), 2 * weights / q};
}

}  // namespace

// The rate is learned along with the weights, by a coin soft enough to pass a gradient. The asked rate has no part in
// it: learning begins at 0.1.
extern constinit const Variant kConcrete = {
    .id = "concrete",
    .name = "Concrete dropout",
    .paper = "Gal, Hron, Kendall, arXiv:1705.07832 (2017)",
    .target = Target::Units,
    .sites = {SiteKind::Input, SiteKind::Hidden, SiteKind::Sequence, SiteKind::FeatureMap},
    .tie = {},
    .fill = Fill::Zero,
    .rescale = Rescale::ByVariant,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Nothing,
    .rate_is = RateIs::Learned,
    .gates = Gates::Real,
    .max_rate = 1.0,
    .depiction = {Glyph::DialedGate, "y = (1 - z) x / (1 - p),  z = sigmoid((logit p + logit u) / 0.1),  p learned",
                  "the network finds its own rate, the asked one has no effect"},
    .draw =
        []<class T>(const DrawContext<T>& context, Noise<T>& noise) {
          const T logit = context.learned[0], keep = sigmoid_of(-logit);
          for (std::size_t i = 0; i < noise.gate.size(); ++i) {
            const double u = context.uniforms.at(std::uint32_t(i));
            const T t = (logit + log_of(T(u)) - log_of(T(1 - u))) / T(kTemperature);
            noise.gate[i] = sigmoid_of(-t) / keep;
          }
        },
    .params = kParams,
    .learned = kLearned,
    .pull_back =
        []<class T>(const PullBackContext<T>& c) {
          // gate = (1 - z)/q, so dgate/dlogit = p gate - z gate/temperature.
          const T logit = c.draw.learned[0], p = sigmoid_of(logit), q = sigmoid_of(-logit);
          T sum = 0;
          for (std::size_t i = 0; i < c.d_gate.size(); ++i) {
            const T gate = c.noise.gate[i], z = T(1) - gate * q;
            sum += c.d_gate[i] * gate * (p - z / T(kTemperature));
          }
          c.d_learned[0] += sum;
        },
    .penalty = rate_penalty,
    .rate_of = [](std::span<const double> learned) { return sigmoid_of(learned[0]); },
};

}  // namespace dropscope
