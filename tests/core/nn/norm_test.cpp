#include "core/nn/norm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/dropout/registry.h"
#include "core/nn/network.h"
#include "core/session/worker_pool.h"
#include "core/train/gradient_check.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

const Shape kFlat = {{Axis::Sample, 1}, {Axis::Unit, 5}};
const Shape kSteps = {{Axis::Sample, 1}, {Axis::Time, 3}, {Axis::Unit, 5}};
const Shape kMaps = {{Axis::Sample, 1}, {Axis::Channel, 5}, {Axis::Row, 3}, {Axis::Col, 7}};

Shape batched(const Shape& one, int batch) {
  Shape out;
  for (const Dim& d : one) out.push({d.axis, d.axis == Axis::Sample ? batch : d.extent});
  return out;
}

template <class T>
Tensor<T> normals(const Shape& shape, double mean = 1.5, double deviation = 2) {
  Tensor<T> x(shape);
  const Uniforms u({4}, Stream::Test);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = T(mean + deviation * u.normal(std::uint32_t(i)));
  return x;
}

// One layer by itself with parameters of its own.
template <class T>
struct Alone {
  std::unique_ptr<Layer<T>> layer;
  std::vector<T> params;
  LayerTape<T> tape;

  explicit Alone(std::unique_ptr<Layer<T>> which) : layer(std::move(which)) {
    std::size_t size = 0;
    for (const ParamBlock& block : layer->blocks()) size += block.size;
    params.assign(size, T(0));
    layer->init(Init::He, 1, params.data());
    tape.sites.resize(layer->sites().size());
  }
  const Tensor<T>& forward(const Tensor<T>& x, bool training, Parallel* parallel = nullptr) {
    tape.training = training;
    const Tensor<T>* in[] = {&x};
    layer->forward({params.data(), in, tape, parallel});
    return tape.out();
  }
  // Gradients of the sum of dy * out.
  std::pair<std::vector<T>, Tensor<T>> backward(const Tensor<T>& x, const Tensor<T>& dy, Parallel* parallel = nullptr) {
    std::pair<std::vector<T>, Tensor<T>> result{std::vector<T>(params.size(), T(77)), {}};
    tape.dy = dy;
    const Tensor<T>* in[] = {&x};
    Tensor<T>* d_in[] = {&result.second};
    layer->backward({params.data(), in, tape, result.first.data(), d_in, parallel});
    return result;
  }
};

template <class T>
Alone<T> batch_norm(const Shape& in, Activation f = Activation::Identity) {
  return Alone<T>(make_batch_norm<T>("norm1", "norm1", in, f));
}
template <class T>
Alone<T> layer_norm(const Shape& in, Activation f = Activation::Identity) {
  return Alone<T>(make_layer_norm<T>("norm1", "norm1", in, f));
}

// ---- Batch norm

// By hand: mean 3, population variance 3.5, unbiased 14/3.
TEST(BatchNorm, NormalisesByTheBatchAndKeepsAnUnbiasedRunningVariance) {
  Alone<double> norm = batch_norm<double>({{Axis::Sample, 1}, {Axis::Unit, 1}});
  EXPECT_EQ(norm.params, (std::vector<double>{1, 0, 0, 1}));
  norm.params[0] = 2, norm.params[1] = 0.5;
  Tensor<double> x({{Axis::Sample, 4}, {Axis::Unit, 1}});
  x.v = {1, 2, 3, 6};
  const Tensor<double>& h = norm.forward(x, true);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(h[i], 2 * (x[i] - 3) / std::sqrt(3.5 + 1e-5) + 0.5, 1e-14);
  norm.layer->update_statistics(norm.tape, norm.params.data());
  EXPECT_NEAR(norm.params[2], 0.3, 1e-15);
  EXPECT_NEAR(norm.params[3], 0.9 + 0.1 * 14 / 3, 1e-15);
  norm.layer->update_statistics(norm.tape, norm.params.data());
  EXPECT_NEAR(norm.params[2], 0.9 * 0.3 + 0.3, 1e-15);
  // Passes that do not train use what was collected, and collect nothing.
  const std::vector<double> kept = norm.params;
  const Tensor<double>& eval = norm.forward(x, false);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(eval[i], 2 * (x[i] - kept[2]) / std::sqrt(kept[3] + 1e-5) + 0.5, 1e-14);
  norm.layer->update_statistics(norm.tape, norm.params.data());
  EXPECT_EQ(norm.params, kept);
}

