#include "core/session/lab.h"

#include <algorithm>
#include <optional>

#include "core/base/check.h"

namespace dropscope {

struct Lab::Impl {
  // Alone a run has all the memory for going back, among others its share.
  void share_budget() {
    const std::size_t all = options.timeline.budget;
    for (auto& session : sessions) session->set_budget(sessions.size() > 1 ? all / kMostRuns : all);
  }
  SessionOptions options;
  bool together = false;
  std::vector<std::unique_ptr<Session>> sessions;
};

Lab::Lab(SessionOptions options) : impl_(std::make_unique<Impl>()) { impl_->options = std::move(options); }
Lab::~Lab() = default;

std::size_t Lab::size() const { return impl_->sessions.size(); }
Session& Lab::run(std::size_t i) { return *impl_->sessions[i]; }

std::size_t Lab::add(RunSpec spec, SeedPolicy policy) {
  DROPSCOPE_CHECK(size() < kMostRuns);
  if (policy == SeedPolicy::Independent) spec.seed += size();
  impl_->sessions.push_back(std::make_unique<Session>(std::move(spec), impl_->options));
  impl_->share_budget();
  return size() - 1;
}

void Lab::remove(std::size_t run) {
  DROPSCOPE_CHECK(run < size());
  impl_->sessions.erase(impl_->sessions.begin() + std::ptrdiff_t(run));
  impl_->share_budget();
}

void Lab::send_all(const Command& command) {
  for (auto& session : impl_->sessions) session->send(command);
}

void Lab::play_together() {
  impl_->together = true;
  send_all(command::Play{});
}
void Lab::pause_together() {
  impl_->together = false;
  send_all(command::Pause{});
}
bool Lab::playing_together() const { return impl_->together; }
void Lab::line_up() {
  std::int64_t newest = 0;
  for (auto& session : impl_->sessions) newest = std::max(newest, session->latest()->tick);
  send_all(command::SeekTo{newest});
}

std::vector<std::shared_ptr<const Snapshot>> Lab::aligned() {
  std::vector<std::vector<std::shared_ptr<const Snapshot>>> rings;
  for (auto& session : impl_->sessions) {
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
