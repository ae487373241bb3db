#include <algorithm>
#include <cmath>

#include "core/session/snapshot_parts.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

// How many weights a column has; their values where it is one matrix from the column before it.
void add_weights(const ShownPass& pass, const Column& column, LayerView& view) {
  const Network<float>& network = pass.network();
  const std::span<const float> all = pass.trainer.params();
  for (int l = column.first; l <= column.last; ++l) {
    const float* params = all.data() + network.layer(l).offset;
    for (const ParamBlock& block : network.layer(l).blocks()) {
      if (block.is_weight()) {
        view.weight_count += std::int64_t(block.outputs) * block.inputs;
        for (std::size_t i = 0; i < block.size; ++i)
          view.max_abs_weight = std::max(view.max_abs_weight, std::abs(params[i]));
      }
      params += block.size;
    }
  }
  const int before = drawn_inputs(network, column);
  if (before == 0) return;
  const float* params = all.data() + network.layer(column.last).offset;
  if (view.weight_count <= kMaxDrawnWeights) view.weights = unpacked(params, view.units, before);
  const float* bias = params + panel_size(view.units, before);
  view.bias.assign(bias, bias + view.units);
}

// Which of the sites shown act on the column's units, and which within it.
void link_sites(const ShownPass& pass, const Column& column, const Snapshot& s, LayerView& view) {
  const Network<float>& network = pass.network();
  for (std::size_t i = 0; i < s.sites.size(); ++i) {
    const SiteInfo& info = network.sites()[std::size_t(network.find_site(s.sites[i].site))];
    if (info.layer < column.first || info.layer > column.last) continue;
    if (info.name == view.name && is_of_units(info.kind) && s.sites[i].total == view.units)
      view.site = int(i);
    else
      view.inner_sites.push_back(int(i));
  }
}

// What is still to be copied within kMostValuesOfParts.
struct Room {
  std::size_t left = kMostValuesOfParts;
  bool take(std::size_t values) {
    if (values > kMostPartValues || values > left) return false;
    left -= values;
    return true;
  }
};

void add_inner(const ShownPass& pass, const char* name, const Shape& shape, const float* values, Room& room,
               PartView& part) {
  const Shape own = row_shape(shape);
  if (values && room.take(own.count())) part.inner.push_back({name, own, row_of(shape, values, pass.row)});
}

void add_kernels(const ShownPass& pass, int l, Room& room, PartView& part) {
  const Layer<float>& layer = pass.network().layer(l);
  const Shape shape = layer.kernel_shape();
  if (shape.rank() == 0 || !room.take(shape.count())) return;
  const int outputs = shape.extent(Axis::Out);
  part.inner.push_back({"kernels", shape,
                        *unpacked(pass.trainer.params().data() + layer.offset, outputs, int(shape.count()) / outputs)});
}

// Of the two terms of a sum, the branch only where it was computed.
void add_terms(const ShownPass& pass, int l, Room& room, PartView& part) {
  const std::vector<int>& terms = pass.network().inputs_of(l);
  const Tensor<float>& trunk = pass.tape.layers[std::size_t(terms[0])].out();
  const LayerTape<float>& branch = pass.tape.layers[std::size_t(terms[1])];
  add_inner(pass, "bypass", trunk.shape, trunk.data(), room, part);
  part.skipped = branch.skipped;
  if (!branch.skipped) add_inner(pass, "branch", branch.out().shape, branch.out().data(), room, part);
}

// The values of a part, where the pass has come to it.
void fill_part(const ShownPass& pass, int l, Room& room, PartView& part) {
  const Layer<float>& layer = pass.network().layer(l);
  const LayerTape<float>& here = pass.tape.layers[std::size_t(l)];
  add_kernels(pass, l, room, part);
  if (!pass.reached(l)) return;
  part.skipped = here.skipped;
  if (here.skipped) return;
  if (room.take(part.shape.count())) part.h = row_of(here.h, pass.row);
  if (room.take(part.shape.count())) part.y = row_of(here.out(), pass.row);
  if (part.kind == PartKind::Branch) add_terms(pass, l, room, part);
  if (part.skipped) return;
  std::vector<Inner<float>> inner;
  layer.reveal(here, inner);
  for (const Inner<float>& value : inner) add_inner(pass, value.name, value.shape, value.values, room, part);
}

PartView part_of_layer(const ShownPass& pass, int l, const LayerView& column, const Snapshot& s) {
  const Network<float>& network = pass.network();
  PartView part;
  part.name = network.layer(l).name();
  part.kind = network.layer(l).part();
  part.shape = network.layer(l).output_shape(1);
  const auto add_site = [&](int i) {
    const SiteInfo& info = network.sites()[std::size_t(network.find_site(s.sites[std::size_t(i)].site))];
    if (info.layer == l) part.sites.push_back(i);
  };
  if (column.site >= 0) add_site(column.site);
  for (int i : column.inner_sites) add_site(i);
  for (const SiteInfo& info : network.sites())
    if (info.layer == l && info.kind == SiteKind::AttentionWeights)
      part.causal = part.shape.extent(Axis::Time) > 1 && !network.layer(l).uses(info.slot, 1);
  return part;
}

}  // namespace

