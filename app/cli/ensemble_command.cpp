// dropscope ensemble: one input asked of every sub-network, or of many, and what dropout makes of the units; beside it,
// where asked for, an ensemble of networks that were trained one by one.
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/ensemble_json.h"
#include "app/cli/ensemble_text.h"
#include "app/cli/interrupt.h"
#include "app/cli/members.h"
#include "app/cli/run_words.h"
#include "app/export/atomic_write.h"
#include "core/analysis/hidden_units.h"
#include "core/base/check.h"

namespace dropscope::cli {
namespace {

constexpr std::size_t kExamples = 500;  // of the validation split, in their order

std::optional<RealEnsemble> real_ensemble(const AskedRun& run, int count, int samples, const DependencePlan& plan,
                                          const InterruptWatch& interrupt, ProgressBar& bar) {
  const auto members = train_members(run, count, interrupt, bar);
  if (!members) return std::nullopt;
  RealEnsemble real;
  for (const Member& member : *members) real.seconds.push_back(member.seconds);
  const Model<float> model = model_of(*run.trainer);
  real.quality = ensemble_quality(*members, *run.data, kExamples, plan.classify);
  real.scaled = scaled_quality(model, *run.data, kExamples, plan.classify);
  real.monte_carlo = monte_carlo_quality(model, *run.data, kExamples, samples, SubnetworkPlan{}.seed, plan.classify,
                                         [&] { return interrupt.seen(); });
  if (!hidden_sites(*members->front().network).empty())
    real.twin = dependence_report(members->front().model(), *run.data, plan, [&] { return interrupt.seen(); });
  return real;
}

}  // namespace

int run_ensemble_command(const EnsembleWords& words) {
  const RunSpec spec = spec_from_words(words.ask.run);
  SubnetworkPlan plan;
  plan.samples = number_or(words.samples, plan.samples, 1, 10000, "--samples");
  const int count = number_or(words.members, 0, 0, 100, "--members");
  check_outputs(words.ask.csv, words.ask.json, spec);
  ProgressBar bar(words.ask.quiet);
  const AskedRun run = train_and_choose(spec, words.ask, bar);
  if (!can_be_asked(run)) return kFailed;
  const InterruptWatch interrupt;
  int step = 0;
  const auto give_up = [&] {
    bar.show("asking", step, 4);
    return interrupt.seen();
  };
  const Model<float> model = model_of(*run.trainer);
  plan.classify = run.trainer->classifies();
  EnsembleNumbers numbers;
  numbers.samples = plan.samples;
  numbers.subnetworks = subnetwork_report(model, run.probe, plan, give_up);
  ++step;
  numbers.convergence = convergence_of(model, run.data->validation, kExamples, plan, give_up);
  numbers.examples = std::min(kExamples, run.data->validation.count);
  ++step;
  DependencePlan dependence;
  dependence.most = kExamples;
  dependence.classify = plan.classify;
  if (!hidden_sites(model.network).empty())
    numbers.dependence = dependence_report(model, *run.data, dependence, give_up);
  ++step;
  if (count > 0 && !interrupt.seen()) {
    numbers.real = real_ensemble(run, count, plan.samples, dependence, interrupt, bar);
    if (!numbers.real && !interrupt.seen()) return kFailed;
  }
  bar.hide();
  if (interrupt.seen()) {
    print_error("interrupted; nothing was written");
    return kFailed;
  }
  if (words.ask.csv) atomic_write(*words.ask.csv, ensemble_csv(numbers));
  if (words.ask.json) atomic_write(*words.ask.json, ensemble_json(run, numbers));
  if (!words.ask.quiet) print(ensemble_text(run, numbers));
  return kFine;
}

}  // namespace dropscope::cli
