#include "app/scene/narration.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "app/scene/noise_words.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

using Wordings = std::vector<std::string>;

std::string number(std::int64_t n) { return count_text(std::uint64_t(std::max<std::int64_t>(n, 0))); }
std::string times(float scale) { return "\u00d7 " + short_text(double(scale)); }
std::string step_name(const Walk& walk) { return "Step " + number(walk.shown + 1); }

// "units" where there are several, else "unit".
std::string things(const GateCount& count, std::uint64_t of) {
  std::string text = count.of;
  if (of != 1) return text;
  if (text == "branches") return "branch";
  if (text.ends_with('s')) text.pop_back();
  return text;
}

// What happens to what is dropped.
const char* fate(const SiteView& site) {
  if (site.variant->fill == Fill::Held) return "are held";
  if (fills_dropped(site)) return "take the lowest value";
  switch (site.kind) {
    case SiteKind::Weight:
    case SiteKind::RecurrentWeight:
      return "are cut";
    case SiteKind::ResidualBranch:
      return site.coins == 1 ? "are skipped" : "are dropped";
    case SiteKind::Input:
    case SiteKind::Hidden:
      return "are silent";
    default:
      return "are dropped";
  }
}
std::string fate_of(const SiteView& site, std::uint64_t how_many) {
  std::string text = fate(site);
  if (how_many == 1) {
    if (text.starts_with("are ")) return "is " + text.substr(4);
    return "takes the lowest value";
  }
  return text;
}

std::uint64_t dropped(const GateCount& count) { return count.total - std::min(count.kept, count.total); }

bool is_binary(const SiteView& site) { return site.variant->gates == Gates::Binary; }

// The sites whose masks are known in the pass shown, as the columns come.
std::vector<const SiteView*> drawn_sites(const Snapshot& snapshot) {
  std::vector<const SiteView*> sites;
  for (const SiteView& site : snapshot.sites)
    if (is_drawn(site)) sites.push_back(&site);
  return sites;
}

std::string rate_clause(const SiteView& site, RateNaming naming) {
  if (site.variant->rate_is != RateIs::Exact || !site.independent || !site.by_hand.empty()) return {};
  // The share said is always that of the dropped, which the sentence is about.
  const std::string p = (naming == RateNaming::Keep ? "; keeping with p = " : "; p = ") +
                        short_text(letter_value(naming, site.rate)) + " means ";
  if (site.rate == 0.5) return p + "half on average";
  return p + short_text(100 * site.rate) + " % on average";
}

std::string hand_clause(const std::vector<const SiteView*>& sites) {
  std::size_t n = 0;
  for (const SiteView* site : sites) n += site->by_hand.size();
  return n == 0 ? "" : "; " + number(std::int64_t(n)) + " set by hand";
}

std::string shared_clause(const std::vector<const SiteView*>& sites) {
  const bool all = std::all_of(sites.begin(), sites.end(), [](const SiteView* site) { return site->shared; });
  return all ? "; one mask for the whole batch" : "";
}

Wordings finish(const std::string& core, std::initializer_list<std::string> clauses) {
  Wordings wordings{core + "."};
  for (const std::string& clause : clauses)
    if (!clause.empty())
      wordings.insert(wordings.begin(), wordings.front().substr(0, wordings.front().size() - 1) + clause + ".");
  return wordings;
}

Wordings before(const Walk& walk) {
  return {step_name(walk) + " is about to begin: PgDn goes through it, phase by phase.",
          step_name(walk) + " is about to begin: press PgDn."};
}

Wordings batch(const Snapshot& snapshot, const Walk& walk) {
  if (snapshot.rows <= 0) return {step_name(walk) + ": a batch of examples is drawn."};
  const std::string rows = number(snapshot.rows), row = number(snapshot.row + 1);
  const std::string of = snapshot.data ? " of " + number(snapshot.data->train_count) : "";
  return {step_name(walk) + ": " + rows + of + " examples are drawn; shown is number " + row + " of the batch.",
          step_name(walk) + ": " + rows + of + " examples; shown is number " + row + ".",
          step_name(walk) + ": " + rows + of + " examples are drawn."};
}

