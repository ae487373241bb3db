// The variant that core/README.md tells people to write is known everywhere after its one line.
#include <gtest/gtest.h>

#include "core/dropout/registry.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

TEST(Recipe, OneFileAndOneLineMakeAVariantThatEverythingKnows) {
  const Variant* variant = find_variant("uniform");
  ASSERT_NE(variant, nullptr);
  EXPECT_EQ(all_variants().back(), variant);
  RunSpec spec;
  set_field(spec, "dropout.hidden1.variant", "uniform", "test");
  set_field(spec, "dropout.hidden1.rate", "0.3", "test");
  EXPECT_EQ(spec.dropout.find("hidden1")->variant, "uniform");
}

}  // namespace
}  // namespace dropscope
