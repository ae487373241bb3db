#include "app/state/reduce.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/state/phrases.h"
#include "app/state/places.h"
#include "app/state/reduce_scope.h"
#include "core/base/check.h"
#include "core/data/dataset.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

using Arguments = std::vector<std::string>;

std::string fixed(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return buffer;
}

// Whether the same sites have gates of the same kinds: else a sub-network's bits mean another one, or none.
bool same_gates(const RunSpec& a, const RunSpec& b) {
  const auto gates = [](DropoutPlan plan) {
    for (SitePlan& site : plan.sites) site.rate = site.rate > 0 ? 1 : 0;
    return plan;
  };
  return gates(a.dropout) == gates(b.dropout);
}

}  // namespace

void start_over(Scope& s, RunSpec spec, bool playing) {
  const bool other_data = s.state.document().spec.data != spec.data;
  s.state.document().spec = spec;
  forget_answers(s);
  s.send(command::Reset{std::move(spec)});
  if (other_data) choose_example(s, 0);
  s.send(command::SetSpeed{s.state.document().speed});
  s.send(command::SetEvalView{s.state.document().eval_view});
  if (s.state.transient.mode != Mode::Explore) send_mode(s);
  s.effects.line_up = s.state.transient.mode == Mode::Compare;
  play(s, playing);
}

void play(Scope& s, bool on) {
  s.state.document().playing = on;
  if (s.state.transient.mode == Mode::Compare) {
    for (Document& d : s.state.documents) d.playing = on;
    s.effects.together = on;
  } else if (on)
    s.send(command::Play{});
  else
    s.send(command::Pause{});
}

void move_to(Scope& s, RunSpec next) {
  const auto now = fields(s.state.document().spec), then = fields(next);
  std::vector<command::SetField> changes;
  bool live = s.state.document().spec.network == next.network;
  for (const Field& field : then) {
    const auto old = std::find_if(now.begin(), now.end(), [&](const Field& f) { return f.path == field.path; });
    if (old != now.end() && old->value == field.value) continue;
    if (old == now.end()) continue;  // a parameter of the new variant, at its initial value
    live = live && changes_while_training(field.path);
    changes.push_back({field.path, field.value});
  }
  if (changes.empty()) return;
  if (!live) return start_over(s, std::move(next), is_playing(s.state));
  // A variant may not allow the rate its predecessor had: rates that fall go first, those that rise last.
  std::stable_sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
    const auto rank = [](const std::string& path) { return path.ends_with(".rate") ? 0 : 1; };
    return rank(a.path) < rank(b.path);
  });
  if (!same_gates(s.state.document().spec, next)) s.state.inquiry.subnetwork.reset();
  s.state.document().spec = std::move(next);
  for (command::SetField& change : changes) s.send(std::move(change));
}