std::string schedule_clause(const Snapshot& snapshot, const SiteView& site, RateNaming naming) {
  const std::string rate = scheduled_rate(snapshot, site, naming);
  return rate.empty() ? "" : "; " + rate;
}

std::string late_clause(const Snapshot& snapshot) {
  return std::any_of(snapshot.sites.begin(), snapshot.sites.end(), is_drawn_late)
             ? "; other layers draw theirs in their forward phases"
             : "";
}

// ", 1 on average", where that is so.
std::string mean_of_factors(const std::vector<const SiteView*>& sites) {
  const bool one = std::all_of(sites.begin(), sites.end(), [](const SiteView* site) {
    return site->variant->preserves != Preserves::Nothing || site->rate <= 0;
  });
  return one ? ", 1 on average" : "";
}

// Random factors, and those that a person has set to 0.
Wordings factors(const std::vector<const SiteView*>& sites, const std::string& prefix) {
  std::uint64_t zeros = 0, total = 0;
  std::string of = "units";
  for (const SiteView* site : sites) {
    const GateCount count = count_gates(*site);
    total += count.total, of = things(count, 2);
    zeros += std::uint64_t(std::count_if(site->by_hand.begin(), site->by_hand.end(), [site](std::uint32_t element) {
      return element < site->gate.size() && site->gate[element] == 0;
    }));
  }
  const std::string factor = " gets a random factor" + mean_of_factors(sites);
  if (zeros == 0)
    return finish((prefix.empty() ? "Nothing is dropped: each value" : prefix + "each value") + factor,
                  {hand_clause(sites), shared_clause(sites)});
  const std::string gone = prefix + number(std::int64_t(zeros)) + " of " + number(std::int64_t(total)) + " " + of +
                           (zeros == 1 ? " is" : " are") + " dropped by hand";
  return {gone + "; each other value" + factor + ".", gone + "."};
}

Wordings masks(const Snapshot& snapshot, RateNaming naming) {
  const std::vector<const SiteView*> sites = drawn_sites(snapshot);
  if (sites.empty() && !late_clause(snapshot).empty())
    return {"Masks depend on the sums of each layer here: they are drawn in its forward phase.",
            "Each layer draws its mask in its forward phase."};
  if (sites.empty()) return {"No mask: nothing is dropped in this network.", "No mask: nothing is dropped."};
  std::vector<const SiteView*> binary;
  for (const SiteView* site : sites)
    if (is_binary(*site)) binary.push_back(site);
  if (binary.empty()) return factors(sites, "");
  if (binary.size() == 1) {
    const SiteView& site = *binary.front();
    const GateCount count = count_gates(site);
    const std::string core = number(std::int64_t(dropped(count))) + " of " + number(std::int64_t(count.total)) + " " +
                             things(count, count.total) + " of " + place_of(site, count.of) + " " +
                             fate_of(site, dropped(count));
    const std::string scheduled = schedule_clause(snapshot, site, naming);
    return finish(core, {late_clause(snapshot), hand_clause(sites), scheduled,
                         scheduled.empty() ? rate_clause(site, naming) : "", shared_clause(sites)});
  }
  // Several: what is equal is added up, and each has its share where there are few.
  std::string core, shares;
  for (const GateCount& count : count_gates(binary)) {
    const auto first = std::find_if(binary.begin(), binary.end(), [&](const SiteView* site) {
      return std::string_view(count_gates(*site).of) == count.of;
    });
    core += (core.empty() ? "" : ", ") + number(std::int64_t(dropped(count))) + " of " +
            number(std::int64_t(count.total)) + " " + things(count, count.total) + " " +
            fate_of(**first, dropped(count));
  }
  if (binary.size() <= 3)
    for (const SiteView* site : binary)
      shares += (shares.empty() ? ": " : ", ") + number(std::int64_t(dropped(count_gates(*site)))) + " of " +
                layer_title(site->site);
  return finish(core, {shares, late_clause(snapshot), hand_clause(sites),
                       schedule_clause(snapshot, *binary.front(), naming), shared_clause(sites)});
}

