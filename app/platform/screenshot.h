// What the window shows, as pixels. Call after ImguiHost::render and before Window::show: the back buffer may be
// undefined afterwards.
#pragma once
#include "app/export/png.h"

namespace dropscope {

Pixels read_back_buffer(int width, int height);  // opaque

}  // namespace dropscope
