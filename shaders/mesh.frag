#version 330 core
in vec4 corner_color;

out vec4 color;  // premultiplied

void main() { color = corner_color; }
