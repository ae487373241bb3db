#version 330 core
in vec2 offset_px;
flat in float radius_px;
flat in float half_width;
flat in vec2 angles;
flat in vec4 arc_color;

out vec4 color;  // premultiplied

const float kPi = 3.14159265359;

void main() {
  float from_center = length(offset_px);
  float cover = clamp(half_width + 0.5 - abs(from_center - radius_px), 0.0, 1.0);
  // Angle from the middle of the arc, folded into [0, pi]; rows go down, so larger angles turn clockwise.
  float turned = mod(atan(offset_px.y, offset_px.x) - angles.x + kPi, 2.0 * kPi) - kPi;
  if (angles.y < kPi) cover *= clamp((angles.y - abs(turned)) * from_center + 0.5, 0.0, 1.0);
  float alpha = cover * arc_color.a;
  color = vec4(arc_color.rgb * alpha, alpha);
}
