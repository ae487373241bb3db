#include "app/widgets/item_registry.h"

#include <imgui.h>

#include <cstdio>

namespace dropscope {
namespace {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", unsigned(static_cast<unsigned char>(c)));
      out += code;
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

void ItemRegistry::track(std::string_view name, std::string_view value) {
  const ImVec2 lo = ImGui::GetItemRectMin(), hi = ImGui::GetItemRectMax();
  track(name, Rect{{lo.x, lo.y}, {hi.x, hi.y}}, value);
}

void ItemRegistry::track(std::string_view name, Rect rect, std::string_view value, bool enabled) {
  TrackedItem& item = items_[std::string(name)];
  item.rect = rect;
  item.visible = ImGui::IsRectVisible({rect.min.x, rect.min.y}, {rect.max.x, rect.max.y});
  item.enabled = enabled;
  item.frame = frame_;
  item.value = value;
}

const TrackedItem* ItemRegistry::find(std::string_view name) const {
  const auto found = items_.find(name);
  return found == items_.end() || found->second.frame < frame_ - 1 ? nullptr : &found->second;
}

std::string ItemRegistry::to_json() const {
  std::string out = "{";
  bool first = true;
  for (const auto& [name, item] : items_) {
    if (item.frame < frame_ - 1) continue;
    out += first ? "\n" : ",\n";
    first = false;
    append_json_string(out, name);
    char rect[160];
    std::snprintf(rect, sizeof rect, ": {\"x0\": %.1f, \"y0\": %.1f, \"x1\": %.1f, \"y1\": %.1f, ",
                  double(item.rect.min.x), double(item.rect.min.y), double(item.rect.max.x), double(item.rect.max.y));
    out += rect;
    out += "\"visible\": ";
    out += item.visible ? "true" : "false";
    out += ", \"enabled\": ";
    out += item.enabled ? "true" : "false";
    out += ", \"value\": ";
    append_json_string(out, item.value);
    out += "}";
  }
  out += "\n}\n";
  return out;
}

}  // namespace dropscope