// Against the definition, written with one loop per unit or channel.
TEST(BatchNorm, TakesStatisticsOverExamplesStepsAndPixelsOfEachUnitOrChannel) {
  for (const Shape& one : {kFlat, kSteps, kMaps}) {
    Alone<double> norm = batch_norm<double>(one);
    const Tensor<double> x = normals<double>(batched(one, 6));
    const Tensor<double> h = norm.forward(x, true);
    const int inner = one.rank() == 4 ? 21 : 1;
    for (int f = 0; f < 5; ++f) {
      const auto mine = [&](std::size_t i) { return int(i) / inner % 5 == f; };
      double n = 0, mean = 0, variance = 0;
      for (std::size_t i = 0; i < x.size(); ++i)
        if (mine(i)) n += 1, mean += x[i];
      mean /= n;
      for (std::size_t i = 0; i < x.size(); ++i)
        if (mine(i)) variance += (x[i] - mean) * (x[i] - mean) / n;
      for (std::size_t i = 0; i < x.size(); ++i)
        if (mine(i)) {
          EXPECT_NEAR(h[i], (x[i] - mean) / std::sqrt(variance + 1e-5), 1e-13) << one.rank();
        }
    }
  }
}

TEST(BatchNorm, ABatchOfOneGivesBetaAndLeavesTheRunningVariance) {
  Alone<float> norm = batch_norm<float>(kFlat);
  for (int f = 0; f < 5; ++f) norm.params[std::size_t(5 + f)] = float(f);
  const Tensor<float> x = normals<float>(batched(kFlat, 1));
  const Tensor<float>& h = norm.forward(x, true);
  for (int f = 0; f < 5; ++f) EXPECT_EQ(h[std::size_t(f)], float(f));
  norm.layer->update_statistics(norm.tape, norm.params.data());
  for (int f = 0; f < 5; ++f) {
    EXPECT_FLOAT_EQ(norm.params[std::size_t(10 + f)], 0.1f * x[std::size_t(f)]);
    EXPECT_EQ(norm.params[std::size_t(15 + f)], 1.0f);
  }
  const auto [gradients, dx] = norm.backward(x, normals<float>(x.shape));
  for (float d : dx.v) EXPECT_EQ(d, 0.0f);
}

// A constant moves with the mean; the same numbers twice give variance 0, not a division by it.
TEST(BatchNorm, NumbersThatAreAllTheSameStayFinite) {
  Alone<float> norm = batch_norm<float>(kFlat);
  Tensor<float> x(batched(kFlat, 8), 1e6f);
  for (float h : norm.forward(x, true).v) EXPECT_EQ(h, 0.0f);
  const auto [gradients, dx] = norm.backward(x, normals<float>(x.shape));
  for (float d : dx.v) EXPECT_TRUE(std::isfinite(d));
}

// 64 numbers of deviation 1 around 10,000: one pass of squares in float would be off by whole units.
TEST(BatchNorm, AMeanFarFromZeroDoesNotSpoilTheVariance) {
  Alone<float> norm = batch_norm<float>({{Axis::Sample, 1}, {Axis::Unit, 1}});
  const Tensor<float> x = normals<float>({{Axis::Sample, 64}, {Axis::Unit, 1}}, 1e4, 1);
  double mean = 0, variance = 0;
  for (float v : x.v) mean += double(v) / 64;
  for (float v : x.v) variance += (double(v) - mean) * (double(v) - mean) / 64;
  norm.forward(x, true);
  // The mean is kept as a float: off by at most 2^-11, which enters the variance squared.
  EXPECT_NEAR(norm.tape.work[0][2], variance, 1e-6);
}

TEST(BatchNorm, NotANumberGoesThrough) {
  for (bool training : {true, false}) {
    Alone<float> norm = batch_norm<float>(kFlat);
    Tensor<float> x = normals<float>(batched(kFlat, 3));
    x[7] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(std::isnan(norm.forward(x, training)[7]));
  }
}

