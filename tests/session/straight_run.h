// What a walk through a run is held against: a trainer that takes every tick once, from the start, and obeys the log.
#pragma once
#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/scenarios/scenarios.h"
#include "core/session/timeline.h"
#include "core/spec/fields.h"

namespace dropscope::sessions {

using Fields = std::vector<std::pair<const char*, const char*>>;

inline RunSpec scenario_with(const char* scenario, const Fields& changes) {
  RunSpec spec = scenario_or_throw(scenario, "test");
  for (const auto& [path, value] : changes) set_field(spec, path, value, "test");
  return spec;
}

inline std::shared_ptr<const Dataset> data_of(const RunSpec& spec) {
  return std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
}

// A walk and what it walks on.
struct Walk {
  explicit Walk(RunSpec run, TimelineOptions options = {}) : Walk(run, data_of(run), options) {}
  Walk(RunSpec run, std::shared_ptr<const Dataset> examples, TimelineOptions options = {})
      : spec(std::move(run)), data(std::move(examples)), trainer(spec, data), timeline(trainer, options) {}
  RunSpec spec;
  std::shared_ptr<const Dataset> data;
  Trainer trainer;
  Timeline timeline;
};

inline void obey(Trainer& trainer, const Command& command) {
  const auto site = [&](const std::string& name) { return trainer.network().find_site(name); };
  if (const auto* f = std::get_if<command::SetField>(&command)) trainer.set_field(f->path, f->value, "test");
  if (const auto* g = std::get_if<command::SetGate>(&command))
    trainer.set_gate({site(g->site), g->element, g->row, g->keep});
  if (const auto* l = std::get_if<command::LockGate>(&command)) trainer.lock_gate(site(l->site), l->element, l->keep);
  if (const auto* r = std::get_if<command::ReleaseGate>(&command)) trainer.release_gate(site(r->site), r->element);
  if (std::holds_alternative<command::RedrawMasks>(command)) trainer.redraw_masks();
}

// The same run at the same place, reached on the straight way.
inline std::unique_ptr<Trainer> straight(const Walk& walk, bool keep_previous = false) {
  auto trainer = std::make_unique<Trainer>(walk.spec, walk.data);
  trainer->keep_previous(keep_previous);
  const std::vector<LoggedCommand>& log = walk.timeline.log();
  const auto obey_at = [&](std::int64_t tick, bool settings) {
    for (const LoggedCommand& c : log)
      if (c.tick == tick && std::holds_alternative<command::SetField>(c.command) == settings) obey(*trainer, c.command);
  };
  const Position to = walk.timeline.position();
  const bool into = to.beat > 0 || walk.trainer.previewing();
  for (std::int64_t tick = 0;; ++tick) {
    obey_at(tick, true);
    if (tick == to.tick && !into) break;
    obey_at(tick, false);
    if (tick == to.tick) break;
    trainer->advance(Granularity::Tick);
    EXPECT_EQ(trainer->tick(), tick + 1) << "the straight run came to an end before the walk did";
    if (trainer->tick() != tick + 1) break;
  }
  for (int b = 0; b < to.beat; ++b)
    for (int i = 0; i < walk.timeline.beats()[std::size_t(b)].stations; ++i) trainer->advance(Granularity::Phase);
  if (to.beat == 0 && into) trainer->preview();
  return trainer;
}

inline bool same_bits(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::bit_cast<std::uint32_t>(a[i]) != std::bit_cast<std::uint32_t>(b[i])) return false;
  return true;
}
inline std::span<const float> values(const Tensor<float>& t) { return {t.data(), t.size()}; }

inline std::string differing_point(const History& a, const History& b) {
  if (a.count != b.count) return "number of points: " + std::to_string(a.count) + ", " + std::to_string(b.count);
  for (std::size_t i = 0; i < a.count; ++i) {
    const MetricPoint &p = a[i], &q = b[i];
    const float x[] = {p.train_loss_masked, p.train_loss, p.validation_loss, p.train_accuracy, p.validation_accuracy};
    const float y[] = {q.train_loss_masked, q.train_loss, q.validation_loss, q.train_accuracy, q.validation_accuracy};
    if (p.tick != q.tick || !same_bits(x, y)) return "the point of tick " + std::to_string(q.tick);
  }
  return {};
}

