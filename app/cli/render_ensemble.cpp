#include "app/cli/render_ensemble.h"

#include <algorithm>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/members.h"
#include "app/scene/answers/sheet.h"
#include "core/analysis/hidden_units.h"
#include "core/base/check.h"
#include "core/base/names.h"
#include "core/session/ensemble_answer.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

constexpr std::size_t kExamples = 500;  // of the validation split, in their order

// What is asked, as the window asks it.
struct Asked {
  EnsembleTopic topic = EnsembleTopic::Uncertainty;
  int passes = 30, samples = 1000, members = 5;
  std::optional<std::string> site;  // whose units
  int column = 0;                   // that is, among the hidden sites
  double pruned = 0;                // share of the weights
  bool times = true;
};

Asked asked_of(const RenderWords& words) {
  Asked asked;
  if (words.topic) {
    const auto* const name = std::find(std::begin(kTopicNames), std::end(kTopicNames), *words.topic);
    if (name == std::end(kTopicNames))
      throw InputError("--topic", expected_one_of(*words.topic, kTopicNames), "'" + *words.topic + "'");
    asked.topic = EnsembleTopic(name - std::begin(kTopicNames));
  }
  asked.passes = number_or(words.passes, asked.passes, 1, 1000, "--passes");
  asked.samples = number_or(words.samples, asked.samples, 1, 1000, "--samples");
  asked.members = number_or(words.members, asked.members, 1, 20, "--members");
  if (asked.topic != EnsembleTopic::Dependence && (words.column || words.pruned))
    throw InputError("--column and --pruned", "--topic dependence",
                     std::string("--topic ") + kTopicNames[std::size_t(asked.topic)]);
  asked.site = words.column;
  if (words.pruned) asked.pruned = parse_real(*words.pruned, 0, 0.95, "--pruned");
  asked.times = !words.no_times;
  return asked;
}

// Which of the hidden sites --column names. Throws InputError.
int column_of(const Asked& asked, const Network<float>& network) {
  std::vector<std::string> names;
  for (int site : hidden_sites(network)) names.push_back(network.sites()[std::size_t(site)].name);
  if (names.empty()) throw InputError("--topic dependence", "a network with hidden units", "none");
  if (!asked.site) return 0;
  const auto name = std::find(names.begin(), names.end(), *asked.site);
  std::vector<const char*> known;
  for (const std::string& one : names) known.push_back(one.c_str());
  if (name == names.end()) throw InputError("--column", expected_one_of(*asked.site, known), "'" + *asked.site + "'");
  return int(name - names.begin());
}

std::shared_ptr<const FrozenRun> freeze(const AskedRun& run) {
  const Trainer& trainer = *run.trainer;
  auto frozen = std::make_shared<FrozenRun>();
  frozen->spec = trainer.spec();
  frozen->tick = trainer.tick();
  frozen->course = {trainer.spec(), {}};
  frozen->network = trainer.shared_network();
  frozen->params = std::make_shared<const AlignedVector<float>>(trainer.params().begin(), trainer.params().end());
  frozen->plans = trainer.plans();
  frozen->data = trainer.shared_data();
  frozen->classify = trainer.classifies();
  return frozen;
}

// The snapshot's probe is the input that was asked about.
void set_probe(const AskedRun& run, ViewState& view) {
  if (run.example)
    view.probe_example = std::int64_t(*run.example);
  else if (run.probe.size() <= 2)
    view.probe_point = {run.probe[0], run.probe.back()};
}

// Both of them, the twin only where it was trained.
void ask_dependence(const AskedRun& run, const Asked& asked, const InterruptWatch& interrupt, ProgressBar& bar,
                    EnsembleAnswer& answer) {
  DependencePlan plan;
  plan.classify = answer.run->classify;
  plan.column = asked.column;
  // The share asked about is measured itself, not the nearest one.
  plan.fractions.push_back(asked.pruned);
  std::sort(plan.fractions.begin(), plan.fractions.end());
  plan.fractions.erase(std::unique(plan.fractions.begin(), plan.fractions.end()), plan.fractions.end());
  const auto give_up = [&] { return interrupt.seen(); };
  answer.dependence =
      std::make_shared<const DependenceReport>(dependence_report(answer.run->model(), *run.data, plan, give_up));
  const auto members = train_members(run, 1, interrupt, bar);
  if (!members || members->empty()) return;
  answer.twin_tick = members->front().tick;
  answer.twin =
      std::make_shared<const DependenceReport>(dependence_report(members->front().model(), *run.data, plan, give_up));
}

