// Noise of every kind in its own words: what is filled is not silent, what is held is not dropped, what a person did is
// not denied; and the card's arithmetic gives the number beside it.
#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "app/scene/gate_words.h"
#include "app/scene/narration.h"
#include "app/scene/noise_words.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
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
  // On to the next beat of the phase, of the column where one is named.
  Snapshot to(Phase phase, const std::string& column = "") {
    for (;;) {
      const Beat now = beats[std::size_t(beat)];
      advance();
      if (now.phase != phase) continue;
      const Snapshot s = look();
      if (column.empty() || s.layers[std::size_t(now.column)].name == column) return s;
    }
  }
  Snapshot look() {
    ViewState view;
    view.trace = true;
    return WalkedRun::look(view);
  }
  int site(const std::string& name) const { return trainer.network().find_site(name); }
};

std::string said(const Snapshot& s, int part = -1) { return narration(s, walk_of(s), part).front(); }
bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

CardText card_of(const Snapshot& s, int layer, int unit) {
  return unit_card_text(s, walk_of(s), UnitRef{layer, unit}, std::nullopt, -1);
}
bool has_line(const CardText& card, const std::string& words) {
  return std::any_of(card.lines.begin(), card.lines.end(), [&](const CardLine& l) { return has(l.text, words); });
}
double number_in(std::string text) {
  for (std::size_t at; (at = text.find("\u2212")) != std::string::npos;) text.replace(at, 3, "-");
  return std::stod(text);
}

TEST(NoiseWords, AlphaDropoutsArithmeticHasItsOffset) {
  Walked run("alpha-selu");
  int kept = 0, filled = 0;
  for (int tick = 0; tick < 3; ++tick) {
    const Snapshot s = run.to(Phase::Forward, "hidden2");
    const auto l = std::size_t(walk_of(s).column());
    const SiteView& site = *site_of(s, l);
    ASSERT_TRUE(fills_dropped(site));
    const std::string sentence = said(s);
    EXPECT_TRUE(has(sentence, "lowest value") == (site.kept < site.total) && has(sentence, "shifted") &&
                !has(sentence, "silent"))
        << sentence;
    for (int unit = 0; unit < s.layers[l].units; ++unit) {
      const auto i = std::size_t(unit);
      const CardText card = card_of(s, int(l), unit);
      EXPECT_TRUE(has_line(card, "+ offset"));
      EXPECT_EQ(card.lines.back().text, "   = " + value_text(double(s.layers[l].y[i])));
      // The terms that the card names make the value that the run passed on.
      EXPECT_NEAR(site.scale * site.gate[i] * s.layers[l].h[i] + site.offset[i], s.layers[l].y[i], 1e-6);
      for (const CardLine& line : card.lines) EXPECT_NE(line.look, CardLine::Look::Struck) << line.text;
      static const std::regex terms("   = (\\S+) \u00b7 1 \u00b7 (\\S+) (\\+|\u2212) (\\S+)");
      std::smatch match;
      const std::string numbers = card.lines[card.lines.size() - 2].text;
      if (site.gate[i] == 0) {
        ++filled;
        EXPECT_EQ(numbers, "   = offset (the lowest value)");
        EXPECT_FALSE(sends_nothing(&site, unit, s.layers[l].units));
        EXPECT_TRUE(is_silent(&site, unit, s.layers[l].units));
      } else {
        ++kept;
        ASSERT_TRUE(std::regex_match(numbers, match, terms)) << numbers;
        const double sum = number_in(match[1]) * number_in(match[2]) + (match[3] == "+" ? 1 : -1) * number_in(match[4]);
        EXPECT_NEAR(sum, double(s.layers[l].y[i]), 0.02);
      }
    }
  }
  EXPECT_GT(kept, 0);
  EXPECT_GT(filled, 0);
}

TEST(NoiseWords, UnitsDroppedToZeroSendNothing) {
  Walked run("moons");
  const Snapshot s = run.to(Phase::Forward, "hidden1");
  const SiteView& site = *site_of(s, 1);
  EXPECT_FALSE(fills_dropped(site));
  for (int i = 0; i < s.layers[1].units; ++i)
    EXPECT_EQ(sends_nothing(&site, i, s.layers[1].units), site.gate[std::size_t(i)] == 0);
}

