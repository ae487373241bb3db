// A trained run and one input of it, for the commands that ask a network questions: ensemble and uncertainty.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/options.h"
#include "app/cli/progress_bar.h"
#include "app/cli/training.h"

namespace dropscope::cli {

struct AskedRun {
  std::shared_ptr<const Dataset> data;
  std::unique_ptr<Trainer> trainer;
  TrainingRecord record;
  std::vector<float> probe;
  std::optional<std::size_t> example;  // of the validation split that the probe is; none: a point that was given
};

// A whole number from `least` to `most`; `otherwise` where the option was not given.
int number_or(const std::optional<std::string>& text, int otherwise, int least, int most, const std::string& option);

// Loads the data, finds the probe, and trains to --ticks or as long as the scenario says. Throws InputError, before
// training; so may `check`, which gets the network. Prints nothing but progress.
AskedRun train_and_choose(const RunSpec& spec, const AskWords& words, ProgressBar& bar,
                          const std::function<void(const Network<float>&)>& check = {});

// False, with a line on standard error, where training diverged or was interrupted.
bool can_be_asked(const AskedRun& run);

// "moons at tick 2000", the validation loss, and what the probe is.
std::string asked_heading(const AskedRun& run);
// "class 3" or the name of a class or target, for rows of `outputs` numbers.
std::string output_name(const Dataset& data, std::size_t output);

// The shortest decimals that give the number back; nothing for what is not finite. For CSV.
std::string csv_number(double value);
std::string csv_number(float value);
// Six decimals, right in twelve places; a dash for what is not finite. For tables.
std::string table_number(double value);

}  // namespace dropscope::cli
