#include "app/state/script.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/names.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

constexpr const char* kWaits[] = {"tick", "epoch", "seconds", "frames", "ready", "paused", "running", "stopped"};

bool takes_amount(std::string_view what) {
  return what == "tick" || what == "epoch" || what == "seconds" || what == "frames";
}

// Splits into commands and their words.
std::vector<std::vector<std::string>> split(std::string_view text, const std::string& where) {
  std::vector<std::vector<std::string>> lines(1);
  std::string word;
  bool quoted = false, comment = false, has_word = false;
  const auto end_word = [&] {
    if (has_word) lines.back().push_back(word);
    word.clear();
    has_word = false;
  };
  for (char c : text) {
    if (c == '\0') throw InputError(where, "text", "a zero byte");
    if (comment) {
      comment = c != '\n';
      if (comment) continue;
    }
    if (c == '"') {
      quoted = !quoted;
      has_word = true;
    } else if (quoted) {
      word += c;
    } else if (c == '#') {
      comment = true;
    } else if (c == ';' || c == '\n') {
      end_word();
      lines.emplace_back();
    } else if (c == ' ' || c == '\t' || c == '\r') {
      end_word();
    } else {
      word += c;
      has_word = true;
    }
  }
  if (quoted) throw InputError(where, "a closing quote", "the end of the text");
  end_word();
  return lines;
}

void check_wait(const std::vector<std::string>& arguments, const std::string& place) {
  const std::string& what = arguments[0];
  if (std::find(std::begin(kWaits), std::end(kWaits), what) == std::end(kWaits))
    throw InputError(place, expected_one_of(what, kWaits), "'" + what + "'");
  if (takes_amount(what) != (arguments.size() == 2))
    throw InputError(place, takes_amount(what) ? "a number after " + what : "nothing after " + what,
                     arguments.size() == 2 ? "'" + arguments[1] + "'" : "nothing");
  if (arguments.size() == 2) parse_real(arguments[1], 0, 1e12, place);
}

Intent parse_line(std::vector<std::string> words, const std::string& place) {
  const std::string name = words.front();
  const Action* found = find_action(name);
  if (!found) {
    std::vector<const char*> names;
    std::vector<std::string> all;
    for (const Action& a : all_actions()) all.emplace_back(a.name);
    std::string expected = "a command";
    const auto near = near_names(name, all);
    for (std::size_t i = 0; i < near.size(); ++i) expected += (i ? ", " : " such as ") + near[i];
    throw InputError(place, expected, "'" + name.substr(0, 60) + "'");
  }
  Intent intent{found->id, {words.begin() + 1, words.end()}};
  const auto [least, most] = argument_range(*found);
  const int given = int(intent.arguments.size());
  if (given < least || given > most)
    throw InputError(place, most == 0 ? name + " alone" : name + " " + found->arguments,
                     std::to_string(given) + (given == 1 ? " argument" : " arguments"));
  if (found->id == ActionId::Wait) check_wait(intent.arguments, place);
  if (found->id == ActionId::PressKey && !parse_key(intent.arguments[0]))
    throw InputError(place, "a key such as space or ctrl+=", "'" + intent.arguments[0] + "'");
  return intent;
}

}  // namespace

std::vector<Intent> parse_script(std::string_view text, const std::string& where) {
  std::vector<Intent> steps;
  int number = 0;
  for (auto& words : split(text, where)) {
    ++number;
    if (!words.empty()) steps.push_back(parse_line(std::move(words), where + " command " + std::to_string(number)));
  }
  return steps;
}

bool ScriptRunner::wait_is_over(const Intent& step, const World& world) {
  const std::string& what = step.arguments[0];
  const double amount = step.arguments.size() > 1 ? parse_real(step.arguments[1], 0, 1e12, "wait") : 0;
  if (what == "seconds") return world.now - *since_ >= amount;
  if (what == "frames") return double(world.frame - since_frame_) >= amount;
  // Everything else is about the run, as it is once it has taken all that was asked of it.
  if (world.acknowledged < world.sent) return false;
  const Snapshot& s = world.snapshot;
  if (what == "tick") return double(s.tick) >= amount;
  if (what == "epoch") return s.epoch >= amount;
  if (what == "ready") return s.status != RunStatus::Loading && s.data && (s.surface || s.data->inputs > 2);
  if (what == "paused") return s.status == RunStatus::Paused;
  if (what == "running") return s.status == RunStatus::Running;
  return s.status == RunStatus::Diverged || s.status == RunStatus::Failed;
}

void ScriptRunner::expect(const Intent& step, const World& world) {
  const TrackedItem* item = world.items.find(step.arguments[0]);
  if (!item)
    error_ = "expect: no control named '" + step.arguments[0] + "' on screen";
  else if (item->value != step.arguments[1])
    error_ = "expect " + step.arguments[0] + ": expected '" + step.arguments[1] + "', found '" + item->value + "'";
}

ScriptRunner::Step ScriptRunner::next(const World& world) {
  Step result;
  if (done()) return result;
  const Intent& step = steps_[at_];
  if (!since_) {
    since_ = world.now;
    since_frame_ = world.frame;
  }
  if (step.action == ActionId::Wait) {
    if (wait_is_over(step, world)) {
      ++at_;
      since_.reset();
    } else if (world.now - *since_ > kPatience && step.arguments[0] != "seconds") {
      error_ = "wait " + step.arguments[0] + ": not so after " + std::to_string(int(kPatience)) + " seconds (tick " +
               std::to_string(world.snapshot.tick) + ", " + world.snapshot.message + ")";
    }
    return result;
  }
  ++at_;
  since_.reset();
  if (step.action == ActionId::Expect) {
    expect(step, world);
  } else if (step.action == ActionId::PressKey) {
    result.key = parse_key(step.arguments[0]);
  } else {
    result.intent = step;
  }
  return result;
}

}  // namespace dropscope
