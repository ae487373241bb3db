// Small pictures as textures, found again by their content: decision surfaces, digits, mask strips.
// Unused ones are dropped after some frames. Needs a current OpenGL context whenever it is used or destroyed.
#pragma once
#include <cstdint>
#include <unordered_map>

#include "app/render/gl_object.h"

namespace dropscope {

class TextureCache {
 public:
  // `rgba` holds cols * rows * 4 bytes, row 0 at the top, straight alpha. The name stays valid for this frame.
  unsigned texture(const void* rgba, int cols, int rows, bool smooth);
  // Once per frame: forgets what was not asked for during the last 120 frames, or the last 8 if only one frame ever
  // did, as with feature maps that change at every step.
  void end_frame();
  std::size_t size() const { return entries_.size(); }
  // How many pictures were ever given to the graphics card; a name may stand for another picture after each.
  std::uint64_t uploads() const { return uploads_; }

 private:
  struct Entry {
    GlTexture texture;
    std::uint64_t first_used = 0, last_used = 0;  // frames
  };
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::uint64_t frame_ = 0, uploads_ = 0;
};

}  // namespace dropscope
