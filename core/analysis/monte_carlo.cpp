#include "core/analysis/monte_carlo.h"

#include <cmath>
#include <string>

#include "core/analysis/probability.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

constexpr std::size_t kChunk = 256;  // points that pass together; their activations stay in the nearest caches

// What is summed up for one chunk of points. Differences to the first pass are summed, not the values, so that
// passes that agree give a variance of exactly 0.
struct Sums {
  std::vector<double> first, off, off_squares;  // [point, output]
  std::vector<double> entropy_first, entropy_off;
  std::vector<int> votes;  // [point, output]
};

template <class T>
class ChunkPasses {
 public:
  ChunkPasses(const Model<T>& model, std::span<const T> x, const MonteCarloPlan& plan, MonteCarlo<T>& result)
      : model_(model),
        x_(x),
        plan_(plan),
        result_(result),
        plans_(model.plans.begin(), model.plans.end()),
        tape_(model.network.make_tape()),
        first_layer_(std::min(first_noisy_layer(model), model.network.layer_count() - 1)) {
    for (const SiteInfo& site : model.network.sites()) places_.push_back(site_place(site.name));
    output_slot_ = output_slot();
    // Masks that read a point's own activation cannot be shared between points.
    for (NoisePlan& noise : plans_)
      if (plan.masks == MaskSharing::PerPass && !draws_late(noise)) noise.tie = noise.tie | AxisSet{Axis::Sample};
  }

  void run(std::size_t first, std::size_t count) {
    const Network<T>& network = model_.network;
    load_examples<T>(model_, x_, first, count, tape_);
    expect_everywhere(model_, tape_);
    for (int l = 0; l <= first_layer_; ++l) network.forward_layer(model_.params, tape_, l, nullptr);
    for (int pass = 0; pass < plan_.passes; ++pass) {
      draw(pass, first, count);
      if (output_slot_ >= 0) {
        LayerTape<T>& layer = tape_.layers[std::size_t(first_layer_)];
        finish_forward(layer, output_slot_, layer.z);
      } else {
        network.forward_layer(model_.params, tape_, first_layer_, nullptr);
      }
      for (int l = first_layer_ + 1; l < network.layer_count(); ++l)
        network.forward_layer(model_.params, tape_, l, nullptr);
      note(pass, first, count);
    }
    finish(first, count);
  }

 private:
  // Where the first noise only scales what its layer gives, all of the layer but that is the same in every pass:
  // the number of that site in the layer, else -1.
  int output_slot() const {
    int slot = -1;
    for (std::size_t s = 0; s < plans_.size(); ++s) {
      const SiteInfo& site = model_.network.sites()[s];
      if (site.layer != first_layer_ || !has_effect(plans_[s])) continue;
      const bool output = site.name == model_.network.layer(site.layer).name() &&
                          (site.kind == SiteKind::Hidden || site.kind == SiteKind::FeatureMap);
      if (!output || draws_late(plans_[s])) return -1;
      slot = site.slot;
    }
    return slot;
  }

  void draw(int pass, std::size_t first, std::size_t count) {
    const std::uint64_t number = std::uint64_t(plan_.first_pass + pass);
    const std::uint32_t low = std::uint32_t(number), high = std::uint32_t(number >> 32);
    for (std::size_t s = 0; s < plans_.size(); ++s) {
      if (!has_effect(plans_[s])) continue;
      draws_.clear();
      if (plan_.masks == MaskSharing::PerPass)
        draws_.emplace_back(DrawKey{plan_.seed, places_[s], low, high}, Stream::Probe);
      else  // the point's number takes the place of a pass beyond 2^32
        for (std::size_t i = 0; i < count; ++i)
          draws_.emplace_back(DrawKey{plan_.seed, places_[s], low, std::uint32_t(first + i) + 1}, Stream::Probe);
      model_.network.draw_noise_at(model_.params, plans_[s], int(s), draws_, tape_);
    }
  }

