// Runs that really train, and what the Ensemble mode is told of them, for tests of its pictures.
#pragma once
#include <string>

#include "app/scene/answers/sheet.h"

namespace dropscope {

struct SampleAnswer {
  Snapshot snapshot;
  EnsembleAnswer answer;
};
// Uncertainty over 20 passes of the first validation example. Trained once for each list of arguments.
const SampleAnswer& sample_uncertainty(const std::string& scenario, int ticks, const std::string& set_path = "",
                                       const std::string& set_value = "");
// Dependence, with the twin if so wanted.
const SampleAnswer& sample_dependence(const std::string& scenario, int ticks, bool twin);
// All sub-networks of a network of few units, and how fast Monte Carlo comes near.
SampleAnswer sample_subnetworks(const std::string& scenario, int ticks);
// The run beside `members` networks; what each took is said to be one second, the run two.
SampleAnswer sample_members(const std::string& scenario, int ticks, int members);

// What its sheet is drawn from.
AnswerInput input_of(const SampleAnswer& sample);
// A test failure where there is none of that name.
const AnswerArea& area_named(const AnswerPicture& picture, const std::string& name);

}  // namespace dropscope
