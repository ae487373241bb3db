#include "core/analysis/hidden_units.h"

namespace dropscope {

bool is_output_of_layer(const Network<float>& network, int site) {
  const SiteInfo& info = network.sites()[std::size_t(site)];
  if (info.kind != SiteKind::Hidden && info.kind != SiteKind::FeatureMap && info.kind != SiteKind::Sequence)
    return false;
  // A recurrent layer has a site for what enters it, too.
  const Layer<float>& layer = network.layer(info.layer);
  return info.name == layer.name() || layer.sites().size() == 1;
}

std::vector<int> hidden_sites(const Network<float>& network) {
  std::vector<int> found;
  for (std::size_t s = 0; s < network.sites().size(); ++s) {
    const SiteInfo& info = network.sites()[s];
    const Layer<float>& layer = network.layer(info.layer);
    if (!is_output_of_layer(network, int(s)) || info.layer == network.layer_count() - 1) continue;
    // An activation inside a block gives the block's site its name; a pool has its own.
    if (layer.blocks().empty() && info.name == layer.name()) continue;
    if (!found.empty() && network.sites()[std::size_t(found.back())].readers == info.readers) found.pop_back();
    found.push_back(int(s));
  }
  return found;
}

SiteUnits units_at(const Network<float>& network, int site) {
  const Shape one = network.site_shape(site, 1);
  const Shape units = one.tied({Axis::Sample, Axis::Time, Axis::Row, Axis::Col});
  SiteUnits of_site;
  of_site.size = one.count();
  of_site.places.resize(units.count());
  for (std::size_t i = 0; i < of_site.size; ++i) of_site.places[broadcast_index(one, units, i)].push_back(i);
  return of_site;
}

Tensor<float>& replaceable_output(Tape<float>& tape, int layer) {
  LayerTape<float>& here = tape.layers[std::size_t(layer)];
  if (!here.noisy) here.y = here.h;
  here.noisy = true;
  return here.y;
}

bool take_away(const SiteUnits& site, int unit, Tensor<float>& output, std::vector<float>& kept) {
  kept.clear();
  bool gave = false;
  for (std::size_t first = 0; first < output.size(); first += site.size)
    for (std::size_t i : site.places[std::size_t(unit)]) {
      float& value = output[first + i];
      gave = gave || value != 0;
      kept.push_back(value);
      value = 0;
    }
  return gave;
}

void put_back(const SiteUnits& site, int unit, const std::vector<float>& kept, Tensor<float>& output) {
  auto value = kept.begin();
  for (std::size_t first = 0; first < output.size(); first += site.size)
    for (std::size_t i : site.places[std::size_t(unit)]) output[first + i] = *value++;
}

}  // namespace dropscope
