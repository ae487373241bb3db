// Many quads of one kind: one buffer for all of a frame, drawn in ranges so that painting order can be kept.
// Fill with add(), upload() once, then draw() any ranges.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "app/render/shader_set.h"

namespace dropscope {

// One vertex attribute of an instance; bytes are colours and arrive in the shader as 0 to 1.
struct InstanceField {
  GLuint location;
  GLint count;
  bool bytes;
  std::size_t offset;
};

struct Rgba8 {
  std::uint8_t r = 0, g = 0, b = 0, a = 0;
};

template <typename Instance>
class InstanceBatch {
 public:
  explicit InstanceBatch(std::string_view program) : program_(link_program(program)), uniforms_(program_.id()) {
    array_.create();
    buffer_.create();
  }

  void clear() { instances_.clear(); }
  void add(const Instance& instance) { instances_.push_back(instance); }
  std::size_t size() const { return instances_.size(); }
  const Instance& operator[](std::size_t i) const { return instances_[i]; }

  void upload() {
    if (instances_.empty()) return;
    glBindBuffer(GL_ARRAY_BUFFER, buffer_.id());
    // A fresh store each time: the driver need not wait for the last frame's drawing.
    glBufferData(GL_ARRAY_BUFFER, GLsizeiptr(instances_.size() * sizeof(Instance)), instances_.data(), GL_STREAM_DRAW);
  }

  void draw(const ViewState& view, std::size_t first, std::size_t count) {
    if (count == 0) return;
    glUseProgram(program_.id());
    set_view(uniforms_, view);
    glBindVertexArray(array_.id());
    glBindBuffer(GL_ARRAY_BUFFER, buffer_.id());
    // OpenGL 3.3 has no first instance, so the attributes start further on instead.
    for (const InstanceField& field : Instance::fields()) {
      glEnableVertexAttribArray(field.location);
      glVertexAttribPointer(field.location, field.count, field.bytes ? GL_UNSIGNED_BYTE : GL_FLOAT,
                            field.bytes ? GL_TRUE : GL_FALSE, GLsizei(sizeof(Instance)),
                            reinterpret_cast<const void*>(first * sizeof(Instance) + field.offset));
      glVertexAttribDivisor(field.location, 1);
    }
    glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, GLsizei(count));
    glBindVertexArray(0);
  }

 private:
  GlProgram program_;
  ViewUniforms uniforms_;
  GlVertexArray array_;
  GlBuffer buffer_;
  std::vector<Instance> instances_;
};

}  // namespace dropscope