TEST(NoiseWords, MasksThatReadTheSumsComeLater) {
  Walked run("standout");
  const Snapshot masks = run.to(Phase::Masks);
  EXPECT_TRUE(std::any_of(masks.sites.begin(), masks.sites.end(), is_drawn_late));
  EXPECT_TRUE(has(said(masks), "forward phase")) << said(masks);
  EXPECT_FALSE(has(said(masks), "nothing is dropped"));
  const Snapshot forward = run.to(Phase::Forward, "hidden1");
  EXPECT_FALSE(is_drawn_late(*site_of(forward, 1)));
  EXPECT_TRUE(has(said(forward), " of ")) << said(forward);
}

TEST(NoiseWords, HeldValuesAreNotDropped) {
  Walked run("lstm-zoneout");
  const Snapshot masks = run.to(Phase::Masks);
  EXPECT_TRUE(has(said(masks), "held")) << said(masks);
  EXPECT_FALSE(has(said(masks), "dropped") || has(said(masks), "kept")) << said(masks);
  const Snapshot forward = run.to(Phase::Forward, "lstm1");
  EXPECT_TRUE(has(said(forward), "held; the others are renewed")) << said(forward);
  const Snapshot back = run.to(Phase::Backward, "lstm1");
  EXPECT_TRUE(has(said(back), "goes on through the old value")) << said(back);
  EXPECT_FALSE(has(said(back), "no gradient")) << said(back);
  bool found = false;
  for (int i = 0; i < int(back.sites.size()); ++i) {
    const SiteView& site = back.sites[std::size_t(i)];
    if (site.variant->fill != Fill::Held || site.gate.empty()) continue;
    found = true;
    EXPECT_STREQ(gate_action(site, true), "Hold");
    EXPECT_STREQ(gate_action(site, false), "Renew");
    const CardText card = unit_card_text(back, walk_of(back), std::nullopt, GateRef{i, 0}, -1);
    EXPECT_TRUE(has_line(card, site.gate[0] == 0 ? "held: " : "renewed: "));
  }
  EXPECT_TRUE(found);
}

// The same things are counted on the way there and back.
TEST(NoiseWords, BackwardCountsWhatForwardCounted) {
  for (const char* scenario : {"transformer-residual", "transformer-attention", "lstm-zoneout"}) {
    Walked run(scenario);
    const Snapshot start = run.to(Phase::Masks);
    for (std::size_t l = 1; l < start.layers.size(); ++l) {
      const std::string name = start.layers[l].name;
      const Snapshot there = run.to(Phase::Forward, name);
      const std::string forward = said(there);
      const Snapshot back = run.to(Phase::Backward, name);
      const std::string backward = said(back);
      if (!has(forward, " and ") || has(forward, "branch adds")) continue;
      static const std::regex of("([0-9][0-9,]*) of ([0-9][0-9,]*) "), gone("([0-9][0-9,]*) (dropped|held) ");
      std::vector<std::string> first, second;
      for (auto it = std::sregex_iterator(forward.begin(), forward.end(), of); it != std::sregex_iterator(); ++it)
        if ((*it)[1] != "0") first.push_back((*it)[1]);
      for (auto it = std::sregex_iterator(backward.begin(), backward.end(), gone); it != std::sregex_iterator(); ++it)
        second.push_back((*it)[1]);
      EXPECT_EQ(first, second) << forward << "\n" << backward;
    }
  }
}

TEST(NoiseWords, AColumnThatNormalisesIsNoWeightedSum) {
  Walked run("batch-norm");
  const Snapshot s = run.to(Phase::Forward, "norm1");
  const int l = walk_of(s).column();
  EXPECT_TRUE(is_norm(s, std::size_t(l)));
  EXPECT_TRUE(has(said(s, 0), "(x \u2212 mean) / deviation")) << said(s, 0);
  EXPECT_FALSE(has(said(s, 0), "weighted sum"));
  EXPECT_TRUE(has_line(card_of(s, l, 0), "gain\u00b7(x \u2212 mean)/dev. + shift = ") ||
              has_line(card_of(s, l, 0), "gain \u00b7 (x \u2212 mean)/dev. + shift = "));
  EXPECT_FALSE(has_line(card_of(s, l, 0), "\u03a3"));
}

