// What a frame costs in the real window while the network trains at full speed: the program itself under Xvfb, asked
// with --dump-items. Software OpenGL shares the processor with the training here; a graphics card would not.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <regex>

#include "tests/bench/measurements.h"

namespace dropscope::bench {
namespace {

constexpr const char* kFourRuns = "four-runs";  // of the default scenario, side by side

std::optional<double> item(const std::string& dump, const std::string& name) {
  std::smatch found;
  const std::regex line("\"" + name + "\": \\{[^}]*\"value\": \"([0-9.]+)\"");
  if (!std::regex_search(dump, found, line)) return std::nullopt;
  return std::stod(found[1]);
}

}  // namespace

const std::vector<std::string>& frame_scenarios() {
  static const std::vector<std::string> scenarios = {"moons",       "conv-spatial",          "residual-depth",
                                                     "lstm-locked", "transformer-attention", kFourRuns};
  return scenarios;
}

bool measure_frames(double seconds, Record& record) {
  if (std::system("command -v xvfb-run >/dev/null 2>&1") != 0) return false;
  const std::filesystem::path dump =
      std::filesystem::temp_directory_path() / ("dropscope_frames_" + std::to_string(std::random_device{}()) + ".json");
  for (const std::string& name : frame_scenarios()) {
    const bool four = name == kFourRuns;
    const std::string scenario = four ? "moons" : name;
    const std::string others = four ? "mode compare; add_run dropconnect 0.5; add_run gaussian 0.5; " : "";
    const std::string script = "wait ready; " + others + "speed max; play; wait seconds " + std::to_string(seconds) +
                               "; dump \\\"" + dump.string() + "\\\"; wait frames 2; quit";
    const std::string command = "timeout 120 xvfb-run -a -s '-screen 0 1600x900x24 -noreset' '" DROPSCOPE_BENCH_PROGRAM
                                "' --no-settings --size 1600x900 --scenario " +
                                scenario + " --exec \"" + script + "\" >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0) continue;
    std::ifstream file(dump);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto add = [&](const char* control, const char* figure) {
      if (const auto value = item(text, control)) record.add("frame " + name + " " + figure, *value / 1000);
    };
    add("window\\.frame_p99_us", "p99");
    add("window\\.frame_us", "cpu");
    add("window\\.build_us", "build");
    std::filesystem::remove(dump);
  }
  return true;
}

}  // namespace dropscope::bench
