// One function for each command. They return the exit code, or throw: InputError for bad input (2),
// DisplayError (3), anything else is a failure (1).
#pragma once
#include "app/cli/options.h"

namespace dropscope::cli {

inline constexpr int kFine = 0, kFailed = 1, kBadInput = 2, kNoDisplay = 3;

// Reads the words; prints help, the version or what is wrong with them.
Words parse_words(int argc, const char* const* argv);

int run_window_command(const WindowWords& words);
int run_headless_command(const HeadlessWords& words);
int run_train_command(const TrainWords& words);
int run_render_command(const RenderWords& words);
int run_list_command(const ListWords& words);
int run_reproduce_command(const ReproduceWords& words);
int run_compare_command(const CompareWords& words);
int run_sweep_command(const SweepWords& words);
int run_merge_command(const MergeWords& words);
int run_ensemble_command(const EnsembleWords& words);
int run_uncertainty_command(const UncertaintyWords& words);
int run_check_command(const CheckWords& words);

}  // namespace dropscope::cli
