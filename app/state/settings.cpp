#include "app/state/settings.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/check.h"

namespace dropscope {
namespace {

using Json = nlohmann::json;
constexpr int kVersion = 1;
constexpr std::uintmax_t kMostBytes = 1 << 20;

// Keeps `value` unless the object has a number in the range under this name.
template <class Number>
void read_number(const Json& object, const char* name, double lo, double hi, Number& value) {
  const auto it = object.find(name);
  if (it == object.end() || !it->is_number()) return;
  const double x = it->get<double>();
  if (x >= lo && x <= hi) value = Number(x);
}

void read_bool(const Json& object, const char* name, bool& value) {
  const auto it = object.find(name);
  if (it != object.end() && it->is_boolean()) value = it->get<bool>();
}

std::string absolute_from(const char* variable) {
  const char* value = std::getenv(variable);
  return value && value[0] == '/' ? value : "";
}

}  // namespace

std::string settings_path() {
  std::string base = absolute_from("XDG_CONFIG_HOME");
  if (base.empty()) {
    base = absolute_from("HOME");
    if (base.empty()) return {};
    base += "/.config";
  }
  return base + "/dropscope/config.json";
}

std::string settings_to_json(const Persisted& p) {
  Json object = {{"format", "dropscope.config"},
                 {"version", kVersion},
                 {"theme", palette(p.theme).name},
                 {"text_scale", std::round(double(p.text_scale) * 100) / 100},
                 {"window", {{"width", p.width}, {"height", p.height}, {"fullscreen", p.fullscreen}}},
                 {"speed", p.speed},
                 {"smoothing", std::round(double(p.smoothing) * 1000) / 1000},
                 {"log_loss", p.log_loss},
                 {"reduced_motion", p.reduced_motion},
                 {"p", p.naming == RateNaming::Keep ? "kept" : "dropped"}};
  return object.dump(2) + "\n";
}

Persisted settings_from_json(const std::string& text, const std::string& where) {
  // A parser callback keeps the depth small before anything is built (deep text would end the program).
  bool too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > 8;
    return !too_deep;
  };
  const Json object = Json::parse(text, shallow, false);
  if (object.is_discarded() || too_deep || !object.is_object())
    throw InputError(where, "a JSON object of settings", "something else");
  Persisted p;
  if (const auto it = object.find("theme"); it != object.end() && it->is_string())
    if (const Palette* found = find_palette(it->get<std::string>())) p.theme = found->id;
  read_number(object, "text_scale", kLeastTextScale, kMostTextScale, p.text_scale);
  if (const auto it = object.find("window"); it != object.end() && it->is_object()) {
    read_number(*it, "width", 320, 16384, p.width);
    read_number(*it, "height", 240, 16384, p.height);
    read_bool(*it, "fullscreen", p.fullscreen);
  }
  read_number(object, "speed", 0, 1e9, p.speed);
  read_number(object, "smoothing", 0, 0.999, p.smoothing);
  read_bool(object, "log_loss", p.log_loss);
  read_bool(object, "reduced_motion", p.reduced_motion);
  if (const auto it = object.find("p"); it != object.end() && *it == "kept") p.naming = RateNaming::Keep;
  return p;
}

LoadedSettings load_settings(const std::string& path) {
  LoadedSettings loaded;
  if (path.empty()) {
    loaded.notice = "No home folder: settings are not kept.";
    return loaded;
  }
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return loaded;
  try {
    if (!std::filesystem::is_regular_file(path, error) || std::filesystem::file_size(path, error) > kMostBytes)
      throw InputError(path, "a small file", "something else");
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw InputError(path, "a file that can be read", "an error while reading");
    loaded.values = settings_from_json(text.str(), path);
  } catch (const std::exception&) {
    std::filesystem::rename(path, path + ".bad", error);
    loaded.values = {};
    loaded.notice = error ? "The settings file is damaged; defaults are used."
                          : "The settings file was damaged; it is kept as config.json.bad and defaults are used.";
  }
  return loaded;
}

std::string save_settings(const std::string& path, const Persisted& values, FileWriter write) {
  if (path.empty()) return "no home folder";
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (error) return error.message();
  try {
    write(path, settings_to_json(values));
  } catch (const InputError& e) {
    return e.what();
  }
  return {};
}

}  // namespace dropscope
