#version 330 core
// One instance per box.
layout(location = 0) in vec4 bounds;        // min.x min.y max.x max.y, list units
layout(location = 1) in float stroke_width; // 0 = no frame
layout(location = 2) in float rounding;     // radius of the corners
layout(location = 3) in vec4 fill;
layout(location = 4) in vec4 stroke;

uniform vec3 view;
uniform vec2 viewport;

out vec2 offset_px;
flat out vec2 half_size;
flat out float stroke_px;
flat out float corner_px;
flat out vec4 fill_color;
flat out vec4 stroke_color;

void main() {
  vec2 low = (bounds.xy - view.xy) * view.z;
  vec2 high = (bounds.zw - view.xy) * view.z;
  half_size = 0.5 * (high - low);
  stroke_px = stroke_width * view.z;
  corner_px = min(rounding * view.z, min(half_size.x, half_size.y));
  fill_color = fill;
  stroke_color = stroke;
  vec2 reach = half_size + 0.5 * stroke_px + 1.0;
  offset_px = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * reach;
  vec2 at = 0.5 * (low + high) + offset_px;
  gl_Position = vec4(at / viewport * 2.0 - 1.0, 0.0, 1.0);
}
