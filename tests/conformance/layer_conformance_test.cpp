// Gradients of every layer and loss against central differences, in double.
#include <gtest/gtest.h>

#include "core/train/gradient_check.h"
#include "core/train/self_check.h"

namespace dropscope {
namespace {

class LayerConformance : public ::testing::TestWithParam<int> {
 protected:
  Activation activation() const { return Activation(GetParam()); }
};

TEST_P(LayerConformance, GradientsAreThoseOfFiniteDifferences) {
  for (bool classify : {true, false})
    for (const auto& widths : std::vector<std::vector<int>>{{}, {5}, {1}, {17, 3}, {4, 1, 6}}) {
      GradientCase c;
      c.classify = classify;
      c.network.init = Init::Xavier;
      c.network.hidden.clear();
      for (int units : widths) c.network.hidden.push_back({LayerKind::Dense, units, activation()});
      const GradientResult r = check_gradients(c);
      EXPECT_LT(r.worst, 1e-6) << name_of(activation()) << ", " << widths.size() << " hidden layers, at " << r.where;
    }
}

TEST_P(LayerConformance, OneOutputAndOneExampleWorkToo) {
  GradientCase c;
  c.network.hidden = {{LayerKind::Dense, 3, activation()}};
  c.network.init = Init::LeCun;
  c.form = flat_form(1, 1);
  c.batch = 1;
  c.classify = false;
  EXPECT_LT(check_gradients(c).worst, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Activations, LayerConformance, ::testing::Range(0, int(enum_names<Activation>().size())),
                         [](const auto& i) { return std::string(enum_names<Activation>()[std::size_t(i.param)]); });

TEST(SelfCheck, PassesEveryItem) {
  for (const CheckResult& r : run_self_checks()) EXPECT_TRUE(r.ok) << r.name << ": " << r.detail;
}

}  // namespace
}  // namespace dropscope
