#include "tests/app/sample_steps.h"

#include <algorithm>
#include <cmath>

#include "core/dropout/registry.h"

namespace dropscope {
namespace {

const SiteView* own_site(const Snapshot& s, std::size_t layer) {
  const int site = s.layers[layer].site;
  return site < 0 ? nullptr : &s.sites[std::size_t(site)];
}

float gain(const SiteView* site, std::size_t unit) {
  return site && site->active ? site->scale * site->gate[unit] : 1.0f;
}

std::vector<float> softmax(const std::vector<float>& z) {
  std::vector<float> p;
  double sum = 0;
  for (float v : z) sum += std::exp(double(v));
  for (float v : z) p.push_back(float(std::exp(double(v)) / sum));
  return p;
}

// What the unit's output contributes to the loss, through the weights of the layer after it.
std::vector<float> pulled_back(const LayerView& after, const std::vector<float>& dz, std::size_t units) {
  std::vector<float> dy(units, 0.0f);
  if (!after.weights) return dy;
  for (std::size_t to = 0; to < dz.size(); ++to)
    for (std::size_t from = 0; from < units; ++from) dy[from] += (*after.weights)[to * units + from] * dz[to];
  return dy;
}

TraceView full_trace(Snapshot& s) {
  TraceView trace;
  const std::size_t n = s.layers.size();
  trace.layers.resize(n);
  trace.logits = s.layers.back().y;
  trace.label = 1;
  trace.outputs = softmax(trace.logits);
  trace.example_loss = -std::log(double(trace.outputs[1]));
  trace.batch_loss = 0.412;
  for (std::size_t l = n; l-- > 1;) {
    const LayerView &layer = s.layers[l], &before = s.layers[l - 1];
    TraceView::Layer& t = trace.layers[l];
    const std::size_t units = std::size_t(layer.units), inputs = std::size_t(before.units);
    if (l + 1 == n) {
      t.dy = trace.outputs;
      t.dy[1] -= 1;
    } else {
      t.dy = pulled_back(s.layers[l + 1], trace.layers[l + 1].dz, units);
    }
    auto gradient = std::make_shared<std::vector<float>>(units * inputs);
    auto weights =
        std::make_shared<std::vector<float>>(layer.weights ? *layer.weights : std::vector<float>(units * inputs));
    for (std::size_t i = 0; i < units; ++i) {
      t.dh.push_back(t.dy[i] * gain(own_site(s, l), i));
      const bool flat = layer.activation == Activation::Relu && layer.z[i] <= 0;
      t.dz.push_back(flat ? 0 : t.dh[i]);
      for (std::size_t k = 0; k < inputs; ++k) {
        // Other examples of the batch teach where this one does not, but masks are shared here.
        const float g = gain(own_site(s, l), i) == 0 || before.y[k] == 0 ? 0 : t.dz[i] * before.y[k] + 0.01f;
        (*gradient)[i * inputs + k] = g;
        t.still_weights += g == 0;
        (*weights)[i * inputs + k] -= 0.5f * g;
      }
    }
    t.weights = std::int64_t(units * inputs);
    t.bias_before = layer.bias;
    if (!layer.weights) continue;  // too many to be listed
    t.weight_gradient = gradient;
    t.weights_before = layer.weights;
    s.layers[l].weights = weights;
  }
  return trace;
}

}  // namespace

Snapshot at_beat(Snapshot s, Phase phase, int column) {
  s.phase = phase;
  s.phase_layer = std::max(0, column - 1);
  s.row = 6, s.rows = 32, s.example_shown = 17;
  Snapshot updated = s;
  auto trace = std::make_shared<TraceView>(full_trace(updated));
  if (phase == Phase::Update)
    s = updated;
  else
    for (TraceView::Layer& layer : trace->layers) layer.weights_before = nullptr, layer.bias_before.clear();
  for (std::size_t l = 0; l < s.layers.size(); ++l) {
    const bool reached = phase >= Phase::Loss || l == 0 || (phase == Phase::Forward && int(l) <= column);
    if (!reached) s.layers[l].z.clear(), s.layers[l].h.clear(), s.layers[l].y.clear();
    const bool back = phase == Phase::Update || (phase == Phase::Backward && int(l) >= column);
    if (!back) trace->layers[l] = {};
  }
  if (phase < Phase::Masks) {
    s.layers[0].y = s.layers[0].h;
    for (SiteView& site : s.sites) site.gate.clear(), site.kept = site.total;
  }
  if (phase < Phase::Loss)
    trace->label = -1, trace->outputs.clear(), trace->logits.clear(), trace->example_loss = trace->batch_loss = NAN;
  s.trace = trace;
  return s;
}

void drop_weights(Snapshot& s, std::size_t layer, double rate) {
  for (SiteView& site : s.sites) site.rate = 0, site.active = false, site.gate.clear(), site.scale = 1;
  for (LayerView& l : s.layers) l.y = l.h;
  SiteView site;
  site.site = s.layers[layer].name + ".weight";
  site.kind = SiteKind::Weight;
  site.variant = find_variant("dropconnect");
  site.rate = rate, site.active = true, site.scale = float(1 / (1 - rate));
  site.total = int(s.layers[layer].weights->size());
  for (int i = 0; i < site.total; ++i)
    site.gate.push_back(double((i * 2654435761u) % 1000u) < 1000 * rate ? 0.0f : 1.0f);
  site.kept = int(std::count_if(site.gate.begin(), site.gate.end(), [](float g) { return g != 0; }));
  s.layers[layer].inner_sites = {int(s.sites.size())};
  s.sites.push_back(site);
}

}  // namespace dropscope
