#include "app/theme/fonts.h"

#include <fontconfig/fontconfig.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "app/platform/compat.h"
#include "app/theme/font_file.h"

// Places where the build machine has the fonts; empty where it has not. Set by app/CMakeLists.txt.
#ifndef DROPSCOPE_FONT_REGULAR
#define DROPSCOPE_FONT_REGULAR ""
#define DROPSCOPE_FONT_BOLD ""
#define DROPSCOPE_FONT_MONO ""
#define DROPSCOPE_FONT_MONO_BOLD ""
#define DROPSCOPE_FONT_SYMBOLS ""
#endif

namespace dropscope {
namespace {

// Latin with accents, Greek, and only those signs that our texts use: a smaller atlas is built faster.
constexpr ImWchar kTextRanges[] = {
    0x0020, 0x00FF,                                                                  // Latin-1
    0x0131, 0x0131,                                                                  // dotless i
    0x0391, 0x03C9,                                                                  // Greek
    0x1D62, 0x1D65, 0x2010, 0x2015,                                                  // subscript letters, dashes
    0x2018, 0x201E,                                                                  // quotation marks
    0x2022, 0x2022, 0x2026, 0x2026, 0x2030, 0x2030, 0x2032, 0x2033, 0x2070, 0x209C,  // super- and subscripts
    0x2113, 0x2113, 0x211D, 0x211D,                                                  // script l, reals
    0x2190, 0x2199, 0x21A6, 0x21A6, 0x21BA, 0x21BB, 0x21D0, 0x21D4, 0x21E7, 0x21E7,  // arrows
    0x2200, 0x220F, 0x2211, 0x221E, 0x2225, 0x222B, 0x2236, 0x223C,                  // operators
    0x2243, 0x2248, 0x2260, 0x226B, 0x2282, 0x2287, 0x2295, 0x2299, 0x22C5, 0x22C5,
    0x22EE, 0x22EF, 0x2318, 0x2318, 0x23CE, 0x23CE,                                  // keys
    0x2500, 0x2503, 0x2581, 0x2588, 0x25A0, 0x25A1, 0x25AA, 0x25AB, 0x25B2, 0x25C7,  // bars and shapes
    0x25CB, 0x25CF, 0x25D0, 0x25D1, 0x25E6, 0x25E6, 0x25EF, 0x25EF, 0x2680, 0x2685,
    0x2C7C, 0x2C7C, 0x26A0, 0x26A0, 0x2713, 0x2717, 0};
// What headings and big numbers need.
constexpr ImWchar kBigRanges[] = {0x0020, 0x00FF, 0x0391, 0x03C9, 0x2010, 0x2015, 0x2018, 0x201E,
                                  0x2026, 0x2026, 0x2070, 0x209C, 0x2190, 0x2193, 0x2212, 0x2212,
                                  0x221E, 0x221E, 0x2248, 0x2248, 0x2260, 0x2265, 0};
// Beyond this height glyphs are stretched instead of stored: the atlas would outgrow small graphics cards.
constexpr float kLargestStored = 96;
constexpr float kSmallest = 11;

struct RoleSpec {
  float units;
  FontFamily family;
  bool mono_bold;
  bool all_signs;
};

constexpr RoleSpec role_spec(TextRole role) {
  switch (role) {
    case TextRole::Caption:
      return {14, FontFamily::Regular, false, true};
    case TextRole::CaptionBold:
      return {14, FontFamily::Bold, false, false};
    case TextRole::Body:
      return {18, FontFamily::Regular, false, true};
    case TextRole::BodyBold:
      return {18, FontFamily::Bold, false, true};
    case TextRole::Title:
      return {24, FontFamily::Bold, false, true};
    case TextRole::Big:
      return {32, FontFamily::Bold, false, false};
    case TextRole::Mono:
      return {17, FontFamily::Mono, false, true};
    case TextRole::MonoBold:
      return {17, FontFamily::Mono, true, false};
  }
  return {18, FontFamily::Regular, false, true};
}

class Fontconfig {
 public:
  ~Fontconfig() {
    if (config_) FcConfigDestroy(config_);
  }

  // Fontconfig always answers with some font, so a symbol font is only taken if its family is the one asked for.
  std::string find(const char* family, const char* style, bool exactly) {
    if (!config_) config_ = FcInitLoadConfigAndFonts();
    if (!config_) return {};
    FcPattern* wanted = FcPatternBuild(nullptr, FC_FAMILY, FcTypeString, family, FC_STYLE, FcTypeString, style,
                                       FC_SCALABLE, FcTypeBool, FcTrue, static_cast<char*>(nullptr));
    FcConfigSubstitute(config_, wanted, FcMatchPattern);
    FcDefaultSubstitute(wanted);
    FcResult result = FcResultNoMatch;
    FcPattern* match = FcFontMatch(config_, wanted, &result);
    FcPatternDestroy(wanted);
    if (!match) return {};
    std::string path;
    FcChar8 *file = nullptr, *name = nullptr;
    const bool same = FcPatternGetString(match, FC_FAMILY, 0, &name) == FcResultMatch &&
                      std::strcmp(reinterpret_cast<const char*>(name), family) == 0;
    if ((same || !exactly) && FcPatternGetString(match, FC_FILE, 0, &file) == FcResultMatch) {
      path = reinterpret_cast<const char*>(file);
    }
    FcPatternDestroy(match);
    return readable_font(path) ? path : std::string{};
  }

