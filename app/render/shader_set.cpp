#include "app/render/shader_set.h"

#include <stdexcept>
#include <string>

namespace dropscope {
namespace {

// Deletes the shader object however the function ends; a linked program keeps its own copy.
struct Stage {
  GLuint id = 0;
  explicit Stage(GLenum kind) : id(glCreateShader(kind)) {}
  ~Stage() { glDeleteShader(id); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
};

std::string trimmed(std::string text) {
  text.resize(text.find_last_not_of(" \n\r\t\0") == std::string::npos ? 0 : text.find_last_not_of(" \n\r\t") + 1);
  return text;
}

void compile(const Stage& stage, const std::string& name, std::string_view text) {
  const GLchar* source = text.data();
  const GLint length = GLint(text.size());
  glShaderSource(stage.id, 1, &source, &length);
  glCompileShader(stage.id);
  GLint good = 0;
  glGetShaderiv(stage.id, GL_COMPILE_STATUS, &good);
  if (good) return;
  std::string log(4096, '\0');
  GLsizei written = 0;
  glGetShaderInfoLog(stage.id, GLsizei(log.size()), &written, log.data());
  log.resize(std::size_t(written));
  throw std::runtime_error("shader " + name + ": " + trimmed(log));
}

}  // namespace

std::string_view shader_text(std::string_view name) {
  for (const ShaderSource& source : embedded_shaders()) {
    if (source.name == name) return source.text;
  }
  throw std::runtime_error("shader " + std::string(name) + ": not part of this program");
}

GlProgram link_program(std::string_view name) {
  const std::string base(name);
  return link_program(name, shader_text(base + ".vert"), shader_text(base + ".frag"));
}

GlProgram link_program(std::string_view name, std::string_view vertex, std::string_view fragment) {
  const std::string base(name);
  const Stage vert(GL_VERTEX_SHADER), frag(GL_FRAGMENT_SHADER);
  compile(vert, base + ".vert", vertex);
  compile(frag, base + ".frag", fragment);
  GlProgram program;
  program.create();
  glAttachShader(program.id(), vert.id);
  glAttachShader(program.id(), frag.id);
  glLinkProgram(program.id());
  glDetachShader(program.id(), vert.id);
  glDetachShader(program.id(), frag.id);
  GLint good = 0;
  glGetProgramiv(program.id(), GL_LINK_STATUS, &good);
  if (!good) {
    std::string log(4096, '\0');
    GLsizei written = 0;
    glGetProgramInfoLog(program.id(), GLsizei(log.size()), &written, log.data());
    log.resize(std::size_t(written));
    throw std::runtime_error("shader " + base + ": " + trimmed(log));
  }
  return program;
}

ViewUniforms::ViewUniforms(GLuint program) {
  if (program == 0) return;
  view = glGetUniformLocation(program, "view");
  viewport = glGetUniformLocation(program, "viewport");
}

void set_view(const ViewUniforms& uniforms, const ViewState& state) {
  glUniform3f(uniforms.view, state.x, state.y, state.scale);
  glUniform2f(uniforms.viewport, state.width, state.height);
}

}  // namespace dropscope
