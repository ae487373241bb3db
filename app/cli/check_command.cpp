// dropscope check: whether this program computes on this machine what it should.
#include <cstdlib>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/version.h"
#include "app/platform/window.h"
#include "core/train/self_check.h"

namespace dropscope::cli {
namespace {

void report(const char* state, const std::string& name, const std::string& detail) {
  print(std::string(state) + "  " + name + (detail.empty() ? "" : ": " + one_line(detail, 300)) + "\n");
}

bool has(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

// A missing display is no fault of the program; a display without OpenGL 3.3 is worth knowing.
bool check_display() {
  if (!has("DISPLAY") && !has("WAYLAND_DISPLAY")) {
    report("none  ", "display", "DISPLAY and WAYLAND_DISPLAY are not set; train, render and --headless work without");
    return true;
  }
  try {
    WindowOptions options;
    options.width = options.height = 64;
    options.visible = false;
    const Window window(options);
    const GlFacts& gl = window.gl();
    report("ok    ", "OpenGL", gl.version + ", " + gl.renderer + (gl.software ? " (software)" : ""));
    return true;
  } catch (const DisplayError& error) {
    report("FAILED", "OpenGL", std::string(error.what()) + "; " + error.hint());
    return false;
  }
}

}  // namespace

int run_check_command(const CheckWords&) {
  print(std::string("dropscope ") + kProgramVersion + "\n");
  int failed = 0;
  for (const CheckResult& result : run_self_checks()) {
    report(result.ok ? "ok    " : "FAILED", result.name, result.detail);
    failed += !result.ok;
  }
  const bool display = check_display();
  if (failed) print_error(std::to_string(failed) + " checks failed: this build cannot be trusted on this machine");
  if (failed) return kFailed;
  return display ? kFine : kNoDisplay;
}

}  // namespace dropscope::cli
