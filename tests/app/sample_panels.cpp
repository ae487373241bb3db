#include "tests/app/sample_panels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "app/export/cairo_painter.h"
#include "app/scene/columns/form.h"
#include "core/data/dataset.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "core/session/snapshot_builder.h"
#include "core/train/trainer.h"
#include "tests/app/sample_blocks.h"
#include "tests/app/sample_maps.h"
#include "tests/app/sample_sequence.h"
#include "tests/app/sample_snapshot.h"
#include "tests/app/sample_steps.h"

namespace dropscope {
namespace {

constexpr float kTypical = 0.7f;

// What is shown, and the column of it that is; all columns where `layer` is -1.
struct Subject {
  Snapshot snapshot;
  int layer = -1;
  int site = 0;
};

Subject units(int count) {
  SampleOptions o;
  o.widths = {count, 4};
  o.input_rate = 0.4;
  Snapshot s = sample_snapshot(o);
  if (count >= 6) {
    LayerView& layer = s.layers[0];
    s.sites[0].gate[3] = 0, s.sites[0].gate[4] = 1;
    s.sites[0].locked = {3};
    layer.h[4] = layer.y[4] = 0, layer.y[3] = 0;
    s.layers[1].h[3] = s.layers[1].y[3] = std::numeric_limits<float>::quiet_NaN();
  }
  return {std::move(s), -1, 0};
}

Subject weights(int inputs, int outputs) {
  SampleOptions o;
  o.widths = {inputs, outputs};
  Snapshot s = sample_snapshot(o);
  drop_weights(s, 1, 0.5);
  const int site = int(s.sites.size()) - 1;
  return {std::move(s), -1, site};
}

Subject channels(int count) {
  Snapshot s = sample_maps({.channels = count, .side = 8, .variant = "spatial", .rate = 0.3});
  const int site = s.layers[1].site;
  return {std::move(s), 1, site};
}

// Two squares of a fifth of the side, or what is nearest to that, in each of four maps.
Subject blocks(int side) {
  const int square = std::max(2, int(std::lround(side / 5.0)) | 1), pixels = side * side;
  Snapshot s = sample_maps({.channels = 4, .side = side, .variant = "dropblock", .rate = 0.2});
  const int index = s.layers[1].site;
  s.spec.dropout.at("conv1").params[s.sites[std::size_t(index)].variant->params.front().id] = square;
  SiteView& site = s.sites[std::size_t(index)];
  site.gate.assign(site.gate.size(), 1.0f);
  for (int map = 0; map < 4; ++map)
    for (int k = 0; k < 2; ++k) {
      const int left = (map * 3 + k * side / 2 + 1) % (side - square + 1),
                top = (map * 5 + k * side / 2) % (side - square + 1);
      for (int i = 0; i < square * square; ++i)
        site.gate[std::size_t(map * pixels + (top + i / square) * side + left + i % square)] = 0;
    }
  LayerView& layer = s.layers[1];
  for (std::size_t i = 0; i < layer.h.size(); ++i) layer.y[i] = layer.h[i] * site.scale * site.gate[i];
  site.kept = int(std::count(site.gate.begin(), site.gate.end(), 1.0f));
  return {std::move(s), 1, index};
}

Subject depth(int count) {
  Snapshot s;
  add_sample_layer(s, "input", 1);
  for (int b = 1; b <= count; ++b) {
    add_sample_layer(s, "block" + std::to_string(b), 8, true);
    const bool open = b % 3 != 2;
    SiteView& site = add_sample_branch(s, 0.5 * b / count, open);
    site.recent_rows = 10;
    for (int k = 0; k < 80; ++k) site.recent.push_back(k < 8 ? open : (k / 8 * 7 + b * 5) % 11 >= 5 * b / count);
  }
  add_sample_layer(s, "output", 1);
  return {std::move(s), -1, -1};
}

Subject steps(int hidden, int length, const char* variant) {
  RunSpec spec = scenario_or_throw("lstm-plain", "test");
  spec.data.train = 16, spec.data.validation = 8, spec.data.steps = length;
  spec.batch_size = 4;
  for (LayerSpec& layer : spec.network.hidden)
    if (layer.kind == LayerKind::Lstm) layer.units = hidden;
  spec.dropout.sites.clear();
  spec.dropout.at("lstm1").variant = variant;
  spec.dropout.at("lstm1").rate = 0.4;
  Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  SnapshotBuilder builder(trainer);
  trainer.advance(Granularity::Tick);
  Snapshot s = builder.build(trainer, {});
  const int site = site_named(s, "lstm1"), layer = int(column_named(s, "lstm1"));
  return {std::move(s), layer, site};
}

Subject attention(int length) {
  Snapshot s =
      sequence_snapshot({.heads = 1, .steps = length, .width = 8, .noise = {{"block1.attention", "attention", 0.3}}});
  const int site = site_named(s, "block1.attention"), layer = int(column_named(s, "block1"));
  return {std::move(s), layer, site};
}

Subject wide(int count) {
  SampleOptions o;
  o.widths = {count, 1};
  o.input_rate = 0.5;
  return {sample_snapshot(o), -1, 0};
}

std::vector<Subject> subjects(Panel panel, int size) {
  std::vector<Subject> all;
  switch (panel) {
    case Panel::Units:
      all.push_back(units(std::array{5, 10, 200, 20000}[std::size_t(size)]));
      break;
    case Panel::Weights: {
      constexpr int kShapes[][2] = {{6, 4}, {10, 6}, {16, 16}, {24, 24}};
      all.push_back(weights(kShapes[size][0], kShapes[size][1]));
      break;
    }
    case Panel::Channels:
      all.push_back(channels(std::array{6, 500, 1500, 16384}[std::size_t(size)]));
      break;
    case Panel::Blocks:
      all.push_back(blocks(std::array{5, 10, 16, 32}[std::size_t(size)]));
      break;
    case Panel::Depth:
      all.push_back(depth(std::array{3, 6, 12, 30}[std::size_t(size)]));
      break;
    case Panel::Steps: {
      constexpr int kShapes[][2] = {{6, 5}, {12, 9}, {24, 18}, {64, 48}};
      for (const char* variant : {"locked", "inverted"})
        all.push_back(steps(kShapes[size][0], kShapes[size][1], variant));
      break;
    }
    case Panel::Attention:
      all.push_back(attention(std::array{8, 16, 28, 60}[std::size_t(size)]));
      break;
    case Panel::Wide:
      all.push_back(wide(std::array{16, 40, 256, 16384}[std::size_t(size)]));
      break;
  }
  return all;
}

void set_typical(std::vector<float>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i == 0 ? 1 : kTypical;
}

void make_typical(Subject& subject, bool by_neighbours) {
  Snapshot& s = subject.snapshot;
  if (by_neighbours && subject.site >= 0 && subject.layer >= 0) {
    SiteView& site = s.sites[std::size_t(subject.site)];
    const Axis last = site.shape.rank() > 0 ? site.shape[site.shape.rank() - 1].axis : Axis::Unit;
    const int cols = site.shape.rank() > 0 ? site.shape.extent(last) : site.total;
    // Attention and recurrent masks lie as rows of `cols`; squares of maps are neighbours anyway.
    if (last == Axis::Key || site.kind == SiteKind::Sequence)
      for (std::size_t i = 0; i < site.gate.size(); ++i) {
        const int row = int(i) / cols, col = int(i) % cols;
        const bool one_for_all_steps = s.sites[std::size_t(subject.site)].coins > 0;
        site.gate[i] = (col / 12 + (one_for_all_steps ? 0 : row / 12)) % 2 == 0;
      }
  }
  for (LayerView& layer : s.layers) {
    set_typical(layer.h);
    layer.y = layer.h;
    if (layer.site >= 0 && std::size_t(layer.site) < s.sites.size()) {
      const SiteView& site = s.sites[std::size_t(layer.site)];
      for (std::size_t i = 0; i < site.gate.size() && i < layer.y.size(); ++i) layer.y[i] *= site.gate[i];
    }
    for (PartView& part : layer.parts) {
      set_typical(part.h), set_typical(part.y);
      for (InnerView& inner : part.inner) set_typical(inner.values);
    }
    if (layer.weights) {
      auto even = std::make_shared<std::vector<float>>(*layer.weights);
      set_typical(*even);
      layer.weights = even;
      layer.max_abs_weight = 1;
    }
  }
}

}  // namespace

std::vector<PanelPart> panel_of(Panel panel, int size, const PanelOptions& options) {
  static const CairoTextMeasure measure;
  std::vector<Subject> all = subjects(panel, size);
  std::vector<PanelPart> parts;
  const float each = kPanelWidth * options.scale / float(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    Subject& subject = all[i];
    if (options.typical) make_typical(subject, size + 1 == kPanelSizes);
    const Vec2 corner = options.at + Vec2{each * float(i), 0};
    const Rect area{corner, corner + Vec2{each, kPanelHeight * options.scale}};
    PanelPart part{std::move(subject.snapshot), subject.layer, subject.site, {}, {}, {}};
    part.style.palette = options.colours;
    part.style.u = 0.5f * options.scale;
    if (subject.layer < 0) {
      part.layout = layout_network(part.snapshot, area, part.style);
      NetworkScene scene = build_network_scene(part.snapshot, part.layout, part.style, measure);
      part.list.append(std::move(scene.edges));
      part.list.append(std::move(scene.units));
      part.list.append(std::move(scene.labels));
    } else {
      const auto l = std::size_t(subject.layer);
      const ColumnForm* form = form_of(part.snapshot, l);
      part.layout.area = area, part.layout.u = part.style.u;
      part.layout.columns.resize(part.snapshot.layers.size());
      ColumnLayout& column = part.layout.columns[l];
      column.style = ColumnLayout::Style::Form, column.form = form;
      const Vec2 air{18 * options.scale, 24 * options.scale};
      form->place({part.snapshot, l, part.style, part.layout.u, nullptr}, {area.min + air, area.max - air}, column);
      form->paint({part.snapshot, l, part.style, part.layout.u, &measure}, column, part.list);
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

const char* panel_name(Panel panel) {
  constexpr const char* kNames[kPanelCount] = {"units", "weights", "channels",  "blocks",
                                               "depth", "steps",   "attention", "wide"};
  return kNames[int(panel)];
}

}  // namespace dropscope
