#include "app/state/actions.h"

#include <utility>

namespace dropscope {
namespace {

constexpr Action kActions[] = {
#define DROPSCOPE_ACTION(name, id, group, title, modes, keys, arguments, help) \
  {ActionId::name, id, ActionGroup::group, title, InModes::modes, keys, arguments, help},
#include "app/state/actions.def"
#undef DROPSCOPE_ACTION
};

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> list;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    if (space > 0) list.push_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return list;
}

// "ctrl+=" as people read it: "Ctrl+=".
std::string pretty_key(std::string_view key) {
  if (key == "shift+/") return "?";
  std::string text;
  bool start = true;
  for (char c : key) {
    text += start && c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
    start = c == '+';
  }
  // Names of two words.
  for (const auto& [read, shown] : {std::pair{"Pgdn", "PgDn"}, std::pair{"Pgup", "PgUp"}})
    if (const std::size_t at = text.find(read); at != std::string::npos) text.replace(at, 4, shown);
  return text;
}

bool is_digit(Key key) { return int(key) >= '0' && int(key) <= '9'; }

// The rate that p is set to by a digit, 8 for 0.8.
std::string rate_of_digit(char digit, RateNaming naming) {
  const int tenths = digit - '0';
  if (naming == RateNaming::Drop || tenths == 0) return std::string("0.") + digit;
  return "0." + std::to_string(10 - tenths);
}

}  // namespace

std::span<const Action> all_actions() { return kActions; }

const Action& action(ActionId id) { return kActions[std::size_t(id)]; }

const Action* find_action(std::string_view name) {
  for (const Action& a : kActions)
    if (name == a.name) return &a;
  return nullptr;
}

std::pair<int, int> argument_range(const Action& a) {
  std::pair<int, int> range{0, 0};
  for (std::string_view word : words(a.arguments)) {
    ++range.second;
    if (word.front() != '[') ++range.first;
  }
  return range;
}

std::string key_text(ActionId id) {
  const auto keys = words(action(id).keys);
  return keys.empty() ? std::string() : pretty_key(keys.front());
}

std::string keys_text(const Action& a) {
  if (a.id == ActionId::Rate) return "0 - 9";
  std::string text;
  for (std::string_view key : words(a.keys)) text += (text.empty() ? "" : ", ") + pretty_key(key);
  return text;
}

std::optional<Intent> intent_of_key(const KeyPress& press, Mode mode, bool inspecting, RateNaming naming) {
  if (inspecting && press.modifiers == kNoModifiers) {
    if (press.key == Key::Left) return Intent{ActionId::Move, {"-1", "0"}};
    if (press.key == Key::Right) return Intent{ActionId::Move, {"1", "0"}};
    if (press.key == Key::Up) return Intent{ActionId::Move, {"0", "-1"}};
    if (press.key == Key::Down) return Intent{ActionId::Move, {"0", "1"}};
  }
  if (press.modifiers == kNoModifiers && is_digit(press.key) && means_something(action(ActionId::Rate).modes, mode))
    return Intent{ActionId::Rate, {rate_of_digit(char(int(press.key)), naming)}};
  if (press.modifiers == kControl && press.key == Key::KeypadAdd) return Intent{ActionId::TextLarger, {}};
  if (press.modifiers == kControl && press.key == Key::KeypadSubtract) return Intent{ActionId::TextSmaller, {}};
  // Ctrl and + need Shift on many keyboards.
  if (press.modifiers == (kControl | kShift) && press.key == Key::Equal) return Intent{ActionId::TextLarger, {}};
  for (const Action& a : kActions) {
    if (!means_something(a.modes, mode)) continue;
    const auto keys = words(a.keys);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto wanted = parse_key(keys[i]);
      if (!wanted || wanted->key != press.key || wanted->modifiers != press.modifiers) continue;
      // Their keys are the modes and the runs, in their order.
      // A smaller chance of being kept is a larger rate.
      if (naming == RateNaming::Keep && a.id == ActionId::RateDown) return Intent{ActionId::RateUp, {}};
      if (naming == RateNaming::Keep && a.id == ActionId::RateUp) return Intent{ActionId::RateDown, {}};
      if (a.id == ActionId::SetMode) return Intent{a.id, {kModeNames[i]}};
      if (a.id == ActionId::PickRun) return Intent{a.id, {std::to_string(i + 1)}};
      return Intent{a.id, {}};
    }
  }
  return std::nullopt;
}

bool repeats(ActionId id) {
  switch (id) {
    case ActionId::NextPhase:
    case ActionId::PreviousPhase:
    case ActionId::Step:
    case ActionId::StepBack:
    case ActionId::Epoch:
    case ActionId::EpochBack:
    case ActionId::SubBeatNext:
    case ActionId::SubBeatPrevious:
    case ActionId::GateNext:
    case ActionId::GatePrevious:
    case ActionId::ExampleNext:
    case ActionId::ExamplePrevious:
    case ActionId::PassesFewer:
    case ActionId::PassesMore:
    case ActionId::ProbeNext:
    case ActionId::ProbePrevious:
    case ActionId::SubnetworkNext:
    case ActionId::SubnetworkPrevious:
    case ActionId::Push:
    case ActionId::RateDown:
    case ActionId::RateUp:
    case ActionId::Move:
    case ActionId::TextLarger:
    case ActionId::TextSmaller:
      return true;
    default:
      return false;
  }
}

}  // namespace dropscope
