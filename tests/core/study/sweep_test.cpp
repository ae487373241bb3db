// Sweeps: every cell once, wherever it is trained, and parts that fit together or are refused by name.
#include "core/study/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/base/check.h"
#include "tests/core/study/study_helpers.h"

namespace dropscope {
namespace {

using namespace studies;
using testing::AllOf;
using testing::HasSubstr;

Sweep sweep() {
  return {spec(0, 12),
          {{"dropout.rate", {"0", "0.3", "0.8"}}, {"network.hidden", {"9,7,6,4", "5"}}},
          consecutive_seeds(3, 2),
          true,
          0};
}

template <class F>
std::string refusal(F f) {
  try {
    f();
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}
std::string refusal(const Sweep& s) {
  return refusal([&] { check_sweep(s); });
}

// All cells of sweep(), each trained by itself, once for all tests.
const Trial& trained_cell(std::size_t cell) {
  static const std::vector<Trial> all = [] {
    const Study study = study_of(sweep());
    std::vector<Trial> trials;
    for (std::size_t c = 0; c < cell_count(sweep()); ++c)
      trials.push_back(trained(study, c / study.seeds.size(), c % study.seeds.size()));
    return trials;
  }();
  return all[cell];
}

SweepPart part_of_sweep(const Sweep& s, int shard, int shards) {
  SweepPart part{s, shard, shards, {}};
  for (std::size_t cell : cells_of_shard(s, shard, shards)) part.trials.push_back(trained_cell(cell));
  return part;
}

TEST(SweepCells, AreNumberedWithTheSeedsFastest) {
  const Sweep s = sweep();
  EXPECT_EQ(cell_count(s), 12u);
  const Study study = study_of(s);
  ASSERT_EQ(study.runs.size(), 6u);
  EXPECT_EQ(study.runs[0].name, "dropout.rate=0, network.hidden=9,7,6,4");
  EXPECT_EQ(study.runs[1].name, "dropout.rate=0, network.hidden=5");
  EXPECT_EQ(study.runs[5].name, "dropout.rate=0.8, network.hidden=5");
  for (std::size_t cell = 0; cell < 12; ++cell) {
    const CellPlace place = place_of(s, cell);
    EXPECT_EQ(cell, (place.value[0] * 2 + place.value[1]) * 2 + place.seed);
    const RunSpec& run = study.runs[cell / 2].spec;
    const std::size_t layers = place.value[1] == 0 ? 4 : 1;
    EXPECT_EQ(run.network.hidden.size(), layers);
    // The rate is that of every hidden layer the cell has, though its axis comes first.
    for (std::size_t l = 1; l <= layers && place.value[0] > 0; ++l) {
      const SitePlan* plan = run.dropout.find("hidden" + std::to_string(l));
      ASSERT_TRUE(plan) << cell << ", layer " << l;
      EXPECT_EQ(plan->rate, place.value[0] == 1 ? 0.3 : 0.8);
    }
  }
  EXPECT_EQ(place_of(s, 7).seed, 1u);
}

TEST(SweepCells, AreDealtOnceForAnyNumberOfShards) {
  const Sweep s = sweep();
  for (int count = 1; count <= 20; ++count) {
    std::vector<int> dealt(12, 0);
    std::size_t most = 0, least = 12;
    for (int i = 0; i < count; ++i) {
      const auto cells = cells_of_shard(s, i, count);
      most = std::max(most, cells.size());
      least = std::min(least, cells.size());
      for (std::size_t cell : cells) ++dealt[cell];
    }
    EXPECT_EQ(std::count(dealt.begin(), dealt.end(), 1), 12) << count;
    EXPECT_LE(most - least, 1u) << count;
  }
  EXPECT_THAT(refusal([&] { cells_of_shard(s, 4, 4); }), HasSubstr("shard: expected 1 to 4, found 5"));
  EXPECT_THAT(refusal([&] { cells_of_shard(s, 0, 0); }), HasSubstr("shards"));
  EXPECT_THAT(refusal([&] { cells_of_shard(s, -1, 2); }), HasSubstr("shard"));
}

TEST(CheckSweep, RefusesAnAxisThatTheOtherOverwrites) {
  Sweep s = sweep();
  s.base.network.hidden.resize(1);
  s.axes = {{"dropout.hidden1.rate", {"0.1", "0.3"}}, {"dropout.rate", {"0.2", "0.4"}}};
  EXPECT_THAT(refusal(s), AllOf(HasSubstr("axes"), HasSubstr("dropout.hidden1.rate=0.1, dropout.rate=0.2 and "
                                                             "dropout.hidden1.rate=0.1, dropout.rate=0.4")));
  s.base = sweep().base;  // another layer is left for the general one
  EXPECT_EQ(refusal(s), "");
  s.axes = {{"network.hidden", {"5,6", "7,6"}}, {"network.hidden1.units", {"3", "4"}}};
  EXPECT_THAT(refusal(s), AllOf(HasSubstr("network.hidden=5,6"), HasSubstr("network.hidden=7,6")));
  s.axes[0].values = {"5,6", "5,7"};
  EXPECT_EQ(refusal(s), "");
}

TEST(CheckSweep, RefusesMoreThanAMillionTrainingsBeforeMakingAny) {
  Sweep s = sweep();
  s.axes[0].values.assign(1001, "0.3");
  s.axes[1].values.assign(500, "5");
  EXPECT_THAT(refusal(s), HasSubstr("sweep: expected at most a million trainings, found 1001000"));
  // As many seeds as two axes have values: their product alone may be all there is.
  s.seeds = consecutive_seeds(0, 1001);
  s.axes = {{"dropout.rate", std::vector<std::string>(1001, "0.3")}};
  EXPECT_THAT(refusal(s), HasSubstr("found 1002001"));
}

TEST(CheckSweep, FindsTwoOfManyValuesThatAreOne) {
  Sweep s = sweep();
  s.axes = {{"dropout.rate", {}}};
  for (int k = 0; k < 400; ++k) s.axes[0].values.push_back("0." + std::to_string(1000 + k));
  EXPECT_EQ(refusal(s), "");
  s.axes[0].values[399] = "0.10070";
  EXPECT_THAT(refusal(s), HasSubstr("0.1007 and 0.10070"));
}

TEST(SweepCells, SetAllLayersOrSitesBeforeOneOfThem) {
  Sweep s = sweep();
  s.axes = {{"dropout.hidden1.rate", {"0.1", "0.3"}}, {"dropout.rate", {"0.2", "0.4"}}};
  std::vector<double> first, second;
  for (const StudyRun& run : study_of(s).runs) {
    first.push_back(run.spec.dropout.find("hidden1")->rate);
    second.push_back(run.spec.dropout.find("hidden2")->rate);
  }
  EXPECT_EQ(first, (std::vector<double>{0.1, 0.1, 0.3, 0.3}));
  EXPECT_EQ(second, (std::vector<double>{0.2, 0.4, 0.2, 0.4}));
  s.axes = {{"network.hidden1.units", {"3"}}, {"network.hidden", {"5,6"}}};
  EXPECT_EQ(study_of(s).runs[0].spec.network.hidden[0].units, 3);
  s.axes = {{"dropout.hidden2.rate", {"0.1"}}, {"dropout.hidden.rate", {"0.5"}}};  // of all sites of a kind
  EXPECT_EQ(study_of(s).runs[0].spec.dropout.find("hidden2")->rate, 0.1);
}

TEST(CheckSweep, NamesAxisAndValue) {
  EXPECT_EQ(refusal(sweep()), "");
  Sweep s = sweep();
  s.axes[0].path = "dropuot.rate";
  EXPECT_THAT(refusal(s), HasSubstr("axis dropuot.rate=0"));
  s = sweep();
  s.axes[0].values[2] = "1.7";
  EXPECT_THAT(refusal(s), HasSubstr("axis dropout.rate=1.7"));
  s = sweep();
  s.axes[0].values = {"0.5", "0.1", "0.50"};
  EXPECT_THAT(refusal(s), AllOf(HasSubstr("axis dropout.rate"), HasSubstr("0.5 and 0.50")));
  s = sweep();
  s.axes[1] = {"seed", {"1", "2"}};
  EXPECT_THAT(refusal(s), HasSubstr("axis seed")) << "the seeds are the sweep's";
  s.axes[1] = {"ticks", {"10", "20"}};
  EXPECT_EQ(refusal(s), "");
  s.ticks = 30;
  EXPECT_THAT(refusal(s), HasSubstr("axis ticks"));
  s = sweep();
  s.axes[1] = s.axes[0];
  EXPECT_THAT(refusal(s), HasSubstr("dropout.rate twice"));
  s.axes = {};
  EXPECT_THAT(refusal(s), HasSubstr("axes: expected one or two"));
  s = sweep();
  s.axes[1].values.clear();
  EXPECT_THAT(refusal(s), HasSubstr("axis network.hidden: expected at least one value"));
  s = sweep();
  s.seeds = {5, 5};
  EXPECT_THAT(refusal(s), HasSubstr("5 twice"));
  s.seeds = {};
  EXPECT_THAT(refusal(s), HasSubstr("seeds"));
  s = sweep();
  s.axes[1] = {"data.train", {"8", "32"}};
  EXPECT_EQ(refusal(s), "") << "more data are the same task";
}

TEST(SweepHash, DiffersWhereverACellWould) {
  const Sweep s = sweep();
  Sweep same = s;
  same.base.scenario = "moons";
  same.base.seed = same.base.data_seed = 99;
  same.axes[0].values[1] = "0.30";
  EXPECT_EQ(sweep_hash(same), sweep_hash(s)) << "what the sweep sets itself, and names";
  std::vector<Sweep> others(8, s);
  others[0].base.batch_size += 1;
  others[1].axes[0].values[1] = "0.4";
  std::swap(others[2].axes[0].values[1], others[2].axes[0].values[2]);
  others[3].seeds[1] = 9;
  others[4].vary_data = false;
  others[5].ticks = 13;
  others[6].axes.pop_back();
  others[7].seeds.push_back(5);
  for (std::size_t i = 0; i < others.size(); ++i) {
    EXPECT_NE(sweep_hash(others[i]), sweep_hash(s)) << i;
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(sweep_hash(others[i]), sweep_hash(others[k])) << i << ' ' << k;
  }
}

TEST(MergeParts, GivesTheWholeWhateverTheDivisionAndTheOrder) {
  const Sweep s = sweep();
  const std::vector<SweepPart> one = {part_of_sweep(s, 0, 1)};
  const std::vector<Trial> whole = merge_parts(one);
  ASSERT_EQ(whole.size(), 12u);
  for (std::size_t cell = 0; cell < 12; ++cell) {
    EXPECT_EQ(whole[cell].run * 2 + whole[cell].seed, cell);
    EXPECT_TRUE(whole[cell].run > 0 || whole[cell].score.ticks_to_target) << "the first run sets the target";
  }
  for (int shards : {2, 3, 5, 20}) {
    std::vector<SweepPart> parts;
    for (int i = 0; i < shards; ++i) parts.push_back(part_of_sweep(s, i, shards));
    for (int turn = 0; turn < 3; ++turn) {
      const std::vector<Trial> merged = merge_parts(parts);
      ASSERT_EQ(merged.size(), 12u);
      for (std::size_t cell = 0; cell < 12; ++cell) expect_same(merged[cell], whole[cell]);
      std::rotate(parts.begin(), parts.begin() + 1, parts.end());
    }
  }
  // Parts of two divisions that overlap agree.
  const std::vector<SweepPart> overlapping = {part_of_sweep(s, 0, 2), one[0]};
  EXPECT_EQ(merge_parts(overlapping).size(), 12u);
}

TEST(MergeParts, RefusesWhatDoesNotFitByName) {
  const Sweep s = sweep();
  std::vector<SweepPart> parts;
  for (int i = 0; i < 3; ++i) parts.push_back(part_of_sweep(s, i, 3));
  const auto refused = [](const std::vector<SweepPart>& p) { return refusal([&] { merge_parts(p); }); };
  EXPECT_EQ(refused(parts), "");
  EXPECT_THAT(refused({}), HasSubstr("at least one"));
  EXPECT_THAT(
      refused({parts[2], parts[0]}),
      AllOf(HasSubstr("all 12 cells"), HasSubstr("cell 1 (dropout.rate=0, network.hidden=9,7,6,4, seed 4)"),
            HasSubstr("cell 4"), HasSubstr("cell 7"), HasSubstr("and 1 more"), HasSubstr("not there: part 2 of 3")));
  auto cut = parts;
  cut[1].trials.pop_back();
  EXPECT_THAT(refused(cut), AllOf(HasSubstr("cell 10"), testing::Not(HasSubstr("not there"))));
  auto other = parts;
  other[2].sweep.base.batch_size = 3;
  EXPECT_THAT(refused(other), AllOf(HasSubstr("part 3 of 3"), HasSubstr("the sweep of part 1 of 3")));
  auto contradiction = parts;
  contradiction[2].trials.push_back(contradiction[0].trials[1]);
  EXPECT_EQ(refused(contradiction), "") << "twice the same is no harm";
  contradiction[2].trials.back().state_hash ^= 1;
  EXPECT_THAT(refused(contradiction), AllOf(HasSubstr("cell 3"), HasSubstr("part 1 of 3"), HasSubstr("part 3 of 3")));
  contradiction[2].trials.back().state_hash ^= 1;
  contradiction[2].trials.back().score.last.validation_loss += 1e-5f;
  EXPECT_THAT(refused(contradiction), AllOf(HasSubstr("cell 3"), HasSubstr("with other scores")));
  auto twice = parts;
  twice.push_back(parts[1]);
  twice[1].file = "b.json", twice[3].file = "copy.json";
  EXPECT_THAT(refused(twice), AllOf(HasSubstr("part 2 of 3 (copy.json)"), HasSubstr("each part once"),
                                    HasSubstr("part 2 of 3 (b.json)")));
  twice[3].trials[0].state_hash ^= 1;
  EXPECT_THAT(refused(twice), HasSubstr("one result")) << "that they disagree says more";
  twice = {parts[0], parts[0]};
  EXPECT_THAT(refused(twice), HasSubstr("each part once")) << "says more than what is missing";
  auto strange = parts;
  strange[1].trials[0].run = 77;
  EXPECT_THAT(refused(strange), AllOf(HasSubstr("part 2 of 3"), HasSubstr("run 77")));
}

// Numbers that are none agree with themselves: accuracies of a regression.
TEST(MergeParts, TakesWhatIsNoNumberTwice) {
  const Sweep s = sweep();
  std::vector<SweepPart> parts = {part_of_sweep(s, 0, 1), part_of_sweep(s, 0, 2)};
  for (SweepPart& part : parts)
    for (Trial& trial : part.trials) trial.score.last.train_accuracy = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(merge_parts(parts).size(), 12u);
}

}  // namespace
}  // namespace dropscope