TEST(BatchNorm, OneExampleAloneHasTheBitsItHasInABatchWhereNothingTrains) {
  for (const Shape& one : {kFlat, kSteps, kMaps}) {
    Alone<float> norm = batch_norm<float>(one, Activation::Tanh);
    for (std::size_t i = 0; i < norm.params.size(); ++i) norm.params[i] = 0.3f + 0.1f * float(i);
    const Tensor<float> x = normals<float>(batched(one, 4));
    const Tensor<float> all = norm.forward(x, false);
    Tensor<float> single(one);
    std::copy_n(x.data() + 2 * one.count(), one.count(), single.data());
    const Tensor<float>& alone = norm.forward(single, false);
    EXPECT_TRUE(std::equal(alone.v.begin(), alone.v.end(), all.data() + 2 * one.count()));
  }
}

TEST(BatchNorm, GammaAndBetaAreNoWeightsAndStatisticsHaveNoGradient) {
  const Alone<double> norm = batch_norm<double>(kFlat);
  const std::vector<ParamBlock> blocks = norm.layer->blocks();
  ASSERT_EQ(blocks.size(), 4u);
  const char* names[] = {"norm1.gamma", "norm1.beta", "norm1.running_mean", "norm1.running_variance"};
  for (std::size_t b = 0; b < 4; ++b) {
    EXPECT_EQ(blocks[b].name, names[b]);
    EXPECT_FALSE(blocks[b].is_weight());
    EXPECT_EQ(blocks[b].statistic, b >= 2);
  }
  for (bool training : {true, false}) {
    Alone<double> other = batch_norm<double>(kFlat);
    const Tensor<double> x = normals<double>(batched(kFlat, 4));
    other.forward(x, training);
    const auto [gradients, dx] = other.backward(x, normals<double>(x.shape));
    for (std::size_t i = 10; i < 20; ++i) EXPECT_EQ(gradients[i], 0.0);
  }
}

// "32,batchnorm,32" in place of two ReLU layers must not put an activation behind the norm, nor take it from the layer
// that follows.
TEST(BatchNorm, NeitherTakesItsActivationFromALayerNorGivesItsOwn) {
  const ArchSpec relu;
  for (const char* norm : {"batchnorm", "layernorm"}) {
    const std::vector<LayerSpec> layers = parse_layers(std::string("32,") + norm, relu.hidden, "test");
    EXPECT_EQ(layers[0].activation, Activation::Relu);
    EXPECT_EQ(layers[1].activation, Activation::Identity);
    const std::vector<LayerSpec> longer = parse_layers(std::string("32,") + norm + ",16,16", layers, "test");
    EXPECT_EQ(longer[1].activation, Activation::Identity);
    EXPECT_EQ(longer[2].activation, Activation::Relu);
    EXPECT_EQ(longer[3].activation, Activation::Relu);
  }
}

// ---- Layer norm

TEST(LayerNorm, NormalisesEachExampleAndEachStepByItself) {
  for (const Shape& one : {kFlat, kSteps, kMaps}) {
    Alone<double> norm = layer_norm<double>(one);
    EXPECT_EQ(norm.layer->blocks().size(), 2u);
    for (std::size_t i = 0; i < 10; ++i) norm.params[i] = 0.5 + double(i);
    const Tensor<double> x = normals<double>(batched(one, 4));
    const int inner = one.rank() == 4 ? 21 : 1;
    const std::size_t size = std::size_t(5 * inner);
    const Tensor<double> h = norm.forward(x, true);
    for (std::size_t g = 0; g < x.size(); g += size) {
      double mean = 0, variance = 0;
      for (std::size_t i = g; i < g + size; ++i) mean += x[i] / double(size);
      for (std::size_t i = g; i < g + size; ++i) variance += (x[i] - mean) * (x[i] - mean) / double(size);
      for (std::size_t i = g; i < g + size; ++i) {
        const std::size_t f = (i - g) / std::size_t(inner);
        EXPECT_NEAR(h[i], norm.params[f] * (x[i] - mean) / std::sqrt(variance + 1e-5) + norm.params[5 + f], 1e-12);
      }
    }
    EXPECT_EQ(norm.forward(x, false).v, h.v) << "the same in every pass";
  }
}

