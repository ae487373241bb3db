// Where noise may be set from the window: the rows of the setup panel, and what the keys for rates and variants
// act on. Pure functions of a RunSpec.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "core/session/snapshot.h"
#include "core/spec/run_spec.h"
#include "core/spec/site.h"

namespace dropscope {

// One or several sites that are set together: those of many blocks.
struct Place {
  std::string title;  // "conv 1", "lstm 1 recurrent", "blocks"
  SiteKind kind = SiteKind::Hidden;
  std::vector<std::string> sites;  // the first one's values are shown
  bool acts = false;               // the plan has an effect at one of them
  // The paths that set a field of all of them: a short form where there is one.
  std::vector<std::string> paths;  // without the field's name: "dropout.conv1.", "dropout.residual_branch."
};

// The inputs, the outputs of hidden layers and blocks, what acts besides, and the sites in `also`; kinds at work
// first, else in the order of the network.
std::vector<Place> noise_places(const RunSpec& spec, const std::set<std::string>& also);

// The sites that keys act on: those of the column, else those with noise, else the outputs of hidden layers.
std::vector<SiteName> key_sites(const RunSpec& spec, const std::string& column);
// "conv 1", "hidden layers", "4 places with noise".
std::string sites_title(const RunSpec& spec, const std::vector<SiteName>& sites);
// The variant in force at a site, whether or not the plan names it.
std::string variant_at(const RunSpec& spec, const SiteName& site);
// Where a mask may be one for the whole batch or one for each example: where noise acts.
std::vector<SiteName> scoped_sites(const RunSpec& spec);
// Every mask at work is one for the whole batch, by the plan or as its variant was published.
bool one_mask_per_batch(const RunSpec& spec, const Snapshot& snapshot);
// Whether a short form such as dropout.attention_weights.variant means the plan's site.
bool means_kind_of(const RunSpec& spec, const std::string& path, const SitePlan& plan);

}  // namespace dropscope
