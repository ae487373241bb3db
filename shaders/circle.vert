#version 330 core
// One instance per disc: a square that covers it with one pixel to spare for the smooth edge.
layout(location = 0) in vec2 center;        // list units
layout(location = 1) in float radius;
layout(location = 2) in float stroke_width; // 0 = no ring
layout(location = 3) in float dashes;       // number of dashes around the ring, 0 = solid
layout(location = 4) in vec4 fill;
layout(location = 5) in vec4 stroke;

uniform vec3 view;      // x, y of the list at the top left pixel; pixels per list unit
uniform vec2 viewport;  // pixels

out vec2 offset_px;
flat out float radius_px;
flat out float stroke_px;
flat out float dash_count;
flat out vec4 fill_color;
flat out vec4 stroke_color;

void main() {
  radius_px = radius * view.z;
  stroke_px = stroke_width * view.z;
  dash_count = dashes;
  fill_color = fill;
  stroke_color = stroke;
  float reach = radius_px + 0.5 * stroke_px + 1.0;
  offset_px = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * reach;
  vec2 at = (center - view.xy) * view.z + offset_px;
  gl_Position = vec4(at / viewport * 2.0 - 1.0, 0.0, 1.0);
}