TEST(LayerNorm, OneExampleAloneHasTheBitsItHasInABatch) {
  for (const Shape& one : {kFlat, kSteps, kMaps}) {
    Alone<float> norm = layer_norm<float>(one, Activation::Relu);
    const Tensor<float> x = normals<float>(batched(one, 4));
    const Tensor<float> all = norm.forward(x, true);
    Tensor<float> single(one);
    std::copy_n(x.data() + 3 * one.count(), one.count(), single.data());
    const Tensor<float>& alone = norm.forward(single, true);
    EXPECT_TRUE(std::equal(alone.v.begin(), alone.v.end(), all.data() + 3 * one.count()));
  }
}

// ---- Both

// 96 examples x 5 x 5 x 9 are enough numbers to be handed out.
TEST(Norm, AnyNumberOfThreadsGivesTheSameBits) {
  const Shape maps = {{Axis::Sample, 1}, {Axis::Channel, 5}, {Axis::Row, 5}, {Axis::Col, 9}};
  const Shape wide = {{Axis::Sample, 1}, {Axis::Unit, 225}};
  for (const Shape& one : {maps, wide})
    for (auto make : {make_batch_norm<float>, make_layer_norm<float>}) {
      const Tensor<float> x = normals<float>(batched(one, 96)), dy = normals<float>(x.shape, 0, 1);
      Alone<float> norm(make("n", "n", one, Activation::Tanh));
      const Tensor<float> h = norm.forward(x, true);
      const auto first = norm.backward(x, dy);
      for (int threads : {2, 3}) {
        WorkerPool pool(threads);
        EXPECT_EQ(norm.forward(x, true, &pool).v, h.v) << threads;
        const auto again = norm.backward(x, dy, &pool);
        EXPECT_EQ(again.first, first.first) << threads;
        EXPECT_EQ(again.second.v, first.second.v) << threads;
      }
    }
}

ArchSpec network(const char* text, Activation inner, Activation after) {
  ArchSpec spec;
  spec.hidden = parse_layers(text, {}, "test");
  for (LayerSpec& layer : spec.hidden) {
    const bool norm = layer.kind == LayerKind::BatchNorm || layer.kind == LayerKind::LayerNorm;
    if (layer_fields(layer.kind).activation) layer.activation = norm ? after : inner;
  }
  spec.init = Init::Xavier;
  return spec;
}

struct Form {
  const char* before;
  DataForm form;
};

std::vector<Form> forms() {
  const DataForm image{.inputs = 50, .outputs = 3, .image = ImageShape{5, 5, 2}, .sequence = {}};
  const DataForm words{.inputs = 4, .outputs = 3, .image = {}, .sequence = SequenceShape{4, 1, true, 5, false}};
  return {{"6,", flat_form(3, 3)}, {"", flat_form(3, 3)}, {"conv3,", image}, {"", image}, {"embedding4,", words}};
}

// Over units, channels and steps; with batch statistics and with running ones; with noise before and after.
TEST(Norm, GradientsAreThoseOfFiniteDifferences) {
  for (const Form& form : forms())
    for (const char* norm : {"batchnorm", "layernorm"})
      for (Activation after : {Activation::Identity, Activation::Tanh, Activation::Relu})
        for (bool training : {true, false})
          for (double rate : {0.0, 0.3}) {
            GradientCase c;
            c.network = network((std::string(form.before) + norm + ",3").c_str(), Activation::Tanh, after);
            c.form = form.form;
            c.training = training;
            // A step on words is one of five rows, so a small batch would hold the same step twice.
            c.batch = form.form.sequence ? 7 : 4;
            for (const SiteName& site : site_names(c.network))
              c.plans.push_back(site.kind == SiteKind::Hidden ? NoisePlan{find_variant("inverted"), rate, {}, {}}
                                                              : NoisePlan{});
            const GradientResult r = check_gradients(c);
            EXPECT_LT(r.worst, 1e-6) << form.before << norm << " " << name_of(after) << (training ? " train" : " eval")
                                     << " rate " << rate << " at " << r.where;
          }
}

