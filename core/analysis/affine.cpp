#include "core/analysis/affine.h"

namespace dropscope {
namespace {

// Whether noise at a site acts on what its layer gives, after the activation. A recurrent layer has such noise on
// what it reads, too.
template <class T>
bool acts_on_output(const Network<T>& network, const SiteInfo& site) {
  const Layer<T>& layer = network.layer(site.layer);
  if (site.kind == SiteKind::Sequence) return site.name == layer.name() || layer.part() != PartKind::Recurrent;
  return site.kind == SiteKind::Input || site.kind == SiteKind::Hidden || site.kind == SiteKind::FeatureMap ||
         site.kind == SiteKind::ResidualBranch;
}

// Whether the gate's mean is what inference puts in its place. `alone`: no other noise moves what it may read.
bool inference_is_mean(const NoisePlan& plan, bool alone) {
  const Variant& variant = *plan.variant;
  if (variant.reads != Reads::Nothing && !alone) return false;
  if (variant.inference == Inference::Expected) return true;
  return variant.preserves == Preserves::Mean && plan.rate < 1;  // at 1 nothing is left to be scaled up
}

template <class T>
bool affine_after(const Network<T>& network, int layer) {
  std::vector<bool> reached(std::size_t(network.layer_count()), false);
  reached[std::size_t(layer)] = true;
  for (int l = layer + 1; l < network.layer_count(); ++l) {
    for (int from : network.inputs_of(l))
      reached[std::size_t(l)] = reached[std::size_t(l)] || reached[std::size_t(from)];
    if (reached[std::size_t(l)] && !is_affine(network, l)) return false;
  }
  return true;
}

}  // namespace

template <class T>
bool is_norm(const Layer<T>& layer) {
  const std::vector<ParamBlock> blocks = layer.blocks();
  return std::any_of(blocks.begin(), blocks.end(),
                     [&](const ParamBlock& block) { return block.name == layer.name() + ".gamma"; });
}

template <class T>
bool is_affine(const Network<T>& network, int at) {
  const Layer<T>& layer = network.layer(at);
  if (layer.activation() != Activation::Identity) return false;
  const std::vector<ParamBlock> blocks = layer.blocks();
  if (is_norm(layer))  // running statistics are constants; those of an example are not
    return std::any_of(blocks.begin(), blocks.end(), [](const ParamBlock& b) { return b.statistic; });
  switch (layer.part()) {
    case PartKind::Convolution:
    case PartKind::Branch:
      return true;
    case PartKind::Other: {
      if (!blocks.empty() || network.inputs_of(at).size() != 1) return !blocks.empty() || at == 0;
      const Shape from = network.layer(network.inputs_of(at)[0]).output_shape(1), to = layer.output_shape(1);
      const auto has_time = [](const Shape& shape) {
        return std::any_of(shape.begin(), shape.end(), [](const Dim& d) { return d.axis == Axis::Time; });
      };
      return from.count() == to.count() ||
             (has_time(from) && !has_time(to));  // numbers in a row; a step, or their mean
    }
    case PartKind::Norm:
    case PartKind::Recurrent:
    case PartKind::Embedding:
    case PartKind::Attention:
      break;
  }
  return false;
}

template <class T>
bool scaling_is_exact(const Model<T>& model) {
  const auto acting = std::count_if(model.plans.begin(), model.plans.end(), has_effect);
  for (std::size_t s = 0; s < model.plans.size(); ++s) {
    const NoisePlan& plan = model.plans[s];
    if (!has_effect(plan)) continue;
    const SiteInfo& site = model.network.sites()[s];
    const bool weight = site.kind == SiteKind::Weight && is_affine(model.network, site.layer);
    if (!weight && !acts_on_output(model.network, site)) return false;
    if (!inference_is_mean(plan, acting == 1) || !affine_after(model.network, site.layer)) return false;
  }
  return true;
}

template bool is_norm<float>(const Layer<float>&);
template bool is_norm<double>(const Layer<double>&);
template bool is_affine<float>(const Network<float>&, int);
template bool is_affine<double>(const Network<double>&, int);
template bool scaling_is_exact<float>(const Model<float>&);
template bool scaling_is_exact<double>(const Model<double>&);

}  // namespace dropscope
