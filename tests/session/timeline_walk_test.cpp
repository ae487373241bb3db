// Ten thousand random moves through small runs of every kind: wherever a walk stands, the run is the straight one.
#include <gtest/gtest.h>

#include "core/random/uniforms.h"
#include "tests/session/straight_run.h"

namespace dropscope {
namespace {

using namespace sessions;

struct Ground {
  const char* name;
  const char* scenario;
  Fields changes;
  std::vector<Fields> settings;  // what may be set on the way
  int look_every = 10;           // moves; a look is a whole run
};

const std::vector<Ground>& grounds() {
  static const std::vector<Ground> all = {
      {"DenseMomentum",
       "moons",
       {{"network.hidden", "7,6"},
        {"optimizer.kind", "momentum"},
        {"optimizer.learning_rate", "0.05"},
        {"optimizer.schedule", "cosine"},
        {"dropout.hidden1.rate", "0.3"},
        {"dropout.hidden1.schedule", "linear"},
        {"data.validation", "20"}},
       {{{"dropout.hidden1.rate", "0.8"}, {"dropout.hidden2.rate", "0.1"}, {"optimizer.learning_rate", "0.02"}},
        {{"dropout.hidden2.variant", "gaussian"}, {"dropout.hidden2.variant", "concrete"}}}},
      {"Lstm",
       "lstm-locked",
       {{"network.lstm1.units", "5"}, {"data.train", "40"}, {"data.validation", "10"}, {"data.steps", "6"}},
       {{{"dropout.lstm1.recurrent.rate", "0.6"}, {"dropout.lstm1.rate", "0"}}},
       30},
      {"Transformer",
       "transformer-attention",
       {{"data.train", "40"}, {"data.validation", "8"}, {"data.steps", "6"}},
       {{{"dropout.block1.attention.rate", "0.2"}, {"dropout.block1.heads.rate", "0.3"}}},
       50},
      {"Residual",
       "residual-depth",
       {{"network.hidden", "6,4*residual6"}, {"data.validation", "20"}},
       {{{"dropout.block2.rate", "0.7"}, {"optimizer.l2", "0.001"}}}},
      {"Convolution",
       "conv-spatial",
       {{"data.train", "32"},
        {"data.validation", "6"},
        {"network.conv1.units", "3"},
        {"network.conv2.units", "4"},
        {"augment.shift", "1"}},
       {{{"dropout.conv1.rate", "0.6"}, {"dropout.conv2.variant", "dropblock"}, {"augment.jitter", "0.1"}},
        {{"dropout.conv1.variant", "inverted"}, {"dropout.conv1.variant", "spatial"}}},
       50},
      {"RDrop",
       "r-drop",
       {{"network.hidden", "6,5"}, {"data.validation", "20"}},
       {{{"objective.r_drop", "0"}, {"objective.r_drop", "2"}, {"dropout.hidden1.rate", "0.6"}}}},
      {"EarlyStopping",
       "early-stopping",
       {{"network.hidden", "8"},
        {"optimizer.learning_rate", "0.05"},
        {"evaluate_every", "3"},
        {"stopping.patience", "3"},
        {"dropout.hidden1.rate", "0.1"},
        {"data.validation", "20"}},
       {{{"stopping.patience", "0"}, {"stopping.patience", "4"}, {"evaluate_every", "2"}}}},
      {"BatchNorm",
       "batch-norm",
       {{"network.hidden", "8,batchnorm,6,batchnorm"}, {"data.validation", "20"}},
       {{{"dropout.hidden1.rate", "0.2"}, {"optimizer.learning_rate", "0.001"}}}},
      {"LearnedRates",
       "concrete",
       {{"network.hidden", "6,5"}, {"data.validation", "20"}},
       {{{"dropout.hidden1.variant", "inverted"}, {"dropout.hidden1.variant", "concrete"}}}},
      {"DropConnect",
       "dropconnect",
       {{"network.hidden", "6,5"}, {"data.validation", "20"}},
       {{{"dropout.hidden1.weight.rate", "0.8"}},
        {{"dropout.hidden1.weight.scope", "batch"}, {"dropout.hidden1.weight.scope", "example"}}}},
  };
  return all;
}

class Wanderer {
 public:
  Wanderer(Walk& walk, const Ground& ground, std::uint64_t seed)
      : walk_(walk), line_(walk.timeline), ground_(ground), draw_({seed}, Stream::Test) {}

