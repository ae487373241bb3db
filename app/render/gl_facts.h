// Facts about the OpenGL context in use.
#pragma once
#include <string>

namespace dropscope {

struct GlFacts {
  std::string version, renderer, vendor;
  int major = 0, minor = 0;
  int max_texture = 0;
  bool software = false;  // llvmpipe, softpipe, SwiftShader: filling pixels is dear, cap the frame rate
};

// Of the current context.
GlFacts query_gl_facts();
// By the name the driver gives.
bool is_software_renderer(const std::string& renderer);

}  // namespace dropscope