namespace {

bool is_variant_path(std::string_view path) { return path.starts_with("dropout.") && path.ends_with("variant"); }

void set(Scope& s, const std::string& path, const std::string& value) {
  RunSpec next = s.state.document().spec;
  // A rate that the new variant does not allow is lowered with it, as one wish.
  if (const Variant* variant = is_variant_path(path) ? find_variant(value) : nullptr)
    for (SitePlan& plan : next.dropout.sites)
      if (path == "dropout.variant" || path == "dropout." + plan.site + ".variant" || means_kind_of(next, path, plan))
        plan.rate = std::min(plan.rate, variant->max_rate);
  const std::size_t layers = output_sites(next).size();
  set_field(next, path, value, s.where());
  // A layer that is added drops as the one before it does.
  const std::vector<SiteName> outputs = output_sites(next);
  for (std::size_t i = layers; i < outputs.size() && i > 0; ++i) {
    const SitePlan* before = next.dropout.find(outputs[i - 1].name);
    if (!before || outputs[i].kind != outputs[i - 1].kind) break;
    SitePlan plan = *before;
    plan.site = outputs[i].name;
    next.dropout.at(plan.site) = plan;
  }
  move_to(s, std::move(next));
}

// The column that is selected, if noise may act there.
std::string selected_column(const Scope& s) {
  const int layer = s.state.selection.layer;
  if (layer < 0 || layer >= int(s.snapshot.layers.size()) || s.snapshot.layers[std::size_t(layer)].name == "output")
    return {};
  return s.snapshot.layers[std::size_t(layer)].name;
}

void set_rate(Scope& s, double rate) {
  const std::string column = selected_column(s);
  const std::vector<SiteName> sites = key_sites(s.state.document().spec, column);
  if (sites.empty()) return notify(s.state, "this network has no place for dropout");
  RunSpec next = s.state.document().spec;
  double most = 1;
  for (const SiteName& site : sites)
    if (const Variant* v = find_variant(variant_at(next, site))) most = std::min(most, v->max_rate);
  rate = std::clamp(rate, 0.0, most);
  rate = std::round(rate * 1000) / 1000;
  for (const SiteName& site : sites) set_field(next, "dropout." + site.name + ".rate", real_text(rate), s.where());
  notify(s.state, (column.empty() && is_plain(next) ? "hidden layers" : sites_title(next, sites)) +
                      ": p = " + fixed(letter_value(s.state.persisted.naming, rate), 2));
  move_to(s, std::move(next));
}

double current_rate(const Scope& s) {
  const std::vector<SiteName> sites = key_sites(s.state.document().spec, selected_column(s));
  return sites.empty() ? 0 : shown_plan(s.state.document().spec, sites[0].name).rate;
}

void next_variant(Scope& s, int by) {
  RunSpec next = s.state.document().spec;
  std::vector<SiteName> sites = key_sites(next, {});
  if (sites.empty()) return notify(s.state, "this network has no place for dropout");
  const bool plain = is_plain(next);
  const SiteKind kind = sites[0].kind;
  std::erase_if(sites, [kind](const SiteName& site) { return site.kind != kind; });
  const auto all = all_variants();
  const std::string now = variant_at(next, sites[0]);
  int at = 0;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i]->id == now) at = int(i);
  const int n = int(all.size());
  // Variants for other places are passed over; so is none, after which the keys would act elsewhere.
  for (int step = 0; step < n; ++step) {
    at = (at + by + n) % n;
    if (all[std::size_t(at)]->sites.has(kind) && (plain || all[std::size_t(at)]->rate_is != RateIs::Ignored)) break;
  }
  const Variant& chosen = *all[std::size_t(at)];
  for (const SiteName& site : sites) {
    const std::string path = "dropout." + site.name + ".";
    if (shown_plan(next, site.name).rate > chosen.max_rate)
      set_field(next, path + "rate", real_text(chosen.max_rate), s.where());
    set_field(next, path + "variant", chosen.id, s.where());
  }
  move_to(s, std::move(next));
  notify(s.state, std::string(chosen.name) + ": " + chosen.depiction.one_line);
}

// A file with columns, or a folder with images: told apart by the options that their sources heed.
void open(Scope& s) {
  const std::string& path = s.text(0);
  const bool table = path.ends_with(".csv") || path.ends_with(".CSV") || path.ends_with(".tsv");
  const DatasetSource* source = s.has(1) ? find_dataset(s.text(1)) : &file_source(table);
  if (!source || (source != &file_source(true) && source != &file_source(false)))
    throw InputError(s.where(), "a source of files", "'" + s.text(1) + "'");
  const auto use = [&](RunSpec& spec) { use_files(spec, *source, path); };
  if (s.state.transient.mode == Mode::Compare) return restart_all(s, false, use);
  RunSpec next = s.state.document().spec;
  use(next);
  start_over(s, std::move(next), false);
}

void run_action(Scope& s) {
  if (s.state.transient.mode == Mode::Compare && training_in_compare(s)) return;
  Document& d = s.state.document();
  switch (s.intent.action) {
    case ActionId::Toggle:
      return play(s, !is_playing(s.state));
    case ActionId::Play:
      return play(s, true);
    case ActionId::Pause:
      return play(s, false);
    case ActionId::NextPhase:
    case ActionId::PreviousPhase:
    case ActionId::Step:
    case ActionId::StepBack:
    case ActionId::Epoch:
    case ActionId::EpochBack:
      return step_action(s);
    case ActionId::RunUntil: {
      const std::int64_t tick = s.integer(0, 0, 1'000'000'000'000);
      if (s.state.transient.mode == Mode::Compare) pause(s);  // else they go on together past it
      return s.send(command::RunUntil{tick});
    }
    case ActionId::Reset:
      return start_over(s, d.spec, false);
    case ActionId::NewSeed: {
      RunSpec next = d.spec;
      next.seed = 1 + s.random % 99'999;
      if (next.seed == d.spec.seed) ++next.seed;
      notify(s.state, "Seed " + std::to_string(next.seed));
      return start_over(s, std::move(next), d.playing);
    }
    case ActionId::Seed: {
      RunSpec next = d.spec;
      next.seed = parse_seed(s.text(0), s.where());
      return start_over(s, std::move(next), d.playing);
    }
    case ActionId::Scenario: {
      RunSpec next = scenario_or_throw(s.text(0), s.where());
      s.state.selection = {};
      s.state.document().seeking.reset();
      return start_over(s, std::move(next), false);
    }
    case ActionId::Open:
      return open(s);
    case ActionId::RetryLowerRate:
    case ActionId::RetryClip: {
      RunSpec next = d.spec;
      if (s.intent.action == ActionId::RetryClip)
        next.optimizer.clip_norm = 1;
      else
        next.optimizer.learning_rate = std::max(next.optimizer.learning_rate / 10, 1e-12);
      return start_over(s, std::move(next), true);
    }
    case ActionId::Speed:
      d.speed = s.text(0) == "max" ? 0 : s.real(0, 0.01, 1e9);
      s.state.persisted.speed = d.speed;
      return s.send(command::SetSpeed{d.speed});
    default:
      return set(s, s.text(0), s.text(1));
  }
}

