#include <gtest/gtest.h>

#include <filesystem>

#include "app/export/cairo_painter.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

constexpr Color kWhite{255, 255, 255, 255}, kRed{255, 0, 0, 255}, kBlue{0, 0, 255, 255};

const Color& pixel(const Bitmap& b, int x, int y) {
  return b.pixels[std::size_t(y) * std::size_t(b.width) + std::size_t(x)];
}

TEST(Cairo, PaintsEveryPrimitiveWhereItIs) {
  DisplayList list;
  list.add(draw::Disc{{20, 20}, 10, kRed, kBlue, 0, 0});
  list.add(draw::Box{{{40, 10}, {60, 30}}, kBlue, kBlue, 0, 0, 0});
  list.add(draw::Line{{70, 20}, {90, 20}, 6, kRed});
  list.add(draw::Polyline{{{100, 20}, {120, 20}}, 6, kBlue, 0, false});
  list.add(draw::Polygon{{{130, 10}, {150, 10}, {150, 30}, {130, 30}}, kRed});
  list.add(draw::Arc{{170, 20}, 8, 90, 180, 4, kBlue});  // clockwise from the positive x axis: the lower left
  list.add(draw::Image{{{190, 10}, {210, 30}}, 2, 1, {kRed, kBlue}, false});
  const CairoTextMeasure measure;
  const Bitmap b = paint_bitmap(list, 220, 40, kWhite, measure);
  EXPECT_EQ(pixel(b, 20, 20), kRed);
  EXPECT_EQ(pixel(b, 20, 35), kWhite);
  EXPECT_EQ(pixel(b, 50, 20), kBlue);
  EXPECT_EQ(pixel(b, 80, 20), kRed);
  EXPECT_EQ(pixel(b, 110, 20), kBlue);
  EXPECT_EQ(pixel(b, 140, 20), kRed);
  EXPECT_EQ(pixel(b, 164, 25), kBlue);
  EXPECT_EQ(pixel(b, 176, 14), kWhite);
  EXPECT_EQ(pixel(b, 195, 20), kRed);
  EXPECT_EQ(pixel(b, 205, 20), kBlue);
}

TEST(Cairo, ClipsNestAndEnd) {
  DisplayList list;
  list.add(draw::PushClip{{{10, 0}, {30, 40}}});
  list.add(draw::PushClip{{{20, 0}, {40, 40}}});
  list.add(draw::Box{{{0, 0}, {40, 20}}, kRed, kRed, 0, 0, 0});
  list.add(draw::PopClip{});
  list.add(draw::PopClip{});
  list.add(draw::Box{{{0, 20}, {40, 40}}, kBlue, kBlue, 0, 0, 0});
  const CairoTextMeasure measure;
  const Bitmap b = paint_bitmap(list, 40, 40, kWhite, measure);
  EXPECT_EQ(pixel(b, 15, 10), kWhite);
  EXPECT_EQ(pixel(b, 25, 10), kRed);
  EXPECT_EQ(pixel(b, 35, 10), kWhite);
  EXPECT_EQ(pixel(b, 5, 30), kBlue);
}

TEST(Cairo, TextIsWhereItsAlignmentSays) {
  const CairoTextMeasure measure;
  const auto ink_of = [&](HAlign h, VAlign v) {
    DisplayList list;
    list.add(draw::Text{{100, 50}, "HHH", 30, {0, 0, 0, 255}, Face::Bold, h, v});
    const Bitmap b = paint_bitmap(list, 200, 100, kWhite, measure);
    Rect ink{{1e9f, 1e9f}, {0, 0}};
    for (int y = 0; y < 100; ++y)
      for (int x = 0; x < 200; ++x)
        if (pixel(b, x, y).r < 100)
          ink = {{std::min(ink.min.x, float(x)), std::min(ink.min.y, float(y))},
                 {std::max(ink.max.x, float(x)), std::max(ink.max.y, float(y))}};
    return ink;
  };
  EXPECT_GE(ink_of(HAlign::Left, VAlign::Middle).min.x, 99);
  EXPECT_LE(ink_of(HAlign::Right, VAlign::Middle).max.x, 101);
  EXPECT_NEAR(ink_of(HAlign::Center, VAlign::Middle).center().x, 100, 2);
  EXPECT_NEAR(ink_of(HAlign::Left, VAlign::Middle).center().y, 50, 2);
  EXPECT_GE(ink_of(HAlign::Left, VAlign::Top).min.y, 50);
  EXPECT_LE(ink_of(HAlign::Left, VAlign::Bottom).max.y, 50);
  EXPECT_NEAR(ink_of(HAlign::Left, VAlign::Baseline).max.y, 50, 2);
}

