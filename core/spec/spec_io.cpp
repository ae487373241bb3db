#include "core/spec/spec_io.h"

#include <nlohmann/json.hpp>
#include <set>

#include "core/base/check.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

using nlohmann::json;
constexpr std::size_t kMostBytes = 16u << 20;
constexpr int kMostDepth = 32;

// Looks before anything is built: depth (deep documents overflow the stack when copied) and keys that
// stand twice (the last would silently win).
class Inspector : public nlohmann::json_sax<json> {
 public:
  explicit Inspector(std::string where) : where_(std::move(where)) {}
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return deeper();
  }
  bool start_array(std::size_t) override {
    keys_.emplace_back();
    return deeper();
  }
  bool end_object() override { return keys_.pop_back(), true; }
  bool end_array() override { return keys_.pop_back(), true; }
  bool key(string_t& name) override {
    if (!keys_.back().insert(name).second) throw InputError(where_, "each key once", "'" + name + "' twice");
    return true;
  }
  bool parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception&) override {
    throw InputError(where_ + ": byte " + std::to_string(byte), "JSON", "something else");
  }

 private:
  bool deeper() const {
    if (int(keys_.size()) > kMostDepth) throw InputError(where_, "at most 32 nested levels", "more");
    return true;
  }
  std::string where_;
  std::vector<std::set<std::string>> keys_;
};

std::string value_text(const json& value, const std::string& where) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  if (value.is_number_float()) return real_text(value.get<double>());
  throw InputError(where, "text or a number", value.type_name());
}

}  // namespace

std::string spec_to_json(const RunSpec& spec) {
  nlohmann::ordered_json values = nlohmann::ordered_json::object();
  for (const Field& field : fields(spec)) {
    if (field.type == FieldType::Integer)
      values[field.path] = parse_seed(field.value, field.path);
    else if (field.type == FieldType::Real)
      values[field.path] = parse_real(field.value, field.lo, field.hi, field.path);
    else
      values[field.path] = field.value;
  }
  nlohmann::ordered_json document;
  document["format"] = "dropscope.run";
  document["version"] = kSpecVersion;
  document["fields"] = std::move(values);
  return document.dump(2, ' ', false, json::error_handler_t::replace);
}

RunSpec spec_from_json(std::string_view text, const std::string& where) {
  if (text.size() > kMostBytes) throw InputError(where, "at most 16 MB", std::to_string(text.size()) + " bytes");
  Inspector inspector(where);
  json::sax_parse(text, &inspector);
  const json document = json::parse(text);
  if (!document.is_object() || document.value("format", json()) != "dropscope.run")
    throw InputError(where, "a run, with \"format\": \"dropscope.run\"", "something else");
  const json version = document.value("version", json());
  if (version != kSpecVersion)
    throw InputError(where + ": version", std::to_string(kSpecVersion),
                     version.dump(-1, ' ', true, json::error_handler_t::replace));
  if (!document.contains("fields") || !document["fields"].is_object())
    throw InputError(where + ": fields", "an object of paths and values", "none");
  RunSpec spec;
  const json& values = document["fields"];
  // Layers come first, then variants: they decide which other fields exist.
  const auto rank = [](const std::string& path) {
    return path == "network.hidden" ? 0 : path.ends_with(".count") ? 1 : path.ends_with(".variant") ? 2 : 3;
  };
  for (int pass = 0; pass < 4; ++pass)
    for (const auto& [path, value] : values.items())
      if (rank(path) == pass) set_field(spec, path, value_text(value, where + " " + path), where);
  validate(spec, where);
  return spec;
}

}  // namespace dropscope
