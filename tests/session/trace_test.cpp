// Every number drawn is the engine's: at each beat of an update, in every kind of network, what a snapshot holds is
// compared bit for bit with the buffers that the update itself reads and writes.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <map>

#include "core/dropout/registry.h"
#include "core/nn/attention.h"
#include "core/nn/recurrent.h"
#include "core/spec/fields.h"
#include "core/tensor/panels.h"
#include "tests/core/train/run_helpers.h"
#include "tests/session/watched.h"

namespace dropscope {
namespace {

using sessions::Watched;

class Comparison {
 public:
  Comparison(const Watched& run, const Snapshot& s, std::span<const float> before, std::map<std::string, int>& seen)
      : t_(run.trainer), s_(s), before_(before), seen_(seen) {}

  void all() {
    const std::vector<Column> columns = columns_of(t_.network());
    ASSERT_EQ(columns.size(), s_.layers.size());
    ASSERT_EQ(columns.size(), s_.trace->layers.size());
    for (std::size_t c = 0; c < columns.size(); ++c) {
      layer(columns[c], s_.layers[c]);
      for (const PartView& part : s_.layers[c].parts) inside(columns[c], part);
      gradients(columns[c], s_.layers[c], s_.trace->layers[c]);
    }
    for (const SiteView& site : s_.sites) gates(site);
    outcome();
  }

 private:
  void same(const char* what, const std::string& where, const std::vector<float>& drawn, const float* engine,
            std::size_t n) {
    ASSERT_EQ(drawn.size(), n) << what << " of " << where;
    for (std::size_t i = 0; i < n; ++i)
      ASSERT_EQ(std::bit_cast<std::uint32_t>(drawn[i]), std::bit_cast<std::uint32_t>(engine[i]))
          << what << " of " << where << ", number " << i << ", beat " << name_of(t_.phase());
    seen_[what] += int(n);
  }
  // The row shown of a buffer with the examples in order.
  void same_row(const char* what, const std::string& where, const std::vector<float>& drawn, const Tensor<float>& t) {
    if (drawn.empty()) return;
    const std::size_t each = t.size() / std::size_t(t_.tape().batch);
    same(what, where, drawn, t.data() + std::size_t(s_.row) * each, each);
  }
  void same_matrix(const char* what, const std::string& where, const std::vector<float>& drawn,
                   std::span<const float> panels, std::size_t at, int outputs, int inputs) {
    std::vector<float> w;
    for (int o = 0; o < outputs; ++o)
      for (int i = 0; i < inputs; ++i) w.push_back(panels[at + panel_index(o, i, inputs)]);
    same(what, where, drawn, w.data(), w.size());
  }
  const LayerTape<float>& tape(int l) const { return t_.tape().layers[std::size_t(l)]; }

  void layer(const Column& column, const LayerView& view) {
    const LayerTape<float>& here = tape(column.last);
    same_row("h", view.name, view.h, here.h);
    if (t_.phase() != Phase::Batch) same_row("y", view.name, view.y, here.out());
    same_row("z", view.name, view.z, here.z);
    if (!view.weights) return;
    const ParamBlock& block = *weights_of(column);
    same_matrix("weights", view.name, *view.weights, t_.params(), block.offset, block.outputs, block.inputs);
  }
  const ParamBlock* weights_of(const Column& column) const {
    for (const ParamBlock& block : t_.network().blocks())
      if (block.name == t_.network().layer(column.last).name() + ".weight") return &block;
    return nullptr;
  }

