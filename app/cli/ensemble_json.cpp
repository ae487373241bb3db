#include "app/cli/ensemble_json.h"

#include <nlohmann/json.hpp>

#include "app/cli/json_parts.h"
#include "app/cli/version.h"
#include "core/base/hash.h"
#include "core/spec/spec_io.h"

namespace dropscope::cli {
namespace {

template <class Values>
Json numbers(const Values& values) {
  Json list = Json::array();
  for (const auto& v : values) list.push_back(number(v));
  return list;
}
template <class T>
Json whole_numbers(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& v : values) list.push_back(int(v));
  return list;
}
// Rows of `width` numbers.
template <class T>
Json rows(const std::vector<T>& values, std::size_t width) {
  Json list = Json::array();
  for (std::size_t i = 0; i + width <= values.size(); i += width)
    list.push_back(numbers(std::span(values).subspan(i, width)));
  return list;
}

Json head(const AskedRun& run, const char* format) {
  Json json;
  json["format"] = format;
  json["version"] = 1;
  json["program"] = std::string("dropscope ") + kProgramVersion;
  json["spec"] = Json::parse(spec_to_json(run.record.spec));
  json["ticks"] = run.record.tick;
  json["state_hash"] = hash_text(run.record.state_hashes.back().second);
  json["final"] = metrics_json(run.record.final_metrics);
  json["probe"] = {{"example", run.example ? Json(*run.example) : Json(nullptr)}, {"x", numbers(run.probe)}};
  json["names"] = Json::array();
  const std::size_t outputs = std::size_t(run.data->outputs) * std::size_t(run.data->rows());
  for (std::size_t k = 0; k < outputs; ++k) json["names"].push_back(output_name(*run.data, k));
  return json;
}

Json subnetworks_json(const SubnetworkReport& r) {
  const std::size_t outputs = std::size_t(r.outputs);
  Json json = {{"gates", r.gates}, {"enumerated", r.enumerated}, {"silent", r.silent}};
  json["why_sampled"] = r.why_sampled.empty() ? Json(nullptr) : Json(r.why_sampled);
  json["arithmetic"] = numbers(r.arithmetic);
  json["geometric"] = numbers(r.geometric);
  json["scaled"] = numbers(r.scaled);
  json["arithmetic_off"] = number(r.arithmetic_off);
  json["geometric_off"] = number(r.geometric_off);
  json["equal_by_theory"] = r.equal_by_theory;
  json["scaled_error"] = number(r.scaled_error);
  json["standard_error"] = number(r.standard_error);
  json["geometric_standard_error"] = number(r.geometric_standard_error);
  json["meets_scaling_at"] = r.meets_scaling_at ? Json(r.meets_scaling_at) : Json(nullptr);
  json["meets_within"] = r.meets_within;
  json["samples"] = whole_numbers(r.samples);
  json["sequences"] = r.sequences;
  json["error"] = numbers(r.error);
  json["error_deviation"] = numbers(r.error_deviation);
  json["estimate"] = rows(r.estimate, outputs);
  if (!r.enumerated) return json;
  json["places"] = Json::array();
  for (const GatePlace& place : r.places) json["places"].push_back(place.name);
  json["probability"] = numbers(r.probability);
  json["predictions"] = rows(r.predictions, outputs);
  return json;
}

Json convergence_json(const EnsembleNumbers& n) {
  const Convergence& c = n.convergence;
  Json json = {{"examples", n.examples},
               {"scaled_loss", number(c.scaled_loss)},
               {"scaled_error", number(c.scaled_error)},
               {"meets_scaling_at", c.meets_scaling_at ? Json(c.meets_scaling_at) : Json(nullptr)},
               {"points", Json::array()}};
  for (const ConvergencePoint& p : c.points)
    json["points"].push_back({{"samples", p.samples},
                              {"sequences", p.sequences},
                              {"loss", number(p.loss)},
                              {"loss_deviation", number(p.loss_deviation)},
                              {"error", number(p.error)}});
  return json;
}

Json pruned_json(const std::vector<PrunedPoint>& points) {
  Json list = Json::array();
  for (const PrunedPoint& p : points)
    list.push_back({{"fraction", number(p.fraction)},
                    {"zero_share", number(p.zero_share)},
                    {"loss", number(p.loss)},
                    {"error", number(p.error)}});
  return list;
}

Json dependence_json(const DependenceReport& r) {
  Json json = {{"site", r.site}, {"sites", r.sites}, {"units", r.units}};
  json["order"] = whole_numbers(r.order);
  json["correlation"] = rows(r.correlation, std::max<std::size_t>(1, r.order.size()));
  json["mean_correlation"] = number(r.mean_correlation);
  json["loss"] = number(r.loss);
  json["rises"] = numbers(r.rises);
  json["worst_rise"] = number(r.worst_rise);
  json["sparsity"] = {{"mean_activation", number(r.sparsity.mean_activation)},
                      {"zero_share", number(r.sparsity.zero_share)},
                      {"lo", number(r.sparsity.lo)},
                      {"hi", number(r.sparsity.hi)},
                      {"histogram", r.sparsity.histogram}};
  json["removal"] = Json::array();
  for (const RemovedPoint& p : r.removal)
    json["removal"].push_back({{"fraction", number(p.fraction)},
                               {"loss", number(p.loss)},
                               {"loss_deviation", number(p.loss_deviation)},
                               {"accuracy", number(p.accuracy)},
                               {"accuracy_deviation", number(p.accuracy_deviation)}});
  json["by_weight"] = pruned_json(r.by_weight);
  json["by_unit"] = pruned_json(r.by_unit);
  return json;
}

Json quality_json(const Quality& q) { return {{"loss", number(q.loss)}, {"accuracy", number(q.accuracy)}}; }

Json real_json(const RealEnsemble& real) {
  Json json = {{"scaled", quality_json(real.scaled)}, {"monte_carlo", quality_json(real.monte_carlo)}};
  json["members"] = Json::array();
  for (std::size_t k = 0; k < real.quality.first.size(); ++k)
    json["members"].push_back({{"alone", quality_json(real.quality.alone[k])},
                               {"mean_of_first", quality_json(real.quality.first[k])},
                               {"seconds", number(real.seconds[k])}});
  json["without_dropout"] = real.twin ? dependence_json(*real.twin) : Json(nullptr);
  return json;
}

Json band_json(const UncertaintyReport& r) {
  Json json = {{"x", numbers(r.x)}, {"mean", numbers(r.mean)}, {"deviation", numbers(r.deviation)}};
  json["functions"] = rows(r.functions, r.x.size());
  json["train"] = {number(r.train_lo), number(r.train_hi)};
  json["gaps"] = Json::array();
  for (const auto& [from, to] : r.gaps) json["gaps"].push_back({number(from), number(to)});
  json["deviation_inside"] = number(r.deviation_inside);
  json["deviation_gap"] = number(r.deviation_gap);
  json["deviation_outside"] = number(r.deviation_outside);
  json["error_inside"] = number(r.error_inside);
  json["error_gap"] = number(r.error_gap);
  return json;
}

Json map_json(const UncertaintyReport& r) {
  const std::size_t columns = std::size_t(r.grid.columns);
  Json json = {{"x0", number(r.grid.x0)},         {"x1", number(r.grid.x1)},   {"y0", number(r.grid.y0)},
               {"y1", number(r.grid.y1)},         {"columns", r.grid.columns}, {"rows", r.grid.rows},
               {"rows_run", "from y1 down to y0"}};
  json["entropy"] = rows(r.entropy, columns);
  json["mutual_information"] = rows(r.mutual_information, columns);
  json["p1"] = rows(r.p1, columns);
  json["deviation"] = rows(r.deviation_p, columns);
  json["winner"] = whole_numbers(r.winner);
  json["information_near"] = number(r.information_near);
  json["information_far"] = number(r.information_far);
  json["entropy_near"] = number(r.entropy_near);
  json["entropy_edge"] = number(r.entropy_edge);
  return json;
}

Json examples_json(const UncertaintyReport& r) {
  if (!r.classes) return {{"deviation", numbers(r.example_deviation)}, {"error", number(r.example_error)}};
  return {{"entropy", numbers(r.example_entropy)},
          {"mutual_information", numbers(r.example_information)},
          {"wrong", whole_numbers(r.example_wrong)},
          {"information_right", number(r.information_right)},
          {"information_wrong", number(r.information_wrong)}};
}

}  // namespace

