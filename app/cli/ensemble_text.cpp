#include "app/cli/ensemble_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace dropscope::cli {
namespace {

constexpr std::size_t kMostRows = 40;  // of classes; files have them all

std::string left(const std::string& text, std::size_t width) {
  return text + std::string(width > text.size() ? width - text.size() : 1, ' ');
}
std::string right(const std::string& text, std::size_t width = 12) {
  return std::string(width > text.size() ? width - text.size() : 1, ' ') + text;
}

std::string drawn_errors(const SubnetworkReport& r) {
  if (!std::isfinite(r.standard_error)) return "one says nothing of how far off it is";
  const auto rounded = [](double value) { return csv_number(std::round(value * 1e6) / 1e6); };
  return "standard error " + rounded(r.standard_error) +
         (r.classes ? ", of the geometric mean " + rounded(r.geometric_standard_error) : "");
}

std::string averages(const Dataset& data, const SubnetworkReport& r) {
  std::string text;
  if (r.silent)
    text += "No noise acts: the whole network is the only one.\n";
  else if (r.enumerated)
    text += std::to_string(r.gates) + " gates: all 2^" + std::to_string(r.gates) + " = " +
            std::to_string(r.probability.size()) + " sub-networks were run.\n";
  else
    text += r.why_sampled + "; " + std::to_string(r.samples.back()) + (r.samples.back() == 1 ? " was" : " were") +
            " drawn (" + drawn_errors(r) + ").\n";
  const bool classes = r.classes > 0;
  text += "\n" + left("", 16) + right("arithmetic") + (classes ? right("geometric") : "") + right("scaled") +
          right("arith.-scaled", 15) + (classes ? right("geom.-scaled", 15) : "") + "\n";
  for (std::size_t k = 0; k < std::min(r.scaled.size(), kMostRows); ++k) {
    text += left(output_name(data, k), 16) + table_number(r.arithmetic[k]);
    if (classes) text += table_number(r.geometric[k]);
    text += table_number(r.scaled[k]) + "   " + table_number(r.arithmetic[k] - r.scaled[k]);
    if (classes) text += "   " + table_number(r.geometric[k] - r.scaled[k]);
    text += "\n";
  }
  if (r.scaled.size() > kMostRows)
    text += "... " + std::to_string(r.scaled.size() - kMostRows) + " more in the files\n";
  text += left("largest", 16 + (classes ? 36 : 24)) + "   " + table_number(r.arithmetic_off);
  if (classes) text += "   " + table_number(r.geometric_off);
  const std::string mean = classes ? "normalised geometric" : "arithmetic";
  return text + "\n" +
         (r.equal_by_theory
              ? "Theory: weight scaling is the " + mean + " mean, since nothing but affine layers follow the noise.\n"
              : "Theory does not make weight scaling one of the means here: it approximates them.\n");
}

std::string on_input(const SubnetworkReport& r) {
  std::string text = "\n masks T       error          sd   (weight scaling " +
                     csv_number(std::round(r.scaled_error * 1e6) / 1e6) + ")\n";
  for (std::size_t i = 0; i < r.samples.size(); ++i)
    text +=
        right(std::to_string(r.samples[i]), 8) + table_number(r.error[i]) + table_number(r.error_deviation[i]) + "\n";
  text += "Mean and standard deviation over " + std::to_string(r.sequences) + " sequences of masks" +
          (r.enumerated ? "" : ", from " + std::to_string(r.samples.back()) + " that were drawn") + ".\n";
  if (r.meets_scaling_at)
    return text + "From T = " + std::to_string(r.meets_scaling_at) + " on sampling is as near as weight scaling.\n";
  if (!r.meets_within) return text;
  return text + "Sampling does not come as near as weight scaling within T = " + std::to_string(r.meets_within) + ".\n";
}

std::string over_split(const EnsembleNumbers& n) {
  const Convergence& c = n.convergence;
  const bool classes = n.subnetworks.classes > 0;
  std::string text = "\nOver " + std::to_string(n.examples) + " validation examples\n masks T        loss          sd" +
                     (classes ? "       error" : "") + "   sequences\n";
  for (const ConvergencePoint& p : c.points)
    text += right(std::to_string(p.samples), 8) + table_number(p.loss) + table_number(p.loss_deviation) +
            (classes ? table_number(p.error) : "") + right(std::to_string(p.sequences)) + "\n";
  text += "  scaled" + table_number(c.scaled_loss) + right("") + (classes ? table_number(c.scaled_error) : "") + "\n";
  if (c.meets_scaling_at)
    return text + "From T = " + std::to_string(c.meets_scaling_at) +
           " on the mean loss is at most that of weight scaling.\n";
  return text + "Within T = " + std::to_string(n.samples) + " the loss does not stay below that of weight scaling.\n";
}

// One column for the run, one for its twin without dropout where there is one.
std::string units(const DependenceReport& run, const DependenceReport* twin) {
  std::string text = "\n" + left("Units of " + run.site, 32) + right("run") + (twin ? right("no dropout") : "") + "\n";
  const auto line = [&](const std::string& what, auto value) {
    text += left(what, 32) + table_number(value(run)) + (twin ? table_number(value(*twin)) : "") + "\n";
  };
  line("mean |correlation|", [](const auto& r) { return r.mean_correlation; });
  line("loss without masks", [](const auto& r) { return r.loss; });
  line("largest rise by one knock-out", [](const auto& r) { return r.worst_rise; });
  line("mean activation", [](const auto& r) { return r.sparsity.mean_activation; });
  line("share of exact zeros", [](const auto& r) { return r.sparsity.zero_share; });
  text += "\nLoss without some units, taken at random, or without the smallest weights or units\n" + left("share", 8);
  for (int side = 0; side < (twin ? 2 : 1); ++side) text += right("random") + right("weights") + right("units");
  text += twin ? "   (run, then no dropout)\n" : "\n";
  for (std::size_t i = 0; i < run.removal.size(); ++i) {
    char share[16];
    std::snprintf(share, sizeof share, "%6.0f %%", 100 * run.removal[i].fraction);
    text += share;
    for (const DependenceReport* r : {&run, twin}) {
      if (!r) continue;
      text += i < r->removal.size() ? table_number(r->removal[i].loss) : table_number(std::nan(""));
      for (const auto* points : {&r->by_weight, &r->by_unit})
        text += table_number(i < points->size() ? (*points)[i].loss : std::nan(""));
    }
    text += "\n";
  }
  return text;
}

std::string members(const EnsembleNumbers& n, double run_seconds) {
  const RealEnsemble& real = *n.real;
  const bool classes = n.subnetworks.classes > 0;
  std::string text = "\n" + left("Networks without dropout", 32) + right("loss") + (classes ? right("accuracy") : "") +
                     right("core s") + "\n";
  const auto line = [&](const std::string& what, const Quality& q, double seconds) {
    text += left(what, 32) + table_number(q.loss) + (classes ? table_number(q.accuracy) : "") +
            (std::isfinite(seconds) ? table_number(seconds) : "") + "\n";
  };
  double sum = 0;
  for (std::size_t k = 0; k < real.quality.first.size(); ++k) {
    sum += real.seconds[k];
    line("mean of " + std::to_string(k + 1), real.quality.first[k], sum);
  }
  line("the run, weight scaling", real.scaled, run_seconds);
  line("the run, mean of " + std::to_string(n.samples) + " masks", real.monte_carlo, run_seconds);
  return text;
}

}  // namespace

