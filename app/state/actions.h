// The table of all user actions. Buttons, keys, --exec scripts and tests name an action and its arguments; there is
// no other way to change anything. Adding one: a line in actions.def and a case in reduce().
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/platform/keys.h"
#include "app/scene/rate_naming.h"
#include "app/state/mode.h"

namespace dropscope {

enum class ActionGroup : std::uint8_t { Training, Step, Compare, Ensemble, Dropout, View, Window, Script };

enum class ActionId : std::uint8_t {
#define DROPSCOPE_ACTION(name, id, group, title, modes, keys, arguments, help) name,
#include "app/state/actions.def"
#undef DROPSCOPE_ACTION
};

struct Action {
  ActionId id;
  const char* name;  // in scripts
  ActionGroup group;
  const char* title;      // for people; empty = scripts only
  InModes modes;          // where its keys mean this
  const char* keys;       // separated by spaces
  const char* arguments;  // "PATH VALUE", "[COUNT]"
  const char* help;
};

std::span<const Action> all_actions();
const Action& action(ActionId id);
const Action* find_action(std::string_view name);
// Least and most arguments.
std::pair<int, int> argument_range(const Action& action);
// The first key as people read it, "Shift+R"; empty where there is none.
std::string key_text(ActionId id);
// All of them: "Right, PgDn".
std::string keys_text(const Action& action);

// One thing asked for. Arguments are text, so that a script line and a click are the same value.
struct Intent {
  ActionId action = ActionId::Toggle;
  std::vector<std::string> arguments;
  bool operator==(const Intent&) const = default;
};

// What a key asks for in this mode; nothing where it has no meaning. While inspecting, the arrow keys move the
// selection. Keys for rates set p, whatever it stands for; the intent has P(dropped). A p of 0 kept would leave
// nothing: there 0 stands for 1.
std::optional<Intent> intent_of_key(const KeyPress& press, Mode mode, bool inspecting,
                                    RateNaming naming = RateNaming::Drop);

// A key held down repeats these; switches it must not.
bool repeats(ActionId id);

// Where panels put what the user asks for; the application reduces them after the frame.
class IntentSink {
 public:
  void add(ActionId action, std::vector<std::string> arguments = {}) {
    intents_.push_back({action, std::move(arguments)});
  }
  std::vector<Intent> take() { return std::exchange(intents_, {}); }

 private:
  std::vector<Intent> intents_;
};

}  // namespace dropscope