  // One move; `far`: the last tick that a walk goes to.
  void move(std::int64_t far) {
    n_ = 0;
    const std::int64_t tick = line_.position().tick;
    const std::uint32_t which = below(24);
    if (which < 3) {
      line_.step_beats(-std::int64_t(below(40)));
    } else if (which < 5) {
      line_.step_beats(below(9));
    } else if (which < 7) {
      line_.step_ticks(-std::int64_t(below(20)));
    } else if (which == 7) {
      if (tick < far) line_.step_ticks(below(5));
    } else if (which == 8) {
      line_.step_epochs(below(2) && tick < far ? 1 : -1);
    } else if (which < 12) {
      line_.seek(
          {std::int64_t(below(std::uint32_t(line_.tip().tick + 1))), int(below(std::uint32_t(line_.beats().size())))});
    } else if (which < 16) {  // on from where the branch has come to
      line_.seek({std::min<std::int64_t>(far, line_.tip().tick + below(30)), 0});
    } else if (which == 16) {
      if (tick < far) line_.advance_tick();
    } else if (which == 17) {
      line_.advance_beat();
    } else if (which == 18) {
      set();
    } else if (which < 21) {
      paint();
    } else if (which == 21) {
      line_.preview();
      // Masks of the update to come, and a setting after them: which gates are shared may change under the mask.
      if (below(2)) {
        paint();
        paint();
        set();
      }
    } else if (which == 22) {
      line_.switch_branch(int(below(std::uint32_t(line_.branch_count()))));
    } else {
      mark();
    }
    ++move_;
  }

 private:
  std::uint32_t below(std::uint32_t n) { return draw_.below(move_ * 16 + n_++, n); }

  void set() {
    if (!walk_.trainer.at_boundary()) return;
    const Fields& some = ground_.settings[below(std::uint32_t(ground_.settings.size()))];
    const auto& [path, value] = some[below(std::uint32_t(some.size()))];
    line_.apply(command::SetField{path, value});
  }

  void paint() {
    const auto& sites = walk_.trainer.network().sites();
    const std::size_t s = below(std::uint32_t(sites.size()));
    const std::uint32_t element = below(std::uint32_t(walk_.trainer.network().site_shape(int(s), 1).count()));
    switch (below(6)) {
      case 0:
        line_.apply(command::LockGate{sites[s].name, element, below(3) == 0});
        break;
      case 1:
        line_.apply(command::ReleaseGate{sites[s].name, element});
        break;
      case 2:
        line_.apply(command::RedrawMasks{});
        break;
      default:
        line_.apply(command::SetGate{sites[s].name, element, int(below(4)) - 1, below(2) == 0});
    }
  }

  void mark() {
    if (below(2))
      line_.set_bookmark(line_.position(), "");
    else
      line_.remove_bookmark(line_.position());
  }

  Walk& walk_;
  Timeline& line_;
  const Ground& ground_;
  Uniforms draw_;
  std::uint32_t move_ = 0, n_ = 0;
};

class TimelineWalk : public testing::TestWithParam<Ground> {};

TEST_P(TimelineWalk, EveryPlaceIsThatOfTheStraightRun) {
  const Ground& ground = GetParam();
  constexpr int kMoves = 1000;
  TimelineOptions options;
  options.near = 3;
  options.far = 12;
  Walk walk(scenario_with(ground.scenario, ground.changes), options);
  walk.trainer.keep_previous(true);
  Wanderer wanderer(walk, ground, 41);
  int stops = 0;
  std::size_t pins = 0;
  for (int move = 1; move <= kMoves; ++move) {
    wanderer.move(90);
    EXPECT_FALSE(walk.trainer.divergence());
    stops += walk.trainer.stopped() ? 1 : 0;
    pins += walk.timeline.view()->pins.size();
    const Position at = walk.timeline.position();
    ASSERT_EQ(at.tick, walk.trainer.tick());
    ASSERT_EQ(at.beat > 0, !walk.trainer.at_boundary());
    ASSERT_LE(at, walk.timeline.tip());
    if (move % ground.look_every == 0 || move + 5 > kMoves) {
      ASSERT_EQ(difference(walk, true), "") << "after move " << move << ", tick " << at.tick << ", beat " << at.beat;
    }
  }
  EXPECT_GT(walk.timeline.branch_count(), 10);
  EXPECT_GT(pins, 1000u);
  EXPECT_EQ(stops > 0, walk.spec.stopping.patience > 0);
}

INSTANTIATE_TEST_SUITE_P(Networks, TimelineWalk, testing::ValuesIn(grounds()),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace dropscope