// What a column's own mask does to its units.
Wordings own_mask(const SiteView& site, const std::string& name) {
  if (!is_binary(site)) return factors({&site}, name + ": ");
  const GateCount count = count_gates(site);
  const bool filled = fills_dropped(site);
  const std::string of = things(count, count.total), scale = site.scale == 1 ? "" : times(site.scale);
  const std::string left = number(std::int64_t(count.kept));
  if (count.kept == 0)
    return {name + ": every one of its " + number(std::int64_t(count.total)) + " " + of + " " +
            (site.variant->fill == Fill::Zero ? "is silent; nothing goes on."
             : filled                         ? "takes the lowest value."
                                              : "is dropped.")};
  if (dropped(count) == 0)
    return {name + ": none of its " + number(std::int64_t(count.total)) + " " + of + " is dropped this time" +
            (scale.empty() ? "." : "; each counts " + scale + (filled ? " and is shifted." : "."))};
  const std::string gone = number(std::int64_t(dropped(count))) + " of " + number(std::int64_t(count.total)) + " " +
                           of + " " + fate_of(site, dropped(count));
  if (scale.empty()) return {name + ": " + gone + "; the others go on as they are.", name + ": " + gone + "."};
  const std::string rest = "the " + left + " " + things(count, count.kept) + " left " +
                           (count.kept == 1 ? "counts " : "count ") + scale +
                           (!filled           ? "."
                            : count.kept == 1 ? " and is shifted."
                                              : " and are shifted.");
  return {name + ": " + gone + "; " + rest, name + ": " + rest};
}

std::string over_time(const SiteView& site) {
  if (site.shape.extent(Axis::Time) <= 1) return {};
  return site.variant->tie.has(Axis::Time) ? ", the same at every step" : ", anew at every step";
}

// "attention branch" of "block1.attention_branch".
std::string branch_title(const SiteView& site) { return layer_title(site.site.substr(site.site.find('.') + 1)); }

// A block with a branch for each of its parts, where no other noise acts; else nothing.
Wordings branches(const std::vector<const SiteView*>& drawn, const std::string& name) {
  Wordings each;
  std::string closed, open;
  for (const SiteView* site : drawn) {
    const bool part = site->site.find('.') != std::string::npos && site->site.ends_with("_branch");
    if (site->kind != SiteKind::ResidualBranch || site->coins != 1 || !is_binary(*site) || !part) return {};
    std::string& text = site->coins_kept == 0 ? closed : open;
    text += (text.empty() ? "its " : " and its ") + branch_title(*site);
  }
  if (closed.empty())
    return {name + ": nothing is skipped; " + open + (open.find(" and ") == std::string::npos ? " adds" : " add") +
                " to what came in.",
            name + ": nothing is skipped."};
  const bool both = closed.find(" and ") != std::string::npos;
  const std::string gone = name + ": " + closed + (both ? " are skipped" : " is skipped");
  return {gone + "; what came in goes past " + (both ? "them." : "it."), gone + "."};
}

// All noise that acts in a column in the pass shown, on its units and within it.
std::vector<const SiteView*> column_sites(const Snapshot& snapshot, std::size_t l) {
  std::vector<const SiteView*> sites;
  const LayerView& layer = snapshot.layers[l];
  for (int i : layer.inner_sites) {
    const SiteView& site = snapshot.sites[std::size_t(i)];
    if (is_drawn(site) && (is_at_work(&site) || !site.by_hand.empty())) sites.push_back(&site);
  }
  if (const SiteView* own = site_of(snapshot, l); is_noisy(own, layer.units)) sites.push_back(own);
  return sites;
}

