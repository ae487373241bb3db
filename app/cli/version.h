// The version that --version prints; tests/architecture holds it equal to CMakeLists.txt and CHANGELOG.md.
#pragma once

namespace dropscope {

inline constexpr const char* kProgramVersion = "0.1.0";

}  // namespace dropscope
