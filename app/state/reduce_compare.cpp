// Compare mode: which runs there are, and what all of them share: the data, the seed, the batches, the tick.
#include <algorithm>
#include <cstdlib>

#include "app/state/neighbours.h"
#include "app/state/reduce_scope.h"
#include "core/base/check.h"
#include "core/base/overloaded.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

constexpr std::size_t kMostRuns = 4;

// A new run, shown at the place given.
void insert(Scope& s, std::size_t at, RunSpec spec) {
  Document d;
  d.speed = s.state.document().speed;
  d.eval_view = s.state.document().eval_view;
  d.spec = std::move(spec);
  s.state.documents.insert(s.state.documents.begin() + std::ptrdiff_t(at), std::move(d));
  if (at <= s.state.active) ++s.state.active;
  s.effects.inserted = at;
  s.effects.line_up = true;
}

// Every run, one just begun as well, is asked about the input that the one at hand is.
void share_input(Scope& s) {
  const Inquiry& q = s.state.inquiry;
  s.send(command::SetProbe{q.probe});
  if (q.point) s.send(command::SetProbePoint{q.point->x, q.point->y});
}

// What is shown beside a lone run: the one without noise before it, or of a run without noise the one with it behind.
struct Other {
  RunSpec spec;
  std::size_t at = 0;
};
std::optional<Other> other_beside(const RunSpec& spec, const std::string& where) {
  RunSpec plain = with_neighbour(spec, "none", std::nullopt, where);
  if (!differences(plain, spec).empty()) return Other{std::move(plain), 0};
  const std::vector<Neighbour> all = all_neighbours(spec);
  const auto noise =
      std::find_if(all.begin(), all.end(), [](const Neighbour& n) { return n.is_variant && n.has_rate; });
  if (noise == all.end()) return std::nullopt;
  return Other{with_neighbour(spec, noise->id, 0.5, where), 1};
}

// What is_shared means, as a whole.
void share(const RunSpec& from, RunSpec& to) {
  to.scenario = from.scenario;
  to.data = from.data;
  to.data_seed = from.data_seed;
  to.seed = from.seed;
  to.batch_size = from.batch_size;
  to.ticks = from.ticks;
  to.evaluate_examples = from.evaluate_examples;
  if (to.stopping.patience == 0 && from.stopping.patience == 0) to.evaluate_every = from.evaluate_every;
}

// A run starts over as its document says.
void restart(Scope& s, std::size_t run) {
  Document& d = s.state.documents[run];
  d.seeking.reset();
  s.effects.to_runs.emplace_back(run, command::Reset{d.spec});
  s.effects.to_runs.emplace_back(run, command::SetSpeed{d.speed});
  s.effects.to_runs.emplace_back(run, command::SetEvalView{d.eval_view});
}

std::size_t run_number(const Scope& s, std::size_t argument) {
  return std::size_t(s.integer(argument, 1, std::int64_t(s.state.documents.size())) - 1);
}

void pick(Scope& s, std::size_t run) {
  if (run != s.state.active) forget_answers(s);
  s.state.active = run;
  s.state.comparison.adding = false;
}

void add(Scope& s) {
  if (s.state.documents.size() >= kMostRuns)
    return notify(s.state, "There are " + std::to_string(kMostRuns) + " runs; remove one first");
  if (!s.has(0)) {
    s.state.comparison.adding = !s.state.comparison.adding;
    return;
  }
  const std::optional<double> rate = s.has(1) ? std::optional(s.real(1, 0, 1)) : std::nullopt;
  RunSpec spec = s.state.document().spec;
  if (s.text(0) != "copy")
    spec = with_neighbour(base_beside(s.state.documents[0].spec, spec), s.text(0), rate, s.where());
  const std::size_t at = s.state.documents.size();
  insert(s, at, std::move(spec));
  share_input(s);
  pick(s, at);
}