// The column's noise is one gate for each unit, and no more.
bool is_own_only(const Snapshot& snapshot, std::size_t l) {
  return column_sites(snapshot, l) == std::vector<const SiteView*>{site_of(snapshot, l)};
}

Wordings inner_masks(const Snapshot& snapshot, std::size_t l, const std::string& name) {
  const std::vector<const SiteView*> drawn = column_sites(snapshot, l);
  if (drawn.empty()) return {name + " is computed; nothing is dropped in it."};
  const SiteView& first = *drawn.front();
  if (const Wordings each = branches(drawn, name); !each.empty()) return each;
  if (const SiteView* branch = branch_gate(snapshot, l); branch && is_drawn(*branch) && is_binary(*branch)) {
    if (branch->coins_kept == 0)
      return {name + ": its branch is skipped; what came in goes on as it is.", name + ": its branch is skipped."};
    const std::string scale = branch->scale == 1 ? "" : ", counted " + times(branch->scale);
    return {name + ": its branch is kept" + scale + ", and adds to what came in.", name + ": its branch is kept."};
  }
  if (drawn.size() == 1 && !is_binary(first))
    return {name + ": random factors act in it" + mean_of_factors(drawn) + "."};
  const bool held =
      std::all_of(drawn.begin(), drawn.end(), [](const SiteView* site) { return site->variant->fill == Fill::Held; });
  std::string core;
  for (const GateCount& count : count_gates(drawn))
    core += (core.empty() ? "" : " and ") + number(std::int64_t(dropped(count))) + " of " +
            number(std::int64_t(count.total)) + " " + things(count, count.total);
  if (drawn.size() > 1 && held)
    return {name + ": " + core + " are held; the others are renewed.", name + ": " + core + " are held."};
  if (drawn.size() > 1) return {name + ": " + core + " are dropped.", name + ": masks act in it."};
  core += " " + fate_of(first, dropped(count_gates(first)));
  const std::string scale = held               ? "; the others are renewed"
                            : first.scale == 1 ? ""
                                               : "; the others count " + times(first.scale);
  return {name + ": " + core + over_time(first) + scale + ".", name + ": " + core + scale + ".",
          name + ": " + core + "."};
}

Wordings eval_forward(const SiteView* site, const std::string& name) {
  if (is_at_work(site) && site->scale != 1)
    return {"Eval view: no mask; " + name + " is multiplied by " + short_text(double(site->scale)) +
            ", the mean of the mask."};
  return {"Eval view: no mask, no scaling; every unit of " + name + " takes part.",
          "Eval view: every unit of " + name + " takes part."};
}

Wordings part_of_forward(const Snapshot& snapshot, std::size_t l, const std::string& name, int part) {
  const LayerView& layer = snapshot.layers[l];
  const SiteView* site = site_of(snapshot, l);
  const auto zeros = std::count(layer.h.begin(), layer.h.end(), 0.0f);
  if (part == 0 && is_norm(snapshot, l))
    return {name + ": first normalised, (x \u2212 mean) / deviation over the batch; then gain and shift.",
            name + ": normalised, then gain and shift."};
  if (part == 0 && weight_site(snapshot, l))
    return {name + ": first the sum z of what comes in, times the weights that are kept, plus the bias.",
            name + ": first the sum z over the weights that are kept."};
  if (part == 0) return {name + ": first the weighted sum z of what comes in, plus the bias."};
  if (part == 1 && layer.activation == Activation::Relu)
    return {name + ": ReLU makes negative sums 0; here " + number(zeros) + " of " + number(layer.units) + " units.",
            name + ": ReLU makes " + number(zeros) + " of " + number(layer.units) + " units 0."};
  if (part == 1) return {name + ": then the activation " + activation_title(layer.activation) + " of each sum."};
  if (!is_noisy(site, layer.units)) return {name + ": there is no mask here."};
  const GateCount count = count_gates(*site);
  const std::string scale = short_text(double(site->scale));
  if (!is_binary(*site)) return {name + ": then times the random factor of each value."};
  if (part == 2)
    return {name + ": times the mask: " + number(std::int64_t(dropped(count))) + " of " +
            number(std::int64_t(count.total)) + " " + things(count, count.total) + " times 0, the others times 1."};
  const std::string left = number(std::int64_t(count.kept)) + " " + things(count, count.kept);
  if (fills_dropped(*site))
    return {name + ": last, times " + scale + " for what is left, " + left + "; and every unit gets its offset."};
  return {name + ": last, times " + scale + " for what is left: " + left + "."};
}

