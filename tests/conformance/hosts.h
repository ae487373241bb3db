// Small networks that have a site of each kind, for checks that need a variant at work in a whole network.
#pragma once
#include <string>
#include <vector>

#include "core/spec/data_form.h"
#include "core/spec/site.h"

namespace dropscope::conformance {

struct Host {
  ArchSpec network;
  DataForm form;
  std::string dataset;  // a data set of that form
};

inline ArchSpec layers(const std::string& text, Activation activation) {
  ArchSpec spec;
  spec.hidden = parse_layers(text, {}, "test");
  for (LayerSpec& layer : spec.hidden)
    if (layer_fields(layer.kind).activation) layer.activation = activation;
  spec.init = Init::Xavier;
  return spec;
}

// Every host of the kind: the data's own form where it matters.
inline std::vector<Host> hosts_of(SiteKind kind, Activation activation = Activation::Tanh) {
  DataForm image{.inputs = 72, .outputs = 3, .image = ImageShape{6, 6, 2}, .sequence = {}};
  DataForm words{.inputs = 4, .outputs = 3, .image = {}, .sequence = SequenceShape{4, 1, true, 5, false}};
  DataForm steps{.inputs = 8, .outputs = 3, .image = {}, .sequence = SequenceShape{4, 2, false, 0, false}};
  switch (kind) {
    case SiteKind::Input:
      return {{layers("5,4", activation), flat_form(3, 3), "xor"}, {layers("4", activation), image, "digits"}};
    case SiteKind::Hidden:
    case SiteKind::Weight:
      return {{layers("5,4", activation), flat_form(3, 3), "xor"}};
    case SiteKind::FeatureMap:
      return {{layers("conv3,4", activation), image, "digits"}};
    case SiteKind::Sequence:
    case SiteKind::RecurrentWeight:
    case SiteKind::RecurrentState:
    case SiteKind::StateUpdate:
    case SiteKind::CellState:
    case SiteKind::CellUpdate:
      return {{layers("lstm4", activation), steps, "adding"}};
    case SiteKind::ResidualBranch:
      return {{layers("4,2*residual5", activation), flat_form(3, 3), "xor"}};
    case SiteKind::Embedding:
    case SiteKind::AttentionWeights:
    case SiteKind::HeadOutput:
      return {{layers("embedding4,transformer5", activation), words, "parity"}};
  }
  return {};
}

}  // namespace dropscope::conformance
