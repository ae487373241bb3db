#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "app/export/atomic_write.h"
#include "app/export/cairo_painter.h"
#include "app/export/curves_csv.h"
#include "app/export/explore_picture.h"
#include "app/export/setting_facts.h"
#include "core/base/check.h"
#include "core/data/dataset.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_snapshot.h"

namespace dropscope {
namespace {

namespace fs = std::filesystem;

class AtomicWrite : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("dropscope_export_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directory(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::size_t files() const {
    return std::size_t(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  static std::string failure(const std::string& path, std::string_view bytes = "new") {
    try {
      atomic_write(path, bytes);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }
  fs::path folder_;
};

TEST_F(AtomicWrite, CreatesAndReplacesWholeFiles) {
  atomic_write(at("a"), "first");
  EXPECT_EQ(content(at("a")), "first");
  const std::string large(3'000'000, 'x');
  atomic_write(at("a"), large);
  EXPECT_EQ(content(at("a")), large);
  atomic_write(at("a"), "");
  EXPECT_EQ(content(at("a")), "");
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicWrite, WorksForNamesInTheCurrentFolderAndOddNames) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  atomic_write("plain", "1");
  atomic_write("-dash \n newline", "2");
  fs::current_path(before);
  EXPECT_EQ(content(at("plain")), "1");
  EXPECT_EQ(content(at("-dash \n newline")), "2");
}

TEST_F(AtomicWrite, KeepsThePermissionsOfTheOldFile) {
  atomic_write(at("a"), "first");
  fs::permissions(at("a"), fs::perms::owner_read | fs::perms::owner_write);
  atomic_write(at("a"), "second");
  EXPECT_EQ(fs::status(at("a")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(AtomicWrite, WritesThroughASymbolicLink) {
  atomic_write(at("real"), "first");
  fs::create_symlink("real", at("link"));
  atomic_write(at("link"), "second");
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_EQ(content(at("real")), "second");
}

TEST_F(AtomicWrite, NamesThePathAndTheReasonOfAFailure) {
  EXPECT_EQ(failure(at("none/a")),
            at("none/a") + ": expected an existing folder " + at("none") + ", found No such file or directory");
  EXPECT_EQ(failure(folder_.string()), folder_.string() + ": expected the name of a file, found a folder");
  EXPECT_NE(failure("").find("expected the name of a file, found nothing"), std::string::npos);
  EXPECT_NE(failure(at(std::string(256, 'n'))).find("File name too long"), std::string::npos);
  atomic_write(at("file"), "x");
  EXPECT_NE(failure(at("file/below")).find(at("file/below")), std::string::npos);
  EXPECT_EQ(content(at("file")), "x");
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicWrite, NeverOpensDevicesPipesOrCircularLinks) {
  EXPECT_NE(failure("/dev/full").find("found a device, pipe or socket"), std::string::npos);
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  EXPECT_NE(failure(at("pipe")).find("found a device, pipe or socket"), std::string::npos);  // and does not hang
  fs::create_symlink("loop", at("loop"));
  EXPECT_NE(failure(at("loop")), "");
}

// Runs as another user where this one may write anywhere.
TEST_F(AtomicWrite, LeavesAFolderThatIsNotOursAlone) {
  fs::permissions(folder_, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                               fs::perms::others_read | fs::perms::others_exec);
  atomic_write(at("old"), "old");
  fs::permissions(folder_,
                  fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(3);
    ::_exit(failure(at("old")).find("Permission denied") != std::string::npos &&
                    failure(at("new")).find("Permission denied") != std::string::npos
                ? 0
                : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  fs::permissions(folder_, fs::perms::owner_all);
  EXPECT_EQ(content(at("old")), "old");
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicWrite, KeepsTheOldFileWhenTheDiskIsFull) {
  atomic_write(at("a"), "old");
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(3);
    ::_exit(failure(at("a"), std::string(100000, 'x')).find("File too large") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(content(at("a")), "old");
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicWrite, LeavesTheOldOrTheWholeNewFileWhenKilled) {
  const std::string old_text(2'000'000, 'o'), new_text(2'000'000, 'n');
  for (int i = 0; i < 12; ++i) {
    atomic_write(at("a"), old_text);
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;) atomic_write(at("a"), new_text);
    }
    ::usleep(useconds_t(700 * (i + 1)));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const std::string now = content(at("a"));
    ASSERT_TRUE(now == old_text || now == new_text) << now.size();
  }
}

TEST(CurvesCsv, HasOneLineForEachEvaluationAndNothingForNotANumber) {
  History history;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  history.chunks.push_back(std::make_shared<const std::vector<MetricPoint>>(
      std::vector<MetricPoint>{{0, 0, nan, 0.6875f, 0.75f, 0.5f, 0.25f}, {10, 2.5, 0.1f, 0.25f, 0.5f, nan, nan}}));
  history.count = 2;
  EXPECT_EQ(curves_csv(history),
            "tick,epoch,train_loss_masked,train_loss,validation_loss,gap,train_accuracy,validation_accuracy\n"
            "0,0,,0.6875,0.75,0.0625,0.5,0.25\n"
            "10,2.5,0.100000001,0.25,0.5,0.25,,\n");
  EXPECT_EQ(curves_csv(History{}),
            "tick,epoch,train_loss_masked,train_loss,validation_loss,gap,train_accuracy,validation_accuracy\n");
}

TEST(SettingFacts, AreThoseOfTheRun) {
  const Snapshot snapshot = sample_snapshot();
  std::string all;
  for (const FactGroup& group : setting_facts(snapshot))
    for (const Fact& fact : group.facts) all += fact.name + "=" + fact.value + ";";
  for (const char* fact : {"Data set=Two moons;", "Layers=2 \u2013 16 \u2013 16 \u2013 2;", "p hidden 1=0.5;",
                           "Optimizer=Adam;", "Learning rate=0.01;", "Parameters=354;"})
    EXPECT_NE(all.find(fact), std::string::npos) << fact << " in " << all;
  EXPECT_EQ(all.find("L2"), std::string::npos);
}

std::string fact_of(const Snapshot& snapshot, const std::string& name) {
  for (const FactGroup& group : setting_facts(snapshot))
    for (const Fact& fact : group.facts)
      if (fact.name == name) return fact.value;
  return "";
}

// Thirty layers, written as people write them.
Snapshot many_layers() {
  Snapshot snapshot = sample_snapshot();
  snapshot.spec.network.hidden = {make_layer(LayerKind::Dense, 16), make_layer(LayerKind::Residual, 24)};
  snapshot.spec.network.hidden[1].count = 8;
  for (int i = 0; i < 20; ++i) snapshot.spec.network.hidden.push_back(make_layer(LayerKind::Dense, 100 + i));
  return snapshot;
}

TEST(SettingFacts, WriteLayersInTheirShortForm) {
  const std::string layers = fact_of(many_layers(), "Layers");
  EXPECT_EQ(layers.rfind("2 \u2013 16 \u2013 8*residual24 \u2013 100 \u2013 101", 0), 0u) << layers;
  EXPECT_EQ(layers.substr(layers.rfind("119")), "119 \u2013 2") << layers;
}

TEST(SettingFacts, NameTheNoiseOnlyOfDataThatHeedIt) {
  Snapshot snapshot = sample_snapshot();
  snapshot.spec.data.noise = 0.25;
  int heeding = 0, others = 0;
  for (const DatasetSource* source : all_datasets()) {
    snapshot.spec.data.dataset = source->id;
    const bool heeds =
        std::find(source->options.begin(), source->options.end(), DataOption::Noise) != source->options.end();
    EXPECT_EQ(fact_of(snapshot, "Noise"), heeds ? "0.25" : "") << source->id;
    (heeds ? heeding : others)++;
  }
  EXPECT_GT(heeding, 2);
  EXPECT_GT(others, 2);
}

TEST(ExplorePicture, NoPartOfALongListOfLayersIsLeftOut) {
  const Snapshot snapshot = many_layers();
  std::string text;
  for (const draw::Text& t :
       all_of_kind<draw::Text>(build_explore_picture(snapshot, ThemeId::Light, 1600, 900, FixedMeasure())))
    text += t.text + " ";
  for (int i = 100; i < 120; ++i) EXPECT_NE(text.find(std::to_string(i)), std::string::npos) << i;
  EXPECT_NE(text.find("8*residual24"), std::string::npos);
}

struct Picture {
  const char* name;
  Snapshot snapshot;
};

std::vector<Picture> pictures() {
  SampleOptions eval, gaussian, nan, regression, blobs, start;
  eval.eval = true, gaussian.variant = "gaussian", nan.nan = true;
  regression.regression = true, regression.widths = {1, 32, 32, 1};
  blobs.widths = {2, 12, 4}, blobs.classes = 4;
  start.points = 0;
  Snapshot empty = sample_snapshot(start);
  empty.surface = nullptr, empty.probe = {}, empty.subnetworks_seen = 0;
  Snapshot loading;
  loading.spec.scenario = "mnist";
  return {{"train", sample_snapshot()},
          {"eval", sample_snapshot(eval)},
          {"gaussian", sample_snapshot(gaussian)},
          {"nan", sample_snapshot(nan)},
          {"regression", sample_snapshot(regression)},
          {"blobs", sample_snapshot(blobs)},
          {"digits", sample_digits()},
          {"empty", empty},
          {"loading", loading},
          {"many layers", many_layers()}};
}

TEST(ExplorePicture, NoTextIsClippedOrCoversAnother) {
  const CairoTextMeasure measure;
  for (const Picture& picture : pictures())
    for (ThemeId theme : {ThemeId::Light, ThemeId::Dark, ThemeId::Projector})
      for (auto [w, h] : {std::pair{1280, 720}, std::pair{1920, 1080}, std::pair{3840, 2160}, std::pair{1024, 768}}) {
        const std::vector<PlacedText> texts =
            placed_texts(build_explore_picture(picture.snapshot, theme, w, h, measure), measure);
        EXPECT_EQ(first_collision(texts), "") << picture.name << " " << w << " theme " << int(theme);
        EXPECT_EQ(first_outside(texts, {{0, 0}, {float(w), float(h)}}), "")
            << picture.name << " " << w << " theme " << int(theme);
        for (const PlacedText& text : texts) EXPECT_GE(text.size, 8.0f * float(h) / 1080) << text.text;
      }
}

TEST(ExplorePicture, SaysModeRateStepAndSeed) {
  const CairoTextMeasure measure;
  const DisplayList list = build_explore_picture(sample_snapshot(), ThemeId::Light, 1920, 1080, measure);
  for (const char* text : {"TRAIN", "Dropout (inverted) \u00b7 p = 0.5", "seed 7", "step 1,800", "epoch 450.0",
                           "Decision surface", "Gap +"})
    EXPECT_TRUE(has_text(list, text)) << text;
  EXPECT_FALSE(has_text(list, "EVAL"));
  SampleOptions eval;
  eval.eval = true;
  const DisplayList still = build_explore_picture(sample_snapshot(eval), ThemeId::Light, 1920, 1080, measure);
  EXPECT_TRUE(has_text(still, "EVAL"));
  EXPECT_TRUE(has_text(still, "sd 0.0000"));
}

TEST(ExplorePicture, IsTheSameForTheSameSnapshot) {
  const CairoTextMeasure measure;
  const auto bytes = [&] {
    return encode_picture(build_explore_picture(sample_snapshot(), ThemeId::Dark, 640, 400, measure), 640, 400,
                          {0, 0, 0, 255}, PictureFormat::Png, measure);
  };
  EXPECT_EQ(bytes(), bytes());
}

}  // namespace
}  // namespace dropscope
