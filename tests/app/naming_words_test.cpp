// With p = kept every word that a person reads follows, and nothing else changes: neither the run nor what a script
// says.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>

#include "app/export/explore_picture.h"
#include "app/export/setting_facts.h"
#include "app/scene/narration.h"
#include "app/scene/noise_words.h"
#include "app/scene/scene_text.h"
#include "app/scene/step_text.h"
#include "app/state/neighbours.h"
#include "app/state/phrases.h"
#include "app/state/reduce.h"
#include "app/state/script.h"
#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "core/session/snapshot_builder.h"
#include "core/train/columns.h"
#include "tests/app/picture_checks.h"

namespace dropscope {
namespace {

constexpr RateNaming kDrop = RateNaming::Drop, kKeep = RateNaming::Keep;

// Rates that differ from their complements, and from each other's.
RunSpec with_telling_rates(const std::string& scenario) {
  RunSpec spec = scenario_or_throw(scenario, "test");
  for (SitePlan& plan : spec.dropout.sites)
    if (plan.rate > 0) plan.rate = plan.rate > 0.25 ? 0.3 : 0.15;
  return spec;
}

// Everything said of a run at one moment.
struct Said {
  std::vector<std::string> list;
  void add(const std::vector<std::string>& more) { list.insert(list.end(), more.begin(), more.end()); }
  void add(const DisplayList& picture) {
    for (const draw::Item& item : picture.items)
      if (const auto* text = std::get_if<draw::Text>(&item)) list.push_back(text->text);
  }
  void add(const CardText& card) {
    list.push_back(card.title + card.note);
    for (const CardLine& line : card.lines) list.push_back(line.text);
  }
};

std::vector<std::string> words_of(const Snapshot& s, RateNaming naming) {
  Said said;
  const Walk walk = walk_of(s);
  for (int part = -1; part < 4; ++part) said.add(narration(s, walk, part, naming));
  for (int l = 0; l < int(s.layers.size()); ++l)
    for (int unit : {0, s.layers[std::size_t(l)].units - 1}) {
      said.add(unit_arithmetic(s, {l, unit}, naming));
      said.add(unit_card_text(s, walk, UnitRef{l, unit}, std::nullopt, -1, naming));
    }
  for (int site = 0; site < int(s.sites.size()); ++site)
    if (s.sites[std::size_t(site)].total > 0)
      said.add(unit_card_text(s, walk, std::nullopt, GateRef{site, 0}, -1, naming));
  for (bool stepping : {false, true}) {
    SceneStyle style;
    style.palette = &palette(ThemeId::Light);
    style.naming = naming;
    style.stepping = stepping;
    const NetworkLayout layout = layout_network(s, {{0, 0}, {1800, 1000}}, style);
    said.add(build_network_scene(s, layout, style, FixedMeasure()).labels);
  }
  for (const FactGroup& group : setting_facts(s, naming))
    for (const Fact& fact : group.facts) said.list.push_back(fact.name + ": " + fact.value);
  said.list.push_back(variant_summary(s, naming));
  return said.list;
}

// Numbers that may follow "p =" anywhere.
std::set<std::string> numbers(const Snapshot& s, RateNaming naming) {
  std::set<std::string> all;
  for (const SiteView& site : s.sites) {
    const double p = letter_value(naming, site.rate);
    all.insert({rate_digits(p), short_text(p), fixed_text(p, 2)});
    if (const SitePlan* plan = s.spec.dropout.find(site.site))
      all.insert(fixed_text(letter_value(naming, plan->rate), 2));
  }
  return all;
}

class EveryNaming : public testing::TestWithParam<std::string> {};

TEST_P(EveryNaming, AllWordsSayPWithItsOwnNumber) {
  const RunSpec spec = with_telling_rates(GetParam());
  Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  SnapshotBuilder builder(trainer);
  const std::vector<Beat> beats = beats_of(trainer.network());
  const std::regex equation("(1 [-\u2212] )?\\bp = ([0-9.]+[0-9])");
  int told = 0;
  bool drop_and_keep_differ = false;
  for (int beat = 0; beat < int(beats.size()); ++beat) {
    for (int i = 0; i < beats[std::size_t(beat)].stations; ++i) trainer.advance(Granularity::Phase);
    Snapshot s = builder.build(trainer, {});
    s.status = RunStatus::Paused;
    auto timeline = std::make_shared<TimelineView>();
    for (const Beat& b : beats) timeline->beats.push_back({b.phase, b.column});
    timeline->tick = trainer.tick();
    timeline->beat = (beat + 1) % int(beats.size());
    s.timeline = timeline;
    const std::vector<std::string> drop = words_of(s, kDrop), keep = words_of(s, kKeep);
    const std::set<std::string> dropped = numbers(s, kDrop), kept = numbers(s, kKeep);
    const auto check = [&](const std::vector<std::string>& texts, bool keeps) {
      for (const std::string& text : texts)
        for (std::sregex_iterator it(text.begin(), text.end(), equation), end; it != end; ++it) {
          const bool complement = (*it)[1].matched;
          EXPECT_TRUE(!complement || keeps) << text;
          const std::set<std::string>& allowed = keeps != complement ? kept : dropped;
          EXPECT_TRUE(allowed.contains((*it)[2])) << text;
          ++told;
        }
    };
    check(drop, false);
    check(keep, true);
    for (const std::string& text : keep)
      for (const char* left : {"/ (1 - p)", "/ (1\u2212p)", "Bernoulli(1", "with probability p"})
        EXPECT_EQ(text.find(left), std::string::npos) << text;
    // And back again nothing has changed.
    EXPECT_EQ(words_of(s, kDrop), drop);
    drop_and_keep_differ = drop_and_keep_differ || drop != keep;
  }
  const bool noisy = !acting_sites(spec).empty();
  EXPECT_EQ(told > 0, noisy);
  EXPECT_TRUE(drop_and_keep_differ || !noisy);
}

std::vector<std::string> runs_without_files() {
  std::vector<std::string> ids;
  for (const Scenario* scenario : all_scenarios())
    if (scenario->spec().data.dataset != "mnist") ids.emplace_back(scenario->id);
  return ids;
}
std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(All, EveryNaming, testing::ValuesIn(runs_without_files()), test_name);

}  // namespace

TEST(NamingWords, RunsAreNamedByWhatIsKept) {
  RunSpec moons = scenario_or_throw("moons", "test");
  const RunSpec plain = with_neighbour(moons, "none", std::nullopt, "test");
  const RunSpec run = with_neighbour(moons, "inverted", 0.2, "test");
  EXPECT_EQ(run_name(run, plain), "inverted 0.2");
  EXPECT_EQ(run_name(run, plain, kKeep), "inverted, p(keep) = 0.8");
  EXPECT_EQ(run_name(plain, plain, kKeep), "no dropout");
  EXPECT_EQ(differences(plain, run, kKeep), std::vector<std::string>{"no dropout \u2192 inverted, p(keep) = 0.8"});
  EXPECT_EQ(noise_phrase(with_neighbour(moons, "dropconnect", 0.35, "test"), kKeep),
            "dropconnect, p(keep) = 0.65 on weights");
}

TEST(NamingWords, BarsSayRatesInRisingOrderOfP) {
  RunSpec spec = scenario_or_throw("moons", "test");
  spec.dropout = {};
  spec.dropout.at("hidden1").rate = 0.2;
  spec.dropout.at("hidden1").variant = "inverted";
  EXPECT_EQ(rates_phrase(spec), "0.20 / 0.00");
  EXPECT_EQ(rates_phrase(spec, kKeep), "0.80 / 1.00");
}

TEST(NamingWords, TheSwitchChangesWordsAloneAndScriptsStillSayDropped) {
  AppState state;
  state.document().spec = scenario_or_throw("moons", "test");
  const Snapshot snapshot;
  const auto run = [&](const char* script) {
    for (const Intent& intent : parse_script(script, "test")) reduce(intent, state, snapshot, 1);
  };
  const RunSpec before = state.document().spec;
  run("naming keep");
  EXPECT_EQ(state.persisted.naming, kKeep);
  EXPECT_EQ(state.document().spec, before);
  run("rate 0.2");
  EXPECT_EQ(state.document().spec.dropout.find("hidden1")->rate, 0.2);
  EXPECT_NE(state.transient.notice.find("p = 0.80"), std::string::npos) << state.transient.notice;
  run("set dropout.hidden1.rate 0.3");
  EXPECT_EQ(state.document().spec.dropout.find("hidden1")->rate, 0.3);
  run("naming; rate 0.2");
  EXPECT_EQ(state.persisted.naming, kDrop);
  EXPECT_NE(state.transient.notice.find("p = 0.20"), std::string::npos) << state.transient.notice;
  EXPECT_THROW(run("naming sideways"), InputError);
}

}  // namespace dropscope