void remove(Scope& s) {
  const std::size_t run = s.has(0) ? run_number(s, 0) : s.state.active;
  if (s.state.documents.size() == 1) return notify(s.state, "The last run stays");
  if (run == s.state.active) forget_answers(s);
  s.state.documents.erase(s.state.documents.begin() + std::ptrdiff_t(run));
  if (s.state.active > run || s.state.active == s.state.documents.size()) --s.state.active;
  s.state.comparison.adding = false;
  s.effects.removed = run;
}

// The runs that stay while the data become others: the first two, told apart by their noise.
void begin_anew(Scope& s, const RunSpec& next) {
  std::vector<Document>& all = s.state.documents;
  const Document at_hand = s.state.document();
  const std::optional<Other> other = all.size() > 1 ? other_beside(next, s.where()) : std::nullopt;
  if (next.data != at_hand.spec.data) choose_example(s, 0);
  all.resize(other ? 2 : 1);
  s.effects.keep_runs = all.size();
  for (Document& d : all) {
    d.spec = next;
    d.speed = at_hand.speed;
    d.eval_view = at_hand.eval_view;
  }
  s.state.active = other ? 1 - other->at : 0;
  if (other) all[other->at].spec = other->spec;
  forget_answers(s);
}

void flip(const Scope& s, bool& value) {
  if (s.has(0) && s.text(0) != "on" && s.text(0) != "off")
    throw InputError(s.where(), "on or off", "'" + s.text(0) + "'");
  value = s.has(0) ? s.text(0) == "on" : !value;
}

}  // namespace

bool is_shared(std::string_view path) {
  return path.starts_with("data.") || path == "data_seed" || path == "seed" || path == "batch_size" ||
         path == "ticks" || path.starts_with("evaluate_");
}

void restart_all(Scope& s, bool playing, const std::function<void(RunSpec&)>& change) {
  std::vector<RunSpec> specs;
  for (const Document& d : s.state.documents) {
    specs.push_back(d.spec);
    change(specs.back());  // may refuse; nothing has changed then
  }
  if (specs[s.state.active].data != s.state.document().spec.data) choose_example(s, 0);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    s.state.documents[i].spec = std::move(specs[i]);
    restart(s, i);
  }
  forget_answers(s);
  play(s, playing);
}

void enter_compare(Scope& s) {
  pause(s);
  share_input(s);
  s.effects.line_up = true;
  const RunSpec spec = s.state.document().spec;
  if (s.state.documents.size() == 1) {
    if (std::optional<Other> other = other_beside(spec, s.where())) insert(s, other->at, std::move(other->spec));
    return;
  }
  // Another mode may have given the run at hand other data; then the others follow it, or make place.
  for (std::size_t i = 0; i < s.state.documents.size(); ++i) {
    Document& d = s.state.documents[i];
    d.speed = s.state.document().speed;
    d.eval_view = s.state.document().eval_view;
    s.effects.to_runs.emplace_back(i, command::SetSpeed{d.speed});
    s.effects.to_runs.emplace_back(i, command::SetEvalView{d.eval_view});
    RunSpec shared = d.spec;
    share(spec, shared);
    if (shared == d.spec) continue;
    if (shared.data.dataset != d.spec.data.dataset || shared.scenario != d.spec.scenario) {
      s.effects.to_runs.clear();
      begin_anew(s, spec);
      for (std::size_t run = 0; run < s.state.documents.size(); ++run) restart(s, run);
      return notify(s.state, "The runs had other data: they begin anew");
    }
    d.spec = std::move(shared);
    restart(s, i);
  }
}

