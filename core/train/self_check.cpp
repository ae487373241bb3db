#include "core/train/self_check.h"

#include <cmath>
#include <cstdio>

#include "core/base/hash.h"
#include "core/dropout/registry.h"
#include "core/train/gradient_check.h"
#include "core/train/host_networks.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

constexpr double kMostError = 1e-6;

std::string text(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

// The known answers published with Random123 (kat_vectors).
CheckResult check_generator() {
  const bool zeros = philox({0, 0, 0, 0}, {0, 0}) == PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  const std::uint32_t f = 0xffffffff;
  const bool ones = philox({f, f, f, f}, {f, f}) == PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
  const bool pi = philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
                  PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
  return {"generator: Philox4x32-10 known answers", zeros && ones && pi, "3 vectors"};
}

// Masks of coins are integers all the way, so they are the same on every machine.
CheckResult check_masks() {
  constexpr std::uint64_t kGolden = 0xc380f15735587cfaull;
  Fnv1a h;
  std::vector<float> gate(1000);
  for (double rate : {0.1, 0.3, 0.5, 0.8}) {
    Uniforms({7, site_place("hidden1"), 42}, Stream::Dropout).coins(std::span<float>(gate), rate);
    h.values(std::span<const float>(gate));
  }
  return {"masks: 4,000 coins are the ones every machine draws", h.digest() == kGolden, hash_text(h.digest())};
}

CheckResult check_gradient(const std::string& name, const GradientCase& c) {
  const GradientResult r = check_gradients(c);
  return {name, r.worst < kMostError,
          text("largest relative error %.1e", r.worst) + (r.worst < kMostError ? "" : " at " + r.where)};
}

GradientCase small_case(Activation activation) {
  GradientCase c;
  c.network.hidden = {{LayerKind::Dense, 5, activation}, {LayerKind::Dense, 4, activation}};
  c.network.init = Init::Xavier;
  return c;
}

// The worst gradient of a variant over every kind of site it may act at, each in a network of its own.
CheckResult check_variant(const Variant& variant, double rate) {
  double worst = 0;
  int places = 0;
  std::string where;
  for (int k = 0; k < kSiteKindCount; ++k) {
    if (!variant.sites.has(SiteKind(k))) continue;
    for (const HostNetwork& host : host_networks(SiteKind(k))) {
      NoisePlan plan;
      plan.variant = &variant;
      plan.rate = rate;
      plan.tie = variant.tie;
      for (const ParamSpec& p : variant.params) plan.params.push_back(p.initial);
      GradientCase c;
      c.network = host.network;
      c.form = host.form;
      for (const SiteName& site : site_names(c.network))
        c.plans.push_back(site.kind == SiteKind(k) ? plan : NoisePlan{});
      const GradientResult r = check_gradients(c);
      ++places;
      if (r.worst <= worst) continue;
      worst = r.worst;
      where = std::string(" (") + name_of(SiteKind(k)) + ", " + r.where + ")";
    }
  }
  return {std::string("gradient: ") + variant.id + text(" at rate %.1f", rate), worst < kMostError,
          text("largest relative error %.1e", worst) + where + " in " + std::to_string(places) +
              (places == 1 ? " network" : " networks")};
}

std::vector<CheckResult> check_variants() {
  std::vector<CheckResult> results;
  for (const Variant* variant : all_variants())
    for (double rate : {0.0, 0.1, 0.3, 0.8, 1.0})
      if (rate <= variant->max_rate) results.push_back(check_variant(*variant, rate));
  return results;
}

// XOR needs no function of the C library, so the run's bits depend on the engine alone.
std::uint64_t short_run() {
  RunSpec spec;
  spec.data.dataset = "xor";
  spec.data.train = 64;
  spec.data.validation = 16;
  spec.network.hidden = {{LayerKind::Dense, 12, Activation::Tanh}, {LayerKind::Dense, 12, Activation::Relu}};
  spec.dropout.at("input").rate = 0.1;
  spec.dropout.at("hidden1").rate = 0.5;
  spec.dropout.at("hidden2").rate = 0.3;
  spec.dropout.at("hidden2").variant = "gaussian";
  Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  for (int i = 0; i < 200; ++i) trainer.advance(Granularity::Tick);
  return trainer.state_hash();
}

CheckResult check_run() {
  const std::uint64_t hash = short_run();
#if defined(__AVX2__) && defined(__FMA__)
  constexpr std::uint64_t kGolden = 0x383986ffd818b447ull;
  return {"training: 200 ticks end in the expected state", hash == kGolden, "state hash " + hash_text(hash)};
#else
  return {"training: 200 ticks twice end in the same state", hash == short_run(), "state hash " + hash_text(hash)};
#endif
}

}  // namespace

std::vector<CheckResult> run_self_checks() {
  std::vector<CheckResult> results = {check_generator(), check_masks()};
  for (std::size_t a = 0; a < enum_names<Activation>().size(); ++a)
    results.push_back(check_gradient(std::string("gradient: dense layers, ") + enum_names<Activation>()[a],
                                     small_case(Activation(a))));
  GradientCase squared = small_case(Activation::Relu);
  squared.classify = false;
  results.push_back(check_gradient("gradient: mean squared error", squared));
  for (CheckResult& r : check_variants()) results.push_back(std::move(r));
  results.push_back(check_run());
  return results;
}

}  // namespace dropscope
