// Two hundred ticks of the Trainer beside PyTorch's automatic differentiation and optimizers, from the same first
// weights, with the same batches and masks.
#include <gtest/gtest.h>

#include "core/spec/fields.h"
#include "tests/torch/agreement.h"

namespace dropscope::torch_peer {
namespace {

RunSpec spec_of(const std::string& dataset, const std::string& hidden,
                const std::vector<std::pair<std::string, std::string>>& fields) {
  RunSpec spec;
  spec.data.dataset = dataset;
  spec.data.train = 200;
  spec.data.validation = 20;
  spec.optimizer.learning_rate = 0.002;
  spec.network.init = Init::Xavier;
  set_field(spec, "network.hidden", hidden, "test");
  for (const auto& [path, value] : fields) set_field(spec, path, value, "test");
  return spec;
}

void expect_same_run(const RunSpec& spec) {
  const auto data = std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
  Trainer trainer(spec, data);
  Mirror mirror(spec.network, trainer.network(), trainer.params());
  torch::optim::Adam adam(mirror.learned(), torch::optim::AdamOptions(spec.optimizer.learning_rate));
  const int rows = data->rows(), outputs = data->outputs;
  double first = 0, last = 0;
  for (int tick = 0; tick < 200; ++tick) {
    ASSERT_TRUE(trainer.advance(Granularity::Tick));
    const at::Tensor logits = mirror.forward(tensor_of(trainer.tape().layers[0].h), trainer.tape());
    std::vector<std::int64_t> labels;
    std::vector<float> targets;
    for (std::uint32_t example : trainer.batch_examples())
      for (int r = 0; r < rows; ++r) {
        const std::size_t row = std::size_t(example) * std::size_t(rows) + std::size_t(r);
        if (trainer.classifies())
          labels.push_back(data->train.label[row]);
        else
          for (int k = 0; k < outputs; ++k)
            targets.push_back(data->train.target[row * std::size_t(outputs) + std::size_t(k)]);
      }
    const at::Tensor loss =
        trainer.classifies()
            ? torch::nn::functional::cross_entropy(logits.reshape({-1, outputs}), torch::tensor(labels),
                                                   torch::nn::functional::CrossEntropyFuncOptions().ignore_index(-1))
            : torch::mse_loss(logits, torch::tensor(targets).reshape(logits.sizes()));
    const double theirs = loss.item<double>(), own = trainer.batch_loss();
    if (tick == 0) first = own;
    last = own;
    ASSERT_NEAR(own, theirs, 1e-3 * std::max(1.0, std::abs(theirs))) << "tick " << tick + 1;
    adam.zero_grad();
    loss.backward();
    adam.step();
  }
  EXPECT_NE(first, last);  // something was learned, or both stood still
}

TEST(TorchTraining, MlpWithDropout) {
  expect_same_run(spec_of("moons", "24,16", {{"dropout.rate", "0.3"}, {"dropout.input.rate", "0.1"}}));
}

TEST(TorchTraining, ConvolutionalNetworkWithSpatialDropout) {
  expect_same_run(spec_of("digits", "conv6,maxpool,conv8,maxpool,24",
                          {{"dropout.feature_map.variant", "spatial"},
                           {"dropout.feature_map.rate", "0.2"},
                           {"dropout.hidden1.rate", "0.4"}}));
}

TEST(TorchTraining, LstmWithLockedDropout) {
  expect_same_run(spec_of("adding", "lstm12",
                          {{"dropout.lstm1.input.variant", "locked"},
                           {"dropout.lstm1.input.rate", "0.1"},
                           {"dropout.lstm1.recurrent.variant", "locked"},
                           {"dropout.lstm1.recurrent.rate", "0.3"},
                           {"data.steps", "12"}}));
}

TEST(TorchTraining, TransformerWithAttentionAndResidualDropout) {
  expect_same_run(spec_of("grammar", "embedding12,2*transformer20",
                          {{"network.embedding1.positions", "sinusoidal"},
                           {"network.block1.causal", "yes"},
                           {"dropout.attention_weights.variant", "attention"},
                           {"dropout.attention_weights.rate", "0.1"},
                           {"dropout.residual_branch.variant", "inverted"},
                           {"dropout.residual_branch.rate", "0.2"},
                           {"dropout.block1.feed_forward.rate", "0.3"}}));
}

}  // namespace
}  // namespace dropscope::torch_peer
