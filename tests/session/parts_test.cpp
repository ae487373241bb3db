// What a snapshot shows of the inside of columns: heads, cells, kernels, branches, and which of their gates count.
#include <gtest/gtest.h>

#include <cmath>

#include "core/spec/fields.h"
#include "tests/session/watched.h"

namespace dropscope {
namespace {

using sessions::part_named;
using sessions::site_named;
using sessions::Watched;

const std::vector<float>& values(const PartView& part, const char* which) {
  static const std::vector<float> none;
  const InnerView* inner = part.find(which);
  EXPECT_NE(inner, nullptr) << part.name << " has no " << which;
  if (!inner) return none;
  EXPECT_EQ(inner->values.size(), inner->shape.count());
  return inner->values;
}

RunSpec transformer(double rate) {
  RunSpec spec = scenario_or_throw("transformer-attention", "test");
  for (const char* site : {"dropout.block1.attention.rate", "dropout.block2.attention.rate"})
    set_field(spec, site, std::to_string(rate), "test");
  return spec;
}

TEST(Parts, AttentionShowsItsWeightsBeforeAndAfterTheMask) {
  Watched run(transformer(0.3));
  for (int tick = 0; tick < 3; ++tick) {
    const Snapshot s = run.after(1);
    for (const char* name : {"block1.attention", "block2.attention"}) {
      const PartView& part = part_named(s, name);
      const SiteView& site = site_named(s, name);
      EXPECT_EQ(part.kind, PartKind::Attention);
      EXPECT_TRUE(part.causal);
      const std::vector<float>&plain = values(part, "weights"), &used = values(part, "weights_used");
      ASSERT_EQ(plain.size(), site.gate.size());
      const int steps = part.find("weights")->shape.extent(Axis::Key);
      for (std::size_t i = 0; i < plain.size(); ++i) {
        ASSERT_EQ(used[i], site.gate[i] == 0 ? 0 : site.scale * site.gate[i] * plain[i]);
        if (int(i) % steps > int(i) / steps % steps) {
          ASSERT_EQ(plain[i], 0) << "a later key";
        }
      }
      for (std::size_t row = 0; row < plain.size(); row += std::size_t(steps)) {
        double sum = 0;
        for (int k = 0; k < steps; ++k) sum += double(plain[row + std::size_t(k)]);
        ASSERT_NEAR(sum, 1, 1e-5);
      }
    }
  }
}

// A triangle of steps * (steps + 1) / 2 cells for each head, not the square.
TEST(Parts, KeysThatACausalAttentionHidesAreNotCounted) {
  Watched run(transformer(0.3));
  const Snapshot s = run.after(2);
  int cells = 0;
  for (const char* name : {"block1.attention", "block2.attention"}) {
    const SiteView& site = site_named(s, name);
    const int steps = site.shape.extent(Axis::Key), heads = site.shape.extent(Axis::Head);
    EXPECT_EQ(site.total, heads * steps * (steps + 1) / 2);
    EXPECT_EQ(site.gate.size(), std::size_t(heads * steps * steps));
    int kept = 0;
    for (int i = 0; i < heads * steps * steps; ++i)
      kept += i % steps <= i / steps % steps && site.gate[std::size_t(i)] != 0 ? 1 : 0;
    EXPECT_EQ(site.kept, kept);
    EXPECT_LT(site.kept, site.total);
    // Coins of p = 0.3 over the whole batch: five deviations of the fewest it can be.
    const double n = double(site.total) * s.rows;
    EXPECT_NEAR(site.realized_rate, 0.3, 5 * std::sqrt(0.21 / n));
    cells += site.total;
  }
  EXPECT_EQ(s.droppable_units, cells);
}

TEST(Parts, AMaskForTheWholeBatchHasNoFewerGates) {
  RunSpec spec = transformer(0.3);
  spec.dropout.at("block1.attention").scope = MaskScope::Batch;
  spec.dropout.at("block2.attention").rate = 0;
  Watched run(spec);
  const Snapshot s = run.after(1);
  const SiteView& site = site_named(s, "block1.attention");
  EXPECT_TRUE(site.shared);
  EXPECT_EQ(site.coins, 0);
  EXPECT_EQ(s.droppable_units, site.total);
  ViewState other;
  other.row = 3;
  EXPECT_EQ(site_named(run.look(other), "block1.attention").gate, site.gate);
}

TEST(Parts, WithoutNoiseAttentionHasOneSetOfWeights) {
  const Snapshot s = Watched(transformer(0.3)).after(1, true);
  EXPECT_NE(part_named(s, "block1.attention").find("weights"), nullptr);
  EXPECT_EQ(part_named(s, "block1.attention").find("weights_used"), nullptr);
}

// c of a step is read by h of the same step: h = o tanh(c), so |h| <= |tanh(c)| where no noise acts.
TEST(Parts, AnLstmShowsItsCellsStepByStep) {
  Watched run("lstm-plain");
  ViewState view;
  for (view.row = 0; view.row < 3; ++view.row) {
    run.after(2);
    const Snapshot s = run.look(view);
    const PartView& part = part_named(s, "lstm1");
    EXPECT_EQ(part.kind, PartKind::Recurrent);
    const std::vector<float>& cells = values(part, "cell");
    ASSERT_EQ(cells.size(), part.h.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      ASSERT_LE(std::abs(part.h[i]), std::abs(std::tanh(cells[i])) * 1.0001f);
      ASSERT_EQ(part.h[i] < 0, cells[i] < 0);
    }
  }
}

// The picture's own arithmetic: what the kernels shown make of the image shown is what the maps show.
TEST(Parts, KernelsMakeTheMapsBesideThem) {
  Watched run("conv-spatial");
  run.after(3);
  run.trainer.preview();  // a finished update has other kernels than those that made its maps
  const Snapshot s = run.look();
  const PartView& part = part_named(s, "conv1");
  EXPECT_EQ(part.kind, PartKind::Convolution);
  const std::vector<float>& kernels = values(part, "kernels");
  const Shape &shape = part.find("kernels")->shape, &in = s.layers[0].shape;
  const int size = shape.extent(Axis::Row), channels = shape.extent(Axis::Channel), maps = shape.extent(Axis::Out);
  ASSERT_EQ(channels, in.extent(Axis::Channel));
  const LayerSpec& spec = run.spec.network.hidden[0];
  const std::vector<float>& x = s.layers[0].y;
  const int rows = in.extent(Axis::Row), cols = in.extent(Axis::Col);
  const std::span<const float> bias(run.trainer.params().data() + run.trainer.network().blocks()[1].offset, 64);
  // The window at the top left of a pixel in the middle.
  const int r = 2, c = 3;
  for (int o = 0; o < maps; ++o) {
    double z = double(bias[std::size_t(o)]);
    for (int k = 0; k < channels; ++k)
      for (int i = 0; i < size; ++i)
        for (int j = 0; j < size; ++j) {
          const int y = r * spec.stride - spec.padding + i, t = c * spec.stride - spec.padding + j;
          if (y < 0 || t < 0 || y >= rows || t >= cols) continue;
          z += double(kernels[std::size_t(((o * channels + k) * size + i) * size + j)]) *
               double(x[std::size_t((k * rows + y) * cols + t)]);
        }
    const int at = (o * part.shape.extent(Axis::Row) + r) * part.shape.extent(Axis::Col) + c;
    EXPECT_NEAR(double(s.layers[1].z[std::size_t(at)]), z, 1e-5) << "map " << o;
  }
}

TEST(Parts, ABlockIsTheBypassPlusWhatTheBranchAdds) {
  Watched run("residual-depth");
  int skipped = 0, taken = 0;
  for (int tick = 0; tick < 10; ++tick) {
    const Snapshot s = run.after(1);
    for (int b = 1; b <= 16; ++b) {
      const std::string name = "block" + std::to_string(b);
      const PartView& part = part_named(s, name);
      EXPECT_EQ(part.kind, PartKind::Branch);
      const std::vector<float>& bypass = values(part, "bypass");
      EXPECT_EQ(bypass, s.layers[std::size_t(b)].y);
      EXPECT_EQ(part_named(s, name + ".linear1").skipped, part.skipped);
      if (part.skipped) {
        ++skipped;
        EXPECT_EQ(part.find("branch"), nullptr);
        EXPECT_EQ(part.find("branch_used"), nullptr);
        EXPECT_TRUE(part_named(s, name + ".linear1").h.empty());
        EXPECT_EQ(part.y, bypass);
        continue;
      }
      ++taken;
      const std::vector<float>&branch = values(part, "branch"), &used = values(part, "branch_used");
      const SiteView& site = site_named(s, name);
      for (std::size_t i = 0; i < branch.size(); ++i) {
        ASSERT_EQ(used[i], site.scale * site.gate[i] * branch[i]);
        ASSERT_EQ(part.y[i], bypass[i] + used[i]);
      }
    }
  }
  EXPECT_GT(skipped, 10);
  EXPECT_GT(taken, 10);
}

TEST(Parts, ColumnsOfPlainUnitsHaveNone) {
  const Snapshot s = Watched("moons").after(1);
  for (const LayerView& layer : s.layers) EXPECT_TRUE(layer.parts.empty()) << layer.name;
}

TEST(Parts, SitesAreListedWithThePartTheyActIn) {
  const Snapshot s = Watched("transformer-residual").after(1);
  int listed = 0;
  for (const LayerView& layer : s.layers)
    for (const PartView& part : layer.parts)
      for (int site : part.sites) {
        ++listed;
        const std::string& name = s.sites[std::size_t(site)].site;
        EXPECT_EQ(name.substr(0, name.find('.')), layer.name);
      }
  int active = 0;
  for (const SiteView& site : s.sites) active += site.active ? 1 : 0;
  EXPECT_GE(listed, active);
  EXPECT_GT(active, 2);
}

TEST(Parts, NothingOfAPartShowsBeforeThePassHasReachedIt) {
  Watched run("transformer-attention");
  run.after(2);
  int seen = 0;
  for (int station = 0; station < 24; ++station) {
    run.trainer.advance(Granularity::Phase);
    if (run.trainer.at_boundary()) break;
    const Snapshot s = run.look();
    for (int l = 1; l < run.trainer.network().layer_count(); ++l) {
      const std::string& name = run.trainer.network().layer(l).name();
      if (name.find("attention") == std::string::npos || name.find('_') != std::string::npos) continue;
      const PartView& part = part_named(s, name);
      const bool reached = run.trainer.phase() >= Phase::Loss ||
                           (run.trainer.phase() == Phase::Forward && l <= run.trainer.phase_layer() + 1);
      EXPECT_EQ(part.h.empty(), !reached) << name;
      EXPECT_EQ(part.inner.empty(), !reached) << name;
      seen += reached ? 1 : 0;
    }
  }
  EXPECT_GT(seen, 4);
}

TEST(Parts, EachExampleOfTheBatchCanBeShown) {
  Watched run("conv-spatial");
  run.after(2);
  const Snapshot first = run.look();
  EXPECT_EQ(first.rows, int(run.trainer.batch_examples().size()));
  ViewState view;
  view.row = 5;
  const Snapshot other = run.look(view);
  EXPECT_EQ(other.row, 5);
  EXPECT_EQ(other.example_shown, std::int64_t(run.trainer.batch_examples()[5]));
  EXPECT_NE(other.layers[0].h, first.layers[0].h);
  EXPECT_NE(site_named(other, "conv1").gate, site_named(first, "conv1").gate);
  for (std::size_t i = 0; i < other.layers[1].h.size(); ++i) {
    const SiteView& site = site_named(other, "conv1");
    ASSERT_EQ(other.layers[1].y[i], site.gate[i] == 0 ? 0 : site.scale * site.gate[i] * other.layers[1].h[i]);
  }
  view.row = 100000;
  EXPECT_EQ(run.look(view).row, first.rows - 1);
  view.row = -3;
  EXPECT_EQ(run.look(view).row, 0);
}

// A student who switches between training and evaluation sees the same input in both.
TEST(Parts, WhileTracingTheEvalViewShowsTheExampleOfTheBatch) {
  Watched run("lstm-locked");
  run.after(3);
  ViewState view;
  view.trace = true;
  view.row = 2;
  const Snapshot train = run.look(view);
  view.eval = true;
  const Snapshot eval = run.look(view);
  EXPECT_EQ(eval.layers[0].h, train.layers[0].h);
  EXPECT_EQ(eval.example_shown, train.example_shown);
  EXPECT_NE(eval.layers.back().y, train.layers.back().y);
  view.trace = false;
  EXPECT_EQ(run.look(view).example_shown, -1);
}

}  // namespace
}  // namespace dropscope
