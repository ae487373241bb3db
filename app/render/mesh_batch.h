// Plain triangles with a colour per corner, for filled polygons (shaders/mesh.*).
#pragma once
#include "app/render/instance_batch.h"

namespace dropscope {

struct MeshVertex {
  float x, y;
  Rgba8 color;
};

class MeshBatch {
 public:
  MeshBatch();
  void clear() { vertices_.clear(); }
  void add(const MeshVertex& vertex) { vertices_.push_back(vertex); }  // three make a triangle
  std::size_t size() const { return vertices_.size(); }
  void upload();
  void draw(const ViewState& view, std::size_t first, std::size_t count);

 private:
  GlProgram program_;
  ViewUniforms uniforms_;
  GlVertexArray array_;
  GlBuffer buffer_;
  std::vector<MeshVertex> vertices_;
};

// Textured rectangles (shaders/image.*), one draw call each.
class ImageQuad {
 public:
  ImageQuad();
  void draw(const ViewState& view, unsigned texture, float min_x, float min_y, float max_x, float max_y,
            bool premultiplied = false);

 private:
  GlProgram program_;
  ViewUniforms uniforms_;
  GLint bounds_ = -1, picture_ = -1, premultiplied_ = -1;
  GlVertexArray array_;
};

}  // namespace dropscope
