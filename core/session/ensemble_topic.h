// What can be asked about a run in the Ensemble mode.
#pragma once
#include <cstdint>

namespace dropscope {

// Subnetworks: all 2^n of them, or many, for one input. Uncertainty: where passes disagree. Dependence: what units do
// without each other, with dropout and without. Members: a real ensemble beside the run.
enum class EnsembleTopic : std::uint8_t { Subnetworks, Uncertainty, Dependence, Members };
inline constexpr int kEnsembleTopics = 4;
inline constexpr const char* kTopicNames[kEnsembleTopics] = {"subnetworks", "uncertainty", "dependence", "members"};

}  // namespace dropscope
