#include "core/study/sweep.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

#include "core/base/check.h"
#include "core/base/hash.h"
#include "core/spec/fields.h"
#include "core/spec/spec_io.h"

namespace dropscope {
namespace {

constexpr std::size_t kMostNamed = 3;  // cells that a message names

std::size_t combinations(const Sweep& sweep) {
  std::size_t n = 1;
  for (const SweepAxis& axis : sweep.axes) n *= axis.values.size();
  return n;
}

// The values of combination `run`, the last axis fastest: an index for each axis.
std::vector<std::size_t> values_of(const Sweep& sweep, std::size_t run) {
  std::vector<std::size_t> value(sweep.axes.size());
  for (std::size_t a = sweep.axes.size(); a-- > 0;) {
    value[a] = run % sweep.axes[a].values.size();
    run /= sweep.axes[a].values.size();
  }
  return value;
}

// Layers first: what is set for every hidden layer is meant for those of the cell. Of the rest what is said of all
// layers or sites before what is said of one of them.
std::tuple<bool, std::ptrdiff_t, bool> when_to_set(const Sweep& sweep, const std::string& path) {
  const std::vector<Field> known = fields(sweep.base);
  const bool of_one = std::any_of(known.begin(), known.end(), [&](const Field& f) { return f.path == path; });
  return {!path.starts_with("network."), std::count(path.begin(), path.end(), '.'), of_one};
}

// Indices of the axes.
std::vector<std::size_t> order_to_set(const Sweep& sweep) {
  std::vector<std::size_t> order(sweep.axes.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::vector<std::tuple<bool, std::ptrdiff_t, bool>> when;
  for (const SweepAxis& axis : sweep.axes) when.push_back(when_to_set(sweep, axis.path));
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return when[a] < when[b]; });
  return order;
}

// Before anything is made of them.
void check_cell_count(const Sweep& sweep) {
  std::vector<std::size_t> factors = {std::max<std::size_t>(sweep.seeds.size(), 1)};
  for (const SweepAxis& axis : sweep.axes) factors.push_back(std::max<std::size_t>(axis.values.size(), 1));
  std::size_t cells = 1;
  for (const std::size_t factor : factors) {
    if (factor > std::numeric_limits<std::size_t>::max() / cells)
      throw InputError("sweep", "at most a million trainings", "more than can be counted");
    cells *= factor;
  }
  if (cells > kMostCells) throw InputError("sweep", "at most a million trainings", std::to_string(cells));
}

// The first two runs that train the same, if there are.
std::optional<std::pair<std::size_t, std::size_t>> same_runs(const Study& study) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t run = 0; run < study.runs.size(); ++run)
    if (const auto [at, first] = seen.emplace(spec_to_json(trial_spec(study, run, 0)), run); !first)
      return std::pair{at->second, run};
  return std::nullopt;
}

std::string part_name(const SweepPart& part) {
  return "part " + std::to_string(part.shard + 1) + " of " + std::to_string(part.shards) +
         (part.file.empty() ? "" : " (" + part.file + ")");
}

std::string cell_name(const Study& study, std::size_t cell) {
  const std::size_t seeds = study.seeds.size();
  return "cell " + std::to_string(cell) + " (" + study.runs[cell / seeds].name + ", seed " +
         std::to_string(study.seeds[cell % seeds]) + ")";
}

// To the bit, so that two numbers that are none agree.
bool same(float a, float b) { return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b); }
bool same(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }
bool same(const MetricPoint& a, const MetricPoint& b) {
  return a.tick == b.tick && same(a.train_loss, b.train_loss) && same(a.validation_loss, b.validation_loss) &&
         same(a.train_accuracy, b.train_accuracy) && same(a.validation_accuracy, b.validation_accuracy);
}
// Whether two trainings of a cell found the same; time and what depends on other trials do not count.
bool same(const Trial& a, const Trial& b) {
  return a.state_hash == b.state_hash && a.ticks == b.ticks && same(a.active_weights, b.active_weights) &&
         same(a.score.last, b.score.last) && a.score.records == b.score.records && a.diverged == b.diverged &&
         a.stopped == b.stopped;
}

// A cell once it has been found, and where.
struct Found {
  const Trial* trial = nullptr;
  const SweepPart* part = nullptr;
};

// Most likely another one was meant.
void refuse_twice(std::span<const SweepPart> parts) {
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (parts[k].shard == parts[i].shard && parts[k].shards == parts[i].shards)
        throw InputError(part_name(parts[i]), "each part once", "it again: " + part_name(parts[k]) + " is the same");
}

[[noreturn]] void refuse_missing(const Study& study, std::span<const SweepPart> parts,
                                 const std::vector<Found>& found) {
  std::string cells;
  std::size_t missing = 0;
  for (std::size_t c = 0; c < found.size(); ++c) {
    if (found[c].trial) continue;
    if (++missing <= kMostNamed) cells += (missing > 1 ? ", " : "") + cell_name(study, c);
  }
  if (missing > kMostNamed) cells += " and " + std::to_string(missing - kMostNamed) + " more";
  // Where all are of one division, parts that are not there at all.
  std::string absent;
  const int shards = parts[0].shards;
  if (std::all_of(parts.begin(), parts.end(), [&](const SweepPart& p) { return p.shards == shards; }))
    for (int i = 0; i < shards; ++i)
      if (std::none_of(parts.begin(), parts.end(), [&](const SweepPart& p) { return p.shard == i; }))
        absent += (absent.empty() ? "; not there: part " : ", ") + std::to_string(i + 1);
  if (!absent.empty()) absent += " of " + std::to_string(shards);
  throw InputError("the parts", "all " + std::to_string(found.size()) + " cells of the sweep",
                   "none for " + cells + absent);
}

}  // namespace

