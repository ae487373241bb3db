#include "app/questions.h"

#include <algorithm>

namespace dropscope {

// What was asked to be trained beside has been trained far enough.
bool Questions::trains(const Inquiry& q, const FrozenRun& run) const {
  if (!q.train_at || run.tick < *q.train_at) return false;
  if (!answer_) return true;
  const auto there = [&](std::int64_t tick) { return tick >= *q.train_at; };
  const MembersReport* members = answer_->members.get();
  if (q.topic == EnsembleTopic::Members)
    return !members || members->trained < q.members ||
           !std::all_of(members->ticks.begin(), members->ticks.end(), there);
  return !answer_->twin || !there(answer_->twin_tick);
}

EnsembleQuestion Questions::question(const Inquiry& q, const Snapshot& snapshot) const {
  EnsembleQuestion question;
  question.run = snapshot.frozen;
  question.topic = q.topic;
  question.probe = snapshot.probe.input;
  question.subnetworks.samples = q.samples;
  question.subnetworks.classify = snapshot.frozen->classify;
  question.uncertainty.passes = q.passes;
  question.dependence.column = q.column;
  question.members = q.members;
  question.train = trains(q, *snapshot.frozen);
  return question;
}

void Questions::ask(const AppState& state, const Snapshot& snapshot) {
  if (state.transient.mode != Mode::Ensemble) {
    // Nobody is looking: only what is being trained goes on, since that was asked for.
    if (!analyst_ || !asked_.run || state.inquiry.train_at) return;
    analyst_->cancel();
    asked_ = {};
    return;
  }
  if (snapshot.frozen && !snapshot.probe.input.empty()) {
    EnsembleQuestion next = question(state.inquiry, snapshot);
    if (!next.same_as(asked_)) {
      if (!analyst_) analyst_ = std::make_unique<Analyst>(on_news_);
      number_ = analyst_->ask(next);
      asked_ = std::move(next);
    }
  }
  if (analyst_) answer_ = analyst_->latest();
  // What is known of another network, or of another data set, says nothing of this one.
  const FrozenRun* about = answer_ ? answer_->run.get() : nullptr;
  if (about && (about->spec.network != snapshot.spec.network || about->spec.data != snapshot.spec.data ||
                (snapshot.frozen && about->network != snapshot.frozen->network)))
    answer_ = nullptr;
}

}  // namespace dropscope