bool ShownPass::drawn() const { return eval || trainer.at_boundary() || trainer.phase() >= Phase::Masks; }

bool ShownPass::reached(int layer) const {
  if (tape.batch == 0) return false;
  if (eval || trainer.at_boundary() || trainer.phase() >= Phase::Loss) return true;
  if (layer == 0) return true;
  return trainer.phase() == Phase::Forward && layer - 1 <= trainer.phase_layer();
}

bool ShownPass::ended() const { return trainer.at_boundary() && !trainer.previewing() && tape.batch > 0; }

bool ShownPass::went_back(int layer) const {
  return ended() || (trainer.phase() == Phase::Backward && layer >= trainer.phase_layer() + 1);
}

Shape row_shape(const Shape& shape) {
  Shape own;
  for (const Dim& d : shape)
    if (d.axis == Axis::Sample) own.push({Axis::Sample, 1});
  for (const Dim& d : shape)
    if (d.axis != Axis::Sample) own.push(d);
  return own;
}

std::vector<float> row_of(const Shape& shape, const float* values, int row) {
  std::size_t outer = 1, inner = 1, samples = 0;
  for (const Dim& d : shape) {
    if (d.axis == Axis::Sample)
      samples = std::size_t(d.extent);
    else
      (samples ? inner : outer) *= std::size_t(d.extent);
  }
  std::vector<float> own;
  own.reserve(outer * inner);
  for (std::size_t o = 0; o < outer; ++o) {
    const float* first = values + (o * samples + std::size_t(row)) * inner;
    own.insert(own.end(), first, first + inner);
  }
  return own;
}

std::vector<float> row_of(const Tensor<float>& t, int row) {
  return t.empty() ? std::vector<float>{} : row_of(t.shape, t.data(), row);
}

std::shared_ptr<const std::vector<float>> unpacked(const float* panels, int outputs, int inputs) {
  auto w = std::make_shared<std::vector<float>>(std::size_t(outputs) * std::size_t(inputs));
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < inputs; ++i)
      (*w)[std::size_t(o) * std::size_t(inputs) + std::size_t(i)] = panels[panel_index(o, i, inputs)];
  return w;
}

int drawn_inputs(const Network<float>& network, const Column& column) {
  if (column.first != column.last || column.last == 0) return 0;
  const Layer<float>& layer = network.layer(column.last);
  const std::vector<ParamBlock> blocks = layer.blocks();
  if (blocks.empty() || !blocks[0].is_weight()) return 0;
  const int before = network.layer(column.last - 1).units();
  const bool fits = blocks[0].outputs == layer.units() && blocks[0].inputs == before &&
                    network.inputs_of(column.last)[0] == column.last - 1;
  return fits ? before : 0;
}

void add_layers(const ShownPass& pass, Snapshot& s) {
  const Network<float>& network = pass.network();
  const std::vector<Column> columns = columns_of(network);
  for (const Column& column : columns) {
    LayerView layer;
    const int l = column.last;
    const LayerTape<float>& here = pass.tape.layers[std::size_t(l)];
    layer.name = column.name;
    layer.units = network.layer(l).units();
    layer.shape = network.layer(l).output_shape(1);
    layer.is_block = column.first != column.last;
    link_sites(pass, column, s, layer);
    if (pass.reached(l)) {
      layer.h = row_of(here.h, pass.row);
      // Until masks are drawn the input's remains are those of the tick before.
      layer.y = pass.drawn() ? row_of(here.out(), pass.row) : layer.h;
      if (l > 0) layer.z = row_of(here.z, pass.row);
    }
    if (l > 0) {
      layer.activation = network.layer(l).activation();
      add_weights(pass, column, layer);
    }
    s.layers.push_back(std::move(layer));
  }
  s.phase_layer = std::max(0, column_at(columns, pass.trainer.phase_layer() + 1) - 1);
}

void add_parts(const ShownPass& pass, Snapshot& s) {
  const std::vector<Column> columns = columns_of(pass.network());
  for (std::size_t c = 1; c < columns.size(); ++c) {
    LayerView& view = s.layers[c];
    for (int l = columns[c].first; l <= columns[c].last; ++l)
      if (view.is_block || pass.network().layer(l).part() != PartKind::Other)
        view.parts.push_back(part_of_layer(pass, l, view, s));
  }
  // What has a picture of its own comes first.
  Room room;
  for (bool other : {false, true})
    for (std::size_t c = 1; c < columns.size(); ++c)
      for (PartView& part : s.layers[c].parts)
        if ((part.kind == PartKind::Other) == other) {
          int l = columns[c].first;
          while (pass.network().layer(l).name() != part.name) ++l;
          fill_part(pass, l, room, part);
        }
}

}  // namespace dropscope
