#include "app/cli/facts.h"

#include "core/data/dataset.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

using List = std::vector<std::string>;

List site_names(const Variant& variant) {
  List names;
  for (int kind = 0; kind < kSiteKindCount; ++kind)
    if (variant.sites.has(SiteKind(kind))) names.push_back(name_of(SiteKind(kind)));
  return names;
}

List axis_names(AxisSet axes) {
  List names;
  for (int axis = 0; axis < kAxisCount; ++axis)
    if (axes.has(Axis(axis))) names.push_back(name_of(Axis(axis)));
  return names;
}

// "alpha: label, 0 .. 1, initially 0.5"
List param_lines(std::span<const ParamSpec> params) {
  List lines;
  for (const ParamSpec& p : params)
    lines.push_back(std::string(p.id) + ": " + p.label + ", " + real_text(p.lo) + " .. " + real_text(p.hi) +
                    ", initially " + real_text(p.initial));
  return lines;
}

std::string hidden_layers(const RunSpec& spec) {
  return spec.network.hidden.empty() ? "no hidden layer" : layers_text(spec.network);
}

List dropout_lines(const RunSpec& spec) {
  List lines;
  for (const SitePlan& site : spec.dropout.sites)
    if (site.rate > 0) {
      std::string line = site.site + ": " + site.variant + " " + real_text(site.rate);
      if (site.depth != DepthSchedule::Same) line += std::string(", ") + name_of(site.depth) + " over the blocks";
      if (site.schedule != RateSchedule::Constant) line += std::string(", ") + name_of(site.schedule) + " over time";
      lines.push_back(std::move(line));
    }
  return lines;
}

}  // namespace

std::vector<Facts> variant_facts() {
  std::vector<Facts> all;
  for (const Variant* v : all_variants())
    all.push_back({{"id", v->id},
                   {"name", v->name},
                   {"what_happens", v->depiction.one_line},
                   {"formula", v->depiction.formula},
                   {"source", v->paper},
                   {"target", name_of(v->target)},
                   {"sites", site_names(*v)},
                   {"shared_axes", axis_names(v->tie)},
                   {"scaling", name_of(v->rescale)},
                   {"inference", name_of(v->inference)},
                   {"fill", name_of(v->fill)},
                   {"lifetime", name_of(v->lifetime)},
                   {"preserves", name_of(v->preserves)},
                   {"rate_is", name_of(v->rate_is)},
                   {"gates", v->gates == Gates::Binary ? "binary" : "real"},
                   {"max_rate", v->max_rate},
                   {"reads", name_of(v->reads)},
                   {"parameters", param_lines(v->params)},
                   {"learned", param_lines(v->learned)},
                   {"glyph", name_of(v->depiction.glyph)}});
  return all;
}

std::vector<Facts> dataset_facts() {
  std::vector<Facts> all;
  for (const DatasetSource* d : all_datasets()) {
    List options;
    for (DataOption option : d->options) options.push_back(name_of(option));
    all.push_back({{"id", d->id},
                   {"name", d->name},
                   {"good_for", d->one_line},
                   {"task", name_of(d->task)},
                   {"options", options}});
  }
  return all;
}

std::vector<Facts> scenario_facts() {
  std::vector<Facts> all;
  for (const Scenario* s : all_scenarios()) {
    const RunSpec spec = s->spec();
    all.push_back(
        {{"id", s->id},
         {"name", s->name},
         {"shows", s->one_line},
         {"data", spec.data.dataset},
         {"hidden_layers", hidden_layers(spec)},
         {"dropout", dropout_lines(spec)},
         {"optimizer", std::string(name_of(spec.optimizer.kind)) + " " + real_text(spec.optimizer.learning_rate)},
         {"batch_size", double(spec.batch_size)},
         {"ticks", double(spec.ticks)}});
  }
  return all;
}

}  // namespace dropscope::cli
