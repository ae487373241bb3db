// Writing to standard output and standard error, so that a closed pipe, a full disk, a 64 kB argument or
// a stray control character never does harm.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

namespace dropscope::cli {

// Standard output cannot be written to (a full disk, a file size limit).
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Called once, before anything is opened: ignores SIGPIPE and SIGXFSZ so that they become errors of the write,
// and puts /dev/null where standard input, output or error is closed, so that no file of ours takes its place.
void prepare_standard_streams();

// Writes to standard output and flushes. Once the reader has gone away (`| head -1`) further text is
// dropped in silence. Throws OutputError for every other failure.
void print(std::string_view text);

// One line on standard error: "dropscope: " and the message made fit for one line.
void print_error(std::string_view message);
// Text on standard error as it stands; failures are ignored.
void print_note(std::string_view text);

// Control characters and bytes that are not UTF-8 as escapes; long texts lose their middle.
std::string one_line(std::string_view text, std::size_t most = 600);

bool error_is_terminal();
// Columns of the terminal behind standard error; 80 where unknown.
int error_columns();

}  // namespace dropscope::cli
