#version 330 core
in vec2 place;
flat in float length_px;
flat in float half_width;
flat in float round_caps;
flat in vec4 line_color;

out vec4 color;  // premultiplied

void main() {
  float cover;
  if (round_caps > 0.5) {
    float beyond = max(max(-place.x, place.x - length_px), 0.0);
    cover = clamp(half_width + 0.5 - length(vec2(beyond, place.y)), 0.0, 1.0);
  } else {
    float across = clamp(half_width + 0.5 - abs(place.y), 0.0, 1.0);
    float along = clamp(min(place.x, length_px - place.x) + 0.5, 0.0, 1.0);
    cover = across * along;
  }
  float alpha = cover * line_color.a;
  color = vec4(line_color.rgb * alpha, alpha);
}