void dropout_action(Scope& s) {
  Document& d = s.state.document();
  const auto view = [&](bool eval) {
    d.eval_view = eval;
    s.send(command::SetEvalView{eval});
  };
  switch (s.intent.action) {
    case ActionId::ToggleEval:
      return view(!d.eval_view);
    case ActionId::Train:
      return view(false);
    case ActionId::Eval:
      return view(true);
    case ActionId::Push:
      return s.send(command::PushProbe{});
    case ActionId::RateDown:
      return set_rate(s, current_rate(s) - 0.05);
    case ActionId::RateUp:
      return set_rate(s, current_rate(s) + 0.05);
    case ActionId::Rate:
      return set_rate(s, s.real(0, 0, 1));
    case ActionId::VariantNext:
      return next_variant(s, 1);
    default:
      return next_variant(s, -1);
  }
}

int layer_number(const Scope& s) {
  for (std::size_t i = 0; i < s.snapshot.layers.size(); ++i)
    if (s.snapshot.layers[i].name == s.text(0)) return int(i);
  return int(s.integer(0, 0, std::int64_t(s.snapshot.layers.size()) - 1));
}

void select(Scope& s) {
  Selection& selection = s.state.selection;
  if (s.text(0) == "none") {
    selection = {};
    return;
  }
  const int layer = layer_number(s);
  const int unit = s.has(1) ? int(s.integer(1, 0, s.snapshot.layers[std::size_t(layer)].units - 1)) : -1;
  selection.layer = layer;
  selection.unit = unit;
  select_gate_of_unit(s);
}

void move(Scope& s) {
  Selection& selection = s.state.selection;
  const int layers = int(s.snapshot.layers.size());
  const std::int64_t across = s.integer(0, -1000, 1000), along = s.integer(1, -1000000, 1000000);
  if (layers == 0) return;
  if (selection.layer < 0) {
    selection.layer = std::min(1, layers - 1);
    selection.unit = 0;
    return select_gate_of_unit(s);
  }
  const int before = s.snapshot.layers[std::size_t(std::clamp(selection.layer, 0, layers - 1))].units;
  selection.layer = int(std::clamp<std::int64_t>(selection.layer + across, 0, layers - 1));
  const int units = s.snapshot.layers[std::size_t(selection.layer)].units;
  // Sideways the share of the column's height is kept, so that the selection stays near where it was.
  if (across != 0 && before > 0) selection.unit = int(std::int64_t(std::max(selection.unit, 0)) * units / before);
  selection.unit = int(std::clamp<std::int64_t>(std::max(selection.unit, 0) + along, 0, units - 1));
  select_gate_of_unit(s);
}