 private:
  FcConfig* config_ = nullptr;
};

ImFont* add_font(const std::string& path, float size, const ImWchar* ranges, bool merge) {
  ImFontConfig config;
  config.MergeMode = merge;
  // Small text gains from finer horizontal sampling; large text only fills the atlas with it.
  config.OversampleH = size < 28 ? 2 : 1;
  config.OversampleV = 1;
  return ImGui::GetIO().Fonts->AddFontFromFileTTF(path.c_str(), size, &config, ranges);
}

struct Family {
  ImFont* font;
  float height_per_em;
};

Family add_family(const std::string& path, const std::string& symbols, float size, const ImWchar* ranges) {
  Family family{nullptr, 1};
  if (readable_font(path)) {
    family.height_per_em = line_height_per_em(path);
    family.font = add_font(path, size * family.height_per_em, ranges, false);
  } else {
    ImFontConfig config;
    config.SizePixels = size;
    family.font = ImGui::GetIO().Fonts->AddFontDefault(&config);
  }
  // Fills only what the first font lacks.
  if (readable_font(symbols)) add_font(symbols, size * line_height_per_em(symbols), ranges, true);
  return family;
}

}  // namespace

FontPaths find_fonts() {
  Fontconfig fontconfig;
  const auto choose = [&](const char* baked, const char* family, const char* style, bool exactly) {
    return readable_font(baked) ? std::string(baked) : fontconfig.find(family, style, exactly);
  };
  return {.regular = choose(DROPSCOPE_FONT_REGULAR, "Inter", "Regular", false),
          .bold = choose(DROPSCOPE_FONT_BOLD, "Inter", "Semi Bold", false),
          .mono = choose(DROPSCOPE_FONT_MONO, "JetBrains Mono", "Regular", false),
          .mono_bold = choose(DROPSCOPE_FONT_MONO_BOLD, "JetBrains Mono", "Bold", false),
          .symbols = choose(DROPSCOPE_FONT_SYMBOLS, "DejaVu Sans", "Book", true)};
}

void Fonts::rebuild(float u, float type_scale) {
  u_ = u;
  type_scale_ = type_scale;
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  atlas->Clear();
  atlas->Flags |= ImFontAtlasFlags_NoMouseCursors;
  atlas->TexDesiredWidth = u * type_scale > 1.6f ? 4096 : 2048;
  for (int i = 0; i < kTextRoleCount; ++i) {
    const RoleSpec spec = role_spec(TextRole(i));
    const float size = std::max(kSmallest * spec.units / 14.0f, std::round(spec.units * u * type_scale));
    const float stored = std::min(std::round(size), kLargestStored);
    const std::string& path = spec.family == FontFamily::Regular ? paths_.regular
                              : spec.family == FontFamily::Bold  ? paths_.bold
                              : spec.mono_bold                   ? paths_.mono_bold
                                                                 : paths_.mono;
    const Family family = add_family(path, paths_.symbols, stored, spec.all_signs ? kTextRanges : kBigRanges);
    Entry& entry = entries_[std::size_t(i)];
    entry.font = family.font;
    entry.size = std::round(size);
    entry.height = entry.size * family.height_per_em;
    compat::set_font_scale(entry.font, entry.size / stored);
  }
  compat::build_fonts(*atlas);
  ImGui::GetIO().FontDefault = font(TextRole::Body);
}

SizedFont Fonts::nearest(FontFamily family, float size) const {
  const Entry *above = nullptr, *largest = nullptr;
  for (int i = 0; i < kTextRoleCount; ++i) {
    const RoleSpec spec = role_spec(TextRole(i));
    const Entry& entry = entries_[std::size_t(i)];
    if (spec.family != family || spec.mono_bold || !spec.all_signs || !entry.font) continue;
    if (!largest || entry.size > largest->size) largest = &entry;
    if (entry.size >= size - 0.5f && (!above || entry.size < above->size)) above = &entry;
  }
  const Entry* best = above ? above : largest;
  if (!best) return {ImGui::GetFont(), size};
  return {best->font, size * best->height / best->size};
}

float Fonts::width(TextRole role, std::string_view text) const {
  return font(role)->CalcTextSizeA(height(role), 1e9f, 0.0f, text.data(), text.data() + text.size()).x;
}

WithFont::WithFont(const Fonts& fonts, TextRole role) { compat::push_font(fonts.font(role), fonts.height(role)); }
WithFont::~WithFont() { ImGui::PopFont(); }

}  // namespace dropscope
