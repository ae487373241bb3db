// What a plan may ask of a network's sites, and what happens at sites in branches that are closed.
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/spec/fields.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

RunSpec spec_of(const std::string& dataset, const std::string& hidden,
                const std::vector<std::pair<std::string, std::string>>& fields) {
  RunSpec spec;
  spec.data.dataset = dataset;
  spec.data.train = 64;
  spec.data.validation = 16;
  set_field(spec, "network.hidden", hidden, "test");
  for (const auto& [path, value] : fields) set_field(spec, path, value, "test");
  return spec;
}

Trainer trainer_of(const RunSpec& spec) {
  return Trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
}

TEST(Sites, SquaredErrorIsRefusedWhereEveryStepHasALabel) {
  EXPECT_THROW(trainer_of(spec_of("delayed_copy", "embedding4,lstm6", {{"network.loss", "mse"}})), InputError);
  EXPECT_NO_THROW(trainer_of(spec_of("parity", "embedding4,lstm6", {{"network.loss", "mse"}})));
}

TEST(Sites, NetworksThatWouldEatTheMemoryAreRefused) {
  EXPECT_THROW(trainer_of(spec_of("digits", "conv8192,avgpool,8", {{"data.image_size", "28"}, {"batch_size", "64"}})),
               InputError);
  EXPECT_THROW(trainer_of(spec_of("grammar", "embedding64,40*transformer8",
                                  {{"network.block1.heads", "64"}, {"data.steps", "200"}, {"batch_size", "64"}})),
               InputError);
}

TEST(Sites, ABatchCannotShareAMaskThatEveryExampleDecides) {
  EXPECT_THROW(
      trainer_of(spec_of("moons", "8",
                         {{"dropout.variant", "standout"}, {"dropout.rate", "0.3"}, {"dropout.scope", "batch"}})),
      InputError);
}

// A closed branch takes no part in the update: what its noise learns must not follow an older batch.
TEST(Sites, ARateThatIsLearnedInAClosedBranchGetsNoGradient) {
  const RunSpec spec = spec_of("moons", "8,2*residual6", {});
  const Dataset data = make_dataset(spec.data, spec.data_seed, nullptr);
  const Network<float> network(spec.network, data.form());
  AlignedVector<float> params(network.param_count()), gradients(network.param_count());
  network.init(3, params);
  Tape<float> tape = network.make_tape();
  Tensor<float>& x = network.begin(tape, 4);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i) - 3;
  const int gate = network.find_site("block1"), inner = network.find_site("block1.inner");
  const std::size_t learned = network.sites()[std::size_t(inner)].learned;
  const Uniforms coins({1}, Stream::Dropout);
  const auto gradient = [&](double rate) {
    network.draw_noise_at(params, {find_variant("stochastic_depth"), rate, find_variant("stochastic_depth")->tie, {}},
                          gate, {&coins, 1}, tape);
    network.draw_noise_at(params, {find_variant("concrete"), 0, {}, {0.01, 1}}, inner, {&coins, 1}, tape);
    network.forward(params, tape, nullptr);
    softmax_cross_entropy<float>(tape.logits(), std::vector<std::int32_t>{0, 1, 0, 1}, &tape.layers.back().dy);
    network.backward(params, tape, gradients, nullptr);
    return gradients[learned];
  };
  EXPECT_NE(gradient(0), 0.0f);
  EXPECT_EQ(gradient(1), 0.0f);
}

TEST(Sites, TheWeightsThatReadFromASiteAreFoundBehindLayersWithoutAny) {
  const auto reader = [](const RunSpec& spec, const std::string& site) {
    const Dataset data = make_dataset(spec.data, spec.data_seed, nullptr);
    const Network<float> network(spec.network, data.form());
    const int block = network.sites()[std::size_t(network.find_site(site))].readers;
    return block < 0 ? std::string("none") : network.blocks()[std::size_t(block)].name;
  };
  const RunSpec conv = spec_of("digits", "conv4,maxpool,flatten,8", {});
  EXPECT_EQ(reader(conv, "input"), "conv1.weight");
  EXPECT_EQ(reader(conv, "conv1"), "hidden1.weight");
  EXPECT_EQ(reader(conv, "hidden1"), "output.weight");
  EXPECT_EQ(reader(conv, "output"), "none");
  const RunSpec lstm = spec_of("adding", "lstm4", {});
  EXPECT_EQ(reader(lstm, "lstm1.input"), "lstm1.weight");
  EXPECT_EQ(reader(lstm, "lstm1"), "output.weight");
  const RunSpec norm = spec_of("moons", "8,batchnorm,4", {});
  EXPECT_EQ(reader(norm, "hidden1"), "hidden2.weight");
}

TEST(Sites, StochasticDepthClosesBranchesOfBothPassesOfRDrop) {
  Trainer trainer = trainer_of(spec_of(
      "moons", "8,2*residual6",
      {{"dropout.block1.variant", "stochastic_depth"}, {"dropout.block1.rate", "0.5"}, {"objective.r_drop", "1"}}));
  int closed = 0;
  for (int tick = 0; tick < 60; ++tick) {
    trainer.advance(Granularity::Tick);
    for (const LayerTape<float>& layer : trainer.tape().layers) closed += layer.skipped ? 1 : 0;
  }
  EXPECT_GT(closed, 0);  // a quarter of the ticks on average: both coins fall
}

TEST(Sites, ASharedRateOfANetworkOfBlocksMeansItsBranches) {
  RunSpec spec = spec_of("moons", "2*residual6", {{"dropout.rate", "0.3"}});
  EXPECT_EQ(spec.dropout.find("block1")->rate, 0.3);
  EXPECT_EQ(spec.dropout.find("block2")->rate, 0.3);
}

}  // namespace
}  // namespace dropscope
