#include "app/export/cairo_painter.h"

#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <numbers>
#include <tuple>

#include "app/export/atomic_write.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

struct FreeSurface {
  void operator()(cairo_surface_t* s) const { cairo_surface_destroy(s); }
};
struct FreeContext {
  void operator()(cairo_t* c) const { cairo_destroy(c); }
};
struct FreeFont {
  void operator()(cairo_scaled_font_t* f) const { cairo_scaled_font_destroy(f); }
};
using Surface = std::unique_ptr<cairo_surface_t, FreeSurface>;
using Context = std::unique_ptr<cairo_t, FreeContext>;
using ScaledFont = std::unique_ptr<cairo_scaled_font_t, FreeFont>;

constexpr int kFamilies = 2;  // the face's own family, then the one with nearly all signs
const char* family(Face face, int choice) {
  if (choice == 1) return face == Face::Mono ? "DejaVu Sans Mono" : "DejaVu Sans";
  return face == Face::Mono ? "JetBrains Mono" : "Inter";
}

std::uint32_t code_point(const std::string& text, std::size_t& i) {
  const auto byte = [&](std::size_t at) { return std::uint32_t(static_cast<unsigned char>(text[at])); };
  const std::uint32_t lead = byte(i++);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  std::uint32_t value = more == 0 ? lead : lead & (0x3Fu >> more);
  for (int k = 0; k < more && i < text.size(); ++k) value = (value << 6) | (byte(i++) & 0x3Fu);
  return value;
}

}  // namespace

struct CairoTextMeasure::Fonts {
  std::map<std::tuple<Face, int, float>, ScaledFont> scaled;
  std::map<std::tuple<Face, std::uint32_t>, int> choice;  // which family has the sign

  cairo_scaled_font_t* font(Face face, int which, float size) {
    ScaledFont& slot = scaled[{face, which, size}];
    if (slot) return slot.get();
    cairo_font_face_t* toy =
        cairo_toy_font_face_create(family(face, which), CAIRO_FONT_SLANT_NORMAL,
                                   face == Face::Bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_matrix_t scale, identity;
    cairo_matrix_init_scale(&scale, double(size), double(size));
    cairo_matrix_init_identity(&identity);
    cairo_font_options_t* options = cairo_font_options_create();
    // Unhinted, so that a text is as wide on every surface as it was when it was laid out.
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    slot.reset(cairo_scaled_font_create(toy, &scale, &identity, options));
    cairo_font_options_destroy(options);
    cairo_font_face_destroy(toy);
    return slot.get();
  }

  int family_with(Face face, std::uint32_t sign) {
    const auto [slot, fresh] = choice.try_emplace({face, sign}, 0);
    if (!fresh) return slot->second;
    for (int which = 0; which < kFamilies; ++which) {
      cairo_scaled_font_t* candidate = font(face, which, 16);
      if (cairo_scaled_font_get_type(candidate) != CAIRO_FONT_TYPE_FT) return 0;
      FT_Face ft = cairo_ft_scaled_font_lock_face(candidate);
      const bool found = ft && FT_Get_Char_Index(ft, sign) != 0;
      if (ft) cairo_ft_scaled_font_unlock_face(candidate);
      if (found) return slot->second = which;
    }
    return 0;
  }

  // Calls visit(font, part, x) for each stretch of one family and returns the width of all.
  template <class Visit>
  double stretches(const std::string& text, float size, Face face, Visit&& visit) {
    double x = 0;
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t start = i;
      const int which = family_with(face, code_point(text, i));
      for (std::size_t next = i; next < text.size(); i = next)
        if (family_with(face, code_point(text, next)) != which) break;
      const std::string part = text.substr(start, i - start);
      cairo_scaled_font_t* scaled_font = font(face, which, size);
      cairo_text_extents_t extents;
      cairo_scaled_font_text_extents(scaled_font, part.c_str(), &extents);
      visit(scaled_font, part, x);
      x += extents.x_advance;
    }
    return x;
  }
};

CairoTextMeasure::CairoTextMeasure() : fonts_(std::make_unique<Fonts>()) {}
CairoTextMeasure::~CairoTextMeasure() = default;

float CairoTextMeasure::width(const std::string& text, float size, Face face) const {
  if (!(size > 0)) return 0;
  return float(fonts_->stretches(text, size, face, [](cairo_scaled_font_t*, const std::string&, double) {}));
}

namespace {

class Painter {
 public:
  Painter(cairo_t* cairo, CairoTextMeasure::Fonts& fonts, bool vector)
      : cairo_(cairo), fonts_(fonts), vector_(vector) {}