std::string ensemble_text(const AskedRun& run, const EnsembleNumbers& n) {
  std::string text = asked_heading(run) + averages(*run.data, n.subnetworks) + on_input(n.subnetworks) + over_split(n);
  if (n.dependence) text += units(*n.dependence, n.real && n.real->twin ? &*n.real->twin : nullptr);
  if (n.real) text += members(n, run.record.core_seconds);
  return text;
}

std::string ensemble_csv(const EnsembleNumbers& n) {
  const SubnetworkReport& r = n.subnetworks;
  const std::size_t outputs = std::size_t(r.outputs);
  std::string text;
  for (const GatePlace& gate : r.places) {  // "hidden1 unit 3"
    for (char c : gate.name)
      if (c != ',') text += c;
    text += ",";
  }
  text += r.enumerated ? "probability" : "masks,error,error_deviation";
  for (std::size_t k = 0; k < outputs; ++k) text += ",y" + std::to_string(k);
  text += "\n";
  const std::size_t rows = r.enumerated ? r.probability.size() : r.samples.size();
  const std::vector<double>& values = r.enumerated ? r.predictions : r.estimate;
  for (std::size_t i = 0; i < rows; ++i) {
    if (r.enumerated)
      for (int j = 0; j < r.gates; ++j) text += (i >> j & 1) ? "1," : "0,";
    else
      text += std::to_string(r.samples[i]) + ",";
    text += csv_number(r.enumerated ? r.probability[i] : r.error[i]);
    if (!r.enumerated) text += "," + csv_number(r.error_deviation[i]);
    for (std::size_t k = 0; k < outputs; ++k) text += "," + csv_number(values[i * outputs + k]);
    text += "\n";
  }
  return text;
}

}  // namespace dropscope::cli
