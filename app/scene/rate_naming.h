// What the letter p stands for: texts and frameworks disagree, so a switch rewrites every label and formula. Only words
// change; specs, scripts, files and the engine always have the rate = P(dropped).
#pragma once
#include <cstdint>

namespace dropscope {

enum class RateNaming : std::uint8_t { Drop, Keep };

}  // namespace dropscope