std::string ensemble_json(const AskedRun& run, const EnsembleNumbers& n) {
  Json json = head(run, "dropscope.ensemble");
  json["subnetworks"] = subnetworks_json(n.subnetworks);
  json["convergence"] = convergence_json(n);
  json["dependence"] = n.dependence ? dependence_json(*n.dependence) : Json(nullptr);
  json["real_ensemble"] = n.real ? real_json(*n.real) : Json(nullptr);
  json["seconds"] = number(run.record.core_seconds);
  return text_of(json);
}

std::string uncertainty_json(const AskedRun& run, const UncertaintyReport& r) {
  Json json = head(run, "dropscope.uncertainty");
  json["passes"] = r.passes;
  json["silent"] = r.silent;
  const ProbeDoubt& p = r.probe;
  json["probe"]["mean"] = numbers(p.mean);
  json["probe"]["deviation"] = numbers(p.deviation);
  json["probe"]["passes"] = rows(p.passes, std::max<std::size_t>(1, p.mean.size()));
  if (r.classes) {
    json["probe"]["predictive_entropy"] = number(p.predictive_entropy);
    json["probe"]["expected_entropy"] = number(p.expected_entropy);
    json["probe"]["mutual_information"] = number(p.mutual_information);
    json["probe"]["variation_ratio"] = number(p.variation_ratio);
  }
  json["probe"]["distance"] = number(p.distance);
  json["probe"]["outside"] = p.outside;
  if (r.kind == UncertaintyKind::Band) json["band"] = band_json(r);
  if (r.kind == UncertaintyKind::Map) json["map"] = map_json(r);
  if (r.kind == UncertaintyKind::Examples) json["examples"] = examples_json(r);
  json["caveat"] = r.caveat;
  return text_of(json);
}

}  // namespace dropscope::cli
