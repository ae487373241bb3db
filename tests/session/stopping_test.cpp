// A session whose run stops early: it rests, says why, and takes up training again under a new rule.
#include <gtest/gtest.h>

#include "core/session/session.h"
#include "tests/session/session_helpers.h"

namespace dropscope {
namespace {

using namespace sessions;

TEST(SessionStopping, RestsWithAMessageAndTheBestWeights) {
  RunSpec s = spec(0.1);
  s.data.label_noise = 0.5;
  s.optimizer.learning_rate = 0.02;
  s.evaluate_every = 5;
  s.stopping.patience = 4;
  Session session(s, {});
  session.send(command::SetSpeed{0});
  const Shown shown = at_rest(session, session.send(command::Play{}));
  EXPECT_EQ(shown->status, RunStatus::Paused);
  EXPECT_NE(shown->message.find("Stopped early at step " + std::to_string(shown->tick)), std::string::npos)
      << shown->message;
  Trainer trainer(s, std::make_shared<const Dataset>(make_dataset(s.data, s.data_seed, nullptr)));
  while (trainer.advance(Granularity::Tick)) {
  }
  EXPECT_EQ(shown->tick, trainer.tick());
  EXPECT_EQ(shown->state_hash, trainer.state_hash());
  // Neither playing nor stepping moves it.
  session.send(command::StepBy{3, Granularity::Epoch});
  session.send(command::StepBy{3, Granularity::Phase});
  const Shown still = at_rest(session, session.send(command::Play{}));
  EXPECT_EQ(still->tick, shown->tick);
  session.send(command::SetField{"stopping.patience", "0"});
  const Shown on = at_rest(session, session.send(command::StepBy{3, Granularity::Tick}));
  EXPECT_EQ(on->tick, shown->tick + 3);
  EXPECT_EQ(on->message, "");
}

}  // namespace
}  // namespace dropscope
