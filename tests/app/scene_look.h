// How tests have networks drawn: a style, and the sizes that pictures of a column are tried at.
#pragma once
#include "app/scene/network_scene.h"

namespace dropscope {

inline SceneStyle plain_style(ThemeId theme = ThemeId::Light, float u = 1) {
  SceneStyle style;
  style.palette = &palette(theme);
  style.u = u;
  return style;
}

// The room that the network has in windows of 1280 x 720 up to 3840 x 2160, with the design unit there.
struct ColumnSize {
  float width, height, u;
};
inline constexpr ColumnSize kColumnSizes[] = {{640, 560, 0.5f}, {750, 600, 0.67f}, {1150, 940, 1}, {2300, 1900, 2}};

}  // namespace dropscope
