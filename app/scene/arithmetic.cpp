// What a unit computed, as lines of arithmetic with its own numbers, and the sentence about the sub-network.
// Every number is read from the snapshot; products are shown, never recomputed into another value.
#include <cmath>

#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/step_beat.h"

namespace dropscope {
namespace {

const std::string kTimes = " \u00d7 ", kMinus = " \u2212 ";

float at_or_zero(const std::vector<float>& values, int i) {
  return std::size_t(i) < values.size() ? values[std::size_t(i)] : 0;
}

// "0.800 × 0.500 − 0.300 × 1.20 + 0.100" for few inputs, else how many there are; empty where the layer is not one
// matrix from the column before.
std::string weighted_sum(const Snapshot& snapshot, std::size_t l, int unit) {
  const LayerView &layer = snapshot.layers[l], &before = snapshot.layers[l - 1];
  const std::string bias = value_text(at_or_zero(layer.bias, unit));
  const bool few = layer.weights && before.units <= 3 &&
                   layer.weights->size() == std::size_t(layer.units) * std::size_t(before.units);
  if (!few && layer.bias.empty()) return {};
  if (!few) return "weighted sum of " + count_text(std::uint64_t(before.units)) + " inputs + bias " + bias;
  std::string sum;
  for (int i = 0; i < before.units; ++i) {
    const float w = (*layer.weights)[std::size_t(unit) * std::size_t(before.units) + std::size_t(i)];
    if (i > 0) sum += w < 0 ? kMinus : " + ";
    sum += value_text(i > 0 ? std::fabs(w) : w) + kTimes + value_text(at_or_zero(before.y, i));
  }
  const float b = at_or_zero(layer.bias, unit);
  return sum + (b < 0 ? kMinus : " + ") + value_text(std::fabs(b));
}

// The factor of kept values as the variant makes it: " / (1 − 0.2)", or " / 0.8" of the same, or " × 1.43".
std::string scale_factor(const SiteView& site, RateNaming naming) {
  if (site.variant->rescale == Rescale::InverseKeep && naming == RateNaming::Keep)
    return " / " + short_text(letter_value(naming, site.rate));
  if (site.variant->rescale == Rescale::InverseKeep) return " / (1" + kMinus + short_text(site.rate) + ")";
  return site.scale == 1 ? "" : kTimes + value_text(site.scale);
}

// The factor is 1 on average, whatever is drawn.
bool keeps_mean(const SiteView& site) {
  return site.variant->preserves == Preserves::Mean || site.variant->preserves == Preserves::MeanAndVariance;
}

// What came back to the unit in the update shown: through its mask, then through its activation. False where the
// backward pass has not come to it.
bool add_gradient_lines(std::vector<std::string>& lines, const Snapshot& snapshot, std::size_t l, int unit) {
  const TraceView::Layer* trace = trace_of(snapshot, l);
  const std::size_t i = std::size_t(unit);
  if (!trace || snapshot.eval_view || snapshot.preview || i >= trace->dy.size()) return false;
  const SiteView* site = site_of(snapshot, l);
  const std::string dy = value_text(double(trace->dy[i]));
  lines.push_back("gradient in: " + dy);
  if (is_noisy(site, snapshot.layers[l].units) && i < trace->dh.size()) {
    const float gate = site->gate[i];
    const std::string scale = gate == 0 || site->scale == 1 ? "" : kTimes + value_text(double(site->scale));
    lines.push_back((gate == 0 ? "stopped by the mask: " : "through the mask: ") + dy + kTimes +
                    (gate == 0 ? "0" : value_text(double(gate))) + scale + " = " + value_text(double(trace->dh[i])));
  }
  if (i < trace->dz.size() && snapshot.layers[l].activation != Activation::Identity)
    lines.push_back(std::string("through ") + activation_symbol(snapshot.layers[l].activation) + ": " +
                    value_text(double(trace->dz[i])));
  return true;
}

void add_noise_lines(std::vector<std::string>& lines, const SiteView& site, int unit, const std::string& x, float y,
                     bool gradient_follows, RateNaming naming) {
  const float gate = site.gate[std::size_t(unit)];
  const std::string out = value_text(y);
  if (site.variant->gates == Gates::Real) {
    lines.push_back("m = " + value_text(gate) + "  (random factor" + (keeps_mean(site) ? ", 1 on average)" : ")"));
    lines.push_back("out = " + x + kTimes + value_text(gate) +
                    (site.scale == 1 ? "" : kTimes + value_text(site.scale)) + " = " + out);
    return;
  }
  if (gate == 0) {
    lines.push_back("dropped: m = 0");
    lines.push_back("out = " + x + kTimes + "0 = " + out);
    if (!gradient_follows) lines.push_back("gradient 0: this example teaches it nothing this step");
    return;
  }
  lines.push_back("kept: m = 1");
  lines.push_back("out = " + x + kTimes + "1" + scale_factor(site, naming) + " = " + out);
  if (gradient_follows) return;
  const bool dead = y == 0 && site.scale != 0;
  lines.push_back(dead ? "gradient: flows through, but the value is 0"
                       : "gradient" + kTimes + value_text(double(gate) * double(site.scale)) + " on the way back");
}

void add_eval_lines(std::vector<std::string>& lines, const SiteView& site, const std::string& x, float y) {
  if (site.scale == 1) {
    lines.push_back("out = " + x + "  (no mask, no scaling)");
  } else {
    lines.push_back("out = " + x + kTimes + value_text(site.scale) + " = " + value_text(y) +
                    "  (no mask, scaled by the mean of the mask)");
  }
}

}  // namespace

std::vector<std::string> unit_arithmetic(const Snapshot& snapshot, UnitRef ref, RateNaming naming) {
  std::vector<std::string> lines;
  if (ref.layer < 0 || std::size_t(ref.layer) >= snapshot.layers.size()) return lines;
  const std::size_t l = std::size_t(ref.layer);
  const LayerView& layer = snapshot.layers[l];
  if (ref.unit < 0 || ref.unit >= layer.units) return lines;
  const SiteView* site = site_of(snapshot, l);
  lines.push_back(unit_title(layer, ref.unit));
  if (layer.h.empty()) {
    if (is_noisy(site, layer.units) && !snapshot.eval_view) {
      const float gate = site->gate[std::size_t(ref.unit)];
      lines.push_back(gate == 0                             ? "dropped: m = 0"
                      : site->variant->gates == Gates::Real ? "m = " + value_text(double(gate)) + "  (random factor)"
                                                            : "kept: m = 1");
    }
    lines.push_back("not reached in this step yet");
    return lines;
  }
  const float h = at_or_zero(layer.h, ref.unit), y = at_or_zero(layer.y, ref.unit);
  if (l == 0) {
    lines.push_back("x = " + value_text(h));
  } else if (layer.z.empty()) {
    lines.push_back((layer.is_block ? "out = " : "h = ") + value_text(h));
  } else {
    const float z = at_or_zero(layer.z, ref.unit);
    const std::string sum = weighted_sum(snapshot, l, ref.unit);
    lines.push_back("z = " + (sum.empty() ? sum : sum + " = ") + value_text(z));
    const std::string act = activation_symbol(layer.activation);
    lines.push_back(act.empty() ? "h = z = " + value_text(h)
                                : "h = " + act + "(" + value_text(z) + ") = " + value_text(h));
  }
  if (!std::isfinite(h) || !std::isfinite(y)) lines.push_back("not a number: the run has diverged here");
  const SiteView* branch = snapshot.eval_view ? nullptr : branch_gate(snapshot, l);
  if (branch && is_drawn(*branch))
    lines.push_back(branch->coins_kept > 0 ? "branch kept: it adds to what came in"
                                           : "branch dropped: what came in goes on as it is");
  std::vector<std::string> back;
  const bool has_back = l > 0 && add_gradient_lines(back, snapshot, l, ref.unit);
  const std::string x = value_text(h);
  if (site && site->rate > 0) {
    if (snapshot.eval_view)
      add_eval_lines(lines, *site, x, y);
    else if (is_noisy(site, layer.units))
      add_noise_lines(lines, *site, ref.unit, x, y, has_back, naming);
  }
  lines.insert(lines.end(), back.begin(), back.end());
  if (!site || site->rate <= 0) return lines;
  if (site->variant->gates == Gates::Binary && site->lately > 0 && std::size_t(ref.unit) < site->dropped_lately.size())
    lines.push_back("dropped in " + std::to_string(site->dropped_lately[std::size_t(ref.unit)]) + " of the last " +
                    std::to_string(site->lately) + (site->lately == 1 ? " step" : " steps"));
  return lines;
}

std::string subnetwork_sentence(const Snapshot& snapshot) {
  std::vector<const SiteView*> dropping;
  bool binary = false, real = false, scaled = false, any_input = false, only_input = true, independent = true;
  bool mean_kept = true;
  for (const SiteView& site : snapshot.sites) {
    if (site.rate <= 0) continue;
    scaled = scaled || site.scale != 1;
    (site.variant->gates == Gates::Binary ? binary : real) = true;
    mean_kept = mean_kept && keeps_mean(site);
    if (site.variant->gates == Gates::Real) continue;
    dropping.push_back(&site);
    (site.kind == SiteKind::Input ? any_input : only_input) = site.kind == SiteKind::Input;
    independent = independent && site.independent;
  }
  if (!binary && !real) return "no dropout: every unit takes part in every step";
  if (snapshot.eval_view) {
    // In Step mode the eval pass is of the example that the update is explained with.
    const std::string input = snapshot.example_shown < 0 ? "the probe"
                                                         : "example " + std::to_string(snapshot.row + 1) + " of " +
                                                               std::to_string(snapshot.rows) + " in the batch";
    return std::string("every unit at work \u00b7 no mask, ") +
           (scaled ? "outputs scaled by the mean of the mask" : "no scaling") + " \u00b7 input: " + input;
  }
  if (!binary)
    return std::string("no unit is dropped \u00b7 each is multiplied by its own random factor") +
           (mean_kept ? ", 1 on average" : "");
  std::string text;
  for (const GateCount& count : count_gates(dropping)) {
    const std::string of = std::string_view(count.of) != "units" ? count.of
                           : !any_input                          ? "hidden units"
                           : only_input                          ? "inputs"
                                                                 : "units";
    text += (text.empty() ? "" : " \u00b7 ") + count_text(count.kept) + " of " + count_text(count.total) + " " + of +
            " kept";
  }
  const int n = snapshot.droppable_units;
  if (independent) {
    text += " \u00b7 one of " + power_of_two(n);
    if (n <= 60) text += " = " + count_text(std::uint64_t(1) << n);
    text += " sub-networks";
  }
  if (snapshot.subnetworks_seen > 0)
    text += " \u00b7 " + std::string(snapshot.subnetworks_capped ? "more than " : "") +
            count_text(snapshot.subnetworks_seen) + (independent ? " different so far" : " different masks so far");
  return text;
}

}  // namespace dropscope
