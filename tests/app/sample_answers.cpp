#include "tests/app/sample_answers.h"

#include <gtest/gtest.h>

#include <map>

#include "app/cli/picture.h"
#include "core/data/dataset.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/fields.h"
#include "core/study/real_ensemble.h"

namespace dropscope {
namespace {

struct Trained {
  std::shared_ptr<const Dataset> data;
  SampleAnswer sample;
};

Trained train_sample(const std::string& scenario, int ticks, const std::string& path, const std::string& value) {
  RunSpec spec = scenario_or_throw(scenario, "sample_answers");
  if (!path.empty()) set_field(spec, path, value, "sample_answers");
  Trained trained;
  trained.data = std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
  Trainer trainer(spec, trained.data);
  while (trainer.tick() < ticks && trainer.advance(Granularity::Tick)) {
  }
  auto run = std::make_shared<FrozenRun>();
  run->spec = spec;
  run->tick = trainer.tick();
  run->network = trainer.shared_network();
  run->params = std::make_shared<const AlignedVector<float>>(trainer.params().begin(), trainer.params().end());
  run->plans = trainer.plans();
  run->data = trained.data;
  run->classify = trainer.classifies();
  trained.sample.snapshot = cli::snapshot_of(trainer, false);
  trained.sample.answer.run = std::move(run);
  trained.sample.answer.complete = true;
  return trained;
}

}  // namespace

const SampleAnswer& sample_uncertainty(const std::string& scenario, int ticks, const std::string& path,
                                       const std::string& value) {
  static std::map<std::string, SampleAnswer> known;
  const std::string key = scenario + " " + std::to_string(ticks) + " " + path + "=" + value;
  if (const auto it = known.find(key); it != known.end()) return it->second;
  Trained trained = train_sample(scenario, ticks, path, value);
  const FrozenRun& run = *trained.sample.answer.run;
  UncertaintyPlan plan;
  plan.passes = 20;
  plan.columns = plan.rows = 24;
  plan.classify = run.classify;
  plan.most = 100;
  trained.sample.answer.uncertainty = std::make_shared<const UncertaintyReport>(
      uncertainty_report(run.model(), *trained.data, trained.sample.snapshot.probe.input, plan));
  return known[key] = std::move(trained.sample);
}

const SampleAnswer& sample_dependence(const std::string& scenario, int ticks, bool twin) {
  static std::map<std::string, SampleAnswer> known;
  const std::string key = scenario + " " + std::to_string(ticks) + (twin ? " twin" : "");
  if (const auto it = known.find(key); it != known.end()) return it->second;
  Trained trained = train_sample(scenario, ticks, "", "");
  EnsembleAnswer& answer = trained.sample.answer;
  DependencePlan plan;
  plan.classify = answer.run->classify;
  plan.most = 100;
  plan.draws = 4;
  answer.dependence =
      std::make_shared<const DependenceReport>(dependence_report(answer.run->model(), *trained.data, plan));
  if (twin) {
    const std::optional<Member> member = train_member(answer.run->spec, 0, answer.run->tick, trained.data, {});
    answer.twin_tick = member->tick;
    answer.twin = std::make_shared<const DependenceReport>(dependence_report(member->model(), *trained.data, plan));
  }
  return known[key] = std::move(trained.sample);
}

SampleAnswer sample_subnetworks(const std::string& scenario, int ticks) {
  Trained trained = train_sample(scenario, ticks, "", "");
  EnsembleAnswer& answer = trained.sample.answer;
  SubnetworkPlan plan;
  plan.samples = 200;
  plan.classify = answer.run->classify;
  const Model<float> model = answer.run->model();
  answer.subnetworks =
      std::make_shared<const SubnetworkReport>(subnetwork_report(model, trained.sample.snapshot.probe.input, plan));
  answer.convergence = std::make_shared<const Convergence>(convergence_of(model, trained.data->validation, 100, plan));
  return std::move(trained.sample);
}

SampleAnswer sample_members(const std::string& scenario, int ticks, int members) {
  Trained trained = train_sample(scenario, ticks, "", "");
  EnsembleAnswer& answer = trained.sample.answer;
  const FrozenRun& run = *answer.run;
  std::vector<Member> trained_members;
  auto report = std::make_shared<MembersReport>();
  for (int m = 0; m < members; ++m) {
    trained_members.push_back(*train_member(run.spec, m, run.tick, trained.data, {}));
    report->ticks.push_back(run.tick);
    report->seconds.push_back(1);
  }
  report->wanted = report->trained = members;
  report->passes = 20;
  report->run_seconds = 2;
  report->quality = ensemble_quality(trained_members, *trained.data, 100, run.classify);
  report->scaled = scaled_quality(run.model(), *trained.data, 100, run.classify);
  report->monte_carlo = monte_carlo_quality(run.model(), *trained.data, 100, report->passes, 7, run.classify, {});
  answer.members = std::move(report);
  return std::move(trained.sample);
}

AnswerInput input_of(const SampleAnswer& sample) {
  return {.answer = sample.answer,
          .data = *sample.snapshot.data,
          .probe = sample.snapshot.probe,
          .subnetwork = {},
          .pointer = {},
          .snapshot = &sample.snapshot};
}

const AnswerArea& area_named(const AnswerPicture& picture, const std::string& name) {
  for (const AnswerArea& area : picture.areas)
    if (area.name == name) return area;
  ADD_FAILURE() << "no area " << name;
  static const AnswerArea none;
  return none;
}

}  // namespace dropscope
