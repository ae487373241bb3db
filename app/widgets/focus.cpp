#include "app/widgets/focus.h"

#include <algorithm>

namespace dropscope {

void Focus::begin_frame(const KeyQueue& keys, bool typing) {
  last_stops_ = std::move(stops_);
  stops_.clear();
  region_.clear();
  arrived_ = false;
  presses_ = typing ? std::vector<KeyPress>{} : keys.pressed();
  const bool tabbed = keys.pressed(Key::Tab) || keys.pressed(Key::Tab, kShift);
  if (typing && !edit.name.empty() && tabbed) {
    edit.ending = true;
    presses_ = keys.pressed();
  }
  // A control that is no longer drawn cannot hold the keyboard.
  const bool exists =
      std::any_of(last_stops_.begin(), last_stops_.end(), [this](const Stop& stop) { return stop.name == focused_; });
  if (!exists) focused_.clear();
  if (take(Key::Tab, kNoModifiers, true)) move_within_region(+1);
  if (take(Key::Tab, kShift, true)) move_within_region(-1);
  if (take(Key::F6)) move_region(+1);
  if (take(Key::F6, kShift)) move_region(-1);
  if (any() && by_keyboard_ && take(Key::Escape)) clear();
}

void Focus::begin_region(std::string_view name) { region_ = name; }

bool Focus::item(std::string_view name, bool enabled) {
  if (!enabled) return false;
  stops_.push_back({std::string(name), region_});
  return focused_ == name;
}

void Focus::set(std::string_view name, bool by_keyboard) {
  focused_ = name;
  by_keyboard_ = by_keyboard;
  arrived_ = by_keyboard;
}

void Focus::begin_edit(std::string_view name, std::string_view text) {
  edit = {};
  edit.name = name;
  edit.opened = true;
  const std::size_t length = std::min(text.size(), sizeof edit.text - 1);
  std::copy_n(text.data(), length, edit.text);
}

void Focus::clear() {
  focused_.clear();
  by_keyboard_ = false;
}

bool Focus::take(Key key, Modifiers modifiers, bool with_repeat) {
  const auto found = std::find_if(presses_.begin(), presses_.end(), [&](const KeyPress& press) {
    return press.key == key && press.modifiers == modifiers && (with_repeat || !press.repeat);
  });
  if (found == presses_.end()) return false;
  presses_.erase(found);
  return true;
}

void Focus::move_within_region(int step) {
  if (last_stops_.empty()) return;
  const auto current =
      std::find_if(last_stops_.begin(), last_stops_.end(), [this](const Stop& stop) { return stop.name == focused_; });
  if (current == last_stops_.end()) {
    set(step > 0 ? last_stops_.front().name : last_stops_.back().name, true);
    return;
  }
  std::vector<std::string> names;
  for (const Stop& stop : last_stops_) {
    if (stop.region == current->region) names.push_back(stop.name);
  }
  const auto at = std::find(names.begin(), names.end(), focused_) - names.begin();
  const auto count = std::ptrdiff_t(names.size());
  set(names[std::size_t((at + step + count) % count)], true);
}

void Focus::move_region(int step) {
  std::vector<const Stop*> firsts;  // the first control of each region
  for (const Stop& stop : last_stops_) {
    const bool known =
        std::any_of(firsts.begin(), firsts.end(), [&](const Stop* first) { return first->region == stop.region; });
    if (!known) firsts.push_back(&stop);
  }
  if (firsts.empty()) return;
  const auto count = std::ptrdiff_t(firsts.size());
  std::ptrdiff_t at = step > 0 ? -1 : count;
  for (const Stop& stop : last_stops_) {
    if (stop.name != focused_) continue;
    at = std::find_if(firsts.begin(), firsts.end(), [&](const Stop* first) { return first->region == stop.region; }) -
         firsts.begin();
  }
  set(firsts[std::size_t((at + step + count) % count)]->name, true);
}

}  // namespace dropscope
