#version 330 core
in vec2 offset_px;
flat in vec2 half_size;
flat in float stroke_px;
flat in float corner_px;
flat in vec4 fill_color;
flat in vec4 stroke_color;

out vec4 color;  // premultiplied

// Below zero inside, in pixels.
float distance_to_edge(vec2 at) {
  vec2 beyond = abs(at) - half_size + corner_px;
  return length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - corner_px;
}

void main() {
  float from_edge = distance_to_edge(offset_px);
  float fill_cover;
  if (corner_px > 0.0) {
    fill_cover = clamp(0.5 - from_edge, 0.0, 1.0);
  } else {
    // Area along each axis: cells on whole pixels meet without a seam.
    vec2 cover = clamp(half_size + 0.5 - abs(offset_px), 0.0, 1.0) * min(2.0 * half_size, vec2(1.0));
    fill_cover = cover.x * cover.y;
  }
  fill_cover *= fill_color.a;
  float frame_cover = 0.0;
  if (stroke_px > 0.0) {
    float half_width = 0.5 * max(stroke_px, 1.0);
    frame_cover = clamp(half_width + 0.5 - abs(from_edge), 0.0, 1.0) * min(stroke_px, 1.0) * stroke_color.a;
  }
  color = vec4(stroke_color.rgb, 1.0) * frame_cover + vec4(fill_color.rgb, 1.0) * fill_cover * (1.0 - frame_cover);
}
