// The program's type: Inter for text, JetBrains Mono for numbers that must not jump, DejaVu Sans for the maths
// signs both lack. Sizes follow from one design unit u, so that text stays crisp at every window size and scale.
// A font that is not installed never stops the program: fontconfig's choice, then Dear ImGui's own font.
#pragma once
#include <array>
#include <string>

#include "app/theme/palette.h"

struct ImFont;

namespace dropscope {

// In units u: Caption 14, Body 18, Title 24, Big 32; bold where named. Palette::type_scale multiplies them.
enum class TextRole : std::uint8_t { Caption, CaptionBold, Body, BodyBold, Title, Big, Mono, MonoBold };
inline constexpr int kTextRoleCount = 8;

enum class FontFamily : std::uint8_t { Regular, Bold, Mono };

struct FontPaths {
  std::string regular, bold, mono, mono_bold, symbols;  // empty = not found
};
// Places fixed when the program was built, then fontconfig. Takes about 15 ms if fontconfig must be asked.
FontPaths find_fonts();

// Dear ImGui measures a font by its line height, designers and Cairo by its em; Inter's line is 1.21 em.
// Everything named `size` in this program is the em in pixels, and `height` is what Dear ImGui calls the size.
struct SizedFont {
  ImFont* font = nullptr;
  float height = 0;
};

class Fonts {
 public:
  explicit Fonts(FontPaths paths) : paths_(std::move(paths)) {}

  // Fills the current Dear ImGui context's atlas; call between frames, never between new_frame and render.
  // `u` is in pixels and includes the user's text scale. All ImFont pointers change. Takes 50 to 250 ms, so a
  // caller with a scale slider waits until it is released. Then ImguiHost::upload_fonts.
  void rebuild(float u, float type_scale);

  ImFont* font(TextRole role) const { return entries_[std::size_t(role)].font; }
  float size(TextRole role) const { return entries_[std::size_t(role)].size; }
  float height(TextRole role) const { return entries_[std::size_t(role)].height; }
  // The atlas font that looks best at an em of `size` pixels: the smallest not below it, else the largest.
  SizedFont nearest(FontFamily family, float size) const;
  float width(TextRole role, std::string_view text) const;
  // What `rebuild` was last called with; 0 before.
  float u() const { return u_; }
  float type_scale() const { return type_scale_; }

 private:
  struct Entry {
    ImFont* font = nullptr;
    float size = 0, height = 0;
  };
  FontPaths paths_;
  std::array<Entry, kTextRoleCount> entries_{};
  float u_ = 0, type_scale_ = 1;
};

// Pushes a role's font for the life of the value.
class WithFont {
 public:
  WithFont(const Fonts& fonts, TextRole role);
  ~WithFont();
  WithFont(const WithFont&) = delete;
  WithFont& operator=(const WithFont&) = delete;
};

}  // namespace dropscope
