// The published five-epoch table that the mnist scenarios stand for: 97.25 % without and 95.80 % with dropout
// 0.5. Needs the real MNIST in a folder beside the project.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "core/scenarios/scenarios.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

constexpr int kEpochs = 5, kSeeds = 3;
constexpr double kTolerance = 0.006;

std::string data_folder() { return std::string(DROPSCOPE_SOURCE_DIR) + "/../shared/data/mnist"; }

// Validation accuracy after each epoch.
std::vector<double> accuracies(const char* scenario, std::uint64_t seed) {
  RunSpec spec = scenario_or_throw(scenario, "test");
  spec.data.path = data_folder();
  spec.seed = seed;
  static std::map<std::string, std::shared_ptr<const Dataset>> loaded;
  auto& data = loaded[spec.data.path];
  if (!data) data = std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
  Trainer trainer(spec, data);
  std::vector<double> result;
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    EXPECT_TRUE(trainer.advance(Granularity::Epoch));
    EXPECT_EQ(trainer.history().back().tick, trainer.tick());
    result.push_back(double(trainer.history().back().validation_accuracy));
  }
  return result;
}

TEST(MnistScenario, AgreesWithThePublishedTableAndPlainIsAheadAtEveryEpoch) {
  if (!std::filesystem::exists(data_folder())) GTEST_SKIP() << "no MNIST in " << data_folder();
  std::vector<double> plain(kEpochs), dropout(kEpochs);
  for (int seed = 1; seed <= kSeeds; ++seed) {
    const auto a = accuracies("mnist-plain", std::uint64_t(seed)), b = accuracies("mnist", std::uint64_t(seed));
    for (std::size_t e = 0; e < kEpochs; ++e) {
      plain[e] += a[e] / kSeeds;
      dropout[e] += b[e] / kSeeds;
    }
  }
  for (std::size_t e = 0; e < kEpochs; ++e) EXPECT_GT(plain[e], dropout[e]) << "epoch " << e + 1;
  EXPECT_NEAR(plain.back(), 0.9725, kTolerance);
  EXPECT_NEAR(dropout.back(), 0.9580, kTolerance);
}

}  // namespace
}  // namespace dropscope
