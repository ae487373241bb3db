// RunSpec to and from JSON text: {"format": "dropscope.run", "version": 1, "fields": {path: value}}.
#pragma once
#include <string>
#include <string_view>

#include "core/spec/run_spec.h"

namespace dropscope {

inline constexpr int kSpecVersion = 1;

std::string spec_to_json(const RunSpec& spec);

// Throws InputError naming `where` and the place for malformed text, duplicate keys, depth over 32, more
// than 16 MB, unknown fields, values out of range and a version that this program does not know.
RunSpec spec_from_json(std::string_view text, const std::string& where);

}  // namespace dropscope
