// A small network with weights and noise of its own, to be asked.
#pragma once
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "core/analysis/model.h"
#include "core/dropout/registry.h"
#include "core/tensor/panels.h"

namespace dropscope::testing_analysis {

struct NoiseAt {
  std::string site;
  const char* variant = "inverted";
  double rate = 0;
};

template <class T>
struct Asked {
  Network<T> network;
  AlignedVector<T> params;
  std::vector<NoisePlan> plans;
  Tape<T> tape;

  Asked(const std::vector<LayerSpec>& hidden, const DataForm& form, std::initializer_list<NoiseAt> noise)
      : network(arch(hidden), form), params(network.param_count()), tape(network.make_tape()) {
    network.init(5, params);
    for (const SiteInfo& site : network.sites()) {
      NoisePlan plan;
      plan.variant = find_variant("none");
      for (const NoiseAt& at : noise)
        if (at.site == site.name) plan = {find_variant(at.variant), at.rate, find_variant(at.variant)->tie, {}};
      for (const ParamSpec& param : plan.variant->params) plan.params.push_back(param.initial);
      plans.push_back(plan);
    }
  }

  Model<T> model() const { return {network, params, plans}; }

  // Writes a block from [output][input], or a vector.
  void set(const std::string& name, const std::vector<T>& values) {
    for (const ParamBlock& block : network.blocks()) {
      if (block.name != name) continue;
      for (int o = 0; o < block.outputs; ++o)
        for (int i = 0; i < std::max(1, block.inputs); ++i)
          params[block.offset + (block.is_weight() ? panel_index(o, i, block.inputs) : std::size_t(o))] =
              values[std::size_t(o * std::max(1, block.inputs) + i)];
      return;
    }
    ADD_FAILURE() << "no block " << name;
  }

 private:
  static ArchSpec arch(const std::vector<LayerSpec>& hidden) {
    ArchSpec spec;
    spec.hidden = hidden;
    return spec;
  }
};

}  // namespace dropscope::testing_analysis
