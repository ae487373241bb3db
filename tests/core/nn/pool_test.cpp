#include "core/nn/pool.h"

#include <gtest/gtest.h>

#include "core/nn/network.h"
#include "core/train/gradient_check.h"

namespace dropscope {
namespace {

GradientCase image_case(std::vector<LayerSpec> hidden) {
  GradientCase c;
  c.network.hidden = std::move(hidden);
  c.network.init = Init::Xavier;
  c.form = flat_form(2 * 9 * 7, 3);
  c.form.image = ImageShape{9, 7, 2};
  c.batch = 3;
  return c;
}

LayerSpec pool(LayerKind kind, int kernel, int stride) {
  LayerSpec layer = make_layer(kind, 1);
  layer.kernel = kernel, layer.stride = stride;
  return layer;
}

// A pool has no weights, so a convolution in front of it shows its gradient.
TEST(Pools, GradientsAreThoseOfFiniteDifferences) {
  for (LayerKind kind : {LayerKind::MaxPool, LayerKind::AveragePool})
    for (int kernel : {1, 2, 3})
      for (int stride : {1, 2, 3}) {
        LayerSpec conv = make_layer(LayerKind::Conv, 3);
        conv.activation = Activation::Tanh;
        conv.padding = 1;
        const GradientCase c = image_case({conv, pool(kind, kernel, stride)});
        const GradientResult r = check_gradients(c);
        EXPECT_LT(r.worst, 1e-6) << name_of(kind) << " " << kernel << " " << stride << ", at " << r.where;
      }
}

TEST(Pools, MakeImagesSmallerAndDropWhatDoesNotFit) {
  const GradientCase c = image_case({pool(LayerKind::MaxPool, 2, 2), pool(LayerKind::AveragePool, 2, 1)});
  const Network<double> network(c.network, c.form);
  EXPECT_EQ(network.layer(1).output_shape(4),
            (Shape{{Axis::Sample, 4}, {Axis::Channel, 2}, {Axis::Row, 4}, {Axis::Col, 3}}));
  EXPECT_EQ(network.layer(2).output_shape(4),
            (Shape{{Axis::Sample, 4}, {Axis::Channel, 2}, {Axis::Row, 3}, {Axis::Col, 2}}));
}

TEST(Flatten, KeepsTheNumbersInTheirOrder) {
  const GradientCase c = image_case({make_layer(LayerKind::Flatten, 1)});
  const Network<double> network(c.network, c.form);
  AlignedVector<double> params(network.param_count());
  network.init(1, params);
  Tape<double> tape = network.make_tape();
  double next = 0;
  for (double& v : network.begin(tape, 2).v) v = ++next;
  network.forward(params, tape, nullptr);
  EXPECT_EQ(tape.layers[1].h.v, tape.layers[0].h.v);
  EXPECT_EQ(tape.layers[1].h.shape, (Shape{{Axis::Sample, 2}, {Axis::Unit, 126}}));
  EXPECT_LT(check_gradients(c).worst, 1e-6);
}

}  // namespace
}  // namespace dropscope
