// The one place of the window that writes files: whole or not at all.
#pragma once
#include <string>
#include <string_view>

namespace dropscope {

// Writes beside the file, flushes to disk and renames over it: after a crash or a full disk there is the old file or
// the new one. Throws InputError naming the path and the system's reason; no other file is left behind.
void write_file_whole(const std::string& path, std::string_view bytes);

}  // namespace dropscope
