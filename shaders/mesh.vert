#version 330 core
// Plain triangles with a colour per corner: filled polygons and their smooth fringe.
layout(location = 0) in vec2 position;  // list units
layout(location = 1) in vec4 rgba;

uniform vec3 view;
uniform vec2 viewport;

out vec4 corner_color;

void main() {
  corner_color = vec4(rgba.rgb * rgba.a, rgba.a);
  vec2 at = (position - view.xy) * view.z;
  gl_Position = vec4(at / viewport * 2.0 - 1.0, 0.0, 1.0);
}
