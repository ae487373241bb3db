#include "app/render/texture_cache.h"

#include "app/render/content_hash.h"

namespace dropscope {
namespace {

constexpr std::uint64_t kFramesKept = 120, kFramesKeptOnce = 8;

}  // namespace

unsigned TextureCache::texture(const void* rgba, int cols, int rows, bool smooth) {
  if (cols <= 0 || rows <= 0) return 0;
  // A 64 x 64 picture takes 2 microseconds. A wrong hit needs two pictures that collide in 64 bits.
  Fnv1a content;
  content.word(std::uint64_t(cols) << 33 | std::uint64_t(rows) << 1 | std::uint64_t(smooth));
  hash_bytes(content, rgba, std::size_t(cols) * std::size_t(rows) * 4);
  Entry& entry = entries_[content.digest()];
  entry.last_used = frame_;
  if (entry.texture.id() != 0) return entry.texture.id();
  entry.first_used = frame_;
  ++uploads_;
  GLint bound = 0;
  glGetIntegerv(GL_TEXTURE_BINDING_2D, &bound);
  glBindTexture(GL_TEXTURE_2D, entry.texture.create());
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, cols, rows, 0, GL_RGBA, GL_UNSIGNED_BYTE, rgba);
  const GLint filter = smooth ? GL_LINEAR : GL_NEAREST;
  // Shrunk pictures are averaged either way, or digits would lose strokes.
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glBindTexture(GL_TEXTURE_2D, GLuint(bound));
  return entry.texture.id();
}

void TextureCache::end_frame() {
  ++frame_;
  std::erase_if(entries_, [this](const auto& item) {
    const Entry& entry = item.second;
    return frame_ - entry.last_used > (entry.last_used > entry.first_used ? kFramesKept : kFramesKeptOnce);
  });
}

}  // namespace dropscope
