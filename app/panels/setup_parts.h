// Parts of the setup panel: the switch for what p stands for, and rows that follow it.
#pragma once
#include <span>
#include <string>

#include "app/panels/panel.h"
#include "app/widgets/rows.h"

namespace dropscope {

struct Variant;

// "p = dropped | p = kept" at the cursor, which is below it then. In the registry "naming.drop" and "naming.keep", and
// as "setup.naming" which of them it is.
void naming_switch(const FrameInput& in, IntentSink& sink);
// A slider of rates becomes one of p: its ends and where it began.
void say_as(RateNaming naming, SliderSpec& spec);
// What is shown is what is set: 0.35, not 0.35000000000000003. `format` of one double, as "%.2f".
double rounded_as(double value, const char* format);
// The row to choose a variant with; the one there is now explains itself, null says nothing. True if another is chosen.
bool variant_combo(const FrameInput& in, const char* name, const Variant* now, std::span<const std::string> names,
                   int& index);

}  // namespace dropscope
