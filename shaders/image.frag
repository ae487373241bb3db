#version 330 core
in vec2 place;
uniform sampler2D picture;

out vec4 color;  // premultiplied

void main() {
  vec4 straight = texture(picture, place);
  color = vec4(straight.rgb * straight.a, straight.a);
}
