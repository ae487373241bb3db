#include "core/session/snapshot.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdio>

#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "core/session/snapshot_builder.h"
#include "core/study/study.h"
#include "core/train/trainer.h"
#include "tests/core/train/run_helpers.h"
#include "tests/session/watched.h"

namespace dropscope {
namespace {

std::size_t bytes_of(const std::vector<float>& v) { return sizeof v + 4 * v.size(); }
std::size_t bytes_of(const std::shared_ptr<const std::vector<float>>& v) { return v ? bytes_of(*v) : 0; }

std::size_t bytes_of(const PartView& part) {
  std::size_t n = sizeof part + 4 * (part.h.size() + part.y.size() + part.sites.size());
  for (const InnerView& inner : part.inner) n += sizeof inner + 4 * inner.values.size();
  return n;
}

std::size_t bytes_of(const TraceView& trace) {
  std::size_t n = sizeof trace + bytes_of(trace.study.running_mean) + bytes_of(trace.logits) + bytes_of(trace.outputs);
  for (const TraceView::Layer& l : trace.layers)
    n += sizeof l + 4 * (l.dy.size() + l.dh.size() + l.dz.size() + l.bias_before.size()) + bytes_of(l.weight_gradient) +
         bytes_of(l.weights_before);
  return n;
}

std::size_t bytes_of(const Snapshot& s) {
  std::size_t n = sizeof s + s.norms.size() * sizeof(NormView) + (s.trace ? bytes_of(*s.trace) : 0);
  for (const LayerView& l : s.layers) {
    n += sizeof l + 4 * (l.z.size() + l.h.size() + l.y.size() + l.bias.size()) + bytes_of(l.weights);
    for (const PartView& part : l.parts) n += bytes_of(part);
  }
  for (const SiteView& v : s.sites)
    n += sizeof v + 4 * (v.gate.size() + v.locked.size() + v.by_hand.size()) + v.recent.size() +
         2 * v.dropped_lately.size();
  n += 4 * (s.probe.input.size() + s.probe.outputs.size());
  // Full chunks are shared with the trainer; the open one is copied.
  n += s.history.chunks.size() * sizeof(void*) * 2 + (s.history.count % History::kChunk) * sizeof(MetricPoint);
  return n;
}

// The shortest of a few builds, in microseconds: what others do on the machine only adds to it.
double build_time(SnapshotBuilder& builder, const Trainer& t, const ViewState& view) {
  double least = 1e9;
  for (int k = 0; k < 20; ++k) {
    const auto start = std::chrono::steady_clock::now();
    (void)builder.build(t, view);
    least =
        std::min(least, std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  return least;
}

TEST(Snapshots, ShowTheMasksThatTrainingUsed) {
  for (const char* variant : {"inverted", "classic", "gaussian"}) {
    Trainer t(runs::spec(0.3, variant), runs::classes());
    SnapshotBuilder builder(t);
    for (int tick = 0; tick < 10; ++tick) {
      t.advance(Granularity::Tick);
      const Snapshot s = builder.build(t, {});
      for (std::size_t site : {1u, 2u}) {
        const SiteView& view = s.sites[site];
        const LayerView& layer = s.layers[site];
        Noise<float> own;
        const int at = t.network().find_site(view.site);
        draw_noise<float>(t.plans()[std::size_t(at)], t.network().site_shape(at, t.tape().batch),
                          Uniforms({t.spec().seed, site_place(view.site), std::uint32_t(tick)}, Stream::Dropout), {},
                          nullptr, own);
        ASSERT_TRUE(view.active);
        int kept = 0;
        for (std::size_t u = 0; u < view.gate.size(); ++u) {
          ASSERT_EQ(view.gate[u], own.gate[u]) << variant;
          ASSERT_EQ(layer.y[u], view.gate[u] == 0 ? 0 : view.scale * view.gate[u] * layer.h[u])
              << variant << ", tick " << tick;
          ASSERT_EQ(view.recent[u], view.gate[u] != 0 ? 1 : 0);
          kept += view.gate[u] != 0 ? 1 : 0;
        }
        EXPECT_EQ(view.kept, kept);
        EXPECT_EQ(view.total, int(view.gate.size()));
        EXPECT_EQ(view.lately, tick + 1);
      }
      EXPECT_FALSE(s.sites[0].active);
      EXPECT_EQ(s.example_shown, std::int64_t(t.batch_examples()[0]));
      for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(s.layers[0].h[i], t.data().train.x[std::size_t(s.example_shown) * 3 + i]);
    }
  }
}

TEST(Snapshots, TellTheShareOfActiveWeightsOfTheMasksThatTrained) {
  for (const double rate : {0.0, 0.3, 0.8}) {
    Trainer trainer(runs::spec(rate), runs::classes());
    SnapshotBuilder builder(trainer);
    EXPECT_EQ(builder.build(trainer, {}).active_weights, 1);
    runs::ticks(trainer, 3);
    const double share = builder.build(trainer, {}).active_weights;
    EXPECT_EQ(share, active_weight_share(trainer));
    ViewState eval;
    eval.eval = true;
    EXPECT_EQ(builder.build(trainer, eval).active_weights, share) << "of training, whatever is looked at";
    // Mean of (3 x 9 k1 + 9 x 17 k1 k2 + 17 x 2 k2) / 214 over 16 examples.
    EXPECT_NEAR(share, (27 * (1 - rate) + 153 * (1 - rate) * (1 - rate) + 34 * (1 - rate)) / 214, 0.1);
  }
}

TEST(Snapshots, ShowTheRateThatIsLearnedNotTheOneAskedFor) {
  RunSpec spec = runs::spec(0.3, "concrete");
  Trainer t(spec, runs::classes());
  SnapshotBuilder builder(t);
  const auto rate = [&] {
    for (const SiteView& site : builder.build(t, {}).sites)
      if (site.site == "hidden1") return site.rate;
    return -1.0;
  };
  EXPECT_NEAR(rate(), 0.1, 1e-6);  // where it begins
  for (int tick = 0; tick < 50; ++tick) t.advance(Granularity::Tick);
  const float logit = t.params()[t.network().sites()[std::size_t(t.network().find_site("hidden1"))].learned];
  EXPECT_NEAR(rate(), 1 / (1 + std::exp(-double(logit))), 1e-6);
  EXPECT_NE(rate(), 0.1);
}

TEST(Snapshots, TheirNumbersAreArithmeticThatAddsUp) {
  Trainer t(runs::spec(0.3), runs::classes());
  SnapshotBuilder builder(t);
  t.preview();
  const Snapshot s = builder.build(t, {});
  for (std::size_t l = 1; l < s.layers.size(); ++l) {
    const LayerView &layer = s.layers[l], &below = s.layers[l - 1];
    for (std::size_t u = 0; u < layer.z.size(); ++u) {
      double z = double(layer.bias[u]);
      for (std::size_t i = 0; i < below.y.size(); ++i)
        z += double((*layer.weights)[u * below.y.size() + i]) * double(below.y[i]);
      EXPECT_NEAR(double(layer.z[u]), z, 1e-5) << layer.name << ", unit " << u;
    }
  }
}

TEST(Snapshots, InTheEvalViewNothingIsDroppedAndTheProbeStandsStill) {
  for (const char* variant : {"inverted", "classic", "gaussian"}) {
    Trainer t(runs::spec(0.3, variant), runs::classes());
    SnapshotBuilder builder(t);
    runs::ticks(t, 20);
    ViewState eval;
    eval.eval = true;
    const Snapshot still = builder.build(t, eval), moving = builder.build(t, {});
    EXPECT_EQ(still.probe.deviation, 0) << variant;
    for (float o : still.probe.outputs) EXPECT_EQ(o, still.probe.outputs[0]);
    EXPECT_EQ(still.probe.mean, double(still.probe.outputs[0]));
    EXPECT_GT(moving.probe.deviation, 0) << variant;
    EXPECT_EQ(moving.probe.outputs.size(), 50u);
    for (const SiteView& site : still.sites) {
      EXPECT_FALSE(site.active);
      EXPECT_TRUE(site.gate.empty());
      EXPECT_EQ(site.kept, site.total);
    }
    EXPECT_FLOAT_EQ(still.sites[1].scale, std::string(variant) == "classic" ? 0.7f : 1.0f);
    EXPECT_EQ(still.example_shown, -1);
    for (std::size_t u = 0; u < still.layers[1].h.size(); ++u)
      EXPECT_EQ(still.layers[1].y[u],
                still.sites[1].scale == 1 ? still.layers[1].h[u] : still.sites[1].scale * still.layers[1].h[u]);
  }
}

TEST(Snapshots, APushOfTheProbeIsOneNewDrawAndTheRestMoveUp) {
  Trainer t(runs::spec(0.3), runs::classes());
  SnapshotBuilder builder(t);
  ViewState view;
  const Snapshot before = builder.build(t, view);
  ++view.pushes;
  const Snapshot after = builder.build(t, view);
  EXPECT_EQ(after.probe.pushes, before.probe.pushes + 1);
  for (std::size_t k = 0; k + 1 < 50; ++k) EXPECT_EQ(after.probe.outputs[k], before.probe.outputs[k + 1]);
}

TEST(Snapshots, BuildingThemChangesNothing) {
  const auto data = runs::classes();
  Trainer watched(runs::spec(), data), alone(runs::spec(), data);
  SnapshotBuilder builder(watched);
  for (int i = 0; i < 30; ++i) {
    for (bool eval : {true, false}) {
      ViewState view;
      view.eval = eval;
      view.pushes = i;
      (void)builder.build(watched, view);
    }
    watched.advance(i % 3 ? Granularity::Tick : Granularity::Phase);
    if (!watched.at_boundary()) (void)builder.build(watched, {}), watched.advance(Granularity::Tick);
    alone.advance(Granularity::Tick);
  }
  EXPECT_EQ(watched.state_hash(), alone.state_hash());
}

TEST(Snapshots, StaySmall) {
  const std::shared_ptr<const Dataset> moons = [] {
    const RunSpec s = scenario_or_throw("moons", "test");
    return std::make_shared<const Dataset>(make_dataset(s.data, s.data_seed, nullptr));
  }();
  RunSpec large = scenario_or_throw("mnist", "test");
  auto pictures = std::make_shared<Dataset>(*runs::classes(70, 70));
  pictures->inputs = 784;
  pictures->outputs = 10;
  pictures->image = ImageShape{28, 28};
  for (Split* split : {&pictures->train, &pictures->validation}) split->x.assign(784 * split->count, 0.25f);
  for (int i = 0; i < 2; ++i) {
    Trainer t(i ? large : scenario_or_throw("moons", "test"), i ? pictures : moons);
    runs::ticks(t, i ? 30 : 1000);
    SnapshotBuilder builder(t);
    t.keep_previous(true);
    runs::ticks(t, 1);
    ViewState view;
    for (bool trace : {false, true}) {
      view.trace = trace;
      if (trace) view.study_layer = 2, view.study_unit = 1;
      const std::size_t bytes = bytes_of(builder.build(t, view));
      std::printf("snapshot of %s%s: %zu bytes, %.0f us\n", i ? "784-256-128-10" : "2-16-16-2",
                  trace ? " with its trace" : "", bytes, build_time(builder, t, view));
      EXPECT_LT(bytes, 256u * 1024);
    }
  }
}

// The largest of the networks that come with the program and have parts: a few times the limit of plain ones.
TEST(Snapshots, OfNetworksWithPartsStayBounded) {
  for (const char* scenario : {"conv-spatial", "residual-depth", "residual-droppath", "lstm-locked",
                               "transformer-attention", "transformer-residual", "batch-norm"}) {
    sessions::Watched run(scenario);
    run.trainer.keep_previous(true);
    run.after(2);
    ViewState view;
    for (bool trace : {false, true}) {
      view.trace = trace;
      if (trace) view.study_layer = 2, view.study_unit = 1;
      const std::size_t bytes = bytes_of(run.look(view));
      std::printf("snapshot of %s%s: %zu bytes, %.0f us\n", scenario, trace ? " with its trace" : "", bytes,
                  build_time(run.builder, run.trainer, view));
      EXPECT_LT(bytes, 1024u * 1024) << scenario;
    }
  }
}

TEST(Snapshots, TheProbeSaysWhichExampleItIs) {
  Trainer t(runs::spec(0.3), runs::classes());
  SnapshotBuilder builder(t);
  const auto inputs = std::size_t(t.data().inputs);
  const auto count = std::int64_t(t.data().validation.count);
  ViewState view;
  for (const auto& [asked, given] : {std::pair{std::int64_t(0), std::int64_t(0)}, {3, 3}, {count + 9, count - 1}}) {
    view.probe_example = asked;
    const ProbeView probe = builder.build(t, view).probe;
    EXPECT_EQ(probe.example, given);
    EXPECT_EQ(probe.input[0], t.data().validation.x[std::size_t(given) * inputs]);
  }
  // A point is none of them; three inputs have no point.
  view.probe_point = {0.5f, -0.25f};
  EXPECT_EQ(builder.build(t, view).probe.example, count - 1);
  sessions::Watched plane("moons");
  const ProbeView point = plane.look(view).probe;
  EXPECT_EQ(point.example, -1);
  EXPECT_EQ(point.label, -1);
  EXPECT_EQ(point.input, (std::vector<float>{0.5f, -0.25f}));
}

TEST(Snapshots, RegressionsAndSquaredErrorsHaveAProbeToo) {
  Trainer numbers(runs::spec(), runs::numbers());
  SnapshotBuilder builder(numbers);
  numbers.preview();
  const Snapshot s = builder.build(numbers, {});
  EXPECT_EQ(s.probe.label, -1);
  EXPECT_EQ(s.probe.target, numbers.data().validation.target[0]);
  EXPECT_TRUE(std::isfinite(s.probe.mean));
}

}  // namespace
}  // namespace dropscope