  void note(int pass, std::size_t first, std::size_t count) {
    const Tensor<T>& logits = tape_.logits();
    const std::size_t outputs = logits.size() / count;
    out_.shape = logits.shape;
    out_.v.assign(logits.v.begin(), logits.v.end());
    if (plan_.classify) softmax_rows(out_);
    if (plan_.keep)
      std::copy(
          out_.v.begin(), out_.v.end(),
          result_.kept.begin() + std::ptrdiff_t((std::size_t(pass) * std::size_t(result_.points) + first) * outputs));
    if (pass == 0) {
      sums_.first.assign(out_.v.begin(), out_.v.end());
      sums_.off.assign(out_.size(), 0.0);
      sums_.off_squares.assign(out_.size(), 0.0);
      sums_.votes.assign(out_.size(), 0);
      sums_.entropy_first.assign(count, 0.0);
      sums_.entropy_off.assign(count, 0.0);
    }
    for (std::size_t i = 0; i < out_.size(); ++i) {
      const double d = double(out_[i]) - sums_.first[i];
      sums_.off[i] += d;
      sums_.off_squares[i] += d * d;
    }
    if (plan_.classify) note_classes(pass, count, outputs);
  }

  void note_classes(int pass, std::size_t count, std::size_t outputs) {
    const std::size_t classes = std::size_t(model_.network.outputs());
    row_.resize(outputs);
    for (std::size_t i = 0; i < count; ++i) {
      const T* p = out_.data() + i * outputs;
      for (std::size_t k = 0; k < outputs; ++k) row_[k] = double(p[k]);
      const double h = entropy_of(row_);
      if (pass == 0) sums_.entropy_first[i] = h;
      sums_.entropy_off[i] += h - sums_.entropy_first[i];
      for (std::size_t r = 0; r < outputs; r += classes)
        ++sums_.votes[i * outputs + r + std::size_t(std::max_element(p + r, p + r + classes) - (p + r))];
    }
  }

  void finish(std::size_t first, std::size_t count) {
    const double t = plan_.passes;
    const std::size_t outputs = std::size_t(result_.outputs), classes = std::size_t(model_.network.outputs());
    for (std::size_t i = 0; i < count * outputs; ++i) {
      const double off = sums_.off[i] / t;
      result_.mean[first * outputs + i] = sums_.first[i] + off;
      result_.variance[first * outputs + i] = std::max(0.0, sums_.off_squares[i] / t - off * off);
    }
    if (!plan_.classify) return;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = first + i;
      const double predictive = entropy_of(std::span(result_.mean).subspan(at * outputs, outputs));
      const double expected = sums_.entropy_first[i] + sums_.entropy_off[i] / t;
      double agree = 0;
      for (std::size_t r = 0; r < outputs; r += classes) {
        const auto votes = sums_.votes.begin() + std::ptrdiff_t(i * outputs + r);
        agree += double(*std::max_element(votes, votes + std::ptrdiff_t(classes)));
      }
      result_.predictive_entropy[at] = predictive;
      result_.expected_entropy[at] = expected;
      result_.mutual_information[at] = predictive - expected;
      result_.variation_ratio[at] = 1 - agree / (t * double(outputs / classes));
    }
  }

  const Model<T>& model_;
  std::span<const T> x_;
  const MonteCarloPlan& plan_;
  MonteCarlo<T>& result_;
  std::vector<NoisePlan> plans_;
  std::vector<std::uint32_t> places_;
  Tape<T> tape_;
  int first_layer_;  // layers before it are the same in every pass
  int output_slot_ = -1;
  std::vector<Uniforms> draws_;
  Tensor<T> out_;
  std::vector<double> row_;
  Sums sums_;
};

}  // namespace

template <class T>
MonteCarlo<T> monte_carlo(const Model<T>& model, std::span<const T> x, std::size_t points, const MonteCarloPlan& plan,
                          Parallel* parallel) {
  if (plan.passes < 1) throw InputError("passes", "at least 1", std::to_string(plan.passes));
  DROPSCOPE_CHECK(x.size() == points * std::size_t(model.network.inputs()));
  MonteCarlo<T> result;
  const std::size_t outputs = model.network.layer(model.network.layer_count() - 1).output_shape(1).count();
  result.points = int(points);
  result.outputs = int(outputs);
  result.passes = plan.passes;
  result.mean.resize(points * outputs);
  result.variance.resize(points * outputs);
  if (plan.classify)
    for (std::vector<double>* v :
         {&result.predictive_entropy, &result.expected_entropy, &result.mutual_information, &result.variation_ratio})
      v->resize(points);
  if (plan.keep) result.kept.resize(std::size_t(plan.passes) * points * outputs);
  const int chunks = int((points + kChunk - 1) / kChunk);
  // Each chunk's sums are its own, so the number of parts changes no bit.
  spread(chunks > 1 ? parallel : nullptr, [&](int part, int parts) {
    const Range range = part_of(chunks, part, parts);
    if (range.begin == range.end) return;
    ChunkPasses<T> passes(model, x, plan, result);
    for (int c = range.begin; c < range.end; ++c) {
      const std::size_t first = std::size_t(c) * kChunk;
      passes.run(first, std::min(kChunk, points - first));
    }
  });
  return result;
}

