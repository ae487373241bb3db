#include "app/render/texture_cache.h"

#include <cstring>

namespace dropscope {
namespace {

constexpr std::uint64_t kFramesKept = 120, kFramesKeptOnce = 8;

// FNV-1a over 8 bytes at a time: a 64 x 64 picture takes 2 microseconds. A wrong hit needs two pictures of equal
// size to collide in 64 bits.
std::uint64_t content_hash(const void* data, std::size_t bytes, std::uint64_t seed) {
  std::uint64_t hash = 0xCBF29CE484222325ull ^ seed;
  const auto* at = static_cast<const unsigned char*>(data);
  while (bytes >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    hash = (hash ^ word) * 0x100000001B3ull;
    hash ^= hash >> 29;
    at += 8;
    bytes -= 8;
  }
  for (; bytes > 0; --bytes) hash = (hash ^ *at++) * 0x100000001B3ull;
  return hash;
}

}  // namespace

unsigned TextureCache::texture(const void* rgba, int cols, int rows, bool smooth) {
  if (cols <= 0 || rows <= 0) return 0;
  const std::uint64_t seed = std::uint64_t(cols) << 33 | std::uint64_t(rows) << 1 | std::uint64_t(smooth);
  Entry& entry = entries_[content_hash(rgba, std::size_t(cols) * std::size_t(rows) * 4, seed)];
  entry.last_used = frame_;
  if (entry.texture.id() != 0) return entry.texture.id();
  entry.first_used = frame_;
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
