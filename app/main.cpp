// The program. Everything it does is in the library behind it.
#include "app/cli/cli.h"

int main(int argc, char** argv) { return dropscope::run_cli(argc, argv); }
