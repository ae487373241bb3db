// Waiting for a session without guessing how long it takes.
#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "core/session/lab.h"
#include "core/session/session.h"
#include "core/train/trainer.h"

namespace dropscope::sessions {

using Shown = std::shared_ptr<const Snapshot>;

// Looks until `good` holds; a minute is far more than a loaded machine under a sanitizer needs.
inline Shown wait_for(Session& session, const std::function<bool(const Snapshot&)>& good) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (;;) {
    Shown s = session.latest();
    if (good(*s)) return s;
    if (std::chrono::steady_clock::now() > end) {
      ADD_FAILURE() << "waited in vain; status " << int(s->status) << ", tick " << s->tick << ", " << s->message;
      return s;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(300));
  }
}

// The snapshot made after this command was taken.
inline Shown after(Session& session, std::uint64_t number) {
  return wait_for(session, [number](const Snapshot& s) { return s.commands_seen >= number; });
}
inline Shown at_rest(Session& session, std::uint64_t number) {
  return wait_for(session, [number](const Snapshot& s) {
    return s.commands_seen >= number && s.status != RunStatus::Running && s.status != RunStatus::Loading;
  });
}

// A small run that needs no file.
inline RunSpec spec(double rate = 0.3) {
  RunSpec s;
  s.data.dataset = "xor";
  s.data.train = 64;
  s.data.validation = 40;
  s.network.hidden = {{LayerKind::Dense, 9, Activation::Relu}, {LayerKind::Dense, 7, Activation::Tanh}};
  s.dropout.at("hidden1").rate = rate;
  s.dropout.at("hidden2").rate = rate;
  return s;
}

// The state a plain trainer reaches that obeys the same commands at the same ticks.
inline std::uint64_t replay(const std::vector<LoggedCommand>& log, std::int64_t tick) {
  std::unique_ptr<Trainer> trainer;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (const auto* reset = std::get_if<command::Reset>(&log[i].command)) {
      trainer = std::make_unique<Trainer>(
          reset->spec, std::make_shared<const Dataset>(make_dataset(reset->spec.data, reset->spec.data_seed, nullptr)));
      continue;
    }
    const auto& field = std::get<command::SetField>(log[i].command);
    while (trainer->tick() < log[i].tick) trainer->advance(Granularity::Tick);
    EXPECT_EQ(trainer->tick(), log[i].tick);
    trainer->set_field(field.path, field.value, "replay");
  }
  while (trainer->tick() < tick) trainer->advance(Granularity::Tick);
  return trainer->state_hash();
}

}  // namespace dropscope::sessions
