// What the document says in a few words, for bars and messages. Pure functions of a RunSpec.
#pragma once
#include <string>
#include <vector>

#include "app/scene/rate_naming.h"
#include "core/spec/run_spec.h"
#include "core/spec/site.h"

namespace dropscope {

// The plan for a site as asked for: with rate 0 where the document has none.
SitePlan shown_plan(const RunSpec& spec, const std::string& site);

// The sites where the plan has an effect, from the inputs to the outputs.
std::vector<SiteName> acting_sites(const RunSpec& spec);
// The outputs of hidden layers: what dropout.rate means.
std::vector<SiteName> output_sites(const RunSpec& spec);
// Dense layers only, with noise nowhere but on the inputs and on the outputs of hidden layers.
bool is_plain(const RunSpec& spec);

// "0.50", "0.50 / 0.30" or "0.50 · input 0.10": what p is, in one phrase; empty where nothing acts.
std::string rates_phrase(const RunSpec& spec, RateNaming naming = RateNaming::Drop);
// Name of the variant, "mixed variants" or "no dropout".
std::string variant_phrase(const RunSpec& spec);

}  // namespace dropscope
