#version 330 core
// One textured rectangle; row 0 of the texture is at the top.
uniform vec4 bounds;  // min.x min.y max.x max.y, list units
uniform vec3 view;
uniform vec2 viewport;

out vec2 place;

void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  place = corner;
  vec2 at = (mix(bounds.xy, bounds.zw, corner) - view.xy) * view.z;
  gl_Position = vec4(at / viewport * 2.0 - 1.0, 0.0, 1.0);
}
