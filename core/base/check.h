// The only assertion macro of the engine, and the one exception type for bad input from outside.
// A failed DROPSCOPE_CHECK is a bug in Dropscope; an InputError is a mistake in a file, a flag or a spec.
#pragma once
#include <stdexcept>
#include <string>

namespace dropscope {

// Says in one line where the input is wrong, what was expected and what was found.
// Commands that catch it exit with code 2; the state before the call is unchanged.
class InputError : public std::runtime_error {
 public:
  // `where` names the file (with byte, line or column) or the option; `expected` and `found` are phrases.
  InputError(const std::string& where, const std::string& expected, const std::string& found)
      : std::runtime_error(one_line(where, kMostText) + ": expected " + one_line(expected, kMostText) + ", found " +
                           one_line(found, kMostFound)) {}

 private:
  static constexpr std::size_t kMostText = 4200, kMostFound = 300;  // a path may be 4096 long
  // Control characters are spelled out (as \n or \x1b) and what is too long is cut: hostile text stays one line.
  static std::string one_line(const std::string& text, std::size_t most);
};

// Prints the condition with its place and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace dropscope

#define DROPSCOPE_CHECK(condition) ((condition) ? void(0) : ::dropscope::check_failed(#condition, __FILE__, __LINE__))
