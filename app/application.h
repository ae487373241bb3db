// The window as a whole: run_window opens it, trains in it, and returns when it is closed.
// Only application.cpp names Session and Lab; panels see snapshots and intents.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/theme/palette.h"
#include "core/spec/run_spec.h"

namespace dropscope {

// What the command line asks of the window. (platform/window.h has WindowOptions, of the bare window.)
struct AppOptions {
  RunSpec spec;
  // Script lines as given with --exec: "play; wait tick 200; screenshot out.png; quit". All are checked by
  // check_script before any window opens. The language: app/state/script.h.
  std::vector<std::string> exec;
  // Where each named control is and what it shows, written as JSON about four times a second; empty = never.
  std::string dump_items;
  // A picture of the window written once the first surface and metrics are there; the window then closes.
  std::string screenshot;
  // Empty: as the settings say.
  std::optional<ThemeId> theme;
  std::optional<float> text_scale;  // 0.75 .. 3
  int width = 0, height = 0;        // of the window, in pixels; 0 = as the settings say
  bool settings = true;             // false: neither read nor write the settings file
};

// Throws InputError naming the line and the near commands for anything that is not a command.
void check_script(const std::vector<std::string>& lines);

// Returns the program's exit code: 0 fine, 1 a script's expectation failed, 2 bad input, 3 no display or
// OpenGL (told in two lines on standard error).
int run_window(const AppOptions& options);

}  // namespace dropscope
