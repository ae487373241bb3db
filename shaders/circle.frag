#version 330 core
// Distance to the centre gives both coverages; the ring lies across the radius, half inside and half outside.
in vec2 offset_px;
flat in float radius_px;
flat in float stroke_px;
flat in float dash_count;
flat in vec4 fill_color;
flat in vec4 stroke_color;

out vec4 color;  // premultiplied

const float kTau = 6.28318530718;

void main() {
  float from_center = length(offset_px);
  float fill_cover = clamp(radius_px + 0.5 - from_center, 0.0, 1.0) * fill_color.a;
  float ring_cover = 0.0;
  if (stroke_px > 0.0) {
    // A ring thinner than a pixel keeps its width and fades instead.
    float half_width = 0.5 * max(stroke_px, 1.0);
    ring_cover = clamp(half_width + 0.5 - abs(from_center - radius_px), 0.0, 1.0) * min(stroke_px, 1.0);
    if (dash_count > 0.0) {
      float turn = atan(offset_px.y, offset_px.x) / kTau + 1.0;
      float period_px = kTau * radius_px / dash_count;
      // Distance along the ring from the middle of the nearest dash, in pixels.
      float along = abs(fract(turn * dash_count - 0.25 + 0.5) - 0.5) * period_px;
      ring_cover *= clamp(0.25 * period_px - along + 0.5, 0.0, 1.0);
    }
    ring_cover *= stroke_color.a;
  }
  vec4 inside = vec4(fill_color.rgb, 1.0) * fill_cover;
  color = vec4(stroke_color.rgb, 1.0) * ring_cover + inside * (1.0 - ring_cover);
}