TEST(NoiseWords, WhatAPersonDropsAmongRandomFactorsIsNotDenied) {
  for (const char* scenario : {"gaussian", "concrete"}) {
    Walked run(scenario);
    const int site = run.site("hidden1");
    ASSERT_GE(site, 0);
    Snapshot s = run.to(Phase::Masks);
    EXPECT_TRUE(has(said(s), "Nothing is dropped")) << said(s);
    EXPECT_EQ(has(said(s), "1 on average"), std::string(scenario) == "gaussian") << said(s);
    s = run.to(Phase::Forward, "output");
    EXPECT_FALSE(has(said(s), "what is left")) << said(s);
    s = run.to(Phase::Update);
    run.trainer.set_gate({site, 2, -1, false});
    s = run.to(Phase::Masks);
    EXPECT_TRUE(has(said(s), "1 of ") && has(said(s), " is dropped by hand")) << said(s);
    EXPECT_FALSE(has(said(s), "Nothing")) << said(s);
    s = run.to(Phase::Forward, "hidden1");
    EXPECT_TRUE(has(said(s), "hidden 1: 1 of ") && has(said(s), " is dropped by hand")) << said(s);
  }
}

TEST(NoiseWords, UnderDropConnectSumsHaveTheirMask) {
  Walked run("dropconnect");
  run.trainer.set_gate({run.site("hidden1"), 2, -1, false});
  const Snapshot s = run.to(Phase::Forward, "hidden1");
  ASSERT_NE(weight_site(s, 1), nullptr);
  const CardText card = card_of(s, 1, 0);
  EXPECT_TRUE(has(card.lines[0].text, "\u03a3 m")) << card.lines[0].text;
  EXPECT_EQ(has(card.lines[0].text, "(1\u2212p)"), weight_site(s, 1)->scale != 1) << card.lines[0].text;
  EXPECT_FALSE(has(said(s), "as they are")) << said(s);
  EXPECT_TRUE(has(said(s), " weights") && has(said(s), " unit")) << said(s);
}

TEST(NoiseWords, NothingIsSaidTwice) {
  EXPECT_FALSE(has(said(Walked("word-dropout").to(Phase::Masks)), "words of embedding 1 words"));
  EXPECT_FALSE(has(said(Walked("rnn-weight-drop").to(Phase::Masks)), "recurrent weight"));
  EXPECT_TRUE(has(said(Walked("rnn-weight-drop").to(Phase::Masks)), " weights of rnn 1 "));
}

TEST(NoiseWords, ARateOnASchedulingSaysWhereItStands) {
  Walked run("conv-dropblock");
  run.to(Phase::Update);
  run.to(Phase::Update);
  const Snapshot s = run.to(Phase::Masks);
  bool found = false;
  for (const SiteView& site : s.sites) {
    const std::string text = scheduled_rate(s, site);
    if (text.empty()) continue;
    found = true;
    EXPECT_TRUE(text.starts_with("p now ") && text.ends_with(", scheduled")) << text;
    EXPECT_TRUE(has(text, " of " + short_text(s.spec.dropout.find(site.site)->rate))) << text;
    EXPECT_LT(site.rate, s.spec.dropout.find(site.site)->rate);
  }
  EXPECT_TRUE(found);
  EXPECT_TRUE(has(said(s), "scheduled")) << said(s);
  const Snapshot plain = Walked("moons").to(Phase::Masks);
  for (const SiteView& site : plain.sites) EXPECT_EQ(scheduled_rate(plain, site), "");
}

TEST(NoiseWords, LossesSayWhatTheyAreTheMeanOf) {
  EXPECT_TRUE(has(said(Walked("r-drop").to(Phase::Loss)), "two passes with two masks"));
  EXPECT_FALSE(has(said(Walked("moons").to(Phase::Loss)), "two"));
  const std::string steps = said(Walked("transformer-residual").to(Phase::Loss));
  EXPECT_TRUE(has(steps, "mean over its steps")) << steps;
  EXPECT_FALSE(has(said(Walked("moons").to(Phase::Loss)), "steps"));
}

}  // namespace
}  // namespace dropscope
