// compare_pictures FOUND WANTED [SHARE]: whether two PNG files show the same. Exit code 0 where at most SHARE of the
// pixels (0.004) differ by more than a tenth of full scale in a colour, 1 where more do, 2 where one cannot be read.
// Antialiasing differs a little from driver to driver; what is drawn must not.
#include <cairo.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace {

struct Destroy {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, Destroy>;

Surface read(const char* path) {
  Surface surface(cairo_image_surface_create_from_png(path));
  if (cairo_surface_status(surface.get()) == CAIRO_STATUS_SUCCESS) return surface;
  std::fprintf(stderr, "%s: expected a PNG file, found %s\n", path,
               cairo_status_to_string(cairo_surface_status(surface.get())));
  return nullptr;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  const Surface found = read(arguments[1]), wanted = read(arguments[2]);
  if (!found || !wanted) return 2;
  const double most = count > 3 ? std::atof(arguments[3]) : 0.004;
  const int width = cairo_image_surface_get_width(wanted.get()), height = cairo_image_surface_get_height(wanted.get());
  if (cairo_image_surface_get_width(found.get()) != width || cairo_image_surface_get_height(found.get()) != height) {
    std::fprintf(stderr, "%s: expected %d x %d pixels\n", arguments[1], width, height);
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
      if (far > 25) ++different;
    }
  }
  const double share = double(different) / (double(width) * height);
  std::printf("%.4f %% of the pixels differ\n", 100 * share);
  return share <= most ? 0 : 1;
}
