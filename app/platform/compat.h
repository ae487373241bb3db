// Everything that differs between the versions of Dear ImGui we build with (1.86 in Debian 12 up to 1.92).
// Any other file that needs an `#if IMGUI_VERSION_NUM` is wrong: add a function here instead.
#pragma once
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

#include <cstdint>
#include <vector>

namespace dropscope::compat {

// ImTextureID was a void* and is a 64-bit integer now; the C-style cast through intptr_t serves both.
inline ImTextureID texture_id(unsigned gl_texture) { return (ImTextureID)(std::intptr_t)gl_texture; }

// From 1.92 on a font has no size of its own.
inline void push_font(ImFont* font, [[maybe_unused]] float size) {
#if IMGUI_VERSION_NUM >= 19200
  ImGui::PushFont(font, size);
#else
  ImGui::PushFont(font);
#endif
}

// The size the atlas was built with, in pixels.
inline float atlas_size(const ImFont* font) {
#if IMGUI_VERSION_NUM >= 19200
  return font->LegacySize;
#else
  return font->FontSize;
#endif
}

inline bool has_glyph(const ImFont* font, unsigned code) {
#if IMGUI_VERSION_NUM >= 19200
  return const_cast<ImFont*>(font)->IsGlyphInFont(ImWchar(code));
#else
  return font->FindGlyphNoFallback(ImWchar(code)) != nullptr;
#endif
}

// Gives the rebuilt atlas to the graphics card; newer versions do so on their own.
inline void upload_fonts() {
#if IMGUI_VERSION_NUM < 19200
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
}

// Draws the glyphs; newer versions do so on demand.
inline void build_fonts([[maybe_unused]] ImFontAtlas& atlas) {
#if IMGUI_VERSION_NUM < 19200
  atlas.Build();
#endif
}

// Says that textures are taken care of, where there is no graphics card to take them.
inline void build_fonts_headless() {
#if IMGUI_VERSION_NUM < 19200
  unsigned char* pixels = nullptr;
  int width = 0, height = 0;
  ImGui::GetIO().Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
#else
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
#endif
}

// Scales the text of the atlas without building it anew (blurred, so only for sizes the atlas cannot hold).
inline void set_font_scale([[maybe_unused]] ImFont* font, [[maybe_unused]] float scale) {
#if IMGUI_VERSION_NUM < 19200
  font->Scale = scale;
#endif
}

// Newer backends want to be told where the pointer is; 1.86 asks for itself.
inline void cursor_moved([[maybe_unused]] GLFWwindow* window, [[maybe_unused]] double x, [[maybe_unused]] double y) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui_ImplGlfw_CursorPosCallback(window, x, y);
#endif
}

// A line through points, with the order of arguments that this version wants.
inline void add_polyline(ImDrawList& list, const ImVec2* points, int count, ImU32 color, bool closed, float width) {
#if IMGUI_VERSION_NUM >= 19280
  list.AddPolyline(points, count, color, width, closed ? ImDrawFlags_Closed : ImDrawFlags_None);
#else
  list.AddPolyline(points, count, color, closed ? ImDrawFlags_Closed : ImDrawFlags_None, width);
#endif
}

// From the top of a line of text to its baseline, at the size the atlas was built with.
inline float ascent(ImFont* font) {
#if IMGUI_VERSION_NUM >= 19200
  return font->GetFontBaked(font->LegacySize)->Ascent;
#else
  return font->Ascent;
#endif
}

//---- drawing a frame in parts ----

// The same number as long as it is the same texture.
std::uint64_t texture_key(const ImDrawCmd& command);
// Letters and lines, not a picture of ours.
bool is_of_fonts(const ImDrawCmd& command);
// Drawing will change textures that Dear ImGui makes, which newer versions do at any time.
bool textures_to_update(const ImDrawData& data);
// What will be drawn; `lists` must stay.
void set_lists(ImDrawData& data, std::vector<ImDrawList*>& lists);

//---- input written by hand, for tests without a window ----

inline void inject_mouse_position(float x, float y) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMousePosEvent(x, y);
#else
  ImGui::GetIO().MousePos = {x, y};
#endif
}

inline void inject_mouse_button(int button, bool down) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMouseButtonEvent(button, down);
#else
  ImGui::GetIO().MouseDown[button] = down;
#endif
}

inline void inject_wheel(float dy) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMouseWheelEvent(0, dy);
#else
  ImGui::GetIO().MouseWheel += dy;
#endif
}

// Without a platform backend 1.86 does not know which index is which key.
void init_keys_headless();
// `code` as GLFW numbers keys, `modifiers` as GLFW's bits.
void inject_key(int code, int modifiers, bool down);

}  // namespace dropscope::compat
