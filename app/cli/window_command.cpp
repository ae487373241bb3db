// dropscope without a command: the window.
#include "app/application.h"
#include "app/cli/commands.h"
#include "app/cli/run_words.h"
#include "core/base/check.h"
#include "core/spec/fields.h"

namespace dropscope::cli {

int run_window_command(const WindowWords& words) {
  AppOptions options;
  options.spec = spec_from_words(words.run);
  options.exec = words.exec;
  check_script(options.exec);
  if (words.theme) options.theme = parse_theme(*words.theme, "--theme");
  if (words.text_scale) options.text_scale = float(parse_real(*words.text_scale, 0.75, 3, "--text-scale"));
  if (words.size) {
    const PixelSize size = parse_size(*words.size, {320, 240}, "--size");
    options.width = size.width;
    options.height = size.height;
  }
  if (!words.screenshot.empty()) check_output_path(words.screenshot, "--screenshot");
  if (!words.dump_items.empty()) check_output_path(words.dump_items, "--dump-items");
  options.screenshot = words.screenshot;
  options.dump_items = words.dump_items;
  options.settings = !words.no_settings;
  return run_window(options);
}

}  // namespace dropscope::cli