  void operator()(const draw::Disc& d) {
    if (!(d.radius > 0)) return;
    cairo_new_path(cairo_);
    cairo_arc(cairo_, d.center.x, d.center.y, d.radius, 0, 2 * std::numbers::pi);
    cairo_close_path(cairo_);
    fill_and_stroke(d.fill, d.stroke, d.stroke_width, d.dash);
  }
  void operator()(const draw::Line& l) {
    cairo_move_to(cairo_, l.a.x, l.a.y);
    cairo_line_to(cairo_, l.b.x, l.b.y);
    stroke(l.color, l.width, 0);
  }
  void operator()(const draw::Polyline& l) {
    if (l.points.size() < 2) return;
    path(l.points, l.closed);
    cairo_set_line_join(cairo_, CAIRO_LINE_JOIN_ROUND);
    stroke(l.color, l.width, l.dash);
  }
  void operator()(const draw::Polygon& p) {
    if (p.points.size() < 3) return;
    path(p.points, true);
    fill_and_stroke(p.fill, p.fill, 0, 0);
  }
  void operator()(const draw::Ribbon& r) {
    if (std::min(r.upper.size(), r.lower.size()) < 2) return;
    std::vector<Vec2> outline = r.upper;
    outline.insert(outline.end(), r.lower.rbegin(), r.lower.rend());
    path(outline, true);
    fill_and_stroke(r.fill, r.fill, 0, 0);
  }
  void operator()(const draw::Box& b) {
    if (!(b.rect.width() > 0) || !(b.rect.height() > 0)) return;
    rounded(b.rect, std::min({b.rounding, b.rect.width() / 2, b.rect.height() / 2}));
    fill_and_stroke(b.fill, b.stroke, b.stroke_width, b.dash);
  }
  void operator()(const draw::Arc& a) {
    if (!(a.radius > 0)) return;
    constexpr double kDegree = std::numbers::pi / 180;
    cairo_new_path(cairo_);
    cairo_arc(cairo_, a.center.x, a.center.y, a.radius, a.from * kDegree, a.to * kDegree);
    stroke(a.color, a.width, 0);
  }
  void operator()(const draw::Text& t) {
    if (t.text.empty() || !(t.size > 0)) return;
    set_color(t.color);
    const double width =
        fonts_.stretches(t.text, t.size, t.face, [](cairo_scaled_font_t*, const std::string&, double) {});
    const double left = double(t.at.x) - (t.h == HAlign::Left ? 0 : t.h == HAlign::Center ? width / 2 : width);
    // Fractions of the size for Inter: ascent 0.97, half the capitals 0.365, descent 0.24.
    const double down = t.v == VAlign::Top ? 0.97 : t.v == VAlign::Middle ? 0.365 : t.v == VAlign::Bottom ? -0.24 : 0;
    const double baseline = double(t.at.y) + down * double(t.size);
    fonts_.stretches(t.text, t.size, t.face, [&](cairo_scaled_font_t* font, const std::string& part, double x) {
      cairo_set_scaled_font(cairo_, font);
      cairo_move_to(cairo_, left + x, baseline);
      cairo_show_text(cairo_, part.c_str());
    });
    cairo_new_path(cairo_);
  }
  void operator()(const draw::Image& image) {
    if (image.cols <= 0 || image.rows <= 0 || image.rgba.size() < std::size_t(image.cols) * std::size_t(image.rows))
      return;
    if (vector_ && !image.smooth && image.cols * image.rows <= 4096) return paint_cells(image);
    paint_pixels(image);
  }
  void operator()(const draw::PushClip& c) {
    cairo_save(cairo_);
    cairo_rectangle(cairo_, c.rect.min.x, c.rect.min.y, c.rect.width(), c.rect.height());
    cairo_clip(cairo_);
    ++clips_;
  }
  void operator()(const draw::PopClip&) {
    DROPSCOPE_CHECK(clips_ > 0);
    cairo_restore(cairo_);
    --clips_;
  }

