#include "core/scenarios/scenarios.h"

#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/base/names.h"
#include "core/scenarios/build.h"
#include "core/spec/site.h"

namespace dropscope {

#define DROPSCOPE_SCENARIO(Name) extern const Scenario k##Name##Scenario;
#include "core/scenarios/scenarios.def"
#undef DROPSCOPE_SCENARIO

std::span<const Scenario* const> all_scenarios() {
  // An explicit table: a static library may drop objects that register themselves, and the order would be
  // that of the linker.
  static constexpr const Scenario* table[] = {
#define DROPSCOPE_SCENARIO(Name) &k##Name##Scenario,
#include "core/scenarios/scenarios.def"
#undef DROPSCOPE_SCENARIO
  };
  return table;
}

const Scenario* find_scenario(std::string_view id) {
  for (const Scenario* scenario : all_scenarios())
    if (scenario->id == id) return scenario;
  return nullptr;
}

RunSpec scenario_or_throw(std::string_view id, const std::string& where) {
  const Scenario* scenario = find_scenario(id);
  if (!scenario) {
    std::vector<const char*> ids;
    for (const Scenario* s : all_scenarios()) ids.push_back(s->id);
    throw InputError(where, "a scenario, " + expected_one_of(id, ids), "'" + std::string(id.substr(0, 60)) + "'");
  }
  RunSpec spec = scenario->spec();
  spec.scenario = scenario->id;
  return spec;
}

namespace scenario {

void hidden(RunSpec& spec, std::initializer_list<int> widths, Activation activation) {
  spec.network.hidden.clear();
  for (int units : widths) spec.network.hidden.push_back({LayerKind::Dense, units, activation});
}

void drop_hidden(RunSpec& spec, std::string_view variant, double rate) {
  for (std::size_t i = 0; i < spec.network.hidden.size(); ++i) {
    SitePlan& site = spec.dropout.at(hidden_name(i));
    site.variant = variant;
    site.rate = rate;
  }
  // As set_field does: a site that asks for nothing is not listed, so that equal runs have equal specs.
  std::erase_if(spec.dropout.sites, [](const SitePlan& site) {
    SitePlan fresh;
    fresh.site = site.site;
    return site == fresh;
  });
}

void drop_blocks(RunSpec& spec, std::string_view variant, double rate, DepthSchedule depth) {
  for (int block = 1; block <= block_count(spec.network); ++block) {
    SitePlan& site = spec.dropout.at("block" + std::to_string(block));
    site.variant = variant;
    site.rate = rate;
    site.depth = depth;
  }
}

void conv_digits(RunSpec& spec) {
  spec.data.dataset = "digits";
  spec.data.train = 300;
  spec.data.validation = 500;
  spec.data.noise = 0.2;
  spec.data.image_size = 16;
  spec.network.hidden = parse_layers("conv8,maxpool,conv16,maxpool,32", {}, "network.hidden");
  for (LayerSpec& layer : spec.network.hidden)
    if (layer.kind == LayerKind::Conv) layer.padding = 1;
  spec.optimizer.learning_rate = 0.003;
  spec.batch_size = 32;
  spec.ticks = 1500;
}

void grammar_transformer(RunSpec& spec) {
  spec.data.dataset = "grammar";
  spec.data.train = 100;
  spec.data.validation = 300;
  spec.data.steps = 20;
  spec.network.hidden = parse_layers("embedding16,2*transformer32", {}, "network.hidden");
  spec.network.hidden[0].positions = Positions::Sinusoidal;
  spec.network.hidden[1].causal = true;
  spec.network.init = Init::LeCun;
  spec.optimizer.learning_rate = 0.003;
  spec.batch_size = 16;
  spec.ticks = 2000;
  spec.evaluate_every = 20;
}

}  // namespace scenario
}  // namespace dropscope
