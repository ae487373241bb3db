// Which units can be taken away from which networks.
#include "core/analysis/hidden_units.h"

#include <gtest/gtest.h>

#include "core/train/host_networks.h"
#include "tests/core/analysis/analysis_helpers.h"

namespace dropscope {
namespace {

using Names = std::vector<std::string>;

Names hidden_of(const std::string& layers, const DataForm& form) {
  const Network<float> network(layers.empty() ? ArchSpec{.hidden = {}} : layers_of(layers, Activation::Relu), form);
  Names found;
  for (int site : hidden_sites(network)) found.push_back(network.sites()[std::size_t(site)].name);
  return found;
}

DataForm image() {
  DataForm form = flat_form(256, 3);
  form.image = ImageShape{16, 16, 1};
  return form;
}

DataForm words() {
  DataForm form = flat_form(5, 3);
  form.sequence = SequenceShape{.steps = 5, .features = 1, .tokens = true, .vocabulary = 7};
  return form;
}

TEST(HiddenSites, AreTheOutputsOfHiddenLayers) {
  EXPECT_EQ(hidden_of("", flat_form(2, 2)), Names{});
  EXPECT_EQ(hidden_of("16,8", flat_form(2, 2)), (Names{"hidden1", "hidden2"}));
  EXPECT_EQ(hidden_of("embedding6,lstm4", words()), (Names{"embedding1", "lstm1"}));
}

// A unit that goes through a norm or a pool is one unit.
TEST(HiddenSites, CountEveryUnitOnce) {
  EXPECT_EQ(hidden_of("16,batchnorm,8", flat_form(2, 2)), (Names{"norm1", "hidden2"}));
  EXPECT_EQ(hidden_of("conv4,maxpool,conv3,batchnorm,avgpool,6", image()), (Names{"conv1", "norm1", "hidden1"}));
  EXPECT_EQ(hidden_of("6,2*residual5", flat_form(2, 2)), (Names{"hidden1", "block1.inner", "block2.inner"}));
}

TEST(HiddenUnits, AreChannelsOfMapsAndUnitsOfSteps) {
  const Network<float> maps(layers_of("conv3", Activation::Relu), image());
  const SiteUnits channels = units_at(maps, maps.find_site("conv1"));
  ASSERT_EQ(channels.count(), 3);
  EXPECT_EQ(channels.size % 3, 0u);
  for (int c = 0; c < 3; ++c) {
    const std::vector<std::size_t>& at = channels.places[std::size_t(c)];
    ASSERT_EQ(at.size(), channels.size / 3);
    for (std::size_t i = 0; i < at.size(); ++i) EXPECT_EQ(at[i], std::size_t(c) * at.size() + i);
  }
  const Network<float> steps(layers_of("embedding6,lstm4", Activation::Tanh), words());
  const SiteUnits units = units_at(steps, steps.find_site("lstm1"));
  ASSERT_EQ(units.count(), 4);
  EXPECT_EQ(units.places[1], (std::vector<std::size_t>{1, 5, 9, 13, 17}));
}

TEST(HiddenUnits, ComeBackAsTheyWere) {
  const Network<float> network(layers_of("3", Activation::Relu), flat_form(2, 2));
  const SiteUnits site = units_at(network, network.find_site("hidden1"));
  Tensor<float> output(network.site_shape(network.find_site("hidden1"), 2));
  output.v = {1, 2, 0, 4, 5, 0};
  const Tensor<float> before = output;
  std::vector<float> kept;
  EXPECT_TRUE(take_away(site, 1, output, kept));
  EXPECT_EQ(output.v, (AlignedVector<float>{1, 0, 0, 4, 0, 0}));
  put_back(site, 1, kept, output);
  EXPECT_EQ(output.v, before.v);
  EXPECT_FALSE(take_away(site, 2, output, kept)) << "it was 0 for every example";
}

}  // namespace
}  // namespace dropscope
