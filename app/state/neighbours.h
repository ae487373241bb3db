// What a run can be laid beside: the same run with another variant of dropout, or with something else that holds
// overfitting back, and the words for what differs. Pure functions; shared by the window and the command line.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/scene/rate_naming.h"
#include "core/spec/run_spec.h"

namespace dropscope {

struct Neighbour {
  std::string id;        // a variant's id, or "l2", "batchnorm", "augmentation", "early_stopping", "label_smoothing"
  std::string name;      // for people: "DropConnect", "L2 0.01"
  std::string one_line;  // what is done to the run
  bool is_variant = false;
  bool has_rate = false;    // a rate may be asked for
  double largest_rate = 1;  // where it may
};

// "none" first, then every variant that can act somewhere in this network in teaching order, then the other neighbours
// that mean something for its data and layers. Makes a few examples to learn their form: not for every frame.
std::vector<Neighbour> all_neighbours(const RunSpec& spec);

// The base run with its dropout replaced by that neighbour and nothing else different. Variants act where the base's
// noise does as far as they can, else after the hidden layers, else wherever they can; with `rate`, or with the base's
// rates, or 0.5 where it has none. A rate of 0 is the run without dropout. Throws InputError at `where` for an id that
// is none (with near ones), a neighbour that means nothing here, or a rate that it cannot have.
RunSpec with_neighbour(const RunSpec& base, const std::string& id, std::optional<double> rate,
                       const std::string& where);

// The base for one more run beside others: the first one, with the noise of the run at hand where that has some and the
// same layers. So L2 and batch norm are laid beside each other, not one on top of the other.
RunSpec base_beside(const RunSpec& first, const RunSpec& at_hand);

// What `run` has otherwise than `reference`, one short phrase each, the noise first: "inverted 0.5 → dropconnect 0.5
// on weights", "L2 0.01", "hidden layers 16,16 → 32,32", "learning rate 0.0015 → 0.005". Empty for equal runs.
std::vector<std::string> differences(const RunSpec& reference, const RunSpec& run,
                                     RateNaming naming = RateNaming::Drop);

// The noise of a run in a few words: "inverted 0.2", or "inverted keep 0.8" of the same, "dropconnect 0.5 on weights",
// "no dropout".
std::string noise_phrase(const RunSpec& spec, RateNaming naming = RateNaming::Drop);
// What a run is called beside the reference: its noise, and what else it does not share: "inverted 0.5",
// "no dropout", "L2 0.01", "inverted 0.5, L2 0.01". Of the reference itself: its noise alone.
std::string run_name(const RunSpec& run, const RunSpec& reference, RateNaming naming = RateNaming::Drop);

}  // namespace dropscope
