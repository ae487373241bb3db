// Every variant against PyTorch: with the library's own operation where it has one (its mask is read off its result),
// and everywhere with the same mask in its operations and its automatic differentiation.
#include <gtest/gtest.h>

#include "tests/conformance/conformance.h"
#include "tests/conformance/hosts.h"
#include "tests/torch/agreement.h"

namespace dropscope::torch_peer {
namespace {

// Our noise with the library's mask in place of the drawn one: scale and offset are the variant's own.
Noise<float> with_mask(const char* variant, double rate, const Shape& shape, const std::vector<bool>& kept) {
  Noise<float> noise;
  draw_noise<float>(plan_of({"", variant, rate}), shape, Uniforms({1, 1, 1}, Stream::Dropout), {}, nullptr, noise);
  float offset[2] = {0, 0};
  for (std::size_t i = 0; i < noise.offset.size(); ++i) offset[noise.gate[i] != 0] = noise.offset[i];
  for (std::size_t i = 0; i < noise.gate.size(); ++i) {
    noise.gate[i] = kept[i] ? 1.0f : 0.0f;
    if (!noise.offset.empty()) noise.offset[i] = offset[kept[i]];
  }
  return noise;
}

void expect_same(const Noise<float>& noise, const Tensor<float>& x, const at::Tensor& in, const at::Tensor& theirs) {
  Tensor<float> y, dy(x.shape), dx;
  apply_noise<float>(noise, x, nullptr, y);
  EXPECT_LT((tensor_of(y) - theirs).abs().max().item<float>(), 1e-5f);
  for (std::size_t i = 0; i < dy.size(); ++i) dy[i] = float(i % 5) - 1.5f;
  apply_noise_backward<float>(noise, dy, dx, nullptr);
  theirs.backward(tensor_of(dy));
  EXPECT_LT((tensor_of(dx) - in.grad()).abs().max().item<float>(), 1e-5f);
}

Tensor<float> normals(const Shape& shape) { return conformance::normals<float>(shape, 4); }

TEST(TorchVariants, InvertedIsDropoutOfTheLibrary) {
  for (double rate : {0.1, 0.3, 0.8}) {
    torch::manual_seed(3);
    const Shape shape{{Axis::Sample, 12}, {Axis::Unit, 50}};
    const Tensor<float> x = normals(shape);
    const at::Tensor in = tensor_of(x).requires_grad_(true), out = torch::dropout(in, rate, true);
    std::vector<bool> kept;
    for (int i = 0; i < 600; ++i) kept.push_back(out.data_ptr<float>()[i] != 0);
    expect_same(with_mask("inverted", rate, shape, kept), x, in, out);
  }
}

TEST(TorchVariants, SpatialIsFeatureDropoutOfTheLibrary) {
  for (double rate : {0.1, 0.3, 0.8}) {
    torch::manual_seed(4);
    const Shape shape{{Axis::Sample, 6}, {Axis::Channel, 10}, {Axis::Row, 3}, {Axis::Col, 4}};
    const Tensor<float> x = normals(shape);
    const at::Tensor in = tensor_of(x).requires_grad_(true), out = torch::feature_dropout(in, rate, true);
    std::vector<bool> kept;
    for (int c = 0; c < 60; ++c) kept.push_back(out.data_ptr<float>()[c * 12] != 0);
    expect_same(with_mask("spatial", rate, shape, kept), x, in, out);
  }
}

TEST(TorchVariants, AlphaIsAlphaDropoutOfTheLibrary) {
  for (double rate : {0.1, 0.3, 0.8}) {
    torch::manual_seed(5);
    const Shape shape{{Axis::Sample, 12}, {Axis::Unit, 50}};
    const Tensor<float> x = normals(shape);
    const at::Tensor in = tensor_of(x).requires_grad_(true), out = torch::alpha_dropout(in, rate, true);
    // Dropped elements are all one number, the one that occurs more than once.
    const at::Tensor sorted = std::get<0>(out.detach().flatten().sort());
    float dropped = 0;
    for (int i = 0; i + 2 < 600; ++i)
      if (sorted[i].item<float>() == sorted[i + 2].item<float>()) dropped = sorted[i].item<float>();
    std::vector<bool> kept;
    for (int i = 0; i < 600; ++i) kept.push_back(out.data_ptr<float>()[i] != dropped);
    expect_same(with_mask("alpha", rate, shape, kept), x, in, out);
  }
}

class TorchVariant : public ::testing::TestWithParam<const Variant*> {};

TEST_P(TorchVariant, InNetworksAtEverySite) {
  const Variant& variant = *GetParam();
  for (const conformance::Place& place : conformance::places_of(variant))
    for (const conformance::Host& host : conformance::hosts_of(place.kind))
      for (double rate : {0.1, 0.3, 0.8}) {
        if (variant.rate_is == RateIs::Ignored) continue;
        std::vector<AtSite> noise;
        for (const SiteName& site : site_names(host.network))
          if (site.kind == place.kind) noise.push_back({site.name, variant.id, rate, place.scope});
        // Enough examples that some element is dropped at rate 0.1.
        expect_agreement(host.network, host.form, noise, true, 24);
      }
}

INSTANTIATE_TEST_SUITE_P(Registry, TorchVariant, ::testing::ValuesIn(all_variants().begin(), all_variants().end()),
                         [](const auto& i) { return std::string(i.param->id); });

}  // namespace
}  // namespace dropscope::torch_peer
