// dropscope render --mode ensemble and --naming: what each word changes in the picture, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/session/ensemble_topic.h"
#include "tests/app/cli_program.h"

namespace dropscope {
namespace {

using test::read_file;
using test::run_program;
using test::ScratchFolder;
using testing::HasSubstr;
using testing::StartsWith;

class RenderEnsemble : public testing::Test {
 protected:
  // A network of six hidden units, trained a little.
  std::string picture(std::vector<std::string> more, const std::string& name = "x.png") {
    std::vector<std::string> words = {"render", "--mode", "ensemble", "--set", "network.hidden=4,2", "--ticks",
                                      "20",     "--size", "1280x720", "--out", folder.path(name)};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = run_program(words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return read_file(folder.path(name));
  }
  std::string refused(std::vector<std::string> more) {
    std::vector<std::string> words = {"render", "--mode", "ensemble", "--ticks", "5", "--out", folder.path("no.png")};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = run_program(words);
    EXPECT_EQ(result.exit_code, 2) << result.out;
    EXPECT_EQ(result.err_lines(), 1) << result.err;
    return result.err;
  }
  ScratchFolder folder;
};

TEST_F(RenderEnsemble, EachTopicIsAPictureOfItsOwnAndTheSameEachTime) {
  std::vector<std::string> all;
  for (const char* topic : kTopicNames) {
    const std::vector<std::string> words = {"--topic", topic,       "--members", "2",         "--passes",
                                            "5",       "--samples", "20",        "--no-times"};
    const std::string once = picture(words);
    EXPECT_THAT(once, StartsWith("\x89PNG"));
    EXPECT_EQ(once, picture(words)) << topic;
    EXPECT_THAT(all, testing::Not(testing::Contains(once))) << topic;
    all.push_back(once);
  }
  EXPECT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1], picture({"--passes", "5"})) << "uncertainty, where nothing is said";
}

TEST_F(RenderEnsemble, TimesAreShownUnlessTheyAreLeftOut) {
  const std::vector<std::string> words = {"--topic", "members", "--members", "1", "--passes", "3"};
  std::vector<std::string> without = words;
  without.push_back("--no-times");
  EXPECT_NE(picture(words), picture(without));
}

TEST_F(RenderEnsemble, TheColumnAndTheShareOfWeightsAreThoseAskedFor) {
  const std::vector<std::string> topic = {"--topic", "dependence"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), topic.begin(), topic.end());
    return picture(std::move(more));
  };
  const std::string first = with({});
  EXPECT_EQ(first, with({"--column", "hidden1", "--pruned", "0"}));
  EXPECT_NE(first, with({"--column", "hidden2"}));
  EXPECT_NE(with({"--pruned", "0.3"}), with({"--pruned", "0.35"})) << "the share itself, not the nearest of ten";
}

TEST_F(RenderEnsemble, EveryQuestionChangesItsPicture) {
  EXPECT_NE(picture({}), picture({"--probe", "3"}));
  EXPECT_NE(picture({}), picture({"--point", "0.5,-1"}));
  EXPECT_NE(picture({"--passes", "2"}), picture({"--passes", "3"}));
  EXPECT_NE(picture({}), picture({"--eval"}));
}

// At a rate of 0.3, p is 0.3 or 0.7.
TEST_F(RenderEnsemble, PIsWhatTheNamingSaysInEveryMode) {
  for (const char* mode : {"explore", "compare", "ensemble"}) {
    const auto named = [&](std::vector<std::string> naming) {
      std::vector<std::string> words = {"render", "--mode",     mode,    "--ticks",
                                        "10",     "--no-times", "--set", "dropout.rate=0.3",
                                        "--size", "1280x720",   "--out", folder.path("p.png")};
      words.insert(words.end(), naming.begin(), naming.end());
      const auto result = run_program(words);
      EXPECT_EQ(result.exit_code, 0) << result.err;
      return read_file(folder.path("p.png"));
    };
    const std::string drop = named({"--naming", "drop"});
    EXPECT_EQ(drop, named({})) << mode;
    EXPECT_NE(drop, named({"--naming", "keep"})) << mode;
  }
  EXPECT_THAT(refused({"--naming", "kept"}), HasSubstr("--naming: expected one of drop, keep"));
}

TEST_F(RenderEnsemble, RefusesWhatItCannotAsk) {
  EXPECT_THAT(refused({"--topic", "dependance"}), HasSubstr("did you mean dependence"));
  EXPECT_THAT(refused({"--topic", "dependence", "--column", "hidden9"}),
              HasSubstr("--column: expected one of hidden1, hidden2"));
  EXPECT_THAT(refused({"--topic", "dependence", "--pruned", "1"}), HasSubstr("0 to 0.95"));
  EXPECT_THAT(refused({"--topic", "members", "--column", "hidden1"}), HasSubstr("--topic dependence"));
  EXPECT_THAT(refused({"--pruned", "0.5"}), HasSubstr("--topic dependence"));
  EXPECT_THAT(refused({"--topic", "dependence", "--set", "network.hidden="}), HasSubstr("a network with hidden units"));
  EXPECT_THAT(refused({"--passes", "0"}), HasSubstr("--passes"));
  EXPECT_THAT(refused({"--members", "21"}), HasSubstr("--members"));
  EXPECT_THAT(refused({"--probe", "1", "--point", "1,2"}), HasSubstr("one of the two"));
  EXPECT_THAT(refused({"--size", "640x480"}), HasSubstr("--size"));
  EXPECT_THAT(refused({"--variants", "none"}), HasSubstr("--mode compare"));
}

}  // namespace
}  // namespace dropscope