// Of masks, activations and gradients, what the tick has come to; the first that differs, or nothing.
inline std::string differing_record(const Trainer& a, const Trainer& b) {
  const Network<float>& network = b.network();
  const bool whole = b.at_boundary();
  if (!std::equal(a.batch_examples().begin(), a.batch_examples().end(), b.batch_examples().begin(),
                  b.batch_examples().end()))
    return "batch";
  for (std::size_t s = 0; s < network.sites().size(); ++s) {
    const SiteInfo& site = network.sites()[s];
    // Late draws are made by the layer.
    const bool drawn = whole || b.phase() > Phase::Forward ||
                       (b.phase() == Phase::Forward && site.layer <= b.phase_layer() + 1) ||
                       (b.phase() == Phase::Masks && !network.noise_at(b.tape(), int(s)).pending);
    if (!drawn) continue;
    const Noise<float>&x = network.noise_at(a.tape(), int(s)).noise, &y = network.noise_at(b.tape(), int(s)).noise;
    if (x.active != y.active) return "whether " + site.name + " is active";
    if (!y.active) continue;
    if (!same_bits(values(x.gate), values(y.gate)) || x.scale != y.scale || x.by_hand != y.by_hand)
      return "mask of " + site.name;
  }
  for (int l = 0; l < network.layer_count(); ++l) {
    const LayerTape<float>&x = a.tape().layers[std::size_t(l)], &y = b.tape().layers[std::size_t(l)];
    const std::string& name = network.layer(l).name();
    const bool reached =
        whole || b.phase() > Phase::Forward || (b.phase() == Phase::Forward && l <= b.phase_layer() + 1);
    if (!reached) continue;
    if (x.skipped != y.skipped) return "whether " + name + " is skipped";
    if (y.skipped) continue;
    if (!same_bits(values(x.z), values(y.z)) || !same_bits(values(x.out()), values(y.out())))
      return "output of " + name;
    const bool back = (whole && !b.previewing()) || (b.phase() == Phase::Backward && l > b.phase_layer());
    if (back && y.has_gradient && !same_bits(values(x.dy), values(y.dy))) return "gradient of " + name;
  }
  if (whole && !b.previewing() && !same_bits(a.gradients(), b.gradients())) return "gradients of weights";
  return {};
}

inline std::string differing_statistics(const Trainer& a, const Trainer& b) {
  const MaskStatistics &x = a.statistics(), &y = b.statistics();
  if (x.lately() != y.lately()) return "ticks remembered";
  if (x.distinct() < y.distinct()) return "sub-networks that were trained are forgotten";
  for (std::size_t s = 0; s < b.network().sites().size(); ++s) {
    if (!y.watches(int(s))) continue;
    const int units = int(b.network().site_shape(int(s), 1).count());
    for (int u = 0; u < units; ++u) {
      if (x.dropped_lately(int(s), u) != y.dropped_lately(int(s), u)) return "how often a unit was dropped lately";
      for (int k = 0; k < y.lately(); ++k)
        if (x.kept(int(s), u, k) != y.kept(int(s), u, k)) return "when a unit was dropped";
    }
  }
  return {};
}

// Everything that the straight run has where the walk stands; the first thing that differs, or nothing.
inline std::string difference(const Walk& walk, bool keep_previous = false) {
  const auto reference = straight(walk, keep_previous);
  const Trainer &a = walk.trainer, &b = *reference;
  if (a.tick() != b.tick() || a.phase() != b.phase() || a.phase_layer() != b.phase_layer()) return "place";
  if (a.previewing() != b.previewing()) return "preview";
  if (!(a.spec() == b.spec())) return "settings";
  if (!same_bits(a.params(), b.params())) return "weights";
  if (a.at_boundary() && a.state_hash() != b.state_hash()) return "state_hash";
  if (!(a.by_hand() == b.by_hand())) return "masks by hand";
  if (a.tick() > 0 &&
      (a.batch_loss() != b.batch_loss() || a.objective() != b.objective() || a.gradient_norm() != b.gradient_norm()))
    return "loss or norm of gradients";
  if (keep_previous && !same_bits(a.previous_params(), b.previous_params())) return "weights before";
  for (const std::string& found : {differing_record(a, b), differing_statistics(a, b),
                                   differing_point(a.history().view(a.tick()), b.history().view())})
    if (!found.empty()) return found;
  return {};
}

}  // namespace dropscope::sessions
