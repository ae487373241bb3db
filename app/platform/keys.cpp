// The trickle rule: within one frame a key may change once, and what came after it in time comes after it here too.
#include "app/platform/keys.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace dropscope {
namespace {

constexpr std::array kNames = {
    std::pair{Key::Space, "space"},
    std::pair{Key::Escape, "esc"},
    std::pair{Key::Enter, "enter"},
    std::pair{Key::Tab, "tab"},
    std::pair{Key::Backspace, "backspace"},
    std::pair{Key::Delete, "delete"},
    std::pair{Key::Right, "right"},
    std::pair{Key::Left, "left"},
    std::pair{Key::Down, "down"},
    std::pair{Key::Up, "up"},
    std::pair{Key::PageUp, "pgup"},
    std::pair{Key::PageDown, "pgdn"},
    std::pair{Key::Home, "home"},
    std::pair{Key::End, "end"},
    std::pair{Key::F1, "f1"},
    std::pair{Key::F5, "f5"},
    std::pair{Key::F6, "f6"},
    std::pair{Key::F11, "f11"},
    std::pair{Key::KeypadAdd, "keypad+"},
    std::pair{Key::KeypadSubtract, "keypad-"},
    std::pair{Key::Minus, "-"},
    std::pair{Key::Equal, "="},
    std::pair{Key::Period, "."},
    std::pair{Key::Slash, "/"},
    std::pair{Key::LeftBracket, "["},
    std::pair{Key::RightBracket, "]"},
    std::pair{Key::LeftShift, "shift"},
    std::pair{Key::RightShift, "right shift"},
    std::pair{Key::LeftControl, "ctrl"},
    std::pair{Key::RightControl, "right ctrl"},
    std::pair{Key::LeftAlt, "alt"},
    std::pair{Key::RightAlt, "right alt"},
};

constexpr std::string_view kAlphanumeric = "0123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

std::vector<KeyEvent> KeyQueue::take_frame() {
  pressed_.clear();
  std::vector<KeyEvent> now;
  std::vector<int> changed;
  while (!waiting_.empty()) {
    const KeyEvent event = waiting_.front();
    const bool is_key = event.kind == KeyEvent::Kind::Press || event.kind == KeyEvent::Kind::Release;
    if (is_key && std::find(changed.begin(), changed.end(), event.code) != changed.end()) break;
    if (is_key) changed.push_back(event.code);
    if (event.kind == KeyEvent::Kind::Press || event.kind == KeyEvent::Kind::Repeat) {
      pressed_.push_back({Key(event.code), Modifiers(event.modifiers & 7), event.kind == KeyEvent::Kind::Repeat});
    }
    now.push_back(event);
    waiting_.pop_front();
  }
  return now;
}

bool KeyQueue::pressed(Key key, Modifiers modifiers, bool with_repeat) const {
  return std::any_of(pressed_.begin(), pressed_.end(), [&](const KeyPress& p) {
    return p.key == key && p.modifiers == modifiers && (with_repeat || !p.repeat);
  });
}

std::string_view key_name(Key key) {
  for (const auto& [k, name] : kNames) {
    if (k == key) return name;
  }
  const int code = int(key);
  if (code >= '0' && code <= '9') return kAlphanumeric.substr(std::size_t(code - '0'), 1);
  if (code >= 'A' && code <= 'Z') return kAlphanumeric.substr(std::size_t(code - 'A') + 10, 1);
  return {};
}

std::optional<KeyPress> parse_key(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  std::string_view rest = lower;
  KeyPress press;
  for (bool more = true; more;) {
    more = false;
    for (const auto& [prefix, bit] :
         {std::pair{"ctrl+", kControl}, std::pair{"shift+", kShift}, std::pair{"alt+", kAlt}}) {
      if (rest.starts_with(prefix)) {
        rest.remove_prefix(std::string_view(prefix).size());
        press.modifiers = press.modifiers | bit;
        more = true;
      }
    }
  }
  for (const auto& [key, name] : kNames) {
    if (rest == name) press.key = key;
  }
  if (rest.size() == 1 && std::isalnum(static_cast<unsigned char>(rest[0]))) {
    press.key = Key(std::toupper(static_cast<unsigned char>(rest[0])));
  }
  if (press.key == Key::None) return std::nullopt;
  return press;
}

}  // namespace dropscope