std::size_t cell_count(const Sweep& sweep) { return combinations(sweep) * sweep.seeds.size(); }

CellPlace place_of(const Sweep& sweep, std::size_t cell) {
  DROPSCOPE_CHECK(cell < cell_count(sweep));
  return {values_of(sweep, cell / sweep.seeds.size()), cell % sweep.seeds.size()};
}

Study study_of(const Sweep& sweep) {
  Study study{{}, sweep.seeds, sweep.vary_data, sweep.ticks, {}};
  const std::size_t runs = combinations(sweep);
  const std::vector<std::size_t> order = order_to_set(sweep);
  for (std::size_t run = 0; run < runs; ++run) {
    StudyRun made{"", sweep.base};
    const std::vector<std::size_t> value = values_of(sweep, run);
    const auto setting = [&](std::size_t a) { return sweep.axes[a].path + "=" + sweep.axes[a].values[value[a]]; };
    for (std::size_t a : order)
      set_field(made.spec, sweep.axes[a].path, sweep.axes[a].values[value[a]], "axis " + setting(a));
    for (std::size_t a = 0; a < sweep.axes.size(); ++a) made.name += (a > 0 ? ", " : "") + setting(a);
    study.runs.push_back(std::move(made));
  }
  return study;
}

void check_sweep(const Sweep& sweep) {
  if (sweep.axes.empty() || sweep.axes.size() > 2)
    throw InputError("axes", "one or two", std::to_string(sweep.axes.size()));
  check_cell_count(sweep);
  for (const SweepAxis& axis : sweep.axes) {
    if (axis.values.empty()) throw InputError("axis " + axis.path, "at least one value", "none");
    Sweep alone{sweep.base, {axis}, sweep.seeds, sweep.vary_data, sweep.ticks};
    if (alone.seeds.empty()) alone.seeds = {0};
    if (const auto same = same_runs(study_of(alone)))
      throw InputError("axis " + axis.path, "values that make a difference",
                       axis.values[same->first] + " and " + axis.values[same->second] + ", which train the same");
  }
  if (sweep.axes.size() == 2 && sweep.axes[0].path == sweep.axes[1].path)
    throw InputError("axes", "two fields", sweep.axes[0].path + " twice");
  const Study study = study_of(sweep);
  check_study(study);
  if (const auto same = same_runs(study))
    throw InputError("axes", "combinations of values that make a difference",
                     study.runs[same->first].name + " and " + study.runs[same->second].name + ", which train the same");
}

std::vector<std::size_t> cells_of_shard(const Sweep& sweep, int index, int count) {
  if (count < 1) throw InputError("shards", "at least 1", std::to_string(count));
  if (index < 0 || index >= count)
    throw InputError("shard", "1 to " + std::to_string(count), std::to_string(index + 1));
  std::vector<std::size_t> cells;
  for (std::size_t c = std::size_t(index); c < cell_count(sweep); c += std::size_t(count)) cells.push_back(c);
  return cells;
}

std::uint64_t sweep_hash(const Sweep& sweep) {
  const Study study = study_of(sweep);
  Fnv1a h;
  h.word(study.runs.size());
  h.word(study.seeds.size());
  for (std::uint64_t seed : study.seeds) h.word(seed);
  h.word(study.vary_data ? 1 : 0);
  for (std::size_t run = 0; run < study.runs.size() && !study.seeds.empty(); ++run) {
    RunSpec spec = trial_spec(study, run, 0);
    spec.scenario.clear();  // for people
    h.text(spec_to_json(spec));
  }
  return h.digest();
}

std::vector<Trial> merge_parts(std::span<const SweepPart> parts) {
  if (parts.empty()) throw InputError("the parts", "at least one", "none");
  const Study study = study_of(parts[0].sweep);
  std::vector<Found> found(cell_count(parts[0].sweep));
  for (const SweepPart& part : parts) {
    // The same words are the same sweep; others may be.
    if (part.sweep != parts[0].sweep)
      if (const std::uint64_t other = sweep_hash(part.sweep), hash = sweep_hash(parts[0].sweep); other != hash)
        throw InputError(part_name(part), "the sweep of " + part_name(parts[0]) + ", " + hash_text(hash),
                         "another, " + hash_text(other));
    for (const Trial& trial : part.trials) {
      if (trial.run >= study.runs.size() || trial.seed >= study.seeds.size())
        throw InputError(part_name(part), "cells of the sweep",
                         "run " + std::to_string(trial.run) + " with seed number " + std::to_string(trial.seed));
      const std::size_t cell = trial.run * study.seeds.size() + trial.seed;
      if (found[cell].trial && !same(*found[cell].trial, trial))
        throw InputError(cell_name(study, cell), "one result",
                         "two: " + part_name(*found[cell].part) + " has state " +
                             hash_text(found[cell].trial->state_hash) + " and " + part_name(part) + " has state " +
                             hash_text(trial.state_hash) +
                             (found[cell].trial->state_hash == trial.state_hash ? " with other scores" : ""));
      if (!found[cell].trial) found[cell] = {&trial, &part};
    }
  }
  refuse_twice(parts);
  if (std::any_of(found.begin(), found.end(), [](const Found& f) { return !f.trial; }))
    refuse_missing(study, parts, found);
  std::vector<Trial> trials;
  for (const Found& f : found) trials.push_back(*f.trial);
  complete_targets(study, trials);
  return trials;
}

}  // namespace dropscope
