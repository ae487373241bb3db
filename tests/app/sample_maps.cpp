#include "tests/app/sample_maps.h"

#include <algorithm>
#include <cmath>

#include "core/dropout/registry.h"
#include "tests/app/sample_snapshot.h"

namespace dropscope {
namespace {

class Noise01 {
 public:
  double next() {
    state_ += 0x9E3779B97F4A7C15ull;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return double((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }

 private:
  std::uint64_t state_ = 3;
};

Shape maps_shape(int channels, int rows, int cols) {
  return {{Axis::Sample, 1}, {Axis::Channel, channels}, {Axis::Row, rows}, {Axis::Col, cols}};
}

// Hills and hollows that differ from map to map, some of them below 0.
float relief(int map, int row, int col, int side) {
  const double x = double(col) / side, y = double(row) / side;
  return float(std::max(0.0, std::sin(7 * x + map) * std::cos(5 * y - 0.7 * map) + 0.1 * (map % 3)));
}

void draw_gates(SiteView& site, const SampleMaps& o, Noise01& random) {
  const int pixels = o.side * o.side;
  const Variant& v = *site.variant;
  const bool whole = v.tie.has(Axis::Row);
  site.gate.assign(std::size_t(site.total), 1.0f);
  if (v.target == Target::Blocks) {
    for (int map = 0; map < o.channels; ++map) {
      const int r = int(random.next() * (o.side - 3)), c = int(random.next() * (o.side - 3));
      for (int i = 0; i < 9; ++i) site.gate[std::size_t(map * pixels + (r + i / 3) * o.side + c + i % 3)] = 0;
    }
  } else {
    float gate = 1;
    for (int i = 0; i < site.total; ++i) {
      if (!whole || i % pixels == 0)
        gate = v.gates == Gates::Real ? float(0.4 + 1.2 * random.next()) : random.next() < o.rate ? 0.0f : 1.0f;
      site.gate[std::size_t(i)] = gate;
    }
  }
  const auto kept = [](float g) { return g != 0; };
  site.kept = int(std::count_if(site.gate.begin(), site.gate.end(), kept));
  if (!whole) return;
  site.coins = o.channels;
  for (int map = 0; map < o.channels; ++map) site.coins_kept += kept(site.gate[std::size_t(map * pixels)]);
}

SiteView maps_site(const SampleMaps& o, Noise01& random) {
  SiteView site;
  site.site = "conv1";
  site.kind = SiteKind::FeatureMap;
  site.variant = find_variant(o.variant);
  site.rate = o.rate;
  site.shape = maps_shape(o.channels, o.side, o.side);
  site.total = site.kept = int(site.shape.count());
  site.active = o.rate > 0 && !o.eval;
  site.lately = 100;
  site.dropped_lately.assign(std::size_t(site.total), std::uint16_t(std::lround(100 * o.rate)));
  if (!site.active) return site;
  draw_gates(site, o, random);
  site.scale = site.variant->gates == Gates::Real ? 1 : float(1 / (1 - o.rate));
  site.realized_rate = o.rate;
  return site;
}

LayerView maps_layer(const std::string& name, int channels, int side) {
  LayerView layer;
  layer.name = name;
  layer.shape = maps_shape(channels, side, side);
  layer.units = int(layer.shape.count());
  for (int map = 0; map < channels; ++map)
    for (int i = 0; i < side * side; ++i) layer.h.push_back(relief(map, i / side, i % side, side));
  layer.y = layer.h;
  return layer;
}

void add_kernels(LayerView& conv, int channels, int inputs, Noise01& random) {
  PartView part;
  part.name = conv.name, part.kind = PartKind::Convolution, part.shape = conv.shape;
  InnerView kernels{"kernels", {{Axis::Out, channels}, {Axis::Channel, inputs}, {Axis::Row, 3}, {Axis::Col, 3}}, {}};
  for (std::size_t i = 0; i < kernels.shape.count(); ++i) kernels.values.push_back(float(2 * random.next() - 1));
  conv.weight_count = std::int64_t(kernels.values.size());
  conv.max_abs_weight = 1;
  part.inner.push_back(std::move(kernels));
  conv.parts.push_back(std::move(part));
}

NormView norm_view(const std::string& name, int layer, double ratio) {
  NormView norm;
  norm.name = name, norm.layer = layer;
  norm.in_lo = -3.2f, norm.in_hi = 4.4f, norm.out_lo = -4, norm.out_hi = 4;
  for (int i = 0; i < NormView::kBins; ++i) {
    const double x = (i - 19.5) / 7, narrow = x / std::sqrt(ratio);
    const auto count = [](double at) { return std::uint32_t(600 * std::exp(-at * at / 2)); };
    const auto bin = std::size_t(i);
    norm.in_train[bin] = norm.out_train[bin] = count(x);
    norm.in_eval[bin] = norm.out_eval[bin] = count(narrow);
  }
  norm.train_variance = 1.3, norm.eval_variance = 1.3 * ratio;
  return norm;
}

}  // namespace

Snapshot sample_maps(const SampleMaps& o) {
  SampleOptions base;
  base.widths = {o.side * o.side, 12, 10};
  base.image = true, base.classes = 10, base.rate = 0, base.eval = o.eval;
  Snapshot s = sample_snapshot(base);
  Noise01 random;
  LayerView conv = maps_layer("conv1", o.channels, o.side), pool = maps_layer("pool1", o.channels, o.side / 2);
  conv.activation = Activation::Relu;
  conv.z = conv.h;
  add_kernels(conv, o.channels, o.channels > 4 ? 4 : 1, random);
  conv.site = int(s.sites.size());
  s.sites.push_back(maps_site(o, random));
  const SiteView& site = s.sites.back();
  for (std::size_t i = 0; i < conv.h.size() && site.active; ++i) conv.y[i] = conv.h[i] * site.scale * site.gate[i];
  s.layers[0].shape = maps_shape(1, o.side, o.side);
  s.layers[1].weights = nullptr;
  s.layers[1].weight_count = std::int64_t(pool.units) * s.layers[1].units;
  s.layers.insert(s.layers.begin() + 1, {conv, pool});
  s.spec.dropout.sites.clear();
  SitePlan& plan = s.spec.dropout.at("conv1");
  plan.variant = o.variant, plan.rate = o.rate;
  return s;
}

Snapshot sample_norms(double rate) {
  SampleOptions base;
  base.widths = {2, 16, 16, 16, 16, 2};
  base.rate = rate;
  Snapshot s = sample_snapshot(base);
  int number = 0;
  for (std::size_t l : {std::size_t(2), std::size_t(4)}) {
    LayerView& layer = s.layers[l];
    layer.name = "norm" + std::to_string(++number);
    layer.weights = nullptr, layer.weight_count = 0;
    s.sites[std::size_t(layer.site)].rate = 0;
    s.sites[std::size_t(layer.site)].active = false;
    s.norms.push_back(norm_view(layer.name, int(l), number == 1 ? 0.71 : 0.38));
  }
  return s;
}

}  // namespace dropscope