 private:
  void set_color(Color c) { cairo_set_source_rgba(cairo_, c.r / 255.0, c.g / 255.0, c.b / 255.0, c.a / 255.0); }
  void stroke(Color color, float width, float dash) {
    if (color.a == 0 || !(width > 0)) {
      cairo_new_path(cairo_);
      return;
    }
    const double lengths[2] = {double(dash), double(dash)};
    cairo_set_dash(cairo_, lengths, dash > 0 ? 2 : 0, 0);
    cairo_set_line_width(cairo_, width);
    set_color(color);
    cairo_stroke(cairo_);
  }
  void fill_and_stroke(Color fill, Color line, float width, float dash) {
    if (fill.a > 0) {
      set_color(fill);
      cairo_fill_preserve(cairo_);
    }
    stroke(line, width, dash);
  }
  void path(const std::vector<Vec2>& points, bool closed) {
    cairo_new_path(cairo_);
    for (const Vec2& p : points) cairo_line_to(cairo_, p.x, p.y);
    if (closed) cairo_close_path(cairo_);
  }
  void rounded(Rect r, float radius) {
    cairo_new_path(cairo_);
    if (!(radius > 0)) {
      cairo_rectangle(cairo_, r.min.x, r.min.y, r.width(), r.height());
      return;
    }
    constexpr double kQuarter = std::numbers::pi / 2;
    cairo_arc(cairo_, r.max.x - radius, r.min.y + radius, radius, -kQuarter, 0);
    cairo_arc(cairo_, r.max.x - radius, r.max.y - radius, radius, 0, kQuarter);
    cairo_arc(cairo_, r.min.x + radius, r.max.y - radius, radius, kQuarter, 2 * kQuarter);
    cairo_arc(cairo_, r.min.x + radius, r.min.y + radius, radius, 2 * kQuarter, 3 * kQuarter);
    cairo_close_path(cairo_);
  }
  // Viewers of SVG and PDF blur enlarged bitmaps, so sharp cells are drawn one by one, a hair too large so
  // that no seams show.
  void paint_cells(const draw::Image& image) {
    const double w = double(image.rect.width()) / image.cols, h = double(image.rect.height()) / image.rows;
    for (int i = 0; i < image.cols * image.rows; ++i) {
      set_color(image.rgba[std::size_t(i)]);
      const double x = double(image.rect.min.x) + w * (i % image.cols),
                   y = double(image.rect.min.y) + h * (i / image.cols);
      cairo_rectangle(cairo_, x, y, i % image.cols + 1 < image.cols ? w * 1.02 : w,
                      i / image.cols + 1 < image.rows ? h * 1.02 : h);
      cairo_fill(cairo_);
    }
  }
  void paint_pixels(const draw::Image& image) {
    Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, image.cols, image.rows));
    unsigned char* data = cairo_image_surface_get_data(surface.get());
    const int stride = cairo_image_surface_get_stride(surface.get());
    for (int y = 0; y < image.rows; ++y)
      for (int x = 0; x < image.cols; ++x) {
        const Color c = image.rgba[std::size_t(y) * std::size_t(image.cols) + std::size_t(x)];
        const auto scaled = [&](std::uint8_t v) { return std::uint32_t(v) * c.a / 255; };
        const std::uint32_t pixel = std::uint32_t(c.a) << 24 | scaled(c.r) << 16 | scaled(c.g) << 8 | scaled(c.b);
        std::memcpy(data + std::ptrdiff_t(y) * stride + std::ptrdiff_t(x) * 4, &pixel, 4);
      }
    cairo_surface_mark_dirty(surface.get());
    cairo_save(cairo_);
    cairo_rectangle(cairo_, image.rect.min.x, image.rect.min.y, image.rect.width(), image.rect.height());
    cairo_clip(cairo_);
    cairo_translate(cairo_, image.rect.min.x, image.rect.min.y);
    cairo_scale(cairo_, double(image.rect.width()) / image.cols, double(image.rect.height()) / image.rows);
    cairo_set_source_surface(cairo_, surface.get(), 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cairo_), image.smooth ? CAIRO_FILTER_BILINEAR : CAIRO_FILTER_NEAREST);
    cairo_pattern_set_extend(cairo_get_source(cairo_), CAIRO_EXTEND_PAD);
    cairo_paint(cairo_);
    cairo_restore(cairo_);
  }

  cairo_t* cairo_;
  CairoTextMeasure::Fonts& fonts_;
  bool vector_;
  int clips_ = 0;
};

void paint(cairo_surface_t* surface, const DisplayList& list, Color background, const CairoTextMeasure& measure,
           bool vector) {
  Context cairo(cairo_create(surface));
  cairo_set_source_rgba(cairo.get(), background.r / 255.0, background.g / 255.0, background.b / 255.0,
                        background.a / 255.0);
  cairo_paint(cairo.get());
  Painter painter(cairo.get(), measure.fonts(), vector);
  for (const draw::Item& item : list.items) std::visit(painter, item);
  DROPSCOPE_CHECK(cairo_status(cairo.get()) == CAIRO_STATUS_SUCCESS);
}

