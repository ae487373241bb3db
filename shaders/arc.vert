#version 330 core
// One instance per arc of a circle, cut square at its ends.
layout(location = 0) in vec2 center;
layout(location = 1) in float radius;
layout(location = 2) in float width;
layout(location = 3) in vec2 sweep;  // middle and half of the angle, radians, clockwise on screen
layout(location = 4) in vec4 rgba;

uniform vec3 view;
uniform vec2 viewport;

out vec2 offset_px;
flat out float radius_px;
flat out float half_width;
flat out vec2 angles;
flat out vec4 arc_color;

void main() {
  radius_px = radius * view.z;
  float width_px = width * view.z;
  arc_color = rgba;
  if (width_px < 1.0) {
    arc_color.a *= width_px;
    width_px = 1.0;
  }
  half_width = 0.5 * width_px;
  angles = sweep;
  float reach = radius_px + half_width + 1.0;
  offset_px = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * reach;
  vec2 at = (center - view.xy) * view.z + offset_px;
  gl_Position = vec4(at / viewport * 2.0 - 1.0, 0.0, 1.0);
}