  void inside(const Column& column, const PartView& part) {
    int l = column.first;
    while (t_.network().layer(l).name() != part.name) ++l;
    const LayerTape<float>& here = tape(l);
    same_row("part h", part.name, part.h, here.h);
    same_row("part y", part.name, part.y, here.out());
    for (const InnerView& inner : part.inner) {
      if (inner.name == "weights")
        same_row("attention", part.name, inner.values, here.work[kAttentionWeightsWork]);
      else if (inner.name == "bypass")
        same_row("bypass", part.name, inner.values, tape(t_.network().inputs_of(l)[0]).out());
      else if (inner.name == "branch")
        same_row("branch", part.name, inner.values, tape(t_.network().inputs_of(l)[1]).out());
      else if (inner.name == "cell")
        cells(part, inner, here.work[kCellsOfTape]);
      else if (inner.name == "kernels")
        same_matrix("kernels", part.name, inner.values, t_.params(), t_.network().layer(l).offset,
                    inner.shape.extent(Axis::Out), int(inner.shape.count()) / inner.shape.extent(Axis::Out));
      else if (inner.name == "weights_used" || inner.name == "branch_used")
        noisy(part, inner);
      else
        ADD_FAILURE() << inner.name;
    }
  }
  // What noise makes of the buffer before it, with the very gates of the tape.
  void noisy(const PartView& part, const InnerView& inner) {
    const InnerView* plain = part.find(inner.name == "weights_used" ? "weights" : "branch");
    ASSERT_NE(plain, nullptr);
    for (int i : part.sites) {
      const SiteView& site = s_.sites[std::size_t(i)];
      if (site.shape != inner.shape || !site.active || site.gate.empty()) continue;
      std::vector<float> made;
      for (std::size_t e = 0; e < site.gate.size(); ++e)
        made.push_back(site.gate[e] == 0 ? 0 : site.scale * site.gate[e] * plain->values[e]);
      same("used", part.name, inner.values, made.data(), made.size());
    }
  }
  // [Time + 1, Sample, Unit], from the zeros before the first step on.
  void cells(const PartView& part, const InnerView& inner, const Tensor<float>& c) {
    const int steps = inner.shape.extent(Axis::Time), units = inner.shape.extent(Axis::Unit), batch = t_.tape().batch;
    std::vector<float> own;
    for (int step = 1; step <= steps; ++step)
      for (int u = 0; u < units; ++u)
        own.push_back(
            c[(std::size_t(step) * std::size_t(batch) + std::size_t(s_.row)) * std::size_t(units) + std::size_t(u)]);
    same("cells", part.name, inner.values, own.data(), own.size());
  }

  void gates(const SiteView& site) {
    if (site.gate.empty()) return;
    const int at = t_.network().find_site(site.site);
    const Noise<float>& noise = t_.network().noise_at(t_.tape(), at).noise;
    const Shape full = t_.network().site_shape(at, t_.tape().batch);
    std::vector<float> own;
    for (std::size_t e = 0; e < site.shape.count(); ++e)
      own.push_back(noise.gate[broadcast_index(full, noise.gate.shape, std::size_t(s_.row) * site.shape.count() + e)]);
    same("gates", site.site, site.gate, own.data(), own.size());
    EXPECT_EQ(site.scale, noise.scale);
    EXPECT_EQ(site.offset.empty(), noise.offset.empty());
    own.clear();
    for (std::size_t e = 0; e < site.shape.count() && !noise.offset.empty(); ++e)
      own.push_back(
          noise.offset[broadcast_index(full, noise.offset.shape, std::size_t(s_.row) * site.shape.count() + e)]);
    same("offsets", site.site, site.offset, own.data(), own.size());
  }

