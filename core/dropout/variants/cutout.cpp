#include <algorithm>

#include "core/dropout/variant.h"

namespace dropscope {
namespace {

constexpr ParamSpec kParams[] = {{"side", "side of the square, in pixels", 1, 64, 8}};

// The part of a square of `side` around pixel `centre` that lies inside 0 .. size-1.
struct Span {
  int begin, end;
};
Span inside(int centre, int side, int size) {
  const int first = centre - side / 2;
  return {std::max(first, 0), std::min(first + side, size)};
}

// Data without rows are one row. The last axis is the columns, the one before the rows; channels are tied.
struct Image {
  int rows = 1, cols = 1;
  explicit Image(const Shape& shape)
      : rows(shape.rank() > 2 ? shape[shape.rank() - 2].extent : 1), cols(shape[shape.rank() - 1].extent) {}
};

template <class T>
void draw(const DrawContext<T>& context, Noise<T>& noise) {
  const Image image(context.shape);
  const int side = int(context.params[0]), samples = context.shape[0].extent;
  const std::size_t size = noise.gate.size() / std::size_t(samples);
  const std::size_t pixels = std::size_t(image.rows) * std::size_t(image.cols);
  std::fill(noise.gate.v.begin(), noise.gate.v.end(), T(1));
  for (int n = 0; n < samples; ++n) {
    const std::uint32_t element = std::uint32_t(n) * 3;
    if (context.uniforms.at(element) >= context.rate) continue;
    const Span rows = inside(int(context.uniforms.below(element + 1, std::uint32_t(image.rows))), side, image.rows);
    const Span cols = inside(int(context.uniforms.below(element + 2, std::uint32_t(image.cols))), side, image.cols);
    for (std::size_t plane = 0; plane < size / pixels; ++plane)
      for (int r = rows.begin; r < rows.end; ++r)
        std::fill_n(
            noise.gate.data() + std::size_t(n) * size + plane * pixels + std::size_t(r * image.cols + cols.begin),
            cols.end - cols.begin, T(0));
  }
}

// A square of an example around one of its pixels.
std::vector<std::uint32_t> piece(const Shape& noise, std::span<const double> params, std::uint32_t gate) {
  const Image image(noise);
  const std::uint32_t cols = std::uint32_t(image.cols), pixels = std::uint32_t(image.rows) * cols, at = gate % pixels;
  const int side = int(params[0]);
  const Span across = inside(int(at % cols), side, image.cols), down = inside(int(at / cols), side, image.rows);
  std::vector<std::uint32_t> square;
  for (int r = down.begin; r < down.end; ++r)
    for (int c = across.begin; c < across.end; ++c)
      square.push_back(gate - at + std::uint32_t(r) * cols + std::uint32_t(c));
  return square;
}

double mean_length(int side, int size) {
  double sum = 0;
  for (int centre = 0; centre < size; ++centre)
    sum += inside(centre, side, size).end - inside(centre, side, size).begin;
  return sum / size;
}

double expected_drop(const Shape& site, double rate, std::span<const double> params) {
  const Image image(site);
  const int side = int(params[0]);
  return rate * mean_length(side, image.rows) / image.rows * mean_length(side, image.cols) / image.cols;
}

}  // namespace

// One square of each picture is blanked, its centre anywhere, so that part of it may lie outside. The rate is the share
// of examples that are cut. Nothing is rescaled: it is a change of the data.
extern constinit const Variant kCutout = {
    .id = "cutout",
    .name = "Cutout",
    .paper = "DeVries, Taylor, arXiv:1708.04552 (2017)",
    .target = Target::Blocks,
    .sites = {SiteKind::Input},
    .tie = {Axis::Channel},
    // So that it is drawn at rate 1 too, where every example is cut.
    .fill = Fill::ByVariant,
    .rescale = Rescale::None,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Nothing,
    .rate_is = RateIs::Nominal,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::DarkPatch, "y = m x,  m = 0 in a square", "a square of each picture is blank for one pass"},
    .draw = []<class T>(const DrawContext<T>& context, Noise<T>& noise) { draw(context, noise); },
    .piece = piece,
    .params = kParams,
    .expected_drop = expected_drop,
};

}  // namespace dropscope
