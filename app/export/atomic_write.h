// The one way this program puts a result into a file: a neighbour is written and synced, then takes the
// place of the old file. Whoever looks sees the old file or the whole new one, also after a crash.
#pragma once
#include <string>
#include <string_view>

namespace dropscope {

// Keeps the permissions of a file that is replaced and writes through a symbolic link. Throws InputError
// naming the path and the reason where that is not possible; the old file is then as it was. Never opens a
// device, a pipe or a folder. With a limit on file sizes the caller must ignore SIGXFSZ.
void atomic_write(const std::string& path, std::string_view bytes);

}  // namespace dropscope