Wordings forward(const Snapshot& snapshot, const Walk& walk, int sub_beat) {
  const auto l = std::size_t(std::clamp(walk.column(), 0, int(snapshot.layers.size()) - 1));
  const LayerView& layer = snapshot.layers[l];
  const std::string name = layer_title(layer.name);
  const SiteView* site = site_of(snapshot, l);
  if (snapshot.eval_view) return eval_forward(site, name);
  if (sub_beat >= 0) return part_of_forward(snapshot, l, name, sub_beat);
  if (is_own_only(snapshot, l)) return own_mask(*site, name);
  if (!column_sites(snapshot, l).empty()) return inner_masks(snapshot, l, name);
  if (l + 1 == snapshot.layers.size()) {
    const std::vector<const SiteView*> sites = drawn_sites(snapshot);
    const bool less = std::any_of(sites.begin(), sites.end(), [](const SiteView* one) {
      return is_binary(*one) && one->variant->fill == Fill::Zero && dropped(count_gates(*one)) > 0;
    });
    return {std::string("The outputs are computed") + (less ? " from what is left" : "") + "; nothing is dropped here.",
            "The outputs are computed."};
  }
  return {name + " is computed; nothing is dropped here."};
}

Wordings loss(const Snapshot& snapshot) {
  const TraceView* trace = snapshot.trace.get();
  const Wordings plain{"The outputs are compared with what is right: that is the loss."};
  if (!trace || !std::isfinite(trace->batch_loss)) return plain;
  const std::string mean = fixed_text(trace->batch_loss, 3), rows = number(snapshot.rows);
  const bool twice = snapshot.spec.objective.r_drop > 0, steps = trace->output_step >= 0;
  const std::string whole =
      "mean over the batch of " + rows + (twice ? " and two passes with two masks: " : ": ") + mean + ".";
  if (!std::isfinite(trace->example_loss)) return {"The loss, " + whole};
  const std::string one = fixed_text(trace->example_loss, 3);
  return {std::string("Loss of this example") + (steps ? ", mean over its steps: " : ": ") + one + "; " + whole,
          std::string(steps ? "Mean loss here: " : "Loss here: ") + one +
              (twice ? "; of the batch, twice: " : "; of the batch: ") + mean + "."};
}

// What of a column's noise lets no gradient through; of held values it goes on through the old one.
Wordings stopped(const std::vector<const SiteView*>& sites, const std::string& name) {
  std::string text, held;
  for (const GateCount& count : count_gates(sites)) {
    if (dropped(count) == 0) continue;
    const auto first = std::find_if(sites.begin(), sites.end(), [&](const SiteView* site) {
      return std::string_view(count_gates(*site).of) == count.of;
    });
    const bool old = (*first)->variant->fill == Fill::Held;
    std::string& part = old ? held : text;
    part += std::string(part.empty() ? "the " : " and the ") + number(std::int64_t(dropped(count))) +
            (old ? " held " : " dropped ") + things(count, dropped(count));
  }
  if (text.empty() && held.empty()) return {};
  if (held.empty())
    return {name + ": no gradient passes through " + text + ".", name + ": masks stop part of the gradient."};
  const std::string through = "the gradient of " + held + " goes on through the old value";
  if (text.empty()) return {name + ": " + through + ".", name + ": held values pass the gradient to the old ones."};
  return {name + ": " + through + "; none passes through " + text + ".", name + ": masks stop part of the gradient."};
}

