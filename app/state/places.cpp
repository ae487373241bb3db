#include "app/state/places.h"

#include <algorithm>

#include "app/scene/scene_text.h"
#include "app/state/phrases.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

// "attention" of "block3.attention"; empty for the block's own site.
std::string part_of(const std::string& site) {
  const std::size_t dot = site.find('.');
  return dot == std::string::npos ? "" : site.substr(dot + 1);
}

std::vector<std::string> paths_of(const Place& place, const std::vector<SiteName>& all) {
  const auto of_kind =
      std::count_if(all.begin(), all.end(), [&](const SiteName& site) { return site.kind == place.kind; });
  if (place.sites.size() > 1 && std::size_t(of_kind) == place.sites.size())
    return {"dropout." + std::string(name_of(place.kind)) + "."};
  std::vector<std::string> paths;
  for (const std::string& site : place.sites) paths.push_back("dropout." + site + ".");
  return paths;
}

}  // namespace

std::vector<Place> noise_places(const RunSpec& spec, const std::set<std::string>& also) {
  const std::vector<SiteName> all = site_names(spec.network), acting = acting_sites(spec);
  const auto acts = [&acting](const SiteName& site) {
    return std::any_of(acting.begin(), acting.end(), [&](const SiteName& a) { return a.name == site.name; });
  };
  const bool many = block_count(spec.network) > 1;
  // One part of all blocks is one place, wherever it acts.
  std::vector<Place> places;
  std::vector<bool> listed;
  for (const SiteName& site : all) {
    const bool own = site.kind == SiteKind::Input || site.is_output_of_hidden ||
                     (site.kind == SiteKind::ResidualBranch && part_of(site.name).empty());
    const bool wanted = own || acts(site) || also.contains(site.name);
    const std::string part = part_of(site.name);
    const std::string title = !many || site.block == 0 ? layer_title(site.name)
                              : part.empty()           ? "blocks"
                                                       : layer_title(part);
    std::size_t at = 0;
    while (at < places.size() && (site.block == 0 || places[at].title != title || places[at].kind != site.kind)) ++at;
    if (at == places.size()) {
      places.push_back({title, site.kind, {}, false, {}});
      listed.push_back(false);
    }
    places[at].sites.push_back(site.name);
    places[at].acts = places[at].acts || acts(site);
    listed[at] = listed[at] || wanted;
  }
  std::vector<Place> shown;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (listed[i]) shown.push_back(std::move(places[i]));
  for (Place& place : shown) place.paths = paths_of(place, all);
  const std::vector<Place> before = shown;
  std::stable_sort(shown.begin(), shown.end(), [&](const Place& a, const Place& b) {
    const auto rank = [&](const Place& p) {
      const bool rests = std::none_of(before.begin(), before.end(),
                                      [&](const Place& other) { return other.kind == p.kind && other.acts; });
      // Idle kinds keep the order of the network; kinds at work stay together.
      const auto first = std::find_if(before.begin(), before.end(), [&](const Place& o) { return o.kind == p.kind; });
      return std::pair(rests, rests ? 0 : first - before.begin());
    };
    return rank(a) < rank(b);
  });
  return shown;
}

std::string variant_at(const RunSpec& spec, const SiteName& site) {
  for (const Field& field : fields(spec))
    if (field.path == "dropout." + site.name + ".variant") return field.value;
  return {};
}

bool means_kind_of(const RunSpec& spec, const std::string& path, const SitePlan& plan) {
  for (const SiteName& site : site_names(spec.network))
    if (site.name == plan.site) return path == "dropout." + std::string(name_of(site.kind)) + ".variant";
  return false;
}

std::vector<SiteName> key_sites(const RunSpec& spec, const std::string& column) {
  std::vector<SiteName> own, acting = acting_sites(spec);
  const auto elsewhere = [&column](const SiteName& site) {
    return site.name != column && !site.name.starts_with(column + ".");
  };
  if (!column.empty()) {
    own = acting;
    std::erase_if(own, elsewhere);
    for (const SiteName& site : site_names(spec.network))
      if (own.empty() && site.name == column) own.push_back(site);
    if (!own.empty()) return own;
  }
  if (!is_plain(spec) && !acting.empty()) return acting;
  std::vector<SiteName> outputs = output_sites(spec);
  if (!outputs.empty()) return outputs;
  // Networks of other layers only: the places where such dropout was published first.
  for (const SiteName& site : site_names(spec.network))
    if (site.kind == SiteKind::ResidualBranch || (outputs.empty() && site.kind == SiteKind::Input))
      outputs.push_back(site);
  return outputs;
}

std::string sites_title(const RunSpec& spec, const std::vector<SiteName>& sites) {
  if (sites.size() == 1) return is_plain(spec) ? sites[0].name : layer_title(sites[0].name);
  return is_plain(spec) ? "hidden layers" : std::to_string(sites.size()) + " places with noise";
}

std::vector<SiteName> scoped_sites(const RunSpec& spec) { return acting_sites(spec); }

bool one_mask_per_batch(const RunSpec& spec, const Snapshot& snapshot) {
  const std::vector<SiteName> sites = scoped_sites(spec);
  return !sites.empty() && std::all_of(sites.begin(), sites.end(), [&](const SiteName& site) {
    const MaskScope scope = spec.dropout.find(site.name)->scope;
    if (scope != MaskScope::Auto) return scope == MaskScope::Batch;
    return std::any_of(snapshot.sites.begin(), snapshot.sites.end(),
                       [&](const SiteView& view) { return view.site == site.name && view.shared; });
  });
}

}  // namespace dropscope
