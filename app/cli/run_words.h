// From the words of the command line to a RunSpec, and the values that several commands read.
#pragma once
#include <optional>
#include <string>

#include "app/cli/options.h"
#include "app/scene/rate_naming.h"
#include "app/theme/palette.h"
#include "core/spec/run_spec.h"

namespace dropscope::cli {

// The scenario with --data, --set and --seed applied in that order. Throws InputError.
RunSpec spec_from_words(const RunWords& words);

struct PixelSize {
  int width = 0, height = 0;
};
inline constexpr int kLargestSide = 16384;
// "1920x1080", of at least `least` and at most kLargestSide pixels a side.
PixelSize parse_size(const std::string& text, PixelSize least, const std::string& where);

// light, dark or projector.
ThemeId parse_theme(const std::string& name, const std::string& where);
// drop or keep.
RateNaming parse_naming(const std::string& name, const std::string& where);

// Throws InputError unless a regular file can be written there: the folder is there and may be written to,
// nothing but a regular file has that name. Checked before training, so that no work is lost.
void check_output_path(const std::string& path, const std::string& where);
// The same for --csv and --json, each where it is given, which must be two files and not that of the data.
void check_outputs(const std::optional<std::string>& csv, const std::optional<std::string>& json, const RunSpec& spec);
// Two names of one file, whether or not it exists.
bool same_file(const std::string& a, const std::string& b);

}  // namespace dropscope::cli
