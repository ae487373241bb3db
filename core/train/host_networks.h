// Small networks that have a site of each kind, for checks that need a variant at work in a whole network.
#pragma once
#include <string>
#include <vector>

#include "core/spec/data_form.h"
#include "core/spec/site.h"

namespace dropscope {

struct HostNetwork {
  ArchSpec network;
  DataForm form;
  std::string dataset;  // a data set of that form
};

// The layers of `text` (core/spec/arch_spec.h), all with one activation and weights drawn by Xavier's rule.
ArchSpec layers_of(const std::string& text, Activation activation);

// Every host of the kind: more than one where the form of the data matters.
std::vector<HostNetwork> host_networks(SiteKind kind, Activation activation = Activation::Tanh);

}  // namespace dropscope