TEST(Cairo, MeasuresTextAsItIsPainted) {
  const CairoTextMeasure measure;
  EXPECT_EQ(measure.width("", 20, Face::Regular), 0);
  const float one = measure.width("0.312", 20, Face::Regular);
  EXPECT_GT(one, 20);
  EXPECT_LT(one, 80);
  EXPECT_NEAR(measure.width("0.312", 40, Face::Regular), 2 * one, 0.5);
  EXPECT_FLOAT_EQ(measure.width("iii", 20, Face::Mono), measure.width("MMM", 20, Face::Mono));
}

TEST(Cairo, SignsOfTheFormulasAreNeverBoxes) {
  const CairoTextMeasure measure;
  // A sign that no font has gives the box of missing signs; none of ours may look like it.
  const auto picture = [&](const std::string& sign) {
    DisplayList list;
    list.add(draw::Text{{10, 10}, sign, 40, {0, 0, 0, 255}});
    return paint_bitmap(list, 80, 70, kWhite, measure).pixels;
  };
  const auto missing = picture("\U0010FFFD"), nothing = picture(" ");
  for (const char* sign : {"\u2212", "\u00d7", "\u00b7", "\u2026", "\u00b2", "\u2074", "\u2070", "\u221e", "\u2299",
                           "\u2207", "\u03c3", "\u2713"}) {
    EXPECT_NE(picture(sign), missing) << sign;
    EXPECT_NE(picture(sign), nothing) << sign;
  }
}

TEST(Cairo, WritesThreeFormats) {
  DisplayList list;
  list.add(draw::Disc{{20, 20}, 10, kRed, kBlue, 2, 4});
  list.add(draw::Text{{5, 5}, "a < b & c", 12, kBlue});
  list.add(draw::Image{{{0, 0}, {10, 10}}, 2, 2, {kRed, kBlue, kBlue, kRed}, true});
  const CairoTextMeasure measure;
  const std::string png = encode_picture(list, 40, 40, kWhite, PictureFormat::Png, measure);
  const std::string svg = encode_picture(list, 40, 40, kWhite, PictureFormat::Svg, measure);
  const std::string pdf = encode_picture(list, 40, 40, kWhite, PictureFormat::Pdf, measure);
  EXPECT_EQ(png.substr(1, 3), "PNG");
  EXPECT_NE(svg.find("<svg"), std::string::npos);
  EXPECT_NE(svg.find("</svg>"), std::string::npos);
  EXPECT_EQ(pdf.substr(0, 5), "%PDF-");
  EXPECT_EQ(png, encode_picture(list, 40, 40, kWhite, PictureFormat::Png, measure));
}

TEST(Cairo, ReadsBackWhatItWrote) {
  const std::string path = testing::TempDir() + "/dropscope_cairo_test.png";
  DisplayList list;
  list.add(draw::Disc{{20, 20}, 10, kRed, kBlue, 2, 0});
  const CairoTextMeasure measure;
  write_picture(list, 40, 30, kWhite, path, measure);
  const Bitmap back = read_png(path), painted = paint_bitmap(list, 40, 30, kWhite, measure);
  EXPECT_EQ(back.width, 40);
  EXPECT_EQ(back.height, 30);
  EXPECT_EQ(back.pixels, painted.pixels);
  std::filesystem::remove(path);
  EXPECT_THROW(read_png(path), InputError);
}

TEST(Cairo, RefusesNamesWithOtherEndings) {
  EXPECT_EQ(picture_format("a.PNG"), PictureFormat::Png);
  EXPECT_EQ(picture_format("x/y.svg"), PictureFormat::Svg);
  EXPECT_EQ(picture_format("y.pdf"), PictureFormat::Pdf);
  EXPECT_FALSE(picture_format("y.jpg"));
  EXPECT_FALSE(picture_format(""));
  const CairoTextMeasure measure;
  try {
    write_picture({}, 10, 10, kWhite, "picture.jpg", measure);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()),
              "picture.jpg: expected a name that ends in .png, .svg or .pdf, found another ending");
  }
}

}  // namespace
}  // namespace dropscope
