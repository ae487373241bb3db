// What list says of each thing there is, as names and values: the text and the JSON show the same facts.
#pragma once
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dropscope::cli {

struct Fact {
  std::string name;  // "shared_axes"
  std::variant<std::string, double, std::vector<std::string>> value;
};

// The first fact is always the id.
using Facts = std::vector<Fact>;

std::vector<Facts> variant_facts();
std::vector<Facts> dataset_facts();
std::vector<Facts> scenario_facts();

}  // namespace dropscope::cli