  void gradients(const Column& column, const LayerView& view, const TraceView::Layer& trace) {
    const LayerTape<float>& here = tape(column.last);
    const bool ended = t_.at_boundary() && !t_.previewing();
    const bool back =
        column.last > 0 && (ended || (t_.phase() == Phase::Backward && column.last >= t_.phase_layer() + 1));
    EXPECT_EQ(trace.dy.empty(), !back) << view.name << " at " << name_of(t_.phase());
    same_row("dy", view.name, trace.dy, here.dy);
    EXPECT_EQ(trace.dh.size(), trace.dy.size());
    const SiteView* site = view.site >= 0 ? &s_.sites[std::size_t(view.site)] : nullptr;
    std::vector<float> dh = trace.dy;
    if (here.noisy && site && !site->gate.empty())
      for (std::size_t i = 0; i < dh.size(); ++i)
        dh[i] = site->gate[i] == 0 ? 0.0f : site->scale * site->gate[i] * dh[i];
    same("dh", view.name, trace.dh, dh.data(), dh.size());
    const PartKind kind = t_.network().layer(column.last).part();
    if (kind == PartKind::Other || kind == PartKind::Norm) same_row("dz", view.name, trace.dz, here.dz);
    const bool whole =
        column.last > 0 && (ended || (t_.phase() == Phase::Backward && column.first >= t_.phase_layer() + 1));
    if (view.weights) {
      const ParamBlock& block = *weights_of(column);
      ASSERT_EQ(trace.weight_gradient != nullptr, whole);
      if (whole)
        same_matrix("weight gradient", view.name, *trace.weight_gradient, t_.gradients(), block.offset, block.outputs,
                    block.inputs);
      ASSERT_EQ(trace.weights_before != nullptr, ended);
      if (ended) {
        same_matrix("weights before", view.name, *trace.weights_before, before_, block.offset, block.outputs,
                    block.inputs);
        same("bias before", view.name, trace.bias_before, before_.data() + block.offset + block.size,
             std::size_t(block.outputs));
      }
    }
    std::int64_t still = 0, all = 0;
    for (int l = column.first; l <= column.last; ++l) {
      std::size_t at = t_.network().layer(l).offset;
      for (const ParamBlock& block : t_.network().layer(l).blocks()) {
        for (int o = 0; o < block.outputs && block.is_weight(); ++o)
          for (int i = 0; i < block.inputs; ++i)
            ++all, still += t_.gradients()[at + panel_index(o, i, block.inputs)] == 0 ? 1 : 0;
        at += block.size;
      }
    }
    EXPECT_EQ(trace.weights, all);
    EXPECT_EQ(trace.still_weights, whole ? still : 0) << view.name;
    seen_["still"] += int(trace.still_weights);
  }

  void outcome() {
    const TraceView& trace = *s_.trace;
    const bool ended = t_.at_boundary() && !t_.previewing();
    const bool lost = ended || t_.phase() == Phase::Loss || t_.phase() == Phase::Backward;
    EXPECT_EQ(std::isnan(trace.batch_loss), !lost);
    EXPECT_EQ(std::isnan(trace.example_loss), !lost);
    if (lost) {
      EXPECT_EQ(trace.batch_loss, t_.batch_loss());
    }
    const int last = t_.network().layer_count() - 1;
    const bool there = lost || t_.previewing() || (t_.phase() == Phase::Forward && t_.phase_layer() + 1 == last);
    EXPECT_EQ(trace.logits.empty(), !there) << name_of(t_.phase());
    if (!there) return;
    const std::size_t outputs = std::size_t(t_.data().outputs), rows = std::size_t(t_.data().rows());
    const std::size_t step = trace.output_step < 0 ? 0 : std::size_t(trace.output_step);
    same("logits", "output", trace.logits, t_.tape().logits().data() + (std::size_t(s_.row) * rows + step) * outputs,
         outputs);
    if (!lost || !t_.classifies()) return;
    // The mean over the steps that have a label.
    double total = 0;
    int scored = 0;
    const std::size_t first = std::size_t(t_.batch_examples()[std::size_t(s_.row)]) * rows;
    for (std::size_t r = 0; r < rows; ++r) {
      const int label = t_.data().train.label[first + r];
      if (label < 0) continue;
      const float* logits = t_.tape().logits().data() + (std::size_t(s_.row) * rows + r) * outputs;
      double sum = 0;
      for (std::size_t k = 0; k < outputs; ++k) sum += std::exp(double(logits[k]) - double(logits[label]));
      total += std::log(sum);
      ++scored;
    }
    EXPECT_NEAR(trace.example_loss, total / scored, 1e-4);
    seen_["steps scored"] += scored > 1 ? scored : 0;
  }