Wordings backward(const Snapshot& snapshot, const Walk& walk) {
  const auto l = std::size_t(std::clamp(walk.column(), 0, int(snapshot.layers.size()) - 1));
  const LayerView& layer = snapshot.layers[l];
  const std::string name = layer_title(layer.name);
  const SiteView* site = site_of(snapshot, l);
  if (is_own_only(snapshot, l)) {
    if (!is_binary(*site)) return {name + ": each gradient is multiplied by the same random factor on its way back."};
    const GateCount count = count_gates(*site);
    if (dropped(count) == 0) return {name + ": nothing was dropped; the gradient flows back through all of it."};
    const std::string n = number(std::int64_t(dropped(count))), of = things(count, dropped(count));
    if (dropped(count) == 1)
      return {name + ": its only dropped " + of + " gets exactly no gradient from this example."};
    return {name + ": the " + n + " dropped " + of + " get exactly no gradient from this example.",
            name + ": " + n + " dropped " + of + ", exactly no gradient."};
  }
  if (const SiteView* branch = branch_gate(snapshot, l); branch && is_drawn(*branch) && is_binary(*branch))
    return branch->coins_kept == 0
               ? Wordings{name + ": the skipped branch learns nothing here; the gradient takes the bypass.",
                          name + ": the gradient takes the bypass only."}
               : Wordings{name + ": the gradient goes back through the branch and the bypass."};
  std::vector<const SiteView*> binary;
  for (const SiteView* inner : column_sites(snapshot, l))
    if (is_binary(*inner)) binary.push_back(inner);
  if (const Wordings words = stopped(binary, name); !words.empty()) return words;
  if (layer.weight_count > 0) return {name + ": the gradient of the loss reaches its weights."};
  if (is_norm(snapshot, l))
    return {name + ": the gradient reaches its gain and shift, and goes on to the column before.",
            name + ": the gradient reaches its gain and shift."};
  return {name + ": it has no weights; the gradient goes back through it to the column before.",
          name + ": no weights; the gradient goes back through it."};
}

Wordings update(const Snapshot& snapshot, const Walk& walk) {
  std::int64_t still = 0, weights = 0;
  if (snapshot.trace)
    for (const TraceView::Layer& layer : snapshot.trace->layers) {
      still += layer.still_weights;
      weights += layer.weights;
    }
  if (weights == 0) return {step_name(walk) + " is done: the weights have moved."};
  if (still == 0) return {"All " + number(weights) + " weights received a gradient this step."};
  return {number(still) + " of " + number(weights) + " weights received no gradient this step.",
          number(still) + " of " + number(weights) + " weights: no gradient."};
}

}  // namespace

Wordings narration(const Snapshot& snapshot, const Walk& walk, int sub_beat, RateNaming naming) {
  if (snapshot.status == RunStatus::Loading || snapshot.layers.empty()) return {"Loading."};
  if (snapshot.status == RunStatus::Running)
    return {"Running: Space pauses, then PgDn walks through a single step.", "Running: Space pauses."};
  if (snapshot.status == RunStatus::Diverged || snapshot.status == RunStatus::Failed)
    return {"The numbers have run away: PgUp still goes back.", "The numbers have run away."};
  if (!walk.now()) return before(walk);
  const Phase phase = walk.phase();
  if (snapshot.eval_view && phase == Phase::Masks) return {"Eval view: there is no mask; nothing is dropped."};
  if (snapshot.eval_view && phase > Phase::Forward)
    return {"Eval view: no masks in the picture; the update itself was made with them.", "Eval view: no masks."};
  switch (phase) {
    case Phase::Batch:
      return batch(snapshot, walk);
    case Phase::Masks:
      return masks(snapshot, naming);
    case Phase::Forward:
      return forward(snapshot, walk, sub_beat);
    case Phase::Loss:
      return loss(snapshot);
    case Phase::Backward:
      return backward(snapshot, walk);
    case Phase::Update:
      break;
  }
  return update(snapshot, walk);
}

}  // namespace dropscope
