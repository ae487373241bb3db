// Keys as the program sees them: codes, modifiers, and every press since the last frame.
// Dear ImGui 1.86 loses a key that goes down and up between two frames (fast typists, clickers, xdotool); the
// queue here hands such events over one frame at a time, so nothing is lost, in shortcuts and in text fields.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

namespace dropscope {

// The numbers are those of GLFW. Letters and digits are their ASCII codes: Key('T').
enum class Key : int {
  None = 0,
  Space = 32,
  Minus = 45,
  Period = 46,
  Slash = 47,
  Digit0 = 48,
  Equal = 61,
  LeftBracket = 91,
  RightBracket = 93,
  Escape = 256,
  Enter = 257,
  Tab = 258,
  Backspace = 259,
  Delete = 261,
  Right = 262,
  Left = 263,
  Down = 264,
  Up = 265,
  PageUp = 266,
  PageDown = 267,
  Home = 268,
  End = 269,
  F1 = 290,
  F5 = 294,
  F6 = 295,
  F11 = 300,
  KeypadSubtract = 333,
  KeypadAdd = 334,
  LeftShift = 340,
  LeftControl = 341,
  LeftAlt = 342,
  RightShift = 344,
  RightControl = 345,
  RightAlt = 346,
};

enum Modifiers : std::uint8_t { kNoModifiers = 0, kShift = 1, kControl = 2, kAlt = 4 };
constexpr Modifiers operator|(Modifiers a, Modifiers b) { return Modifiers(std::uint8_t(a) | std::uint8_t(b)); }

struct KeyPress {
  Key key = Key::None;
  Modifiers modifiers = kNoModifiers;  // exactly those held when it went down
  bool repeat = false;                 // held long enough for the system to repeat it
};

// One event as the window system sends it.
struct KeyEvent {
  enum class Kind : std::uint8_t { Press, Repeat, Release, Character } kind = Kind::Press;
  int code = 0;  // Key, or the Unicode code point of a Character
  int scancode = 0;
  int modifiers = 0;  // GLFW's bits: 1 shift, 2 control, 4 alt
};

class KeyQueue {
 public:
  void push(KeyEvent event) { waiting_.push_back(event); }
  // The events for the next frame, in order: stops before an event whose key already changed in this frame.
  std::vector<KeyEvent> take_frame();
  // Some events had to wait: draw another frame at once.
  bool has_waiting() const { return !waiting_.empty(); }

  // Presses of the current frame, for shortcuts. Callers must leave them alone while a text field is active.
  const std::vector<KeyPress>& pressed() const { return pressed_; }
  // True if `key` went down in this frame with exactly these modifiers; repeats count only if asked for.
  bool pressed(Key key, Modifiers modifiers = kNoModifiers, bool with_repeat = false) const;

 private:
  std::deque<KeyEvent> waiting_;
  std::vector<KeyPress> pressed_;
};

// "ctrl+shift+c", "pgdn", "space", "[", "t": as the key list in the help shows them. Empty if unknown.
std::optional<KeyPress> parse_key(std::string_view text);
std::string_view key_name(Key key);

}  // namespace dropscope