void view_action(Scope& s) {
  Transient& t = s.state.transient;
  Persisted& p = s.state.persisted;
  switch (s.intent.action) {
    case ActionId::Inspect:
      s.state.selection.inspecting = !s.state.selection.inspecting;
      if (s.state.selection.inspecting && s.state.selection.unit < 0 && !s.snapshot.layers.empty()) {
        s.state.selection.layer = std::clamp(s.state.selection.layer, 1, int(s.snapshot.layers.size()) - 1);
        s.state.selection.unit = 0;
        select_gate_of_unit(s);
      }
      return;
    case ActionId::Select:
      return select(s);
    case ActionId::Move:
      return move(s);
    case ActionId::Fit:
      t.zoom = 1;
      t.pan = {};
      return;
    case ActionId::Zoom: {
      const double factor = s.real(0, 0.01, 100);
      const float x = s.has(1) ? float(s.real(1, -10, 10)) : 0.5f, y = s.has(2) ? float(s.real(2, -10, 10)) : 0.5f;
      const float zoom = std::clamp(t.zoom * float(factor), 1.0f, 16.0f), ratio = zoom / t.zoom;
      // The point of the picture under (x, y) stays there.
      t.zoom = zoom;
      t.pan = {std::clamp(x - (x - t.pan.x) * ratio, 1 - zoom, 0.0f),
               std::clamp(y - (y - t.pan.y) * ratio, 1 - zoom, 0.0f)};
      return;
    }
    case ActionId::Pan: {
      const Vec2 by{float(s.real(0, -100, 100)), float(s.real(1, -100, 100))};
      if (t.zoom > 1)
        t.pan = {std::clamp(t.pan.x + by.x, 1 - t.zoom, 0.0f), std::clamp(t.pan.y + by.y, 1 - t.zoom, 0.0f)};
      return;
    }
    case ActionId::SmoothingNext:
      p.smoothing = p.smoothing < 0.5f ? 0.6f : p.smoothing < 0.8f ? 0.9f : p.smoothing < 0.95f ? 0.99f : 0.0f;
      notify(s.state, "Smoothing " + fixed(p.smoothing, 2));
      return;
    case ActionId::Smoothing:
      p.smoothing = float(s.real(0, 0, 0.999));
      return;
    case ActionId::LogLoss:
      p.log_loss = !p.log_loss;
      ++t.plot_fits;
      return;
    case ActionId::FitPlots:
      ++t.plot_fits;
      return;
    case ActionId::Series: {
      if (s.text(0) != "loss" && s.text(0) != "accuracy")
        throw InputError(s.where(), "loss or accuracy", "'" + s.text(0) + "'");
      std::set<int>& hidden = s.text(0) == "loss" ? t.hidden_loss : t.hidden_accuracy;
      const int index = int(s.integer(1, 0, 16));
      if (!hidden.erase(index)) hidden.insert(index);
      return;
    }
    case ActionId::Probe: {
      const std::int64_t last = s.snapshot.data ? std::int64_t(s.snapshot.data->validation_count) - 1 : 1'000'000'000;
      return choose_example(s, s.integer(0, 0, std::max<std::int64_t>(last, 0)));
    }
    case ActionId::ProbePoint: {
      const Vec2 point{float(s.real(0, -1e6, 1e6)), float(s.real(1, -1e6, 1e6))};
      s.state.inquiry.point = point;
      return s.send(command::SetProbePoint{point.x, point.y});
    }
    case ActionId::HidePanels:
      t.panels_hidden = !t.panels_hidden;
      return;
    default:
      if (s.text(0) == "setup")
        t.tab = FoldTab::Setup;
      else if (s.text(0) == "network")
        t.tab = FoldTab::Network;
      else if (s.text(0) == "results")
        t.tab = FoldTab::Results;
      else
        throw InputError(s.where(), "setup, network or results", "'" + s.text(0) + "'");
  }
}

void script_action(Scope& s) {
  if (s.intent.action == ActionId::Screenshot) s.effects.screenshots.push_back(s.text(0));
  if (s.intent.action == ActionId::Dump) s.effects.dumps.push_back(s.text(0));
}

}  // namespace

Effects reduce(const Intent& intent, AppState& state, const Snapshot& snapshot, std::uint64_t random,
               const EnsembleAnswer* answer) {
  const Action& a = action(intent.action);
  const auto [least, most] = argument_range(a);
  const int given = int(intent.arguments.size());
  if (given < least || given > most)
    throw InputError(a.name, most == 0 ? "no argument" : a.arguments, std::to_string(given) + " arguments");
  AppState next = state;
  Scope scope{intent, next, snapshot, random, answer, {}};
  switch (a.group) {
    case ActionGroup::Training:
      run_action(scope);
      break;
    case ActionGroup::Step:
      step_action(scope);
      break;
    case ActionGroup::Compare:
      compare_action(scope);
      break;
    case ActionGroup::Ensemble:
      ensemble_action(scope);
      break;
    case ActionGroup::Dropout:
      dropout_action(scope);
      break;
    case ActionGroup::View:
      view_action(scope);
      break;
    case ActionGroup::Window:
      window_action(scope);
      break;
    case ActionGroup::Script:
      script_action(scope);
      break;
  }
  // What a message was about is over once the run goes elsewhere.
  const auto moves = [](const Command& c) {
    return std::holds_alternative<command::StepBy>(c) || std::holds_alternative<command::SeekTo>(c) ||
           std::holds_alternative<command::Reset>(c) || std::holds_alternative<command::SwitchBranch>(c) ||
           std::holds_alternative<command::Play>(c);
  };
  const std::vector<Command>& sent = scope.effects.commands;
  if (next.transient.notices == state.transient.notices && !next.transient.notice_is_error &&
      std::any_of(sent.begin(), sent.end(), moves))
    next.transient.notice.clear();
  // The arithmetic that the trace records is that of the unit selected.
  const auto unit = [](const AppState& of) { return std::pair(of.selection.layer, of.selection.unit); };
  if (next.transient.mode == Mode::Step && state.transient.mode == Mode::Step && unit(next) != unit(state))
    scope.send(command::ShowUnit{next.selection.layer, next.selection.unit});
  if (next.transient.mode == Mode::Compare) share_with_all(scope);
  state = std::move(next);
  return std::move(scope.effects);
}

bool changes_while_training(std::string_view path) {
  return path.starts_with("dropout.") || path == "optimizer.learning_rate" || path == "optimizer.l2" ||
         path == "optimizer.max_norm" || path == "optimizer.clip_norm";
}

}  // namespace dropscope
