// The language of --exec: actions with their arguments, one after the other, separated by semicolons or new lines.
// "play; wait tick 200; eval; set dropout.hidden1.rate 0.3; screenshot out.png; quit". A # starts a comment; an
// argument with spaces or semicolons stands in double quotes. Parsing needs no window.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/platform/keys.h"
#include "app/state/actions.h"
#include "app/widgets/item_registry.h"
#include "core/session/snapshot.h"

namespace dropscope {

// Throws InputError naming the place and the near commands. `where` is "--exec" or a file's name.
std::vector<Intent> parse_script(std::string_view text, const std::string& where);

// Does a script's steps one after the other, each when its turn has come; never more than one step a frame, so that
// every step sees the effect of the one before.
class ScriptRunner {
 public:
  // What a step needs to know of the window.
  struct World {
    const Snapshot& snapshot;
    const ItemRegistry& items;
    double now = 0;  // seconds
    std::int64_t frame = 0;
    std::uint64_t acknowledged = 0;  // commands that the snapshot has seen of those sent
    std::uint64_t sent = 0;
  };
  // What the application is to do for the script besides intents.
  struct Step {
    std::optional<Intent> intent;
    std::optional<KeyPress> key;
  };
  static constexpr double kPatience = 60;  // seconds that a wait may last

  void add(std::vector<Intent> steps) { steps_.insert(steps_.end(), steps.begin(), steps.end()); }
  bool done() const { return at_ >= steps_.size() || !error_.empty(); }
  // Why the script stopped early; empty if it did not.
  const std::string& error() const { return error_; }
  void fail(std::string why) { error_ = std::move(why); }
  // A wait for time or frames needs frames even when nothing else happens.
  bool waiting() const { return !done(); }

  Step next(const World& world);

 private:
  bool wait_is_over(const Intent& step, const World& world);
  void expect(const Intent& step, const World& world);

  std::vector<Intent> steps_;
  std::size_t at_ = 0;
  std::optional<double> since_;
  std::int64_t since_frame_ = 0;
  std::string error_;
};

}  // namespace dropscope
