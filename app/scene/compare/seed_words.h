// What is said of a study of many seeds: how many seeds are behind a number, which means may be called best, how far
// the study is. Pure functions of values.
#pragma once
#include <optional>
#include <span>

#include "app/scene/study_view.h"

namespace dropscope {

// "20 seeds", "1 seed", "2 of 20 seeds", "1 to 2 of 20 seeds", "up to 1 of 20 seeds": of what there is for each run.
std::string seeds_phrase(std::span<const int> counts, int asked);
// Seeds behind the curve of each run: those that did not diverge.
std::vector<int> curve_seeds(const StudyView& study);
// Mean with a spread at all: one of them has two seeds or more.
bool has_spread(std::span<const int> counts);

// The head of the study's rows, longest first: over how many seeds, after how many steps, of which runs.
std::vector<std::string> study_head_words(const StudyView& study);
// Behind a run's name where its seeds are not all there or some diverged, longest first: "2 of 20 seeds, 1 diverged",
// "2 of 20 seeds", "2/20".
std::vector<std::string> row_count_words(const StudyView& study, std::size_t run);

// What pairs of equal seeds say of a run against the first, longest first. While seeds are still to come it is a number
// so far, with its interval and no judgement: "so far, after 4 of 20 seeds: val loss 0.06 higher than A (95 %: ...)".
// Empty for the first run and where no pair is there.
std::vector<std::string> verdict_wordings(const StudyView& study, std::size_t run);

// Of a measure; sign 1: high is good, -1: low is, 0: neither. The run with the best mean, where all means are of
// equally many seeds and it is more than seeds alone do: against the first run, or of the first run against all others.
std::optional<std::size_t> best_mean(const SeedTable& table, Measure measure, int sign);

// "23 of 80 trainings, 1 min 20 s left".
std::string study_progress_words(const StudyView& study);

}  // namespace dropscope
