// How far a command is, on standard error: a bar that redraws itself on a terminal, a line now and then
// elsewhere. Standard output is never touched.
#pragma once
#include <chrono>
#include <string>

#include "core/base/progress.h"

namespace dropscope::cli {

class ProgressBar : public ProgressSink {
 public:
  // `silent`: shows nothing at all.
  explicit ProgressBar(bool silent);
  ~ProgressBar() override;  // takes the bar off the screen
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Cheap enough to be called at every tick: looks at the clock and draws ten times a second at most.
  void show(std::string_view what, std::int64_t done, std::int64_t total, const std::string& note = {});
  // Clears the bar's line, so that something else can be printed; the next show draws it again.
  void hide();
  void progress(std::string_view what, std::uint64_t done, std::uint64_t total) override;

 private:
  using Clock = std::chrono::steady_clock;
  void draw_bar(std::string_view what, std::int64_t done, std::int64_t total, const std::string& note);
  std::string time_left(std::int64_t done, std::int64_t total) const;

  bool silent_, terminal_, drawn_ = false, counts_ = true;
  std::string what_;
  Clock::time_point began_, last_;
};

}  // namespace dropscope::cli
