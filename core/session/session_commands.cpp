// What commands do to a session.
#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/overloaded.h"
#include "core/session/session_impl.h"

namespace dropscope {
namespace {

// More than anyone waits for, and no sum or product of it overflows.
constexpr std::int64_t kMostSteps = 100'000'000'000;
constexpr double kSlowest = 1e-3;  // ticks per second: one in a quarter of an hour

}  // namespace

bool Session::Impl::obey(Command& command) {
  bool go_on = true;
  // Until there is a trainer, only a new spec can help.
  if (!trainer && !std::holds_alternative<command::Reset>(command) && !std::holds_alternative<command::Quit>(command) &&
      !std::holds_alternative<command::SetSpeed>(command))
    return true;
  if (!deferred.empty() && trainer->at_boundary()) apply_deferred();
  std::visit(Overloaded{
                 [&](command::Play&) {
                   head_for(INT64_MAX);
                   due = Clock::now();
                 },
                 [&](command::Pause&) { rest_here(); },
                 [&](command::StepBy& c) {
                   notice.clear();
                   step_by(c);
                 },
                 [&](command::SeekTo& c) {
                   notice.clear();
                   seek({std::clamp<std::int64_t>(c.tick, 0, kMostSteps), c.beat});
                 },
                 [&](command::RunUntil& c) { head_for(c.tick); },
                 [&](command::SetSpeed& c) {
                   speed = c.ticks_per_second > 0 ? std::clamp(c.ticks_per_second, kSlowest, 1e6) : 0;
                   due = Clock::now();
                   show_soon = true;
                 },
                 [&](command::SetField& c) {
                   notice.clear();
                   deferred.push_back(std::move(c));
                   if (trainer->at_boundary())
                     apply_deferred();
                   else
                     notice = "The new setting takes effect at the next step.";
                 },
                 [&](command::SetGate& c) { edit(c); },
                 [&](command::LockGate& c) { edit(c); },
                 [&](command::ReleaseGate& c) { edit(c); },
                 [&](command::RedrawMasks& c) { edit(c); },
                 [&](command::SwitchBranch& c) { edit(c); },
                 [&](command::SetBookmark& c) { edit(c); },
                 [&](command::RemoveBookmark& c) { edit(c); },
                 [&](command::SetTrace& c) {
                   if (view.trace == c.on) return;
                   view.trace = c.on;
                   trainer->keep_previous(c.on);
                   if (c.on && !running() && !at_meeting()) timeline->retake();
                 },
                 [&](command::ShareWeights& c) { sharing.turn(c.on); },
                 [&](command::MeetAt& c) { meet_at(c); },
                 [&](command::ShowRow& c) { view.row = c.row; },
                 [&](command::ShowUnit& c) { view.study_layer = c.layer, view.study_unit = c.unit; },
                 [&](command::SetEvalView& c) { view.eval = c.eval; },
                 [&](command::SetProbe& c) { view.probe_example = c.example, view.probe_point.reset(); },
                 [&](command::SetProbePoint& c) {
                   view.probe_point = {c.x, c.y};
                 },
                 [&](command::PushProbe&) { ++view.pushes; },
                 [&](command::Reset& c) { start(std::move(c.spec)); },
                 [&](command::Quit&) { go_on = false; },
             },
             command);
  return go_on;
}

void Session::Impl::head_for(std::int64_t tick) {
  target = tick;
  stepping = meeting = hurry = false;
}

// The pace that is kept between meetings goes on from one to the next.
void Session::Impl::meet_at(const command::MeetAt& c) {
  if (!active() && !at_meeting()) due = Clock::now();
  head_for(c.tick);
  meeting = true;
  hurry = c.hurry;
}

void Session::Impl::rest_here() {
  head_for(trainer->tick());
  beats = 0;
  destination.reset();
}

// Where the steps asked for so far will lead.
Position Session::Impl::planned() const {
  Position at = timeline->position();
  if (over()) return at;
  if (destination) at = *destination;
  if (stepping && target > at.tick) at = {target, 0};
  return timeline->place(at, beats, Granularity::Phase);
}

// Back at once; forward a step at a time, so that commands are taken on the way.
void Session::Impl::step_by(const command::StepBy& c) {
  if (c.n == 0) return;
  const Position to = timeline->place(planned(), std::clamp(c.n, -kMostSteps, kMostSteps), c.granularity);
  rest_here();
  const Position from = timeline->position();
  if (to < from) {
    forget_deferred(to);
    timeline->seek(to, give_up());
    rest_here();
  } else if (c.granularity == Granularity::Phase) {
    const std::int64_t count = std::int64_t(timeline->beats().size());
    beats = std::min((to.tick - from.tick) * count + to.beat - from.beat, kMostSteps);
  } else {
    target = to.tick;
    stepping = true;
    due = Clock::now();
  }
}

void Session::Impl::seek(const Position& where) {
  // Beats beyond a tick's are of the ticks after, for which it trains step by step.
  const Position to = timeline->place({where.tick, 0}, where.beat, Granularity::Phase);
  forget_deferred(to);
  timeline->seek(std::min(to, timeline->tip()), give_up());
  rest_here();
  if (to > timeline->tip()) destination = to;
}

// Something done by hand to the timeline. Refused, it leaves everything as it was.
bool Session::Impl::edit(const Command& command) {
  notice.clear();
  const int branch = timeline->branch();
  try {
    if (const auto* there = std::get_if<command::SwitchBranch>(&command)) {
      timeline->switch_branch(there->branch);
      forget_deferred({-1, 0});
      rest_here();
    } else if (const auto* mark = std::get_if<command::SetBookmark>(&command)) {
      timeline->set_bookmark({mark->tick, mark->beat}, mark->name);
    } else if (const auto* gone = std::get_if<command::RemoveBookmark>(&command)) {
      timeline->remove_bookmark({gone->tick, gone->beat});
    } else {
      timeline->apply(command);
    }
    ++stamp;
    publish_log();
  } catch (const InputError& error) {
    notice = error.what();
    return false;
  }
  if (timeline->branch() == branch) return true;
  const std::lock_guard lock(shared_mutex);
  recent.clear();  // ticks of another branch
  return true;
}

// A setting that waits for the next step is of no use where the walk goes elsewhere than on to the end of its update.
void Session::Impl::forget_deferred(const Position& to) {
  if (deferred.empty() || (to.tick == timeline->position().tick && to.beat > 0)) return;
  notice = "Not set, since the walk has left its step: " + deferred.back().path + " = " + deferred.back().value +
           ". Set it again at a step's end.";
  deferred.clear();
}

// Room for states to go back to, as given last by whoever has several runs.
void Session::Impl::share_budget() {
  if (!timeline || timeline->budget() == budget) return;
  const bool before = timeline->over_budget();
  timeline->set_budget(budget);
  if (timeline->over_budget() && !before) notice = kOverBudget;
}

// Settings change only between two ticks; those that came inside one wait here.
void Session::Impl::apply_deferred() {
  std::string refused;
  bool any = false;
  for (command::SetField& c : std::exchange(deferred, {}))
    if (edit(c))
      any = true;
    else
      refused = notice;
  notice = refused;
  if (any && !active() && !at_meeting()) timeline->preview();
}

}  // namespace dropscope