TEST(Norm, GradientsHoldAtEveryRateBeforeTheNorm) {
  for (const char* norm : {"batchnorm", "layernorm"})
    for (const char* variant : {"inverted", "classic", "gaussian"})
      for (double rate : {0.0, 0.1, 0.3, 0.8, 1.0}) {
        if (rate > find_variant(variant)->max_rate) continue;
        GradientCase c;
        c.network = network((std::string("6,") + norm).c_str(), Activation::Tanh, Activation::Identity);
        for (const SiteName& site : site_names(c.network))
          c.plans.push_back(site.name == "hidden1" ? NoisePlan{find_variant(variant), rate, {}, {}} : NoisePlan{});
        const GradientResult r = check_gradients(c);
        EXPECT_LT(r.worst, 1e-6) << norm << " after " << variant << " " << rate << " at " << r.where;
      }
}

std::vector<float> statistics_of(const Trainer& trainer) {
  std::vector<float> all;
  for (const ParamBlock& block : trainer.network().blocks())
    if (block.statistic)
      for (std::size_t i = 0; i < block.size; ++i) all.push_back(trainer.params()[block.offset + i]);
  return all;
}

TEST(Norm, RunningStatisticsMoveOncePerUpdateAndByNothingElse) {
  RunSpec spec = runs::spec(0.3);
  spec.network.hidden.insert(spec.network.hidden.begin() + 1, make_layer(LayerKind::BatchNorm, 16));
  Trainer trainer(spec, runs::classes()), plain(spec, runs::classes());
  const std::vector<float> first = statistics_of(trainer);
  ASSERT_EQ(first.size(), 18u);
  trainer.preview();
  EXPECT_EQ(statistics_of(trainer), first) << "a preview commits nothing";
  // A Monte Carlo pass: masks, but running statistics.
  AlignedVector<float> copy(trainer.params().begin(), trainer.params().end());
  Tape<float> tape = trainer.network().make_tape();
  trainer.network().begin(tape, 8).v.assign(24, 0.5f);
  for (std::size_t s = 0; s < trainer.plans().size(); ++s) {
    const Uniforms coins({1, trainer.places()[s]}, Stream::Probe);
    trainer.network().draw_noise_at(copy, trainer.plans()[s], int(s), {&coins, 1}, tape);
  }
  trainer.network().forward(copy, tape, nullptr);
  trainer.network().update_statistics(tape, copy);
  EXPECT_TRUE(std::equal(copy.begin(), copy.end(), trainer.params().begin())) << "nor does a Monte Carlo pass";
  for (Phase phase = trainer.phase();; phase = trainer.phase()) {
    if (phase == Phase::Backward) {
      EXPECT_EQ(statistics_of(trainer), first) << "nor a pass before its update";
    }
    trainer.advance(Granularity::Phase);
    if (trainer.at_boundary()) break;
  }
  EXPECT_NE(statistics_of(trainer), first);
  runs::ticks(plain, 1);
  EXPECT_EQ(statistics_of(trainer), statistics_of(plain));
  EXPECT_EQ(trainer.state_hash(), plain.state_hash());
}

// An optimizer that decays weights must leave running statistics to the batches.
TEST(Norm, OptimizersLeaveRunningStatisticsAlone) {
  for (OptimizerKind kind : {OptimizerKind::Sgd, OptimizerKind::Momentum, OptimizerKind::Adam, OptimizerKind::AdamW}) {
    RunSpec spec = runs::spec(0.0);
    spec.network.hidden = {make_layer(LayerKind::BatchNorm, 16)};
    spec.dropout.sites.clear();
    spec.optimizer.kind = kind;
    spec.optimizer.weight_decay = 0.1;
    Trainer trainer(spec, runs::classes());
    // Batch norm of the data itself: its statistics do not depend on any weight, only on the batches.
    spec.optimizer.learning_rate = 1e-12;
    Trainer still(spec, runs::classes());
    runs::ticks(trainer, 7);
    runs::ticks(still, 7);
    EXPECT_EQ(statistics_of(trainer), statistics_of(still)) << name_of(kind);
  }
}

}  // namespace
}  // namespace dropscope
