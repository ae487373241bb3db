#include "app/cli/interrupt.h"

#include <csignal>

namespace dropscope::cli {
namespace {

volatile std::sig_atomic_t interrupt_seen = 0;

}  // namespace

InterruptWatch::InterruptWatch() {
  interrupt_seen = 0;
  old_ = std::signal(SIGINT, [](int) {
    interrupt_seen = 1;
    std::signal(SIGINT, SIG_DFL);
  });
  // A parent that ignores Ctrl-C (nohup, a background job) wants us to as well.
  if (old_ == SIG_IGN) std::signal(SIGINT, SIG_IGN);
}

InterruptWatch::~InterruptWatch() { std::signal(SIGINT, old_ == SIG_ERR ? SIG_DFL : old_); }

bool InterruptWatch::seen() const { return interrupt_seen != 0; }

}  // namespace dropscope::cli
