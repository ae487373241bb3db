#include "app/render/gl_facts.h"

#include <epoxy/gl.h>

namespace dropscope {
namespace {

std::string gl_string(GLenum name) {
  const GLubyte* text = glGetString(name);
  return text ? reinterpret_cast<const char*>(text) : "";
}

}  // namespace

bool is_software_renderer(const std::string& renderer) {
  for (const char* name : {"llvmpipe", "softpipe", "swrast", "SwiftShader", "Software Rasterizer"}) {
    if (renderer.find(name) != std::string::npos) return true;
  }
  return false;
}

GlFacts query_gl_facts() {
  GlFacts facts;
  facts.version = gl_string(GL_VERSION);
  facts.renderer = gl_string(GL_RENDERER);
  facts.vendor = gl_string(GL_VENDOR);
  glGetIntegerv(GL_MAJOR_VERSION, &facts.major);
  glGetIntegerv(GL_MINOR_VERSION, &facts.minor);
  glGetIntegerv(GL_MAX_TEXTURE_SIZE, &facts.max_texture);
  facts.software = is_software_renderer(facts.renderer);
  return facts;
}

}  // namespace dropscope