  const Trainer& t_;
  const Snapshot& s_;
  std::span<const float> before_;
  std::map<std::string, int>& seen_;
};

std::map<std::string, int> compare(Watched run, int ticks = 3) {
  std::map<std::string, int> seen;
  run.trainer.keep_previous(true);
  ViewState view;
  view.trace = true;
  for (int tick = 0; tick < ticks; ++tick) {
    const std::vector<float> before(run.trainer.params().begin(), run.trainer.params().end());
    for (const Beat& beat : beats_of(run.trainer.network())) {
      for (int i = 0; i < beat.stations; ++i) run.trainer.advance(Granularity::Phase);
      EXPECT_EQ(run.trainer.phase(), beat.phase);
      for (int row : {0, 2, int(run.trainer.batch_examples().size()) - 1}) {
        view.row = row;
        const Snapshot s = run.look(view);
        EXPECT_EQ(s.row, row);
        Comparison(run, s, before, seen).all();
        if (testing::Test::HasFatalFailure()) return seen;
      }
    }
  }
  run.trainer.preview();
  const Snapshot s = run.look(view);
  Comparison(run, s, {}, seen).all();
  return seen;
}

void expect_seen(std::map<std::string, int> seen, std::initializer_list<const char*> what) {
  for (const char* one : what) EXPECT_GT(seen[one], 0) << one << " was never compared";
}

TEST(Traces, EveryNumberOfADenseNetworkIsTheEngines) {
  for (const char* variant : {"inverted", "classic", "gaussian", "alpha", "standout", "concrete"})
    expect_seen(compare(Watched(runs::spec(0.3, variant), runs::classes())),
                {"h", "y", "z", "gates", "weights", "dy", "dh", "dz", "weight gradient", "weights before",
                 "bias before", "logits"});
  expect_seen(compare(Watched(runs::spec(), runs::numbers())), {"dz", "logits"});
  expect_seen(compare(Watched("dropconnect")), {"gates", "still", "weight gradient"});
  // A dead unit's weights have no gradient; with a batch of one whole rows stand still.
  RunSpec one = runs::spec(0.7);
  one.batch_size = 4;
  expect_seen(compare(Watched(one, runs::classes())), {"still"});
}

TEST(Traces, EveryNumberOfAConvolutionIsTheEngines) {
  for (const char* scenario : {"conv-spatial", "conv-dropblock"})
    expect_seen(compare(Watched(scenario), 1), {"h", "y", "z", "gates", "kernels", "part h", "part y", "dy", "dh"});
}

TEST(Traces, EveryNumberOfAResidualNetworkIsTheEngines) {
  for (const char* scenario : {"residual-depth", "residual-droppath"})
    expect_seen(compare(Watched(scenario), 2), {"gates", "bypass", "branch", "used", "part h", "dy", "dh", "still"});
}

TEST(Traces, EveryNumberOfARecurrentNetworkIsTheEngines) {
  for (const char* scenario : {"lstm-locked", "lstm-zoneout"})
    expect_seen(compare(Watched(scenario), 1), {"gates", "cells", "part h", "dy", "dh", "logits"});
  expect_seen(compare(Watched("rnn-weight-drop"), 1), {"gates", "z", "dy"});
}

TEST(Traces, EveryNumberOfATransformerIsTheEngines) {
  for (const char* scenario : {"transformer-attention", "transformer-residual"})
    expect_seen(compare(Watched(scenario), 1), {"gates", "attention", "bypass", "branch", "used", "dy", "logits"});
  expect_seen(compare(Watched("word-dropout"), 1), {"gates", "attention", "part y", "dy"});
}

// With a label for each step an example's loss is the mean over them, so that the batch's is the mean over examples.
TEST(Traces, LossesOfExamplesMakeTheLossOfTheBatch) {
  const std::map<std::string, int> seen = compare(Watched("transformer-residual"), 1);
  expect_seen(seen, {"steps scored"});
  for (const char* scenario : {"moons", "transformer-residual", "lstm-zoneout"}) {
    Watched run(scenario);
    run.after(1);
    ViewState view;
    view.trace = true;
    double sum = 0;
    const int rows = int(run.trainer.batch_examples().size());
    for (view.row = 0; view.row < rows; ++view.row) sum += run.look(view).trace->example_loss;
    EXPECT_NEAR(sum / rows, run.trainer.batch_loss(), 1e-4 * (1 + run.trainer.batch_loss())) << scenario;
  }
}

TEST(Traces, WhatAlphaDropoutAddsIsTheEngines) {
  expect_seen(compare(Watched(runs::spec(0.3, "alpha"), runs::classes())), {"offsets"});
}

TEST(Traces, EveryNumberBesideABatchNormIsTheEngines) {
  expect_seen(compare(Watched("batch-norm")), {"h", "z", "gates", "dz", "weight gradient", "part h"});
}

TEST(Traces, OfTwoPassesTheFirstIsShown) {
  RunSpec spec = runs::spec(0.3);
  spec.objective.r_drop = 1;
  Watched run(spec, runs::classes());
  run.after(1);
  ViewState view;
  view.trace = true;
  view.row = 1000;
  const Snapshot s = run.look(view);
  EXPECT_EQ(s.rows, 16);
  EXPECT_EQ(s.row, 15);
  expect_seen(compare(Watched(spec, runs::classes())), {"gates", "dy", "dh", "logits"});
}

// What a lecturer shows: a dropped unit passes nothing on and hears nothing back, and its weights stay.
TEST(Traces, ADroppedUnitReceivesExactlyZero) {
  RunSpec spec = runs::spec(0.4);
  spec.dropout.at("hidden1").scope = MaskScope::Batch;
  Watched run(spec, runs::classes());
  run.trainer.keep_previous(true);
  run.after(1);
  ViewState view;
  view.trace = true;
  const Snapshot s = run.look(view);
  const SiteView& site = sessions::site_named(s, "hidden1");
  const TraceView::Layer& trace = s.trace->layers[1];
  int dropped = 0;
  for (std::size_t u = 0; u < site.gate.size(); ++u) {
    if (site.gate[u] != 0) continue;
    ++dropped;
    EXPECT_EQ(s.layers[1].y[u], 0);
    EXPECT_EQ(trace.dh[u], 0);
    EXPECT_EQ(trace.dz[u], 0);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ((*trace.weight_gradient)[u * 3 + i], 0);
  }
  EXPECT_GT(dropped, 0);
  EXPECT_LT(dropped, 9);
  EXPECT_GE(trace.still_weights, dropped * 3);
  EXPECT_EQ(trace.weights, 27);
}

TEST(Traces, AreLeftOutUnlessAskedFor) {
  Watched run(runs::spec(), runs::classes());
  EXPECT_EQ(run.after(2).trace, nullptr);
}

TEST(Traces, BuildingThemChangesNothing) {
  const auto data = runs::classes();
  RunSpec spec = runs::spec();
  spec.network.hidden.insert(spec.network.hidden.begin() + 1, make_layer(LayerKind::BatchNorm, 16));
  Watched watched(spec, data);
  Trainer alone(spec, data);
  watched.trainer.keep_previous(true);
  ViewState view;
  view.trace = true;
  for (int tick = 0; tick < 12; ++tick) {
    do {
      watched.trainer.advance(Granularity::Phase);
      for (bool eval : {false, true}) {
        view.eval = eval;
        view.row = tick;
        view.study_layer = 1 + tick % 3;
        view.study_unit = tick % 9;
        (void)watched.look(view);
      }
    } while (!watched.trainer.at_boundary());
    alone.advance(Granularity::Tick);
    ASSERT_EQ(watched.trainer.state_hash(), alone.state_hash());
  }
}

TEST(Traces, AStudyBehindMuchArithmeticHasFewerPassesButNeverFewerThanSixteen) {
  for (const char* scenario : {"moons", "transformer-attention"}) {
    Watched run(scenario);
    run.after(1);
    ViewState view;
    view.trace = true;
    view.study_layer = 3;
    view.study_unit = 0;
    const int passes = run.look(view).trace->study.passes();
    EXPECT_GE(passes, 16) << scenario;
    EXPECT_EQ(passes == 200, std::string(scenario) == "moons") << passes;
  }
}

TEST(Traces, AStudyIsOfTheUnitAskedForAndTheExampleShown) {
  Watched run(runs::spec(0.3), runs::classes());
  run.after(5);
  ViewState view;
  view.trace = true;
  view.study_layer = 1;
  view.study_unit = 4;
  view.row = 3;
  const Snapshot train = run.look(view), again = run.look(view);
  EXPECT_EQ(train.trace->study.running_mean, again.trace->study.running_mean);
  EXPECT_GE(train.trace->study.passes(), 100);
  view.eval = true;
  const Snapshot eval = run.look(view);
  EXPECT_EQ(float(train.trace->study.eval), eval.layers[1].y[4]);
  for (auto [layer, unit] : {std::pair{9, 0}, {1, 900}, {-1, 0}, {0, -1}}) {
    view.study_layer = layer;
    view.study_unit = unit;
    EXPECT_EQ(run.look(view).trace->study.passes(), 0);
  }
}

}  // namespace
}  // namespace dropscope