double model_precision(double rate, double length_scale, std::size_t examples, double weight_decay) {
  return (1 - rate) * length_scale * length_scale / (2 * double(examples) * weight_decay);
}

double log_predictive_density(std::span<const double> predictions, double y, double tau) {
  DROPSCOPE_CHECK(!predictions.empty() && tau > 0);
  std::vector<double> exponents;
  for (double f : predictions) exponents.push_back(-tau / 2 * (y - f) * (y - f));
  const double top = *std::max_element(exponents.begin(), exponents.end());
  double sum = 0;
  for (double e : exponents) sum += std::exp(e - top);
  return top + std::log(sum) - std::log(double(predictions.size())) -
         0.5 * (std::log(2 * 3.14159265358979323846) - std::log(tau));
}

Disagreement disagreement(std::span<const double> probabilities, int passes, int classes) {
  DROPSCOPE_CHECK(passes >= 1 && probabilities.size() == std::size_t(passes) * std::size_t(classes));
  const std::size_t width = std::size_t(classes);
  std::vector<double> mean(width, 0.0);
  std::vector<int> votes(width, 0);
  Disagreement d;
  for (int t = 0; t < passes; ++t) {
    const auto p = probabilities.subspan(std::size_t(t) * width, width);
    for (std::size_t k = 0; k < width; ++k) mean[k] += p[k] / passes;
    d.expected_entropy += entropy_of(p) / passes;
    ++votes[std::size_t(std::max_element(p.begin(), p.end()) - p.begin())];
  }
  d.predictive_entropy = entropy_of(mean);
  d.mutual_information = d.predictive_entropy - d.expected_entropy;
  d.variation_ratio = 1 - double(*std::max_element(votes.begin(), votes.end())) / passes;
  return d;
}

RegressionBand regression_band(const Model<float>& model, double lo, double hi, int points, double tau,
                               const MonteCarloPlan& plan, Parallel* parallel) {
  if (model.network.inputs() != 1 || model.network.outputs() != 1)
    throw InputError("the band", "a network with one input and one output",
                     std::to_string(model.network.inputs()) + " and " + std::to_string(model.network.outputs()));
  if (points < 2) throw InputError("points of the band", "at least 2", std::to_string(points));
  RegressionBand band;
  std::vector<float> x;
  for (int i = 0; i < points; ++i) band.x.push_back(lo + (hi - lo) * i / (points - 1));
  x.assign(band.x.begin(), band.x.end());
  MonteCarloPlan functions = plan;
  functions.classify = false;
  functions.keep = true;
  functions.masks = MaskSharing::PerPass;
  MonteCarlo<float> result = monte_carlo<float>(model, x, std::size_t(points), functions, parallel);
  band.mean = result.mean;
  for (double v : result.variance) {
    band.model_deviation.push_back(std::sqrt(v));
    band.total_deviation.push_back(std::sqrt(v + 1 / tau));
  }
  band.functions = std::move(result.kept);
  return band;
}

std::vector<float> plane_points(const PlaneGrid& grid) {
  DROPSCOPE_CHECK(grid.columns >= 2 && grid.rows >= 2);
  std::vector<float> x;
  for (int r = 0; r < grid.rows; ++r)
    for (int c = 0; c < grid.columns; ++c) {
      x.push_back(float(grid.x0 + (grid.x1 - grid.x0) * c / (grid.columns - 1)));
      x.push_back(float(grid.y0 + (grid.y1 - grid.y0) * r / (grid.rows - 1)));
    }
  return x;
}

MonteCarlo<float> uncertainty_map(const Model<float>& model, const PlaneGrid& grid, const MonteCarloPlan& plan,
                                  Parallel* parallel) {
  if (model.network.inputs() != 2)
    throw InputError("the map of uncertainty", "a network with two inputs", std::to_string(model.network.inputs()));
  const std::vector<float> x = plane_points(grid);
  return monte_carlo<float>(model, x, x.size() / 2, plan, parallel);
}

template MonteCarlo<float> monte_carlo<float>(const Model<float>&, std::span<const float>, std::size_t,
                                              const MonteCarloPlan&, Parallel*);
template MonteCarlo<double> monte_carlo<double>(const Model<double>&, std::span<const double>, std::size_t,
                                                const MonteCarloPlan&, Parallel*);

}  // namespace dropscope
