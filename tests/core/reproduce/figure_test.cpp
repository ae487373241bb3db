// The table of published figures, and how a measured number is judged against a quoted one.
#include "core/reproduce/figure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "core/base/check.h"
#include "core/reproduce/training.h"

namespace dropscope {
namespace {

TEST(Figures, HaveIdsOfTheirOwnAndSayWhereTheirNumbersComeFrom) {
  std::set<std::string> ids;
  for (const Figure* figure : all_figures()) {
    EXPECT_TRUE(ids.insert(figure->id).second) << figure->id;
    EXPECT_EQ(find_figure(figure->id), figure);
    for (const char* text : {figure->title, figure->source, figure->ours, figure->time})
      EXPECT_NE(std::string(text), "");
  }
  for (const char* id : {"seed-table", "mc-vs-scaling", "data-size", "sparsity", "targeted-pruning", "variance-shift",
                         "ridge", "nwgm", "dropconnect-moments", "bald"})
    EXPECT_TRUE(ids.count(id)) << id;
}

TEST(Figures, AQuotedNumberLiesInItsOwnBand) {
  for (const Figure* figure : all_figures()) {
    int judged = 0;
    std::set<std::string> names;
    for (const FigureRow& row : figure->rows()) {
      EXPECT_TRUE(names.insert(row.what).second) << figure->id << ": " << row.what << " twice";
      judged += row.judged() ? 1 : 0;
      if (!row.judged()) continue;
      EXPECT_TRUE(std::isfinite(row.lo) || std::isfinite(row.hi)) << row.what << " cannot differ";
      if (row.quoted) {
        EXPECT_LE(row.lo, *row.quoted) << row.what;
        EXPECT_GE(row.hi, *row.quoted) << row.what;
      }
    }
    EXPECT_GT(judged, 0) << figure->id << " compares nothing";
  }
}

TEST(Figures, ThePublishedTableIsQuotedAsPrinted) {
  const std::vector<FigureRow> rows = find_figure("seed-table")->rows();
  ASSERT_EQ(rows.size(), 20u);
  EXPECT_EQ(rows[8].what, "without dropout, epoch 5, train loss");
  EXPECT_EQ(rows[8].quoted, .0770);
  EXPECT_EQ(rows[9].quoted, 97.25);
  EXPECT_EQ(rows[18].quoted, .2728);
  EXPECT_EQ(rows[19].quoted, 95.80);
  EXPECT_NEAR(rows[18].hi, .2728 * 1.06, 1e-12);
  EXPECT_NEAR(rows[19].lo, 94.80, 1e-12);
}

TEST(Figures, AnUnknownOneIsRefusedWithTheNearOnes) {
  try {
    figure_or_throw("seed-tabel", "reproduce");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean seed-table"), std::string::npos) << error.what();
  }
}

TEST(Figures, ThatNeedDataSayWhichFiles) {
  int needing = 0;
  for (const Figure* figure : all_figures()) {
    if (!figure->needs_data) continue;
    ++needing;
    try {
      reproduce(*figure, {}, 1);
      FAIL() << figure->id;
    } catch (const InputError& error) {
      const std::string text = error.what();
      for (const char* part : {figure->id, "--data", "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"})
        EXPECT_NE(text.find(part), std::string::npos) << text;
    }
  }
  EXPECT_EQ(needing, 5);
}

// ---- Judging

const FigureRow kRow{"error", "%", 2.0, "", 1.5, 2.5};

TEST(Judging, IsByTheMeanOverSeeds) {
  const MeasuredRow agrees = judge(kRow, {1.0, 2.9}, false);
  EXPECT_NEAR(agrees.mean, 1.95, 1e-15);
  EXPECT_NEAR(agrees.spread.value(), 1.9 / std::sqrt(2), 1e-12);
  EXPECT_EQ(agrees.verdict, Verdict::Agrees);
  EXPECT_EQ(judge(kRow, {2.6}, false).verdict, Verdict::Differs);
  EXPECT_EQ(judge(kRow, {1.4}, false).verdict, Verdict::Differs);
  EXPECT_EQ(judge(kRow, {2.5}, false).verdict, Verdict::Agrees);
  EXPECT_FALSE(judge(kRow, {2.5}, false).spread) << "one seed has no spread";
}

TEST(Judging, ALostRunDiffers) {
  EXPECT_EQ(judge(kRow, {2.0, std::nan("")}, false).verdict, Verdict::Differs);
  const FigureRow gain{"gain", "", std::nullopt, "a gain", 0, std::numeric_limits<double>::infinity()};
  EXPECT_EQ(judge(gain, {std::nan("")}, false).verdict, Verdict::Differs);
  EXPECT_EQ(judge(gain, {0.1}, false).verdict, Verdict::Agrees);
}

TEST(Judging, NothingIsJudgedWithoutAQuoteOrInAShortenedRun) {
  EXPECT_EQ(judge({"error", "%", std::nullopt, "", 0, 1}, {0.5}, false).verdict, Verdict::NotJudged);
  EXPECT_EQ(judge(kRow, {2.0}, true).verdict, Verdict::NotJudged);
}

// ---- Those that need no data hold on every machine, so they are tests.

class ExactFigure : public ::testing::TestWithParam<const char*> {};

TEST_P(ExactFigure, AgreesInEveryRow) {
  for (const MeasuredRow& m : reproduce(*find_figure(GetParam()), {}, 1))
    EXPECT_EQ(m.verdict, Verdict::Agrees) << m.row.what << ": " << m.mean << " against " << *m.row.quoted;
}
INSTANTIATE_TEST_SUITE_P(Figures, ExactFigure,
                         ::testing::Values("ridge", "nwgm", "dropconnect-moments", "bald", "variance-shift"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(Reproduction, TheSameSeedGivesTheSameNumbersAndAnotherOthers) {
  const Figure& figure = *find_figure("variance-shift");
  Circumstances quick;
  quick.quick = true;
  const auto first = figure.measure(quick, 1), again = figure.measure(quick, 1), other = figure.measure(quick, 2);
  EXPECT_EQ(first, again);
  EXPECT_NE(first, other);
}

// ---- What the measurements that train are made of

Dataset digits(int train, int validation) {
  DataSpec spec;
  spec.dataset = "digits";
  spec.train = train;
  spec.validation = validation;
  return make_dataset(spec, 3, nullptr);
}

TEST(SomeOf, TakesExamplesWithTheirLabelsAndMoreOfTheSame) {
  const Dataset all = digits(50, 10);
  const auto few = reproduction::some_of(all, 20, 5), more = reproduction::some_of(all, 30, 5);
  ASSERT_EQ(few->train.count, 20u);
  ASSERT_EQ(few->train.x.size(), 20u * std::size_t(all.inputs));
  EXPECT_TRUE(std::equal(few->train.x.begin(), few->train.x.end(), more->train.x.begin()));
  EXPECT_EQ(few->validation.count, 10u);
  const std::size_t width = std::size_t(all.inputs);
  for (std::size_t i = 0; i < 20; ++i) {
    bool found = false;
    for (std::size_t k = 0; k < 50 && !found; ++k)
      found =
          few->train.label[i] == all.train.label[k] && std::equal(all.train.x.begin() + std::ptrdiff_t(k * width),
                                                                  all.train.x.begin() + std::ptrdiff_t((k + 1) * width),
                                                                  few->train.x.begin() + std::ptrdiff_t(i * width));
    EXPECT_TRUE(found) << i;
  }
  EXPECT_NE(reproduction::some_of(all, 20, 6)->train.x, few->train.x);
  EXPECT_EQ(reproduction::some_of(all, 500, 5)->train.count, 50u);
}

TEST(Autoencoding, LearnsTheImagesThemselves) {
  const auto data = reproduction::autoencoding(digits(50, 10));
  EXPECT_EQ(data->task, Task::Regression);
  EXPECT_EQ(data->outputs, data->inputs);
  EXPECT_EQ(data->train.target, data->train.x);
  EXPECT_TRUE(data->train.label.empty());
  const auto trainer = reproduction::trained(reproduction::classifier({16}, 1, 200), data, {}, "a test");
  ASSERT_TRUE(trainer);
  EXPECT_LT(trainer->history().back().validation_loss, 0.5f * trainer->history().view()[0].validation_loss);
}

TEST(Training, OfALostRunGivesNothing) {
  RunSpec spec = reproduction::classifier({16}, 1, 200);
  spec.optimizer.kind = OptimizerKind::Sgd;
  spec.optimizer.learning_rate = 1000;
  EXPECT_FALSE(reproduction::trained(spec, reproduction::autoencoding(digits(50, 10)), {}, "a test"));
}

}  // namespace
}  // namespace dropscope
