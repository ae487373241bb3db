// dropscope render --mode ensemble and --naming: what each word changes in the picture, and what is refused.
#include "core/session/ensemble_topic.h"
#include "tests/app/cli_render.h"

namespace dropscope::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class RenderEnsemble : public RenderTest {
 protected:
  // A network of six hidden units, trained a little.
  std::string small(const std::vector<std::string>& more) {
    return picture(
        with({"--mode", "ensemble", "--set", "network.hidden=4,2", "--ticks", "20", "--size", "1280x720"}, more));
  }
  std::string refused_of(const std::vector<std::string>& more) {
    return refused(with({"--mode", "ensemble", "--ticks", "5"}, more));
  }
};

TEST_F(RenderEnsemble, EachTopicIsAPictureOfItsOwnAndTheSameEachTime) {
  std::vector<std::string> all;
  for (const char* topic : kTopicNames) {
    const std::vector<std::string> words = {"--topic", topic,       "--members", "2",         "--passes",
                                            "5",       "--samples", "20",        "--no-times"};
    const std::string once = small(words);
    EXPECT_THAT(once, StartsWith("\x89PNG"));
    EXPECT_EQ(once, small(words)) << topic;
    EXPECT_THAT(all, ::testing::Not(::testing::Contains(once))) << topic;
    all.push_back(once);
  }
  EXPECT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1], small({"--passes", "5"})) << "uncertainty, where nothing is said";
}

TEST_F(RenderEnsemble, TimesAreShownUnlessTheyAreLeftOut) {
  const std::vector<std::string> words = {"--topic", "members", "--members", "1", "--passes", "3"};
  EXPECT_NE(small(words), small(with(words, {"--no-times"})));
}

TEST_F(RenderEnsemble, TheColumnAndTheShareOfWeightsAreThoseAskedFor) {
  const std::vector<std::string> topic = {"--topic", "dependence"};
  const auto asked = [&](const std::vector<std::string>& more) { return small(with(topic, more)); };
  const std::string first = asked({});
  EXPECT_EQ(first, asked({"--column", "hidden1", "--pruned", "0"}));
  EXPECT_NE(first, asked({"--column", "hidden2"}));
  EXPECT_NE(asked({"--pruned", "0.3"}), asked({"--pruned", "0.35"})) << "the share itself, not the nearest of ten";
}

TEST_F(RenderEnsemble, EveryQuestionChangesItsPicture) {
  EXPECT_NE(small({}), small({"--probe", "3"}));
  EXPECT_NE(small({}), small({"--point", "0.5,-1"}));
  EXPECT_NE(small({"--passes", "2"}), small({"--passes", "3"}));
  EXPECT_NE(small({}), small({"--eval"}));
}

// At a rate of 0.3, p is 0.3 or 0.7.
TEST_F(RenderEnsemble, PIsWhatTheNamingSaysInEveryMode) {
  for (const char* mode : {"explore", "compare", "ensemble"}) {
    const auto named = [&](const std::vector<std::string>& naming) {
      return picture(with(
          {"--mode", mode, "--ticks", "10", "--no-times", "--set", "dropout.rate=0.3", "--size", "1280x720"}, naming));
    };
    const std::string drop = named({"--naming", "drop"});
    EXPECT_EQ(drop, named({})) << mode;
    EXPECT_NE(drop, named({"--naming", "keep"})) << mode;
  }
  EXPECT_THAT(refused_of({"--naming", "kept"}), HasSubstr("--naming: expected one of drop, keep"));
}

TEST_F(RenderEnsemble, RefusesWhatItCannotAsk) {
  EXPECT_THAT(refused_of({"--topic", "dependance"}), HasSubstr("did you mean dependence"));
  EXPECT_THAT(refused_of({"--topic", "dependence", "--column", "hidden9"}),
              HasSubstr("--column: expected one of hidden1, hidden2"));
  EXPECT_THAT(refused_of({"--topic", "dependence", "--pruned", "1"}), HasSubstr("0 to 0.95"));
  EXPECT_THAT(refused_of({"--topic", "members", "--column", "hidden1"}), HasSubstr("--topic dependence"));
  EXPECT_THAT(refused_of({"--pruned", "0.5"}), HasSubstr("--topic dependence"));
  EXPECT_THAT(refused_of({"--topic", "dependence", "--set", "network.hidden="}),
              HasSubstr("a network with hidden units"));
  EXPECT_THAT(refused_of({"--passes", "0"}), HasSubstr("--passes"));
  EXPECT_THAT(refused_of({"--members", "21"}), HasSubstr("--members"));
  EXPECT_THAT(refused_of({"--probe", "1", "--point", "1,2"}), HasSubstr("one of the two"));
  EXPECT_THAT(refused_of({"--size", "640x480"}), HasSubstr("--size"));
  EXPECT_THAT(refused_of({"--variants", "none"}), HasSubstr("--mode compare"));
}

}  // namespace
}  // namespace dropscope::test
