#version 330 core
in vec2 place;
uniform sampler2D picture;
uniform float premultiplied;  // 1 = the texture's colours already carry their alpha

out vec4 color;  // premultiplied

void main() {
  vec4 texel = texture(picture, place);
  color = vec4(texel.rgb * mix(texel.a, 1.0, premultiplied), texel.a);
}