cairo_status_t append_bytes(void* closure, const unsigned char* data, unsigned length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

Bitmap to_bitmap(cairo_surface_t* surface) {
  cairo_surface_flush(surface);
  Bitmap bitmap{cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface), {}};
  const unsigned char* data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  const bool opaque = cairo_image_surface_get_format(surface) == CAIRO_FORMAT_RGB24;
  bitmap.pixels.reserve(std::size_t(bitmap.width) * std::size_t(bitmap.height));
  for (int y = 0; y < bitmap.height; ++y)
    for (int x = 0; x < bitmap.width; ++x) {
      std::uint32_t pixel;
      std::memcpy(&pixel, data + std::ptrdiff_t(y) * stride + std::ptrdiff_t(x) * 4, 4);
      bitmap.pixels.push_back({std::uint8_t(pixel >> 16), std::uint8_t(pixel >> 8), std::uint8_t(pixel),
                               opaque ? std::uint8_t(255) : std::uint8_t(pixel >> 24)});
    }
  return bitmap;
}

Surface painted_image(const DisplayList& list, int width, int height, Color background,
                      const CairoTextMeasure& measure) {
  DROPSCOPE_CHECK(width >= 1 && height >= 1 && width <= 16384 && height <= 16384);
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  DROPSCOPE_CHECK(cairo_surface_status(surface.get()) == CAIRO_STATUS_SUCCESS);
  paint(surface.get(), list, background, measure, false);
  return surface;
}

}  // namespace

std::optional<PictureFormat> picture_format(const std::string& path) {
  std::string ending = path.size() >= 4 ? path.substr(path.size() - 4) : "";
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (ending == ".png") return PictureFormat::Png;
  if (ending == ".svg") return PictureFormat::Svg;
  if (ending == ".pdf") return PictureFormat::Pdf;
  return std::nullopt;
}

Bitmap paint_bitmap(const DisplayList& list, int width, int height, Color background, const CairoTextMeasure& measure) {
  return to_bitmap(painted_image(list, width, height, background, measure).get());
}

std::string encode_picture(const DisplayList& list, int width, int height, Color background, PictureFormat format,
                           const CairoTextMeasure& measure) {
  std::string bytes;
  if (format == PictureFormat::Png) {
    const Surface surface = painted_image(list, width, height, background, measure);
    DROPSCOPE_CHECK(cairo_surface_write_to_png_stream(surface.get(), append_bytes, &bytes) == CAIRO_STATUS_SUCCESS);
    return bytes;
  }
  DROPSCOPE_CHECK(width >= 1 && height >= 1 && width <= 16384 && height <= 16384);
  Surface surface(format == PictureFormat::Svg
                      ? cairo_svg_surface_create_for_stream(append_bytes, &bytes, width, height)
                      : cairo_pdf_surface_create_for_stream(append_bytes, &bytes, width, height));
  if (format == PictureFormat::Pdf)
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "Dropscope");
  paint(surface.get(), list, background, measure, true);
  cairo_surface_finish(surface.get());
  DROPSCOPE_CHECK(cairo_surface_status(surface.get()) == CAIRO_STATUS_SUCCESS);
  return bytes;
}

void write_picture(const DisplayList& list, int width, int height, Color background, const std::string& path,
                   const CairoTextMeasure& measure) {
  const std::optional<PictureFormat> format = picture_format(path);
  if (!format) throw InputError(path, "a name that ends in .png, .svg or .pdf", "another ending");
  atomic_write(path, encode_picture(list, width, height, background, *format, measure));
}

std::string encode_png(const Bitmap& bitmap) {
  DisplayList list;
  list.add(draw::Image{
      {{0, 0}, {float(bitmap.width), float(bitmap.height)}}, bitmap.width, bitmap.height, bitmap.pixels, false});
  const CairoTextMeasure measure;
  return encode_picture(list, bitmap.width, bitmap.height, {0, 0, 0, 255}, PictureFormat::Png, measure);
}

Bitmap read_png(const std::string& path) {
  Surface surface(cairo_image_surface_create_from_png(path.c_str()));
  const cairo_status_t status = cairo_surface_status(surface.get());
  if (status != CAIRO_STATUS_SUCCESS) throw InputError(path, "a PNG picture", cairo_status_to_string(status));
  return to_bitmap(surface.get());
}

}  // namespace dropscope
