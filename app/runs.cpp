#include "app/runs.h"

#include <algorithm>

#include "app/state/neighbours.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

// Two of one kind are told apart by their letters.
void name_runs(Study& study, RateNaming naming) {
  for (std::size_t run = 0; run < study.runs.size(); ++run) {
    std::string name = run_name(study.runs[run].spec, study.runs[0].spec, naming);
    const auto here = study.runs.begin() + std::ptrdiff_t(run);
    if (std::any_of(study.runs.begin(), here, [&](const StudyRun& r) { return r.name == name; }))
      name += std::string(" (") + char('A' + run) + ")";
    study.runs[run].name = std::move(name);
  }
}

}  // namespace

Runs::Runs(SessionOptions options, std::function<void()> on_news)
    : on_news_(std::move(on_news)), lab_(std::move(options)) {}

void Runs::insert(std::size_t at, RunSpec spec) {
  const std::size_t made = lab_.add(std::move(spec));
  order_.insert(order_.begin() + std::ptrdiff_t(at), made);
  shown_.insert(shown_.begin() + std::ptrdiff_t(at), lab_.run(made).latest());
}

void Runs::remove(std::size_t at) {
  const std::size_t gone = order_[at];
  lab_.remove(gone);
  order_.erase(order_.begin() + std::ptrdiff_t(at));
  shown_.erase(shown_.begin() + std::ptrdiff_t(at));
  for (std::size_t& run : order_)
    if (run > gone) --run;
}

std::uint64_t Runs::send(AppState& state, std::size_t run, Command command) {
  const Command copy = command;
  const std::uint64_t number = session(run).send(std::move(command));
  note_sent(state.documents[run], copy, number);
  return number;
}

std::uint64_t Runs::obey(Effects& effects, AppState& state) {
  while (effects.keep_runs && size() > *effects.keep_runs) remove(size() - 1);
  if (effects.removed) remove(*effects.removed);
  if (effects.inserted) {
    const Document& d = state.documents[*effects.inserted];
    insert(*effects.inserted, d.spec);
    send(state, *effects.inserted, command::SetSpeed{d.speed});
    send(state, *effects.inserted, command::SetEvalView{d.eval_view});
  }
  std::uint64_t last = 0;
  const auto note = [&](std::size_t run, std::uint64_t number) {
    if (run == state.active) last = std::max(last, number);
  };
  // Whether a run plays is known once it has seen what the Lab told it.
  const auto note_playing = [&] {
    for (std::size_t run = 0; run < size(); ++run) {
      state.documents[run].playing_until = session(run).sent();
      note(run, session(run).sent());
    }
  };
  const bool stops = effects.together && !*effects.together;
  const bool anew = std::any_of(effects.to_runs.begin(), effects.to_runs.end(),
                                [](const auto& to) { return std::holds_alternative<command::Reset>(to.second); });
  // None is sent to where the others were before they started over.
  if (anew)
    lab_.part();
  else if (stops)
    lab_.pause_together();
  for (Command& c : effects.commands) note(state.active, send(state, state.active, std::move(c)));
  for (auto& [run, c] : effects.to_runs) note(run, send(state, run, std::move(c)));
  for (const Command& c : effects.to_all) {
    const std::vector<std::uint64_t> numbers = lab_.send_all(c);
    for (std::size_t run = 0; run < size(); ++run) {
      note_sent(state.documents[run], c, numbers[order_[run]]);
      note(run, numbers[order_[run]]);
    }
  }
  if (effects.line_up || (anew && stops)) lab_.line_up();
  if (effects.together && *effects.together) lab_.play_together();
  if (effects.together || effects.line_up) note_playing();
  if (effects.cancel_study && runner_) runner_->cancel();
  if (effects.study) begin_study(state, *effects.study);
  return last;
}

bool Runs::refresh(const AppState& state) {
  const std::shared_ptr<const Snapshot> before = shown_[state.active];
  if (state.transient.mode == Mode::Compare) {
    auto together = lab_.aligned();
    for (std::size_t run = 0; run < size(); ++run) {
      // While one of them loads there are none of one tick.
      auto newest = together.empty() ? session(run).latest() : together[order_[run]];
      if (newest) shown_[run] = std::move(newest);
    }
  } else {
    shown_[state.active] = session(state.active).latest();
  }
  const std::vector<StudyRun>& studied = study_view_.study.runs;
  study_view_.outdated =
      studied.size() != size() || !std::equal(studied.begin(), studied.end(), state.documents.begin(),
                                              [](const StudyRun& a, const Document& b) { return a.spec == b.spec; });
  return shown_[state.active] != before;
}

bool Runs::at_rest() {
  for (std::size_t run = 0; run < size(); ++run)
    if (!shown_[run]->over && shown_[run]->commands_seen < session(run).sent()) return false;
  return true;
}

void Runs::begin_study(const AppState& state, int seeds) {
  Study study;
  for (const Document& d : state.documents) study.runs.push_back({"", d.spec});
  study_naming_ = state.persisted.naming;
  name_runs(study, study_naming_);
  study.seeds = consecutive_seeds(state.documents[0].spec.seed, seeds);
  StudyRunnerOptions options;
  options.gently = true;
  options.on_progress = on_news_;
  runner_ = nullptr;  // the one before ends
  runner_ = std::make_unique<StudyRunner>(study, options);
  const std::size_t version = study_view_.version;
  study_view_ = {};
  study_view_.version = version;  // what is drawn of another study is not taken for this one
  study_view_.study = std::move(study);
  study_done_ = SIZE_MAX;
}

const StudyView* Runs::study(RateNaming naming) {
  if (!runner_) return nullptr;
  const StudyProgress progress = runner_->progress();
  StudyView& v = study_view_;
  if (naming != study_naming_) {
    study_naming_ = naming;
    name_runs(v.study, naming);
    study_done_ = SIZE_MAX;
  }
  v.done = progress.done, v.total = progress.total;
  v.share = progress.share, v.seconds_left = progress.seconds_left;
  v.finished = progress.finished, v.cancelled = progress.cancelled;
  v.failed = progress.failed;
  if (progress.done == study_done_) return &v;
  study_done_ = progress.done;
  set_trials(v, runner_->trials());
  return &v;
}

}  // namespace dropscope
