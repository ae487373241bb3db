#version 330 core
// One instance per straight line: a strip along it, one pixel wider than the line on each side.
layout(location = 0) in vec4 ends;    // a.x a.y b.x b.y, list units
layout(location = 1) in float width;
layout(location = 2) in float caps;   // 0 = cut square at the ends, 1 = round ends (joins of polylines)
layout(location = 3) in vec4 rgba;

uniform vec3 view;
uniform vec2 viewport;

out vec2 place;  // pixels along and across, from the first end
flat out float length_px;
flat out float half_width;
flat out float round_caps;
flat out vec4 line_color;

void main() {
  vec2 a = (ends.xy - view.xy) * view.z;
  vec2 b = (ends.zw - view.xy) * view.z;
  float width_px = width * view.z;
  line_color = rgba;
  // A line thinner than a pixel keeps its width and fades instead.
  if (width_px < 1.0) {
    line_color.a *= width_px;
    width_px = 1.0;
  }
  half_width = 0.5 * width_px;
  round_caps = caps;
  vec2 along = b - a;
  length_px = length(along);
  along = length_px > 1e-4 ? along / length_px : vec2(1.0, 0.0);
  vec2 across = vec2(-along.y, along.x);
  float spare = 1.0 + caps * half_width;
  place.x = (gl_VertexID >> 1) == 1 ? length_px + spare : -spare;
  place.y = ((gl_VertexID & 1) == 1 ? 1.0 : -1.0) * (half_width + 1.0);
  vec2 at = a + along * place.x + across * place.y;
  gl_Position = vec4(at / viewport * 2.0 - 1.0, 0.0, 1.0);
}
