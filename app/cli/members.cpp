#include "app/cli/members.h"

#include "app/cli/console.h"
#include "core/session/thread_clock.h"

namespace dropscope::cli {

std::optional<std::vector<Member>> train_members(const AskedRun& run, int count, const InterruptWatch& interrupt,
                                                 ProgressBar& bar) {
  std::vector<Member> members;
  for (int m = 0; m < count; ++m) {
    const std::string what = "network " + std::to_string(m + 1) + " of " + std::to_string(count);
    TrialHooks hooks;
    hooks.give_up = [&] { return interrupt.seen(); };
    hooks.on_tick = [&](std::int64_t tick) { bar.show(what, tick, run.record.tick); };
    hooks.seconds = thread_seconds;
    std::optional<Member> member = train_member(run.record.spec, m, run.record.tick, run.data, hooks);
    if (!member) {
      if (!interrupt.seen()) print_error(what + " diverged");
      return std::nullopt;
    }
    members.push_back(std::move(*member));
  }
  return members;
}

}  // namespace dropscope::cli