void ask_members(const AskedRun& run, const Asked& asked, const InterruptWatch& interrupt, ProgressBar& bar,
                 EnsembleAnswer& answer) {
  const FrozenRun& frozen = *answer.run;
  auto report = std::make_shared<MembersReport>();
  report->wanted = asked.members;
  report->passes = asked.passes;
  if (asked.times) report->run_seconds = run.record.core_seconds;
  report->scaled = scaled_quality(frozen.model(), *run.data, kExamples, frozen.classify);
  report->monte_carlo = monte_carlo_quality(frozen.model(), *run.data, kExamples, asked.passes, UncertaintyPlan{}.seed,
                                            frozen.classify, [&] { return interrupt.seen(); });
  const auto members = train_members(run, asked.members, interrupt, bar);
  if (!members) return;
  report->trained = int(members->size());
  report->quality = ensemble_quality(*members, *run.data, kExamples, frozen.classify);
  for (const Member& member : *members) {
    report->ticks.push_back(member.tick);
    if (asked.times) report->seconds.push_back(member.seconds);
  }
  answer.members = std::move(report);
}

// Parts that could not be had are missing afterwards.
EnsembleAnswer ask(const AskedRun& run, const Asked& asked, const InterruptWatch& interrupt, ProgressBar& bar) {
  EnsembleAnswer answer;
  answer.run = freeze(run);
  answer.complete = true;
  const Model<float> model = answer.run->model();
  const auto give_up = [&] { return interrupt.seen(); };
  switch (asked.topic) {
    case EnsembleTopic::Subnetworks: {
      SubnetworkPlan plan;
      plan.samples = asked.samples;
      plan.classify = answer.run->classify;
      answer.subnetworks = std::make_shared<const SubnetworkReport>(subnetwork_report(model, run.probe, plan, give_up));
      answer.convergence =
          std::make_shared<const Convergence>(convergence_of(model, run.data->validation, kExamples, plan, give_up));
      break;
    }
    case EnsembleTopic::Uncertainty: {
      UncertaintyPlan plan;
      plan.passes = asked.passes;
      plan.classify = answer.run->classify;
      answer.uncertainty =
          std::make_shared<const UncertaintyReport>(uncertainty_report(model, *run.data, run.probe, plan, give_up));
      break;
    }
    case EnsembleTopic::Dependence:
      ask_dependence(run, asked, interrupt, bar, answer);
      break;
    case EnsembleTopic::Members:
      ask_members(run, asked, interrupt, bar, answer);
  }
  return answer;
}

}  // namespace

int render_ensemble(const RenderWords& words, const RunSpec& spec, const PictureWords& picture) {
  Asked asked = asked_of(words);
  AskWords ask_words;
  ask_words.run = words.run;
  ask_words.ticks = words.ticks;
  ask_words.probe = words.probe;
  ask_words.point = words.point;
  ProgressBar bar(false);
  const AskedRun run = train_and_choose(spec, ask_words, bar, [&](const Network<float>& network) {
    if (asked.topic == EnsembleTopic::Dependence) asked.column = column_of(asked, network);
  });
  if (!can_be_asked(run)) return kFailed;
  const InterruptWatch interrupt;
  const EnsembleAnswer answer = ask(run, asked, interrupt, bar);
  bar.hide();
  const AnswerSheet* sheet = sheet_of(asked.topic);
  if (interrupt.seen() || !sheet->ready(answer)) {
    if (interrupt.seen()) print_error("interrupted; no picture was written");
    return kFailed;
  }
  ViewState view;
  view.eval = words.eval;
  set_probe(run, view);
  Snapshot snapshot = snapshot_of(*run.trainer, view);
  snapshot.probe.input = run.probe;
  if (!run.example) snapshot.probe.label = -1;
  write_ensemble_picture(answer, snapshot, *sheet, asked.pruned, picture, words.out);
  return kFine;
}

}  // namespace dropscope::cli
