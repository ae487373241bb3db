// OpenGL names as values: made on first use, deleted in the destructor, movable, never copied.
// The context that made one must be current when it dies.
#pragma once
#include <epoxy/gl.h>

#include <utility>

namespace dropscope {

template <typename Kind>
class GlObject {
 public:
  GlObject() = default;
  ~GlObject() { reset(); }
  GlObject(GlObject&& other) noexcept : id_(std::exchange(other.id_, 0u)) {}
  GlObject& operator=(GlObject&& other) noexcept {
    if (this != &other) {
      reset();
      id_ = std::exchange(other.id_, 0u);
    }
    return *this;
  }
  GlObject(const GlObject&) = delete;
  GlObject& operator=(const GlObject&) = delete;

  // 0 until create().
  GLuint id() const { return id_; }
  GLuint create() {
    if (id_ == 0) id_ = Kind::make();
    return id_;
  }
  void reset() {
    if (id_ != 0) Kind::destroy(id_);
    id_ = 0;
  }

 private:
  GLuint id_ = 0;
};

namespace gl_kind {

struct Buffer {
  static GLuint make() {
    GLuint id = 0;
    glGenBuffers(1, &id);
    return id;
  }
  static void destroy(GLuint id) { glDeleteBuffers(1, &id); }
};

struct VertexArray {
  static GLuint make() {
    GLuint id = 0;
    glGenVertexArrays(1, &id);
    return id;
  }
  static void destroy(GLuint id) { glDeleteVertexArrays(1, &id); }
};

struct Texture {
  static GLuint make() {
    GLuint id = 0;
    glGenTextures(1, &id);
    return id;
  }
  static void destroy(GLuint id) { glDeleteTextures(1, &id); }
};

struct Framebuffer {
  static GLuint make() {
    GLuint id = 0;
    glGenFramebuffers(1, &id);
    return id;
  }
  static void destroy(GLuint id) { glDeleteFramebuffers(1, &id); }
};

struct Program {
  static GLuint make() { return glCreateProgram(); }
  static void destroy(GLuint id) { glDeleteProgram(id); }
};

}  // namespace gl_kind

using GlBuffer = GlObject<gl_kind::Buffer>;
using GlVertexArray = GlObject<gl_kind::VertexArray>;
using GlTexture = GlObject<gl_kind::Texture>;
using GlFramebuffer = GlObject<gl_kind::Framebuffer>;
using GlProgram = GlObject<gl_kind::Program>;

}  // namespace dropscope
