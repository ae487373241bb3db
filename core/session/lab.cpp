#include "core/session/lab.h"

#include <algorithm>
#include <optional>

#include "core/base/check.h"

namespace dropscope {

std::size_t Lab::add(RunSpec spec, SeedPolicy policy) {
  DROPSCOPE_CHECK(sessions_.size() < kMostRuns);
  if (policy == SeedPolicy::Independent) spec.seed += sessions_.size();
  sessions_.push_back(std::make_unique<Session>(std::move(spec), options_));
  share_budget();
  return sessions_.size() - 1;
}

void Lab::remove(std::size_t run) {
  DROPSCOPE_CHECK(run < sessions_.size());
  sessions_.erase(sessions_.begin() + std::ptrdiff_t(run));
  share_budget();
}

void Lab::share_budget() {
  const std::size_t all = options_.timeline.budget;
  for (auto& session : sessions_) session->set_budget(sessions_.size() > 1 ? all / kMostRuns : all);
}

void Lab::send_all(const Command& command) {
  for (auto& session : sessions_) session->send(command);
}

void Lab::advance_together(std::int64_t lead) {
  std::int64_t slowest = INT64_MAX;
  for (auto& session : sessions_) slowest = std::min(slowest, session->latest()->tick);
  if (!sessions_.empty()) send_all(command::RunUntil{slowest + lead});
}

std::vector<std::shared_ptr<const Snapshot>> Lab::aligned() {
  std::vector<std::vector<std::shared_ptr<const Snapshot>>> rings;
  for (auto& session : sessions_) {
    session->latest();  // asks for a newer one
    rings.push_back(session->recent());
  }
  if (rings.empty()) return {};
  // The newest tick of the first run that every other run has too.
  for (auto first = rings[0].rbegin(); first != rings[0].rend(); ++first) {
    std::vector<std::shared_ptr<const Snapshot>> found;
    for (const auto& ring : rings) {
      const auto it = std::find_if(ring.rbegin(), ring.rend(), [&](const auto& s) {
        return s->tick == (*first)->tick && s->status != RunStatus::Loading;
      });
      if (it != ring.rend()) found.push_back(*it);
    }
    if (found.size() == rings.size()) return found;
  }
  return {};
}

}  // namespace dropscope
