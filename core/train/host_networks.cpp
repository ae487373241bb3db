#include "core/train/host_networks.h"

namespace dropscope {

ArchSpec layers_of(const std::string& text, Activation activation) {
  ArchSpec spec;
  spec.hidden = parse_layers(text, {}, "hosts");
  for (LayerSpec& layer : spec.hidden)
    if (layer_fields(layer.kind).activation) layer.activation = activation;
  spec.init = Init::Xavier;
  return spec;
}

std::vector<HostNetwork> host_networks(SiteKind kind, Activation activation) {
  DataForm image{.inputs = 72, .outputs = 3, .image = ImageShape{6, 6, 2}, .sequence = {}};
  DataForm words{.inputs = 4, .outputs = 3, .image = {}, .sequence = SequenceShape{4, 1, true, 5, false}};
  DataForm steps{.inputs = 8, .outputs = 3, .image = {}, .sequence = SequenceShape{4, 2, false, 0, false}};
  switch (kind) {
    case SiteKind::Input:
      return {{layers_of("5,4", activation), flat_form(3, 3), "xor"}, {layers_of("4", activation), image, "digits"}};
    case SiteKind::Hidden:
    case SiteKind::Weight:
      return {{layers_of("5,4", activation), flat_form(3, 3), "xor"}};
    case SiteKind::FeatureMap:
      return {{layers_of("conv3,4", activation), image, "digits"}};
    case SiteKind::Sequence:
    case SiteKind::RecurrentWeight:
    case SiteKind::RecurrentState:
    case SiteKind::StateUpdate:
    case SiteKind::CellState:
    case SiteKind::CellUpdate:
      return {{layers_of("lstm4", activation), steps, "adding"}};
    case SiteKind::ResidualBranch:
      return {{layers_of("4,2*residual5", activation), flat_form(3, 3), "xor"}};
    case SiteKind::Embedding:
    case SiteKind::AttentionWeights:
    case SiteKind::HeadOutput:
      return {{layers_of("embedding4,transformer5", activation), words, "parity"}};
  }
  return {};
}

}  // namespace dropscope
