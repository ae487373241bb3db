#include <algorithm>

#include "core/dropout/variant.h"

namespace dropscope {
namespace {

constexpr ParamSpec kParams[] = {{"block_size", "block side, in pixels", 1, 64, 3},
                                 {"coupled", "one mask for all maps", 0, 1, 0},
                                 {"exact", "drop exactly the rate", 0, 1, 0}};

// Blocks of rows x cols in a map of map_rows x map_cols. Only blocks that fit are drawn, by their first pixel.
struct Blocks {
  int map_rows, map_cols, rows, cols;

  Blocks(const Shape& map, std::span<const double> params)
      : map_rows(map.extent(Axis::Row)),
        map_cols(map.extent(Axis::Col)),
        rows(std::min(int(params[0]), map_rows)),
        cols(std::min(int(params[0]), map_cols)) {}
  int anchor_rows() const { return map_rows - rows + 1; }
  int anchor_cols() const { return map_cols - cols + 1; }
};

double power(double base, int exponent) {
  double result = 1;
  for (; exponent > 0; exponent >>= 1, base *= base)
    if (exponent & 1) result *= base;
  return result;
}

// How many of the blocks of `side` pixels that fit into `size` cover pixel `at`.
int covering(int at, int size, int side) { return std::min(at, size - side) - std::max(0, at - side + 1) + 1; }

// The share of pixels dropped on average where each anchor begins a block with probability gamma: a pixel stays
// if none of the blocks that cover it is there.
double expected_share(const Blocks& b, double gamma) {
  double share = 0;
  // Pixels as far from the other edge have the same number of blocks.
  for (int r = 0; r < b.map_rows; ++r)
    for (int c = 0; c < b.map_cols; ++c)
      share += 1 - power(1 - gamma, covering(r, b.map_rows, b.rows) * covering(c, b.map_cols, b.cols));
  return share / (double(b.map_rows) * b.map_cols);
}

// The paper's probability of an anchor. Blocks that overlap make the share dropped smaller than the rate.
double paper_gamma(const Blocks& b, double rate) {
  return rate * b.map_rows * b.map_cols / (double(b.rows) * b.cols * b.anchor_rows() * b.anchor_cols());
}

// The probability that drops exactly the rate on average. The share rises with gamma and reaches the rate at or above
// the paper's.
double exact_gamma(const Blocks& b, double rate) {
  double low = paper_gamma(b, rate), high = 1;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    (expected_share(b, middle) < rate ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double gamma_of(const Blocks& b, double rate, std::span<const double> params) {
  return params[2] != 0 ? exact_gamma(b, rate) : paper_gamma(b, rate);
}

template <class T>
void draw(const DrawContext<T>& context, Noise<T>& noise) {
  const Blocks b(context.shape, context.params);
  const bool coupled = context.params[1] != 0;
  const int samples = context.shape.extent(Axis::Sample), channels = context.shape.extent(Axis::Channel);
  const int maps = coupled ? samples : samples * channels, channels_of_map = coupled ? channels : 1;
  // The anchors lie where no carry is needed: memory that is kept from pass to pass.
  noise.carry.resize({{Axis::Sample, maps}, {Axis::Row, b.anchor_rows()}, {Axis::Col, b.anchor_cols()}});
  context.uniforms.coins(noise.carry.span(), gamma_of(b, context.rate, context.params));
  const T* stays = noise.carry.data();
  T* gate = noise.gate.data();
  for (int map = 0; map < maps; ++map)
    for (int r = 0; r < b.anchor_rows(); ++r)
      for (int c = 0; c < b.anchor_cols(); ++c) {
        if (*stays++ != T(0)) continue;
        for (int channel = map * channels_of_map; channel < (map + 1) * channels_of_map; ++channel)
          for (int row = r; row < r + b.rows; ++row)
            std::fill_n(gate + (std::ptrdiff_t(channel) * b.map_rows + row) * b.map_cols + c, b.cols, T(0));
      }
  noise.carry.v.clear();
}

// A block around one pixel, as much of it as lies within the map; of all maps of the example where they are coupled.
std::vector<std::uint32_t> piece(const Shape& noise, std::span<const double> params, std::uint32_t gate) {
  const Blocks b(noise, params);
  const int pixels = b.map_rows * b.map_cols, at = int(gate) % pixels, map = int(gate) / pixels;
  const int channels = noise.extent(Axis::Channel), row = at / b.map_cols - b.rows / 2,
            col = at % b.map_cols - b.cols / 2;
  const bool coupled = params[1] != 0;
  std::vector<std::uint32_t> block;
  for (int m = coupled ? map - map % channels : map, n = coupled ? channels : 1; n > 0; --n, ++m)
    for (int r = std::max(row, 0); r < std::min(row + b.rows, b.map_rows); ++r)
      for (int c = std::max(col, 0); c < std::min(col + b.cols, b.map_cols); ++c)
        block.push_back(std::uint32_t(m * pixels + r * b.map_cols + c));
  return block;
}

double expected_drop(const Shape& site, double rate, std::span<const double> params) {
  if (rate >= 1) return 1;
  const Blocks b(site, params);
  return expected_share(b, gamma_of(b, rate, params));
}

}  // namespace

// Square blocks of a feature map are dropped, so that what lies around a pixel does not give it away. What is left
// grows by what was really dropped. The rate is nominal, as published: overlapping blocks drop less.
extern constinit const Variant kDropblock = {
    .id = "dropblock",
    .name = "DropBlock",
    .paper = "Ghiasi, Lin, Le, arXiv:1810.12890 (2018)",
    .target = Target::Blocks,
    .sites = {SiteKind::FeatureMap},
    .tie = {},
    .fill = Fill::Zero,
    .rescale = Rescale::RealizedKeep,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::SiteMean,
    .rate_is = RateIs::Nominal,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::DarkPatch, "y = m x count(m) / sum(m)",
                  "square patches of a map vanish for one pass, the rest grows"},
    .draw = []<class T>(const DrawContext<T>& context, Noise<T>& noise) { draw(context, noise); },
    .piece = piece,
    .params = kParams,
    .expected_drop = expected_drop,
};

}  // namespace dropscope
