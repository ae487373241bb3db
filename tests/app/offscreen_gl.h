// For tests that need OpenGL: a context without a window, or a reason to skip.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "app/platform/gl_context.h"

namespace dropscope {

class GlTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      gl_ = std::make_unique<OffscreenGl>();
    } catch (const DisplayError& error) {
      GTEST_SKIP() << error.what();
    }
  }
  std::unique_ptr<OffscreenGl> gl_;
};

}  // namespace dropscope
