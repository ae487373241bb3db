#include "app/render/mesh_batch.h"

namespace dropscope {

MeshBatch::MeshBatch() : program_(link_program("mesh")), uniforms_(program_.id()) {
  glBindVertexArray(array_.create());
  glBindBuffer(GL_ARRAY_BUFFER, buffer_.create());
  glEnableVertexAttribArray(0);
  glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, GLsizei(sizeof(MeshVertex)),
                        reinterpret_cast<const void*>(offsetof(MeshVertex, x)));
  glEnableVertexAttribArray(1);
  glVertexAttribPointer(1, 4, GL_UNSIGNED_BYTE, GL_TRUE, GLsizei(sizeof(MeshVertex)),
                        reinterpret_cast<const void*>(offsetof(MeshVertex, color)));
  glBindVertexArray(0);
}

void MeshBatch::upload() {
  if (vertices_.empty()) return;
  glBindBuffer(GL_ARRAY_BUFFER, buffer_.id());
  glBufferData(GL_ARRAY_BUFFER, GLsizeiptr(vertices_.size() * sizeof(MeshVertex)), vertices_.data(), GL_STREAM_DRAW);
}

void MeshBatch::draw(const ViewState& view, std::size_t first, std::size_t count) {
  if (count == 0) return;
  glUseProgram(program_.id());
  set_view(uniforms_, view);
  glBindVertexArray(array_.id());
  glDrawArrays(GL_TRIANGLES, GLint(first), GLsizei(count));
  glBindVertexArray(0);
}

ImageQuad::ImageQuad() : program_(link_program("image")), uniforms_(program_.id()) {
  bounds_ = glGetUniformLocation(program_.id(), "bounds");
  picture_ = glGetUniformLocation(program_.id(), "picture");
  premultiplied_ = glGetUniformLocation(program_.id(), "premultiplied");
  array_.create();
}

void ImageQuad::draw(const ViewState& view, unsigned texture, float min_x, float min_y, float max_x, float max_y,
                     bool premultiplied) {
  glUseProgram(program_.id());
  set_view(uniforms_, view);
  glUniform4f(bounds_, min_x, min_y, max_x, max_y);
  glUniform1i(picture_, 0);
  glUniform1f(premultiplied_, premultiplied ? 1.0f : 0.0f);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, texture);
  glBindVertexArray(array_.id());
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
  glBindVertexArray(0);
}

}  // namespace dropscope
