// Ctrl-C as a flag, for commands that end cleanly with what is done.
#pragma once

namespace dropscope::cli {

// Turns Ctrl-C into a flag while it lives; a second one ends the program at once.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;
  bool seen() const;

 private:
  void (*old_)(int);
};

}  // namespace dropscope::cli
