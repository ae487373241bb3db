// Paints a display list with Cairo: PNG, SVG and PDF, with no display and no graphics card. Cairo appears
// in the .cpp only.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/scene/display_list.h"

namespace dropscope {

enum class PictureFormat : std::uint8_t { Png, Svg, Pdf };
// By the ending of the name, in any case; none for others.
std::optional<PictureFormat> picture_format(const std::string& path);

// Fonts as the exports use them: Inter, JetBrains Mono, and DejaVu Sans for signs these lack; where they are
// not installed, whatever fontconfig offers.
class CairoTextMeasure : public TextMeasure {
 public:
  CairoTextMeasure();
  ~CairoTextMeasure() override;
  float width(const std::string& text, float size, Face face) const override;

  struct Fonts;
  Fonts& fonts() const { return *fonts_; }

 private:
  std::unique_ptr<Fonts> fonts_;
};

struct Bitmap {
  int width = 0, height = 0;
  std::vector<Color> pixels;  // row 0 at the top
};

Bitmap paint_bitmap(const DisplayList& list, int width, int height, Color background, const CairoTextMeasure& measure);

// The whole file's bytes. Sizes in pixels for PNG and in points for the other two, 1 .. 16384.
std::string encode_picture(const DisplayList& list, int width, int height, Color background, PictureFormat format,
                           const CairoTextMeasure& measure);

// Throws InputError naming the path where the ending is none of .png, .svg, .pdf or the file cannot be written.
void write_picture(const DisplayList& list, int width, int height, Color background, const std::string& path,
                   const CairoTextMeasure& measure);

std::string encode_png(const Bitmap& bitmap);
// For comparing with pictures made before. Throws InputError for anything that is not a PNG.
Bitmap read_png(const std::string& path);

}  // namespace dropscope
