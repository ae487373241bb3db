// The command line: reads the words, runs the command, turns every failure into one line and an exit code.
#pragma once

namespace dropscope {

// 0 fine, 1 failed, 2 usage or bad input, 3 no display or OpenGL. Never throws.
int run_cli(int argc, char** argv);

}  // namespace dropscope