void compare_action(Scope& s) {
  Comparison& c = s.state.comparison;
  if (s.state.transient.mode != Mode::Compare)
    throw InputError(s.where(), "Compare mode first (mode compare)",
                     std::string("mode ") + kModeNames[int(s.state.transient.mode)]);
  switch (s.intent.action) {
    case ActionId::PickRun:
      if (s.has(0) && s.integer(0, 1, kMostRuns) > std::int64_t(s.state.documents.size())) return;
      return pick(s, s.has(0) ? run_number(s, 0) : (s.state.active + 1) % s.state.documents.size());
    case ActionId::AddRun:
      return add(s);
    case ActionId::RemoveRun:
      return remove(s);
    case ActionId::EditRun:
      return flip(s, c.editing);
    case ActionId::Solo:
      return flip(s, c.solo);
    case ActionId::Difference:
      return flip(s, c.difference);
    case ActionId::Study:
      if (s.has(0)) c.seeds = int(s.integer(0, 1, 1000));
      s.effects.study = c.seeds;
      c.seeds_shown = true;
      return;
    case ActionId::SeedsShown:
      return flip(s, c.seeds_shown);
    default:
      s.effects.cancel_study = true;
  }
}

bool training_in_compare(Scope& s) {
  const bool playing = is_playing(s.state);
  switch (s.intent.action) {
    case ActionId::Reset:
      restart_all(s, false, [](RunSpec&) {});
      return true;
    case ActionId::NewSeed:
    case ActionId::Seed: {
      std::uint64_t seed = s.intent.action == ActionId::Seed ? parse_seed(s.text(0), s.where()) : 1 + s.random % 99'999;
      if (s.intent.action == ActionId::NewSeed) {
        if (seed == s.state.document().spec.seed) ++seed;
        notify(s.state, "Seed " + std::to_string(seed));
      }
      restart_all(s, playing, [seed](RunSpec& spec) { spec.seed = seed; });
      return true;
    }
    case ActionId::Set:
      if (!is_shared(s.text(0))) return false;
      restart_all(s, playing, [&](RunSpec& spec) { set_field(spec, s.text(0), s.text(1), s.where()); });
      return true;
    case ActionId::Scenario:
      s.state.selection = {};
      begin_anew(s, scenario_or_throw(s.text(0), s.where()));
      restart_all(s, false, [](RunSpec&) {});
      return true;
    case ActionId::NextPhase:
    case ActionId::PreviousPhase: {
      // Other layers have other phases: whole steps keep the runs at one tick.
      const ArchSpec& first = s.state.documents[0].spec.network;
      const auto same = [&](const Document& d) { return d.spec.network == first; };
      if (std::all_of(s.state.documents.begin(), s.state.documents.end(), same)) return false;
      const std::int64_t n = s.has(0) ? s.integer(0, 1, 1'000'000'000) : 1;
      pause(s);
      s.send(command::StepBy{s.intent.action == ActionId::NextPhase ? n : -n, Granularity::Tick});
      notify(s.state, "The runs have other layers, so other phases: whole steps");
      return true;
    }
    default:
      return false;
  }
}

void share_with_all(Scope& s) {
  std::vector<Command> own;
  for (Command& c : s.effects.commands) {
    const bool all = std::visit(
        Overloaded{[](const command::StepBy&) { return true; }, [](const command::SeekTo&) { return true; },
                   [](const command::RunUntil&) { return true; }, [](const command::SetSpeed&) { return true; },
                   [](const command::SetEvalView&) { return true; }, [](const command::SetProbe&) { return true; },
                   [](const command::SetProbePoint&) { return true; }, [](const command::PushProbe&) { return true; },
                   [](const command::ShowRow&) { return true; }, [](const command::SetTrace&) { return true; },
                   [](const command::ShareWeights&) { return true; }, [](const auto&) { return false; }},
        c);
    (all ? s.effects.to_all : own).push_back(std::move(c));
  }
  s.effects.commands = std::move(own);
  const Document& at_hand = s.state.document();
  for (Document& d : s.state.documents) {
    d.speed = at_hand.speed;
    d.eval_view = at_hand.eval_view;
    d.seeking = at_hand.seeking;
  }
}

}  // namespace dropscope
