#include "app/cli/progress_bar.h"

#include <algorithm>
#include <cstdio>

#include "app/cli/console.h"

namespace dropscope::cli {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr auto kLineEvery = std::chrono::seconds(5);  // where there is no terminal

}  // namespace

ProgressBar::ProgressBar(bool silent) : silent_(silent), terminal_(error_is_terminal()) {}

ProgressBar::~ProgressBar() { hide(); }

void ProgressBar::hide() {
  if (!drawn_) return;
  print_note("\r\033[K");
  drawn_ = false;
  last_ = {};
}

void ProgressBar::progress(std::string_view what, std::uint64_t done, std::uint64_t total) {
  // Bytes and rows in the tens of millions: their share says more than they do.
  counts_ = false;
  show(what, std::int64_t(done), std::int64_t(total));
  counts_ = true;
}

void ProgressBar::show(std::string_view what, std::int64_t done, std::int64_t total, const std::string& note) {
  if (silent_) return;
  const auto now = Clock::now();
  if (what != what_) {
    what_ = what;
    began_ = now;
    // Something that takes less than a moment is not worth a line in a log.
    last_ = terminal_ ? Clock::time_point{} : now;
  }
  if (now - last_ < (terminal_ ? Clock::duration(kRedraw) : Clock::duration(kLineEvery))) return;
  last_ = now;
  draw_bar(what, done, total, note);
}

std::string ProgressBar::time_left(std::int64_t done, std::int64_t total) const {
  const double seconds = std::chrono::duration<double>(last_ - began_).count();
  if (done <= 0 || seconds < 1) return {};
  const double left = seconds * double(total - done) / double(done);
  char text[40];
  if (left < 100)
    std::snprintf(text, sizeof text, ", %.0f s left", left);
  else
    std::snprintf(text, sizeof text, ", %.0f min left", left / 60);
  return text;
}

void ProgressBar::draw_bar(std::string_view what, std::int64_t done, std::int64_t total, const std::string& note) {
  const double share = total > 0 ? std::clamp(double(done) / double(total), 0.0, 1.0) : 0;
  char count[80];
  if (total > 0 && !counts_)
    std::snprintf(count, sizeof count, " %3.0f %%", 100 * share);
  else if (total > 0)
    std::snprintf(count, sizeof count, " %3.0f %%  %lld of %lld", 100 * share, static_cast<long long>(done),
                  static_cast<long long>(total));
  else
    std::snprintf(count, sizeof count, "  %lld", static_cast<long long>(done));
  std::string line = one_line(what, 60);
  const std::string tail = count + time_left(done, total) + (note.empty() ? "" : "  " + note);
  if (!terminal_) return print_note(line + tail + "\n");
  const int room = std::min(40, error_columns() - int(line.size() + tail.size()) - 4);
  if (room >= 8 && total > 0) {
    const std::size_t filled = std::size_t(share * room + 0.5);
    line += " [" + std::string(filled, '=') + std::string(std::size_t(room) - filled, ' ') + "]";
  }
  line = (line + tail).substr(0, std::size_t(error_columns() - 1));
  print_note("\r" + line + "\033[K");
  drawn_ = true;
}

}  // namespace dropscope::cli
