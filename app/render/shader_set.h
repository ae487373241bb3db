// Compiles the shaders embedded in the program. Errors name the shader and carry the driver's line.
#pragma once
#include <span>
#include <string_view>

#include "app/render/gl_object.h"

namespace dropscope {

struct ShaderSource {
  std::string_view name;  // "circle.vert"
  std::string_view text;
};

// All of shaders/, from a file made at build time.
std::span<const ShaderSource> embedded_shaders();
// Throws std::runtime_error if there is none of that name.
std::string_view shader_text(std::string_view name);

// Links `name`.vert with `name`.frag. Throws std::runtime_error: "shader circle.frag: 0:12(3): error: ...".
GlProgram link_program(std::string_view name);
// The same from given texts; `name` is used in errors.
GlProgram link_program(std::string_view name, std::string_view vertex, std::string_view fragment);

// What every program of ours takes: where the list is and how large the target is.
struct ViewUniforms {
  GLint view = -1, viewport = -1;
  explicit ViewUniforms(GLuint program = 0);
};
struct ViewState {
  float x = 0, y = 0, scale = 1;  // list point at the top left pixel; pixels per list unit
  float width = 1, height = 1;    // pixels
};
// The program must be in use.
void set_view(const ViewUniforms& uniforms, const ViewState& state);

}  // namespace dropscope
