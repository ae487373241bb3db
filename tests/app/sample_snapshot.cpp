#include "tests/app/sample_snapshot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/dropout/registry.h"

namespace dropscope {
namespace {

// SplitMix64: enough for made-up numbers, the same everywhere.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}
  double uniform() {
    state_ += 0x9E3779B97F4A7C15ull;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return double((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }
  double spread() { return uniform() + uniform() + uniform() + uniform() - 2; }  // about normal, sd 0.58

 private:
  std::uint64_t state_;
};

SiteView make_site(const SampleOptions& o, const std::string& name, SiteKind kind, int units, double rate,
                   Numbers& random) {
  SiteView site;
  site.site = name;
  site.kind = kind;
  site.variant = find_variant(o.variant);
  site.rate = rate;
  site.total = site.kept = units;
  const bool real = site.variant->gates == Gates::Real, classic = site.variant->inference == Inference::Expected;
  site.active = rate > 0 && !o.eval;
  site.lately = 100;
  for (int i = 0; i < units; ++i)
    site.dropped_lately.push_back(
        std::uint16_t(std::lround(100 * rate + (rate > 0 && rate < 1 ? 7 * random.spread() : 0))));
  if (!site.active) {
    site.scale = o.eval && classic ? float(1 - rate) : 1;
    return site;
  }
  site.scale = real || classic ? 1 : float(1 / (1 - rate));
  for (int i = 0; i < units; ++i)
    site.gate.push_back(real                      ? float(1 + std::sqrt(rate / (1 - rate)) * 1.7 * random.spread())
                        : random.uniform() < rate ? 0.0f
                                                  : 1.0f);
  site.kept = int(std::count_if(site.gate.begin(), site.gate.end(), [](float g) { return g != 0; }));
  site.realized_rate = rate * (1 + 0.06 * random.spread());
  site.recent_rows = 10;
  for (int i = 0; i < units; ++i) site.recent.push_back(site.gate[std::size_t(i)] != 0);
  for (int i = units; i < 10 * units; ++i) site.recent.push_back(real || random.uniform() >= rate);
  return site;
}

void add_layers(Snapshot& s, const SampleOptions& o, Numbers& random) {
  for (std::size_t l = 0; l < o.widths.size(); ++l) {
    const bool input = l == 0, output = l + 1 == o.widths.size();
    LayerView layer;
    layer.name = input ? "input" : output ? "output" : "hidden" + std::to_string(l);
    layer.units = o.widths[l];
    const std::size_t units = std::size_t(layer.units);
    if (!output) {
      layer.site = int(s.sites.size());
      s.sites.push_back(make_site(o, layer.name, input ? SiteKind::Input : SiteKind::Hidden, layer.units,
                                  input ? o.input_rate : o.rate, random));
    }
    if (input) {
      for (std::size_t i = 0; i < units; ++i) layer.h.push_back(o.image ? 0.0f : float(0.9 * random.spread() + 0.3));
    } else {
      const LayerView& before = s.layers.back();
      layer.activation = output ? Activation::Identity : Activation::Relu;
      const std::size_t inputs = std::size_t(before.units);
      std::vector<float> weights(units * inputs);
      for (float& w : weights) w = float(random.spread() * 2.2 / std::sqrt(double(inputs)));
      layer.weight_count = std::int64_t(weights.size());
      for (float w : weights) layer.max_abs_weight = std::max(layer.max_abs_weight, std::fabs(w));
      for (std::size_t i = 0; i < units; ++i) {
        layer.bias.push_back(float(0.2 * random.spread()));
        float z = layer.bias.back();
        for (std::size_t k = 0; k < inputs; ++k) z += weights[i * inputs + k] * before.y[k];
        layer.z.push_back(z);
        layer.h.push_back(output ? z : std::max(z, 0.0f));
      }
      if (layer.weight_count <= kMaxDrawnWeights)
        layer.weights = std::make_shared<const std::vector<float>>(std::move(weights));
    }
    if (o.nan && l == 1) layer.h[2] = layer.z[2] = std::numeric_limits<float>::quiet_NaN();
    layer.y = layer.h;
    if (layer.site >= 0) {
      const SiteView& site = s.sites[std::size_t(layer.site)];
      for (std::size_t i = 0; i < units; ++i)
        layer.y[i] = layer.h[i] * site.scale * (site.active ? site.gate[i] : 1.0f);
    }
    s.layers.push_back(std::move(layer));
  }
}

void add_history(Snapshot& s, const SampleOptions& o, Numbers& random) {
  auto chunk = std::make_shared<std::vector<MetricPoint>>();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (int i = 0; i < o.points && i < int(History::kChunk); ++i) {
    const double t = double(i) / 159.0;
    MetricPoint point;
    point.tick = i * 1800 / std::max(1, o.points - 1);
    point.epoch = double(point.tick) / 4;
    const double train = 0.21 + 0.5 * std::exp(-6 * t), validation = 0.29 + 0.42 * std::exp(-5 * t) + 0.02 * t;
    point.train_loss = float(train + 0.004 * random.spread());
    point.validation_loss = float(validation + 0.004 * random.spread());
    point.train_loss_masked = i == 0 ? nan : float(train + 0.09 + 0.05 * random.spread());
    point.train_accuracy = o.regression ? nan : float(std::lround((0.92 - 0.4 * std::exp(-7 * t)) * 60)) / 60;
    point.validation_accuracy = o.regression ? nan : float(std::lround((0.882 - 0.38 * std::exp(-6 * t)) * 500)) / 500;
    chunk->push_back(point);
  }
  s.history.count = chunk->size();
  s.history.chunks = {chunk};
}

// Two arcs, as moons are made; class 1 lies below. Or a noisy sine for regression.
void add_points(DataView& data, const SampleOptions& o, int count, std::vector<float>& x,
                std::vector<std::int32_t>& label, std::vector<float>& target, Numbers& random) {
  for (int i = 0; i < count; ++i) {
    const double turn = 3.14159265 * random.uniform();
    if (o.regression) {
      x.push_back(float(2 * random.uniform() - 1));
      target.push_back(float(std::sin(4 * double(x.back())) + 0.25 * random.spread()));
      continue;
    }
    const int k = i % data.outputs;
    const double side = k % 2 == 0 ? 1 : -1, shift = k < 2 ? 0 : 1.6 * (k - 1);
    x.push_back(float((k % 2 == 0 ? std::cos(turn) : 1 - std::cos(turn)) + 0.35 * random.spread() + shift));
    x.push_back(float(side * std::sin(turn) + (k % 2 == 0 ? 0 : 0.5) + 0.35 * random.spread()));
    label.push_back(k);
  }
}

// A ring, a bar and so on: not digits, but pictures with strokes.
float stroke(int kind, int row, int col, int size) {
  const double x = (col + 0.5) / size - 0.5, y = (row + 0.5) / size - 0.5, r = std::sqrt(x * x + y * y);
  const double ring = std::fabs(r - 0.28), bar = std::fabs(x + 0.3 * y * (kind % 3)),
               top = std::max(std::fabs(y + 0.3), std::fabs(x) - 0.3);
  const double distance = kind % 3 == 0   ? ring
                          : kind % 3 == 1 ? std::max(bar, std::fabs(y) - 0.36)
                                          : std::min(top, std::max(bar, std::fabs(y) - 0.34));
  return float(std::clamp(1.6 - 18 * distance, 0.0, 1.0));
}

void add_image_data(DataView& data, SurfaceView& surface, Snapshot& s, const SampleOptions& o, Numbers& random) {
  const int size = int(std::lround(std::sqrt(double(o.widths.front()))));
  data.id = "digits", data.name = "Drawn digits";
  data.image = ImageShape{size, size, 1};
  for (int i = 0; i < 64; ++i) {
    const int kind = int(random.uniform() * o.classes);
    data.validation_label.push_back(kind);
    for (int p = 0; p < size * size; ++p) data.validation_x.push_back(stroke(kind, p / size, p % size, size));
    const int guess = random.uniform() < 0.85 ? kind : (kind + 1) % o.classes;
    for (int c = 0; c < o.classes; ++c)
      surface.tile_probability.push_back(c == guess ? 0.86f : 0.14f / float(o.classes - 1));
  }
  LayerView& input = s.layers.front();
  for (int p = 0; p < size * size; ++p) {
    input.h[std::size_t(p)] = stroke(3, p / size, p % size, size);
    const SiteView& site = s.sites.front();
    input.y[std::size_t(p)] = input.h[std::size_t(p)] * site.scale * (site.active ? site.gate[std::size_t(p)] : 1.0f);
  }
}

void add_plane_data(DataView& data, SurfaceView& surface, const SampleOptions& o, Numbers& random) {
  data.id = o.regression ? "gap" : "moons";
  data.name = o.regression ? "Noisy curve" : o.classes > 2 ? "Blobs" : "Two moons";
  data.task = o.regression ? Task::Regression : Task::Classification;
  add_points(data, o, 60, data.train_x, data.train_label, data.train_target, random);
  add_points(data, o, 500, data.validation_x, data.validation_label, data.validation_target, random);
  data.lo[0] = o.regression ? -1.1f : -1.9f, data.hi[0] = o.regression ? 1.1f : 2.9f + (o.classes > 2 ? 3.0f : 0.0f);
  data.lo[1] = -1.5f, data.hi[1] = 2.0f;
  data.target_lo = -1.5f, data.target_hi = 1.5f;
  surface.cols = o.regression ? 100 : 72, surface.rows = o.regression ? 1 : 56;
  for (int r = 0; r < surface.rows; ++r)
    for (int c = 0; c < surface.cols; ++c) {
      const double x = double(data.lo[0]) + (c + 0.5) / surface.cols * double(data.hi[0] - data.lo[0]);
      const double y = double(data.hi[1]) - (r + 0.5) / surface.rows * double(data.hi[1] - data.lo[1]);
      const double side = y - 0.28 - 0.55 * std::sin(2.4 * x + 0.4), p = 1 / (1 + std::exp(4.5 * side));
      if (o.regression)
        surface.value.push_back(float(0.9 * std::sin(3.8 * x)));
      else if (o.classes > 2)
        surface.value.push_back(float(int(std::clamp(x + 1, 0.0, o.classes - 1.0))) +
                                0.999f * float(0.4 + 0.5 * std::fabs(p - 0.5)));
      else
        surface.value.push_back(float(p));
    }
}

void add_probe(Snapshot& s, const SampleOptions& o, Numbers& random) {
  s.probe.output_name = o.regression ? "y" : "P(class 1)";
  const bool still = o.eval || o.rate <= 0;
  for (int i = 0; i < 50; ++i)
    s.probe.outputs.push_back(still ? 0.7314f : float(std::clamp(0.72 + 0.16 * random.spread(), 0.02, 0.98)));
  double sum = 0, squares = 0;
  for (float v : s.probe.outputs) sum += double(v);
  s.probe.mean = sum / 50;
  for (float v : s.probe.outputs) squares += (double(v) - s.probe.mean) * (double(v) - s.probe.mean);
  s.probe.deviation = still ? 0 : std::sqrt(squares / 50);
  s.probe.pushes = 1800;
}

}  // namespace

Snapshot sample_snapshot(const SampleOptions& o) {
  Numbers random(7);
  Snapshot s;
  s.tick = 1800, s.epoch = 450, s.phase = Phase::Update, s.status = RunStatus::Paused, s.eval_view = o.eval;
  s.spec.scenario = "moons";
  s.spec.network.hidden.assign(o.widths.size() - 2, LayerSpec{});
  for (std::size_t l = 1; l + 1 < o.widths.size(); ++l) {
    s.spec.network.hidden[l - 1].units = o.widths[l];
    SitePlan& plan = s.spec.dropout.sites.emplace_back();
    plan.site = "hidden" + std::to_string(l), plan.variant = o.variant, plan.rate = o.rate;
  }
  add_layers(s, o, random);
  for (const SiteView& site : s.sites)
    if (site.rate > 0) s.droppable_units += site.total;
  s.subnetworks_seen = 18409;
  add_history(s, o, random);
  auto data = std::make_shared<DataView>();
  auto surface = std::make_shared<SurfaceView>();
  data->inputs = o.widths.front(), data->outputs = o.widths.back();
  data->train_count = o.image ? 4000 : 60, data->validation_count = o.image ? 1000 : 500;
  for (int c = 0; c < data->outputs; ++c)
    data->output_names.push_back(o.regression ? "y" : o.image ? std::to_string(c) : "class " + std::to_string(c));
  surface->tick = s.tick;
  if (o.image)
    add_image_data(*data, *surface, s, o, random);
  else if (o.widths.front() == (o.regression ? 1 : 2))
    add_plane_data(*data, *surface, o, random);
  s.data = data, s.surface = surface;
  add_probe(s, o, random);
  if (o.nan)
    s.status = RunStatus::Diverged,
    s.message = "hidden 1, unit 3 is not a number at step 1,800. Try a learning rate ten times smaller.";
  return s;
}

Snapshot sample_digits(bool eval) {
  SampleOptions o;
  o.widths = {256, 64, 10};
  o.image = true, o.classes = 10, o.eval = eval, o.input_rate = 0.2;
  return sample_snapshot(o);
}

}  // namespace dropscope
