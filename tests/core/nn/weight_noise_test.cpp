// Masks on weights against their definition, weight for weight: whatever the size, wherever gates are shared, in any
// number of parts.
#include "core/nn/weight_noise.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/random/uniforms.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

// Parts one after the other, for work that would be spread over threads.
struct InParts final : Parallel {
  explicit InParts(int parts) : parts_(parts) {}
  int parts() const override { return parts_; }
  void run(void (*job)(void*, int, int), void* context) override {
    for (int part = 0; part < parts_; ++part) job(context, part, parts_);
  }
  int parts_;
};

struct Size {
  int outputs, inputs;
};
constexpr Size kSizes[] = {{1, 1}, {10, 100}, {16, 32}, {17, 33}, {40, 7}, {64, 65}};
constexpr int kSamples = 3;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// The gates that some axes share, dropped with a rate of a third, or gains of any size where `real`.
Noise<float> noise_of(Size size, bool each_sample, bool each_output, bool each_input, bool real) {
  Noise<float> noise;
  noise.active = true;
  noise.scale = 1.5f;
  noise.gate.resize({{Axis::Sample, each_sample ? kSamples : 1},
                     {Axis::Out, each_output ? size.outputs : 1},
                     {Axis::In, each_input ? size.inputs : 1}});
  const Uniforms uniforms({7}, Stream::Test);
  uniforms.coins(noise.gate.span(), 1 / 3.0);
  if (real)
    for (std::size_t i = 0; i < noise.gate.size(); ++i)
      noise.gate[i] *= float(uniforms.between(std::uint32_t(i), -2, 2));
  return noise;
}

float gain_of(const Noise<float>& noise, int sample, int output, int input) {
  const Shape& s = noise.gate.shape;
  const auto at = [](const Shape& shape, Axis axis, int i) { return shape.extent(axis) > 1 ? i : 0; };
  return noise.scale *
         noise.gate[std::size_t((at(s, Axis::Sample, sample) * s.extent(Axis::Out) + at(s, Axis::Out, output)) *
                                    s.extent(Axis::In) +
                                at(s, Axis::In, input))];
}

// Numbers in panels, the places that only fill a panel being zero; NaN where `dropped` says so.
template <class Dropped>
std::vector<float> panels_of(Size size, std::uint64_t seed, Dropped dropped) {
  std::vector<float> w(panel_size(size.outputs, size.inputs));
  const Uniforms uniforms({seed}, Stream::Test);
  for (int o = 0; o < size.outputs; ++o)
    for (int i = 0; i < size.inputs; ++i)
      w[panel_index(o, i, size.inputs)] =
          dropped(o, i) ? kNan : float(uniforms.between(std::uint32_t(o * size.inputs + i), -1, 1));
  return w;
}

template <class Check>
void for_all(Check check) {
  for (const Size size : kSizes)
    for (int axes = 0; axes < 8; ++axes)
      for (const bool real : {false, true}) {
        const Noise<float> noise = noise_of(size, axes & 4, axes & 2, axes & 1, real);
        for (const int parts : {1, 2, 5})
          for (int sample = 0; sample < (weights_differ(noise) ? kSamples : 1); ++sample) {
            SCOPED_TRACE(testing::Message() << size.outputs << "x" << size.inputs << ", axes " << axes << ", real "
                                            << real << ", parts " << parts << ", sample " << sample);
            InParts parallel(parts);
            check(size, noise, sample, &parallel);
            if (testing::Test::HasFailure()) return;
          }
      }
}

// Every weight as `expected(output, input)` says, and nothing in the places that only fill a panel.
template <class Expected>
void expect_panels(const std::vector<float>& got, Size size, Expected expected) {
  std::vector<float> want(panel_size(size.outputs, size.inputs));
  for (int o = 0; o < size.outputs; ++o)
    for (int i = 0; i < size.inputs; ++i) want[panel_index(o, i, size.inputs)] = expected(o, i);
  EXPECT_EQ(got, want);
}

TEST(WeightNoise, EveryWeightIsMultipliedByItsOwnGain) {
  for_all([](Size size, const Noise<float>& noise, int sample, Parallel* parallel) {
    const auto dropped = [&](int o, int i) { return gain_of(noise, sample, o, i) == 0; };
    const std::vector<float> w = panels_of(size, 1, dropped);  // NaN where dropped: 0 whatever it is
    std::vector<float> noisy(w.size(), kNan);
    mask_weights(noise, sample, w.data(), size.outputs, size.inputs, noisy.data(), parallel);
    expect_panels(noisy, size, [&](int o, int i) {
      return dropped(o, i) ? 0 : gain_of(noise, sample, o, i) * w[panel_index(o, i, size.inputs)];
    });
  });
}

TEST(WeightNoise, TheGradientGoesBackThroughTheSameGains) {
  for_all([](Size size, const Noise<float>& noise, int sample, Parallel* parallel) {
    if (sample > 0) return;
    const auto dropped = [&](int o, int i) { return gain_of(noise, 0, o, i) == 0; };
    const std::vector<float> before = panels_of(size, 2, dropped);
    std::vector<float> dw = before;
    mask_weight_gradient(noise, size.outputs, size.inputs, dw.data(), parallel);
    expect_panels(dw, size, [&](int o, int i) {
      return dropped(o, i) ? 0 : gain_of(noise, 0, o, i) * before[panel_index(o, i, size.inputs)];
    });
  });
}

TEST(WeightNoise, TheGradientOfASampleIsAddedThroughItsOwnGains) {
  for_all([](Size size, const Noise<float>& noise, int sample, Parallel* parallel) {
    const auto dropped = [&](int o, int i) { return gain_of(noise, sample, o, i) == 0; };
    const std::vector<float> before = panels_of(size, 3, [](int, int) { return false; });
    const std::vector<float> own = panels_of(size, 4, dropped);
    std::vector<float> dw = before;
    add_weight_gradient(noise, sample, own.data(), size.outputs, size.inputs, dw.data(), parallel);
    for (int o = 0; o < size.outputs; ++o)
      for (int i = 0; i < size.inputs; ++i) {
        const std::size_t at = panel_index(o, i, size.inputs);
        if (dropped(o, i))
          EXPECT_EQ(dw[at], before[at]) << o << ", " << i;
        else
          EXPECT_NEAR(dw[at], double(before[at]) + double(gain_of(noise, sample, o, i)) * double(own[at]), 1e-6);
      }
  });
}

}  // namespace
}  // namespace dropscope
