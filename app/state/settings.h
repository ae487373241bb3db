// What is remembered between two starts: config.json in the XDG configuration folder. Never writes elsewhere, and a
// missing home or a damaged file never stops the program.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "app/state/app_state.h"

namespace dropscope {

// $XDG_CONFIG_HOME/dropscope/config.json, else ~/.config/...; relative values are ignored, as the XDG specification
// asks. Empty if there is no home.
std::string settings_path();

struct LoadedSettings {
  Persisted values;
  std::string notice;  // one sentence for the user if anything was wrong; else empty
};

// Defaults where the file is missing; a damaged one is renamed config.json.bad and defaults are used.
LoadedSettings load_settings(const std::string& path);

// Writes a file whole or not at all and throws InputError otherwise; the application gives atomic_write.
using FileWriter = void (*)(const std::string& path, std::string_view bytes);

// Makes the folder if needed. Returns why it could not be saved; empty = saved.
std::string save_settings(const std::string& path, const Persisted& values, FileWriter write);

// The file's text, and back. Values out of range take their default; throws InputError for text that is no object.
std::string settings_to_json(const Persisted& values);
Persisted settings_from_json(const std::string& text, const std::string& where);

}  // namespace dropscope
