// Pictures of the Ensemble mode: the wall has every sub-network once, needles stand where the numbers say, words fit.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "app/panels/answer_controls.h"
#include "app/scene/answers/subnetwork_parts.h"
#include "core/scenarios/scenarios.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_snapshot.h"

namespace dropscope {
namespace {

using namespace answers;

// A run of which only values are known: P(class 1) of sub-network i rises with the bits that are set.
struct Answered {
  Snapshot snapshot;
  EnsembleAnswer answer;
  std::shared_ptr<SubnetworkReport> report = std::make_shared<SubnetworkReport>();
  std::shared_ptr<FrozenRun> run = std::make_shared<FrozenRun>();
  std::optional<std::uint32_t> chosen;
  bool by_prediction = false;

  explicit Answered(int gates, int classes = 2) {
    SampleOptions options;
    options.widths = {2, std::max(gates, 1), classes};
    options.classes = classes;
    snapshot = sample_snapshot(options);
    snapshot.probe.input = {0.25f, -0.5f};
    run->spec = scenario_or_throw("moons", "test");
    run->spec.network.hidden.resize(1);
    run->spec.network.hidden[0].units = std::max(gates, 1);
    run->tick = 100;
    answer.run = run;
    SubnetworkReport& r = *report;
    r.gates = gates;
    r.enumerated = gates <= 12;
    r.classes = classes;
    r.outputs = classes;
    if (r.enumerated) {
      const std::size_t count = std::size_t(1) << gates;
      r.probability.assign(count, 1.0 / double(count));
      for (int j = 0; j < gates; ++j)
        r.places.push_back({0, std::uint32_t(j), "hidden1, unit " + std::to_string(j + 1)});
      for (std::size_t set = 0; set < count; ++set) {
        const double p = 0.1 + 0.7 * double((set * 37) % count) / double(count);  // not in the order of the bits
        for (int k = 0; k < classes; ++k) r.predictions.push_back(k == 1 ? p : (1 - p) / (classes - 1));
      }
    } else {
      r.why_sampled = "32 gates: 2^32 sub-networks are too many to run";
      r.standard_error = 0.0021;
      r.geometric_standard_error = 0.0034;
    }
    r.arithmetic = means(0.40, classes);
    r.geometric = means(0.46, classes);
    r.scaled = means(0.46, classes);
    r.arithmetic_off = 0.06;
    r.geometric_off = 1.2e-16;
    r.equal_by_theory = true;
    r.samples = {1, 10, 100, 1000};
    r.error = {0.3, 0.1, 0.03, 0.01};
    r.error_deviation = {0.2, 0.07, 0.02, 0.006};
    r.sequences = 100;
    r.meets_within = 1000;
    for (double e : r.error)
      for (double m : means(0.4 + e, classes)) r.estimate.push_back(m);
    r.scaled_error = 0.06;
    r.meets_scaling_at = 100;
    answer.subnetworks = report;
    auto convergence = std::make_shared<Convergence>();
    convergence->points = {
        {1, 20, 0.8, 0.3, 0.1}, {10, 20, 0.5, 0.2, 0.05}, {100, 10, 0.41, 0.1, 0.02}, {1000, 1, 0.4, 0.1, 0}};
    convergence->scaled_loss = 0.42;
    convergence->meets_scaling_at = 100;
    answer.convergence = convergence;
  }
  static std::vector<double> means(double p, int classes) {
    std::vector<double> row(std::size_t(classes), (1 - p) / (classes - 1));
    row[1] = p;
    return row;
  }
  AnswerInput input() const {
    AnswerInput in{answer, *snapshot.data, snapshot.probe, RateNaming::Drop, {}};
    in.subnetwork = chosen;
    in.by_prediction = by_prediction;
    in.snapshot = &snapshot;
    return in;
  }
};

constexpr Rect kCard{{10, 20}, {610, 420}};
const FixedMeasure kMeasure;
CardStyle style_of(ThemeId id = ThemeId::Light, float u = 1) { return {&palette(id), u}; }

const AnswerArea& area_named(const AnswerPicture& picture, const std::string& name) {
  for (const AnswerArea& area : picture.areas)
    if (area.name == name) return area;
  ADD_FAILURE() << "no area " << name;
  static const AnswerArea none;
  return none;
}

bool has_area(const AnswerPicture& picture, const std::string& name) {
  return std::any_of(picture.areas.begin(), picture.areas.end(), [&](const AnswerArea& a) { return a.name == name; });
}

class Wall : public testing::TestWithParam<int> {};

TEST_P(Wall, HasEverySubnetworkOnceInEitherOrderAndAClickFindsIt) {
  for (bool by_prediction : {false, true}) {
    Answered a(GetParam());
    a.by_prediction = by_prediction;
    const std::size_t count = std::size_t(1) << GetParam();
    const AnswerPicture picture = wall_card(a.input(), kCard, style_of(), kMeasure);
    const std::vector<draw::Image> images = all_of_kind<draw::Image>(picture.list);
    ASSERT_EQ(images.size(), 1u);
    EXPECT_EQ(images[0].rgba.size(), count);
    EXPECT_EQ(std::size_t(images[0].cols * images[0].rows), count);
    EXPECT_TRUE(inside(images[0].rect, kCard));
    const AnswerArea& wall = area_named(picture, "wall");
    EXPECT_EQ(wall.value, std::to_string(count));
    const WallGrid grid{images[0].cols, images[0].rows, images[0].rect};
    std::set<std::string> seen;
    double before = -1;
    const ShownOutput shown = shown_output(*a.report, *a.snapshot.data);
    for (std::size_t place = 0; place < count; ++place) {
      const AnswerHit hit = wall.at(grid.cell(place).center());
      ASSERT_EQ(hit.words.size(), 2u);
      EXPECT_EQ(hit.words[0], "subnetwork");
      seen.insert(hit.words[1]);
      const std::uint32_t bits = std::uint32_t(std::stoul(hit.words[1]));
      EXPECT_LT(bits, count);
      if (!by_prediction) {
        EXPECT_EQ(bits, place);
        continue;
      }
      EXPECT_GE(prediction_of(*a.report, shown, bits), before);
      before = prediction_of(*a.report, shown, bits);
    }
    EXPECT_EQ(seen.size(), count);
  }
}

INSTANTIATE_TEST_SUITE_P(Gates, Wall, testing::Values(1, 3, 8, 12));

TEST(Wall, IsOfSmallNetworksWithTheirMissingUnitsWhereThereIsRoom) {
  Answered a(3);
  const AnswerPicture picture = wall_card(a.input(), kCard, style_of(), kMeasure);
  // Eight networks of two inputs, what is kept of three units, two outputs: 8 * 4 + 3 * 4 filled discs.
  std::size_t filled = 0, crossed = 0;
  for (const draw::Disc& disc : all_of_kind<draw::Disc>(picture.list)) (disc.dash > 0 ? crossed : filled) += 1;
  EXPECT_EQ(filled, 8u * 4 + 12);
  EXPECT_EQ(crossed, 12u);
}

TEST(Chosen, SaysUnitsProbabilityAndPredictionOfTheBitsChosen) {
  Answered a(4);
  a.report->probability[5] = 0.0123;
  a.chosen = 5;
  const AnswerPicture picture = chosen_card(a.input(), kCard, style_of(), kMeasure);
  EXPECT_EQ(area_named(picture, "chosen").value, "5");
  EXPECT_TRUE(has_text(picture.list, "2 of 4 kept"));
  EXPECT_TRUE(has_text(picture.list, "0.0123"));
  const ShownOutput shown = shown_output(*a.report, *a.snapshot.data);
  EXPECT_NEAR(std::stod(area_named(picture, "chosen.prediction").value), prediction_of(*a.report, shown, 5), 1e-6);
  a.chosen.reset();
  EXPECT_TRUE(has_text(chosen_card(a.input(), kCard, style_of(), kMeasure).list, "Whole network"));
}

float needle(const AnswerPicture& picture, const char* name) {
  return area_named(picture, std::string("needle.") + name).rect.center().x;
}

TEST(Needles, StandWhereTheirNumbersAreOnOneScale) {
  Answered a(8);
  a.report->arithmetic = Answered::means(0.30, 2);
  a.report->geometric = Answered::means(0.45, 2);
  a.report->scaled = Answered::means(0.60, 2);
  const AnswerPicture picture = averages_card(a.input(), kCard, style_of(), kMeasure);
  const float x0 = needle(picture, "arithmetic"), x1 = needle(picture, "geometric"), x2 = needle(picture, "scaled");
  EXPECT_LT(x0 + 20, x1);
  EXPECT_NEAR(x1 - x0, x2 - x1, 0.01f);
  EXPECT_EQ(area_named(picture, "needle.arithmetic").value, "0.300000");
  // The scale holds everything that sub-networks say: 0.1 to 0.8.
  const float per = (x2 - x0) / 0.3f;
  EXPECT_GT(x0 - per * (0.3f - 0.1f), kCard.min.x);
  EXPECT_LT(x2 + per * (0.8f - 0.6f), kCard.max.x);
}

TEST(Needles, LieOnOneAnotherWhereTheorySaysEqualAndApartWhereALayerIsAdded) {
  Answered a(8);
  AnswerPicture picture = averages_card(a.input(), kCard, style_of(), kMeasure);
  EXPECT_NEAR(needle(picture, "geometric"), needle(picture, "scaled"), 0.01f);
  EXPECT_GT(std::fabs(needle(picture, "arithmetic") - needle(picture, "scaled")), 10);
  EXPECT_NE(theory_words(a.input()).find("exactly"), std::string::npos);
  EXPECT_NE(theory_words(a.input()).find("1.20e"), std::string::npos);

  a.report->equal_by_theory = false;
  a.report->geometric = Answered::means(0.44, 2);
  a.report->geometric_off = 0.02;
  picture = averages_card(a.input(), kCard, style_of(), kMeasure);
  EXPECT_GT(std::fabs(needle(picture, "geometric") - needle(picture, "scaled")), 5);
  EXPECT_NE(theory_words(a.input()).find("only comes near"), std::string::npos);
  EXPECT_NE(theory_words(a.input()).find("0.0200"), std::string::npos);
}

TEST(Needles, BarsWeighSubnetworksByTheirProbability) {
  Answered a(1);  // P = 0.1 and 0.45
  a.report->probability = {0.2, 0.8};
  const AnswerPicture picture = averages_card(a.input(), kCard, style_of(), kMeasure);
  std::vector<float> heights;
  for (const draw::Box& box : all_of_kind<draw::Box>(picture.list))
    if (box.fill.a > 0 && box.fill.a < 255) heights.push_back(box.rect.height());
  ASSERT_EQ(heights.size(), 2u);
  EXPECT_NEAR(heights[0] / heights[1], 0.25f, 0.01f);
}

// 32 gates, of which three masks in four said 0.2 and one 0.8.
TEST(Needles, WhereMasksAreDrawnBarsCountWhatTheySaid) {
  Answered a(32);
  a.report->drawn = {0.8, 0.2, 0.8, 0.2, 0.2, 0.8, 0.8, 0.2};
  const AnswerPicture picture = averages_card(a.input(), kCard, style_of(), kMeasure);
  std::vector<Rect> bars;
  for (const draw::Box& box : all_of_kind<draw::Box>(picture.list))
    if (box.fill == palette(ThemeId::Light).accent.with_alpha(0.35f)) bars.push_back(box.rect);
  ASSERT_EQ(bars.size(), 2u);
  EXPECT_NEAR(bars[0].height() / bars[1].height(), 3, 0.05f);
  const float per = (needle(picture, "scaled") - needle(picture, "arithmetic")) / 0.06f;
  EXPECT_NEAR(bars[1].center().x - bars[0].center().x, 0.6f * per, 1.5f * bars[0].width());
  EXPECT_TRUE(has_text(picture.list, "how often drawn masks say so"));
}

TEST(Needles, OfNumbersAreToldWithoutClassesAndScalingIsTheSolidOne) {
  Answered a(32);
  SubnetworkReport& r = *a.report;
  r.classes = 0, r.outputs = 1;
  r.arithmetic = {0.4}, r.scaled = {0.5}, r.geometric.clear();
  r.drawn = {0.3, 0.4, 0.5};
  for (const bool equal : {true, false}) {
    r.equal_by_theory = equal;
    EXPECT_EQ(theory_words(a.input()).find("softmax"), std::string::npos) << theory_words(a.input());
    EXPECT_NE(theory_words(a.input()).find("linear maps"), std::string::npos);
  }
  const AnswerPicture picture = averages_card(a.input(), kCard, style_of(), kMeasure);
  std::vector<float> solid;
  for (const draw::Polyline& line : all_of_kind<draw::Polyline>(picture.list))
    if (line.dash == 0 && !line.closed) solid.push_back(line.points[0].x);
  EXPECT_EQ(solid, std::vector<float>{needle(picture, "scaled")});
}

TEST(Needles, NumbersOfTheAxisKeepApartAtEveryWidth) {
  for (float width = 300; width < 900; width += 7)
    for (const double top : {0.4, 0.0031, 12345.0}) {
      Answered a(32);
      a.report->classes = 0, a.report->outputs = 1;
      a.report->arithmetic = {0.5 * top}, a.report->scaled = {0.4 * top}, a.report->geometric.clear();
      a.report->drawn = {0.1 * top, top};
      const AnswerPicture picture = averages_card(a.input(), {{0, 0}, {width, 400}}, style_of(), kMeasure);
      EXPECT_EQ(first_collision(placed_texts(picture.list, kMeasure)), "") << width << " " << top;
    }
}

TEST(Subnetworks, SilentNetworksSayThatMasksChangeNothing) {
  Answered a(0);
  a.report->silent = true;
  EXPECT_EQ(theory_words(a.input()).find("This network has no dropout: masks change nothing"), 0u);
  EXPECT_FALSE(has_area(sheet_of(EnsembleTopic::Subnetworks)->build(a.input(), kCard, style_of(), kMeasure), "wall"));
}

TEST(Subnetworks, TooManyAreSampledWithTheReasonInWordsAndNoWall) {
  Answered a(32);
  const AnswerPicture picture =
      sheet_of(EnsembleTopic::Subnetworks)->build(a.input(), {{0, 0}, {900, 700}}, style_of(), kMeasure);
  EXPECT_FALSE(has_area(picture, "wall"));
  EXPECT_NE(area_named(picture, "theory").value.find("2\u00b3\u00b2 sub-networks are too many to run"),
            std::string::npos);
  EXPECT_NE(area_named(picture, "theory").value.find("1,000 drawn masks"), std::string::npos);
  EXPECT_NE(area_named(picture, "theory").value.find("of the geometric one 0.0034"), std::string::npos)
      << area_named(picture, "theory").value;
  a.report->samples = {1};
  a.report->standard_error = a.report->geometric_standard_error = NAN;
  EXPECT_NE(theory_words(a.input()).find("one drawn mask, which says nothing"), std::string::npos);
  EXPECT_EQ(theory_words(a.input()).find("nan"), std::string::npos);
}

TEST(Subnetworks, TheMeetingOfMonteCarloAndScalingIsTold) {
  Answered a(8);
  const AnswerPicture picture = error_card(a.input(), kCard, style_of(), kMeasure);
  EXPECT_EQ(area_named(picture, "meets").value, "100");
  EXPECT_TRUE(has_text(picture.list, "as near as scaling at T = 100"));
  a.report->meets_scaling_at = 0;
  EXPECT_TRUE(has_text(error_card(a.input(), kCard, style_of(), kMeasure).list, "not as near within T = 1,000"));
  EXPECT_EQ(area_named(validation_card(a.input(), kCard, style_of(), kMeasure), "validation.meets").value, "100");
}

TEST(Subnetworks, TooFewPassesSayNothingOfTheMeeting) {
  Answered a(32);
  a.report->meets_scaling_at = a.report->meets_within = 0;
  EXPECT_FALSE(has_text(error_card(a.input(), kCard, style_of(), kMeasure).list, "as near"));
}

TEST(Subnetworks, OneMaskIsNotSaidToHaveAMeanAndASpread) {
  Answered a(32);
  a.report->samples = {1}, a.report->error = {0}, a.report->error_deviation = {0};
  a.report->meets_scaling_at = a.report->meets_within = 0;
  const DisplayList input = error_card(a.input(), kCard, style_of(), kMeasure).list;
  EXPECT_FALSE(has_text(input, "Mean and sd"));
  EXPECT_TRUE(has_text(input, "one mask says nothing of how far off it is"));
  auto convergence = std::make_shared<Convergence>(*a.answer.convergence);
  convergence->points = {{1, 1, 0.8, 0.3, std::numeric_limits<double>::quiet_NaN()}};
  a.answer.convergence = convergence;
  const DisplayList all = validation_card(a.input(), kCard, style_of(), kMeasure).list;
  EXPECT_FALSE(has_text(all, "Mean and sd"));
  EXPECT_TRUE(has_text(all, "Of one drawn mask"));
  EXPECT_FALSE(all_of_kind<draw::Disc>(all).empty()) << "its point can be seen";
}

TEST(Subnetworks, WhereMasksChangeNothingNoCurveIsSaidToBeOnItsWay) {
  Answered a(0);
  a.report->silent = true;
  a.report->error.assign(4, 0.0);
  const DisplayList list = error_card(a.input(), kCard, style_of(), kMeasure).list;
  EXPECT_FALSE(has_text(list, "being computed"));
  EXPECT_TRUE(has_text(list, "masks change nothing"));
}

TEST(Subnetworks, OneSequenceHasNoBand) {
  Answered a(8);
  auto convergence = std::make_shared<Convergence>(*a.answer.convergence);
  convergence->points.back().loss_deviation = std::numeric_limits<double>::quiet_NaN();
  a.answer.convergence = convergence;
  const auto bands = all_of_kind<draw::Ribbon>(validation_card(a.input(), kCard, style_of(), kMeasure).list);
  ASSERT_EQ(bands.size(), 1u);
  EXPECT_EQ(bands[0].upper.size(), 3u) << "of four points";
}

TEST(InputCard, ADraggedPointIsTheInputsUnderThePointer) {
  Answered a(3);
  const AnswerPicture picture = input_card(a.input(), kCard, style_of(), kMeasure);
  const AnswerArea& input = area_named(picture, "input");
  ASSERT_TRUE(input.drags);
  const DataView& d = *a.snapshot.data;
  const AnswerHit left = input.at({input.rect.min.x, input.rect.max.y}), right = input.at(input.rect.center());
  ASSERT_EQ(left.words.size(), 3u);
  EXPECT_EQ(left.words[0], "probe_point");
  EXPECT_NEAR(std::stod(left.words[1]), d.lo[0], 1e-4);
  EXPECT_NEAR(std::stod(left.words[2]), d.lo[1], 1e-4);
  EXPECT_NEAR(std::stod(right.words[1]), (d.lo[0] + d.hi[0]) / 2, 1e-4);
}

std::shared_ptr<MembersReport> members(int trained) {
  auto report = std::make_shared<MembersReport>();
  report->wanted = 5;
  report->trained = trained;
  for (int k = 0; k < trained; ++k) {
    report->quality.alone.push_back({0.6 + 0.01 * k, 0.8});
    report->quality.first.push_back({0.6 - 0.03 * k, 0.8 + 0.01 * k});
    report->ticks.push_back(100);
    report->seconds.push_back(2);
  }
  report->scaled = {0.45, 0.86};
  report->monte_carlo = {0.44, 0.87};
  report->passes = 30;
  report->run_seconds = 4;
  return report;
}

AnswerPicture members_picture(Answered& a, Rect room = {{0, 0}, {900, 700}}) {
  return sheet_of(EnsembleTopic::Members)->build(a.input(), room, style_of(), kMeasure);
}

TEST(InputCard, TheRowSaysWhichExampleIsShownNotWhichWasAskedForLast) {
  ProbeView probe;
  EXPECT_EQ(probe_words(probe, 500), "at a chosen point");
  probe.example = 12;
  EXPECT_EQ(probe_words(probe, 500), "13 of 500");
  probe.example = 1233;
  EXPECT_EQ(probe_words(probe, 10000), "1,234 of 10,000");
}

TEST(Members, TheSentenceTellsQualityAndCostWithItsNumbers) {
  Answered a(3);
  a.answer.members = members(3);
  const AnswerPicture picture = members_picture(a);
  const std::string words = area_named(picture, "members.words").value;
  for (const char* part : {"mean of 3 networks", "loss 0.540", "accuracy 0.820", "0.610 on average",
                           "0.450 without masks", "0.440 as the mean of 30 masks", "This run is better by 0.100",
                           "6.00 s of a processor core for 3", "1.5 times"})
    EXPECT_NE(words.find(part), std::string::npos) << part << " in: " << words;
  EXPECT_EQ(area_named(picture, "members.trained").value, "3");
}

TEST(Members, MarksAtAnAccuracyOfOneAreWhole) {
  Answered a(3);
  auto report = members(2);
  report->quality.alone[0].accuracy = report->quality.first[0].accuracy = 1;
  a.answer.members = report;
  Rect clip{};
  int corners = 0;
  const AnswerPicture picture = members_picture(a);
  for (const draw::Item& item : picture.list.items) {
    if (const auto* push = std::get_if<draw::PushClip>(&item)) clip = push->rect;
    const auto* mark = std::get_if<draw::Polygon>(&item);
    // Those of a legend come before the plane of their plot.
    if (!mark || mark->points.front().x < clip.min.x || mark->points.front().x > clip.max.x) continue;
    for (const Vec2& corner : mark->points) corners += corner.y >= clip.min.y ? 1 : -100;
  }
  EXPECT_EQ(corners, 12) << "of two triangles in either plot";
}

TEST(Members, BeforeAnyIsTrainedOnlyTheRunIsTold) {
  Answered a(3);
  a.answer.members = members(0);
  const std::string words = area_named(members_picture(a), "members.words").value;
  EXPECT_NE(words.find("No network has been trained beside it yet"), std::string::npos);
  EXPECT_EQ(words.find("better"), std::string::npos);
}

TEST(Members, ARunWithoutDropoutIsNotSaidToHaveIt) {
  Answered a(3);
  a.answer.members = members(3);
  const auto words = [&a] { return area_named(members_picture(a), "members.words").value; };
  EXPECT_EQ(words().find("Network 1"), std::string::npos);
  a.run->spec.dropout.sites.clear();
  EXPECT_NE(words().find("This run, which has no dropout: loss 0.450."), std::string::npos) << words();
  EXPECT_NE(words().find("Network 1 is this run itself"), std::string::npos) << words();
  EXPECT_EQ(words().find("with dropout"), std::string::npos) << words();
  EXPECT_EQ(words().find("passes"), std::string::npos) << words();
  const AnswerPicture picture = members_picture(a);
  EXPECT_TRUE(has_text(picture.list, "this run"));
  EXPECT_FALSE(has_text(picture.list, "this run, no masks"));
  // Of that one network there is nothing to compare.
  a.answer.members = members(1);
  EXPECT_EQ(words().find("better"), std::string::npos) << words();
  // Dropped once, though no longer: another network.
  a.run->course.settings = {{40, "dropout.rate", "0"}};
  EXPECT_EQ(words().find("Network 1"), std::string::npos) << words();
}

TEST(Members, ThoseBehindTheRunSayHowFarTheyAre) {
  Answered a(3);
  auto report = members(2);
  report->ticks = {40, 60};
  a.answer.members = report;
  EXPECT_TRUE(has_text(members_picture(a).list, "trained for 40 to 60 steps"));
}

// Everything drawn as text, in its order and place.
std::string drawn(const AnswerPicture& picture) {
  std::string all = std::to_string(picture.list.items.size());
  for (const PlacedText& text : placed_texts(picture.list, kMeasure)) all += "\n" + text.text;
  return all;
}

TEST(Answers, APointerWhereNothingReadsItChangesNothing) {
  for (const int gates : {8, 32})
    for (const EnsembleTopic topic : {EnsembleTopic::Subnetworks, EnsembleTopic::Members}) {
      Answered a(gates);
      a.answer.members = members(4);
      const Rect room{{0, 0}, {930, 700}};
      AnswerInput in = a.input();
      const AnswerPicture plain = sheet_of(topic)->build(in, room, style_of(), kMeasure);
      int changed = 0;
      for (float y = 5; y < 700; y += 46)
        for (float x = 5; x < 930; x += 62) {
          in.pointer = Vec2{x, y};
          const bool differs = drawn(sheet_of(topic)->build(in, room, style_of(), kMeasure)) != drawn(plain);
          EXPECT_TRUE(!differs || plain.read(in.pointer)) << int(topic) << " at " << x << ", " << y;
          changed += differs;
        }
      EXPECT_GT(changed, 0) << gates << " " << int(topic);
      if (topic == EnsembleTopic::Subnetworks && gates == 8) {
        EXPECT_FALSE(plain.read(area_named(plain, "wall").rect.center()));
      }
    }
}

TEST(Answers, WordsNeitherCollideNorLeaveTheSheet) {
  for (const Palette* p : all_palettes())
    for (const Vec2 size : {Vec2{640, 420}, Vec2{930, 640}, Vec2{1110, 800}})
      for (const int gates : {3, 8, 12, 32}) {
        Answered a(gates, gates == 8 ? 5 : 2);
        a.chosen = 2;
        a.answer.members = members(4);
        const CardStyle style{p, size.y / 800};
        for (const EnsembleTopic topic : {EnsembleTopic::Subnetworks, EnsembleTopic::Members}) {
          const AnswerSheet& sheet = *sheet_of(topic);
          const float height = std::max(size.y, sheet.least_height(a.input(), size.x, style));
          const Rect room{{0, 0}, {size.x, height}};
          const AnswerPicture picture = sheet.build(a.input(), room, style, kMeasure);
          const std::vector<PlacedText> texts = placed_texts(picture.list, kMeasure);
          EXPECT_EQ(first_collision(texts), "") << p->name << " " << size.x << " " << gates << " " << int(topic);
          EXPECT_EQ(first_outside(texts, room), "") << p->name << " " << size.x << " " << gates << " " << int(topic);
        }
      }
}

}  // namespace
}  // namespace dropscope
