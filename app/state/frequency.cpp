#include "app/state/frequency.h"

#include <algorithm>
#include <cmath>

namespace dropscope {

void FrequencyMeter::update(const Snapshot& snapshot, double now) {
  const std::int64_t fresh = snapshot.tick - tick_;
  const bool started_over = tick_ >= 0 && fresh < 0;
  tick_ = snapshot.tick;
  if (started_over) sites_.clear();
  if (fresh == 0) return;
  const double seconds = now - at_;
  at_ = now;
  sites_.resize(snapshot.sites.size());
  // The weight of everything older after this time.
  const float old = float(std::exp(-std::max(seconds, 1e-3) / kSeconds));
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    const SiteView& site = snapshot.sites[i];
    const std::size_t units = std::size_t(std::max(site.total, 0));
    const std::size_t held = units > 0 ? site.recent.size() / units : 0;
    const std::size_t rows = std::min({held, std::size_t(std::max(site.recent_rows, 0)),
                                       started_over ? std::size_t(1) : std::size_t(std::max<std::int64_t>(fresh, 1))});
    if (!site.active || rows == 0) {
      sites_[i].clear();
      continue;
    }
    const bool first = sites_[i].size() != units;
    sites_[i].resize(units, 0.0f);
    for (std::size_t unit = 0; unit < units; ++unit) {
      float dropped = 0;
      for (std::size_t row = 0; row < rows; ++row) dropped += site.recent[row * units + unit] ? 0.0f : 1.0f;
      const float share = dropped / float(rows);
      sites_[i][unit] = first ? share : old * sites_[i][unit] + (1 - old) * share;
    }
  }
}

bool shows_average(const Snapshot& snapshot) {
  return snapshot.status == RunStatus::Running && !snapshot.eval_view &&
         (snapshot.speed == 0 || snapshot.speed > kMostStepsShown);
}

}  // namespace dropscope
