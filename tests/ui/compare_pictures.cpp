// compare_pictures FOUND WANTED [SHARE] [--without X0 Y0 X1 Y1]...: whether two pictures show the same. Exit code 0
// where at most SHARE of the pixels (0.004) differ by more than a tenth of full scale in a colour, 1 where more do, 2
// where one cannot be read. Pixels within a rectangle that is left out do not count as different; those around it do.
// compare_pictures --keep FOUND WANTED: writes FOUND as the PNG file WANTED, in 32 steps a colour to keep it small.
// FOUND may be the screen that Xvfb keeps in a file (-fbdir, X window dump). Antialiasing differs a little from driver
// to driver; what is drawn must not.
#include <cairo.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace {

struct Area {
  double x0, y0, x1, y1;
  bool contains(int x, int y) const { return x >= x0 && x < x1 && y >= y0 && y < y1; }
};

struct Destroy {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, Destroy>;

// Null where the file is none of 32 bits a pixel.
Surface read_window_dump(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  constexpr std::size_t kWords = 25;
  if (bytes.size() < 4 * kWords) return nullptr;
  std::array<std::uint32_t, kWords> header{};
  for (std::size_t i = 0; i < 4 * kWords; ++i) header[i / 4] = header[i / 4] << 8 | std::uint8_t(bytes[i]);
  const std::size_t begin = header[0] + std::size_t(header[19]) * 12, line = header[12];
  const int width = int(header[4]), height = int(header[5]);
  if (header[1] != 7 || header[11] != 32 || width <= 0 || height <= 0 || bytes.size() < begin + line * header[5])
    return nullptr;
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  unsigned char* out = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < height; ++y)
    std::copy_n(bytes.data() + begin + line * std::size_t(y), std::size_t(width) * 4,
                reinterpret_cast<char*>(out + std::ptrdiff_t(y) * stride));
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

Surface read(const std::string& path) {
  Surface surface(cairo_image_surface_create_from_png(path.c_str()));
  if (cairo_surface_status(surface.get()) == CAIRO_STATUS_SUCCESS) return surface;
  if (Surface dump = read_window_dump(path)) return dump;
  std::fprintf(stderr, "%s: expected a PNG file or a screen of 32 bits a pixel, found %s\n", path.c_str(),
               cairo_status_to_string(cairo_surface_status(surface.get())));
  return nullptr;
}

int compare(const Surface& found, const Surface& wanted, double most, const std::vector<Area>& without) {
  const int width = cairo_image_surface_get_width(wanted.get()), height = cairo_image_surface_get_height(wanted.get());
  const int found_width = cairo_image_surface_get_width(found.get()),
            found_height = cairo_image_surface_get_height(found.get());
  if (found_width != width || found_height != height) {
    std::fprintf(stderr, "expected %d x %d pixels, found %d x %d\n", width, height, found_width, found_height);
    return 1;
  }
  std::int64_t different = 0;
  for (int y = 0; y < height; ++y) {
    const auto row = [y](const Surface& s) {
      return cairo_image_surface_get_data(s.get()) + std::ptrdiff_t(y) * cairo_image_surface_get_stride(s.get());
    };
    const unsigned char *a = row(found), *b = row(wanted);
    for (int x = 0; x < width; ++x) {
      int far = 0;
      for (int c = 0; c < 3; ++c) far = std::max(far, std::abs(int(a[4 * x + c]) - int(b[4 * x + c])));
      const auto left_out = [x, y](const Area& area) { return area.contains(x, y); };
      if (far > 25 && std::none_of(without.begin(), without.end(), left_out)) ++different;
    }
  }
  const double share = double(different) / (double(width) * height);
  std::printf("%.4f %% of the pixels differ\n", 100 * share);
  return share <= most ? 0 : 1;
}

int keep_picture(const Surface& found, const char* path) {
  const int width = cairo_image_surface_get_width(found.get()), height = cairo_image_surface_get_height(found.get());
  const Surface kept(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  for (int y = 0; y < height; ++y) {
    const auto row = [y](const Surface& s) {
      return cairo_image_surface_get_data(s.get()) + std::ptrdiff_t(y) * cairo_image_surface_get_stride(s.get());
    };
    // White stays white.
    std::transform(row(found), row(found) + std::ptrdiff_t(width) * 4, row(kept),
                   [](unsigned char v) { return static_cast<unsigned char>((v >> 3) * 255 / 31); });
  }
  cairo_surface_mark_dirty(kept.get());
  return cairo_surface_write_to_png(kept.get(), path) == CAIRO_STATUS_SUCCESS ? 0 : 2;
}

}  // namespace

int main(int count, char** arguments) {
  const bool keep = count == 4 && std::string(arguments[1]) == "--keep";
  if (count < 3) return 2;
  const Surface found = read(arguments[keep ? 2 : 1]);
  if (!found) return 2;
  if (keep) return keep_picture(found, arguments[3]);
  const Surface wanted = read(arguments[2]);
  if (!wanted) return 2;
  double most = 0.004;
  std::vector<Area> without;
  for (int i = 3; i < count; ++i) {
    if (std::string(arguments[i]) != "--without") {
      most = std::atof(arguments[i]);
      continue;
    }
    if (i + 4 >= count) return 2;
    const auto number = [&](int k) { return std::atof(arguments[i + k]); };
    without.push_back({number(1), number(2), number(3), number(4)});
    i += 4;
  }
  return compare(found, wanted, most, without);
}
