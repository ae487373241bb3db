// What `dropscope render` draws, and what it refuses.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/cli_program.h"

namespace dropscope::test {

class RenderTest : public ::testing::Test {
 protected:
  // All bytes of the picture.
  std::string picture(const std::vector<std::string>& words, const std::string& name = "x.png") {
    const ProgramResult result = render(words, name);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return read_file(folder_.path(name));
  }
  // The one line that says why there is none.
  std::string refused(const std::vector<std::string>& words) {
    const ProgramResult result = render(words, "no.png");
    EXPECT_EQ(result.exit_code, 2) << result.out;
    EXPECT_EQ(result.err_lines(), 1) << result.err;
    return result.err;
  }
  static std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

 private:
  ProgramResult render(const std::vector<std::string>& words, const std::string& name) {
    return run_program(with(with({"render"}, words), {"--out", folder_.path(name)}));
  }
  ScratchFolder folder_;
};

}  // namespace dropscope::test
