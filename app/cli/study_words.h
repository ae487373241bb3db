// From the words of compare and sweep to a study or a sweep. Pure functions of texts and of the base run.
#pragma once
#include <string>
#include <vector>

#include "app/cli/options.h"
#include "core/study/sweep.h"

namespace dropscope::cli {

// "a=1, network.hidden=32,32, b=2" in its settings: a comma begins a new one only where "path=" follows.
std::vector<std::string> split_settings(const std::string& text);

// "plain: dropout.rate=0" on the base run; no settings: the base run itself. Without a name and a colon the run is
// called by what differs. Seeds are the study's, so that a run may not set them. Throws InputError at --run.
StudyRun parse_run(const std::string& text, const RunSpec& base);

// Values separated by commas, or by semicolons where there is one (values may then hold commas). "0..0.9:0.1" stands
// for 0, 0.1, ... 0.9, computed in decimals; "8..16" goes up by 1. Throws InputError at `where` for an empty value, a
// range that goes nowhere, more than 10,000 values.
std::vector<std::string> split_values(const std::string& text, const std::string& where);

// One run for each of the neighbours named, at each of the rates where it has one (app/state/neighbours.h). Runs that
// are equal to one before are left out: `none` and every variant at rate 0 are one run.
std::vector<StudyRun> variant_runs(const RunSpec& base, const std::string& variants,
                                   const std::optional<std::string>& rates);

// "dropout.rate=0,0.1,0.2". Throws InputError at --axis.
SweepAxis parse_axis(const std::string& text);

// "3/8" is part 3 of 8, counted from 1; `index` counts from 0.
struct Shard {
  int index = 0, count = 1;
};
Shard parse_shard(const std::string& text);

// Seeds of a study: --seeds of them from --first-seed on, or from that of the base run.
std::vector<std::uint64_t> parse_seeds(const StudyWords& words, const RunSpec& base);
// Threads; 0 where not said: one per core.
int parse_jobs(const std::optional<std::string>& jobs);

}  // namespace dropscope::cli
