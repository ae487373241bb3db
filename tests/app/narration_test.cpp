// No sentence contradicts the snapshot beside it: every count in it is counted again here, gate by gate, in every phase
// of every ready-made run.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "app/scene/gate_words.h"
#include "app/scene/narration.h"
#include "app/scene/scene_parts.h"
#include "app/scene/step_text.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "core/session/snapshot_builder.h"
#include "core/train/columns.h"
#include "tests/app/walked_run.h"

namespace dropscope {
namespace {

struct Walked : WalkedRun {
  using WalkedRun::WalkedRun;
  Snapshot look(bool eval) {
    ViewState view;
    view.eval = eval;
    return WalkedRun::look(view);
  }
};

struct Count {
  std::uint64_t dropped = 0, total = 0;
  auto operator<=>(const Count&) const = default;
};

// Gate by gate, each coin once; what cannot change anything left out. Too many to be shown: as the run counted them.
Count recount(const Snapshot& s, const SiteView& site) {
  if (site.gate.empty()) return {std::uint64_t(site.total - site.kept), std::uint64_t(site.total)};
  Count count;
  for (std::uint32_t coin = 0; coin < coin_count(site); ++coin) {
    const std::uint32_t element = first_of_coin(site, coin);
    if (!has_effect(s, {int(&site - s.sites.data()), element})) continue;
    ++count.total;
    count.dropped += site.gate[element] == 0 ? 1 : 0;
  }
  return count;
}

// What may be said in the phase shown: of one site, and of those of equal things together.
std::set<Count> true_counts(const Snapshot& s, const Walk& walk) {
  std::vector<const SiteView*> sites;
  if (walk.column() >= 0) {
    const auto l = std::size_t(walk.column());
    if (const SiteView* own = site_of(s, l)) sites.push_back(own);
    for (const SiteView* inner : inner_sites(s, l)) sites.push_back(inner);
  } else {
    for (const SiteView& site : s.sites) sites.push_back(&site);
  }
  std::set<Count> counts;
  std::map<std::string, Count> together;
  for (const SiteView* site : sites) {
    if (!is_drawn(*site)) continue;
    const Count one = recount(s, *site);
    counts.insert(one);
    Count& sum = together[count_gates(*site).of];
    sum.dropped += one.dropped;
    sum.total += one.total;
  }
  for (const auto& [of, count] : together) counts.insert(count);
  return counts;
}

std::uint64_t number_of(std::string text) {
  std::erase(text, ',');
  return std::stoull(text);
}

std::string walk_name(const Snapshot& s, const Walk& walk) {
  return walk.now() ? beat_title(s, *walk.now()) : "before";
}

void check_counts(const Snapshot& s, const Walk& walk, const std::string& sentence, const std::string& where) {
  static const std::regex of("([0-9][0-9,]*) of ([0-9][0-9,]*) ");
  std::set<Count> counts = true_counts(s, walk);
  const Phase phase = walk.phase();
  if (phase == Phase::Batch || phase == Phase::Update) return;
  if (phase == Phase::Forward && sentence.find("ReLU") != std::string::npos) {
    const LayerView& layer = s.layers[std::size_t(walk.column())];
    counts.insert({std::uint64_t(std::count(layer.h.begin(), layer.h.end(), 0.0f)), std::uint64_t(layer.units)});
  }
  for (auto it = std::sregex_iterator(sentence.begin(), sentence.end(), of); it != std::sregex_iterator(); ++it)
    EXPECT_TRUE(counts.contains({number_of((*it)[1]), number_of((*it)[2])})) << where << ": " << sentence;
  static const std::regex left("the ([0-9][0-9,]*) [a-z ]+ left"), gone("([0-9][0-9,]*) dropped ");
  std::smatch match;
  const auto one_has = [&](auto holds) { return std::any_of(counts.begin(), counts.end(), holds); };
  if (std::regex_search(sentence, match, left)) {
    const std::uint64_t n = number_of(match[1]);
    EXPECT_TRUE(one_has([n](const Count& c) { return c.total - c.dropped == n; })) << where << ": " << sentence;
  }
  if (std::regex_search(sentence, match, gone)) {
    const std::uint64_t n = number_of(match[1]);
    EXPECT_TRUE(one_has([n](const Count& c) { return c.dropped == n; })) << where << ": " << sentence;
  }
}

// What is said without a number.
void check_words(const Snapshot& s, const Walk& walk, const std::string& sentence, const std::string& where) {
  const auto says = [&](const char* words) { return sentence.find(words) != std::string::npos; };
  const std::set<Count> counts = true_counts(s, walk);
  const bool any = std::any_of(counts.begin(), counts.end(), [](const Count& c) { return c.dropped > 0; });
  const auto holds = [&](bool said, bool so) { EXPECT_TRUE(!said || so) << where << ": " << sentence; };
  holds(says("nothing is dropped") && !s.eval_view, counts.empty());
  holds(says("nothing was dropped") || says("none of its"), !any);
  holds(says("branch is skipped") || says("skipped branch"), any);
  holds(says("branch is kept"), !any);
  holds(says("exactly no gradient"), any);
  if (walk.column() >= 0) {
    const std::int64_t weights = s.layers[std::size_t(walk.column())].weight_count;
    holds(says("reaches its weights"), weights > 0);
    holds(says("no weights") || says("reaches its gain and shift"), weights == 0);
  }
  holds(s.eval_view && walk.phase() != Phase::Batch && walk.now(), says("Eval view"));
}

class EveryNarration : public testing::TestWithParam<std::string> {};

TEST_P(EveryNarration, SaysOnlyWhatTheGatesBesideItSay) {
  Walked run(GetParam());
  for (int i = 0; i < int(run.beats.size()) * 2; ++i) {
    run.advance();
    for (bool eval : {false, true}) {
      const Snapshot s = run.look(eval);
      const Walk walk = walk_of(s);
      for (int part = -1; part < 4; ++part) {
        const std::vector<std::string> wordings = narration(s, walk, part);
        ASSERT_FALSE(wordings.empty());
        for (const std::string& sentence : wordings) {
          const std::string where = GetParam() + ", " + walk_name(s, walk);
          EXPECT_TRUE(sentence.ends_with('.')) << sentence;
          EXPECT_EQ(sentence.find("  "), std::string::npos) << sentence;
          check_counts(s, walk, sentence, where);
          check_words(s, walk, sentence, where);
        }
        // The line is never so narrow that the shortest wording needs more.
        EXPECT_LE(wordings.back().size(), 90u) << wordings.back();
      }
    }
  }
}

// The card's arithmetic names numbers that the snapshot has.
TEST_P(EveryNarration, CardsOfEveryUnitAndGateHaveRoomAndNoEmptyLine) {
  Walked run(GetParam());
  for (int i = 0; i < int(run.beats.size()); ++i) {
    run.advance();
    const Snapshot s = run.look(false);
    const Walk walk = walk_of(s);
    for (int l = 0; l < int(s.layers.size()); ++l) {
      const int last = s.layers[std::size_t(l)].units - 1;
      for (int unit : {0, last / 2, last}) {
        const CardText card = unit_card_text(s, walk, UnitRef{l, unit}, std::nullopt, -1);
        EXPECT_FALSE(card.title.empty() || card.lines.empty()) << GetParam();
        EXPECT_LE(card.lines.size(), std::size_t(kUnitCardLines)) << GetParam();
        for (const CardLine& line : card.lines) EXPECT_FALSE(line.text.empty());
      }
    }
    for (int site = 0; site < int(s.sites.size()); ++site) {
      if (s.sites[std::size_t(site)].total == 0) continue;
      EXPECT_FALSE(unit_card_text(s, walk, std::nullopt, GateRef{site, 0}, -1).title.empty()) << GetParam();
    }
  }
}

std::vector<std::string> runs_without_files() {
  std::vector<std::string> ids;
  for (const Scenario* scenario : all_scenarios())
    if (scenario->spec().data.dataset != "mnist") ids.emplace_back(scenario->id);
  return ids;
}
INSTANTIATE_TEST_SUITE_P(Scenarios, EveryNarration, testing::ValuesIn(runs_without_files()), [](const auto& scenario) {
  std::string name = scenario.param;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
});

TEST(Narration, SaysWhatTheDesignPromises) {
  Walked run("moons");
  run.advance();
  Snapshot s = run.look(false);
  EXPECT_EQ(narration(s, walk_of(s), -1)[0], "Step 1: 16 of 60 examples are drawn; shown is number 1 of the batch.");
  run.advance();
  s = run.look(false);
  const Count one = recount(s, s.sites[1]), two = recount(s, s.sites[2]);
  EXPECT_EQ(narration(s, walk_of(s), -1)[0], std::to_string(one.dropped + two.dropped) +
                                                 " of 32 units are silent: " + std::to_string(one.dropped) +
                                                 " of hidden 1, " + std::to_string(two.dropped) + " of hidden 2.");
  run.advance();
  s = run.look(false);
  EXPECT_EQ(narration(s, walk_of(s), -1)[0],
            "hidden 1: " + std::to_string(one.dropped) + " of 16 units are silent; the " +
                std::to_string(one.total - one.dropped) + " units left count \u00d7 2.");
}

TEST(Narration, WithoutWeightsNoGradientReachesWeights) {
  std::set<std::string> said;
  for (const char* id : {"conv-spatial", "batch-norm"}) {
    Walked run(id);
    for (std::size_t i = 0; i < run.beats.size(); ++i) {
      run.advance();
      const Snapshot s = run.look(false);
      const Walk walk = walk_of(s);
      if (walk.phase() == Phase::Backward) said.insert(narration(s, walk, -1).front());
    }
  }
  EXPECT_TRUE(said.contains("pool 1: it has no weights; the gradient goes back through it to the column before."));
  EXPECT_TRUE(said.contains("norm 1: the gradient reaches its gain and shift, and goes on to the column before."));
  EXPECT_TRUE(said.contains("output: the gradient of the loss reaches its weights."));
}

TEST(Narration, OfTwoBranchesEachHasItsOwnFate) {
  Snapshot s;
  s.status = RunStatus::Paused;
  s.phase = Phase::Forward;
  s.layers.resize(2);
  s.layers[0].name = "input", s.layers[0].units = 4;
  s.layers[1].name = "block1", s.layers[1].units = 4, s.layers[1].is_block = true;
  auto timeline = std::make_shared<TimelineView>();
  timeline->beats = {
      {Phase::Batch, -1}, {Phase::Masks, -1}, {Phase::Forward, 1}, {Phase::Loss, -1}, {Phase::Update, -1}};
  timeline->beat = 3;
  s.timeline = timeline;
  for (const char* part : {"attention", "feed_forward"}) {
    SiteView site;
    site.site = std::string("block1.") + part + "_branch";
    site.kind = SiteKind::ResidualBranch, site.variant = find_variant("droppath");
    site.rate = 0.3, site.active = true;
    site.shape = Shape{{Axis::Sample, 1}, {Axis::Time, 2}, {Axis::Unit, 2}};
    site.total = 4, site.coins = 1;
    PartView sum;
    sum.name = site.site, sum.kind = PartKind::Branch, sum.sites = {int(s.sites.size())};
    s.layers[1].parts.push_back(sum);
    s.layers[1].inner_sites.push_back(int(s.sites.size()));
    s.sites.push_back(site);
  }
  const auto says = [&](bool first, bool second) {
    const bool open[] = {first, second};
    for (int i = 0; i < 2; ++i) {
      s.sites[std::size_t(i)].gate.assign(4, open[i] ? 1.0f : 0.0f);
      s.sites[std::size_t(i)].kept = open[i] ? 4 : 0, s.sites[std::size_t(i)].coins_kept = open[i] ? 1 : 0;
    }
    return narration(s, walk_of(s), -1).front();
  };
  EXPECT_EQ(says(false, true), "block 1: its attention branch is skipped; what came in goes past it.");
  EXPECT_EQ(says(true, false), "block 1: its feed forward branch is skipped; what came in goes past it.");
  EXPECT_EQ(says(false, false),
            "block 1: its attention branch and its feed forward branch are skipped; what came in goes past them.");
  EXPECT_EQ(says(true, true),
            "block 1: nothing is skipped; its attention branch and its feed forward branch add to what came in.");
  EXPECT_EQ(branch_gate(s, 1), nullptr);
  s.layers[1].parts.pop_back(), s.layers[1].inner_sites.pop_back();
  EXPECT_EQ(branch_gate(s, 1), &s.sites[0]);
}

TEST(Narration, CountsWhatWasSetByHand) {
  Walked run("moons");
  int hidden1 = 0;
  while (run.trainer.network().sites()[std::size_t(hidden1)].name != "hidden1") ++hidden1;
  run.trainer.set_gate({hidden1, 3, -1, false});
  run.trainer.set_gate({hidden1, 4, -1, false});
  run.advance();
  run.advance();
  const Snapshot s = run.look(false);
  const std::string sentence = narration(s, walk_of(s), -1)[0];
  const Count one = recount(s, s.sites[1]), two = recount(s, s.sites[2]);
  EXPECT_TRUE(sentence.starts_with(std::to_string(one.dropped + two.dropped) + " of 32 units")) << sentence;
  EXPECT_EQ(s.sites[1].site, "hidden1");
  EXPECT_EQ(s.sites[1].gate[3], 0);
  EXPECT_EQ(s.sites[1].gate[4], 0);
  // As many as the draw had kept: what was dropped anyway is not by hand.
  const std::string by_hand = std::to_string(s.sites[1].by_hand.size()) + " set by hand";
  EXPECT_TRUE(s.sites[1].by_hand.empty() || sentence.find(by_hand) != std::string::npos) << sentence;
}

TEST(Narration, AFewKindsOfNoiseInTheirOwnWords) {
  const auto said = [](const char* scenario, Phase phase, int nth) {
    Walked run(scenario);
    for (;;) {
      run.advance();
      const Snapshot s = run.look(false);
      const Walk walk = walk_of(s);
      if (walk.phase() == phase && nth-- == 0) return narration(s, walk, -1)[0];
    }
  };
  EXPECT_NE(said("conv-spatial", Phase::Forward, 0).find("feature maps"), std::string::npos);
  EXPECT_NE(said("dropconnect", Phase::Forward, 0).find("weights are cut"), std::string::npos);
  EXPECT_NE(said("residual-depth", Phase::Forward, 1).find("branch"), std::string::npos);
  EXPECT_NE(said("transformer-attention", Phase::Forward, 1).find("attention weights"), std::string::npos);
  EXPECT_NE(said("lstm-locked", Phase::Forward, 1).find("lstm 1"), std::string::npos);
}

}  // namespace
}  // namespace dropscope
