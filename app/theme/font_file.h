// What must be known of a font file before Dear ImGui may see it: whether it is one, and its proportions.
#pragma once
#include <string>

namespace dropscope {

// Dear ImGui aborts the program on a file that is missing or is no font, so it is looked at first.
bool readable_font(const std::string& path);

// Line height (ascent to descent) over em, from the tables `hhea` and `head`; 1 if they cannot be read.
float line_height_per_em(const std::string& path);

}  // namespace dropscope
