// What the document says in a few words, for bars and messages. Pure functions of a RunSpec.
#pragma once
#include <string>

#include "core/spec/run_spec.h"

namespace dropscope {

// The plan for a site as asked for: with rate 0 where the document has none.
SitePlan shown_plan(const RunSpec& spec, const std::string& site);

// "0.50", "0.50 / 0.30" or "0.50 · input 0.10": the rates in one phrase.
std::string rates_phrase(const RunSpec& spec);
// Name of the variant, or "mixed".
std::string variant_phrase(const RunSpec& spec);

}  // namespace dropscope
