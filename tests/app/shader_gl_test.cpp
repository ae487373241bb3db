#include <stdexcept>

#include "app/render/shader_set.h"
#include "tests/app/offscreen_gl.h"

namespace dropscope {
namespace {

class Shaders : public GlTest {};

TEST_F(Shaders, AllCompileAndLink) {
  for (const ShaderSource& source : embedded_shaders()) {
    if (!source.name.ends_with(".vert")) continue;
    const std::string_view base = source.name.substr(0, source.name.size() - 5);
    EXPECT_NE(link_program(base).id(), 0u) << source.name;
  }
}

TEST_F(Shaders, AMistakeIsReportedWithShaderAndLine) {
  const std::string_view broken = "#version 330 core\nout vec4 color;\nvoid main() { color = nonsense; }\n";
  try {
    link_program("broken", shader_text("mesh.vert"), broken);
    FAIL() << "linked";
  } catch (const std::runtime_error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("broken.frag"), std::string::npos) << text;
    EXPECT_NE(text.find("3("), std::string::npos) << text;
    EXPECT_NE(text.find("nonsense"), std::string::npos) << text;
  }
}

TEST_F(Shaders, AnUnknownNameIsReported) { EXPECT_THROW(shader_text("hexagon.frag"), std::runtime_error); }

TEST_F(Shaders, TheContextIsAtLeast33) {
  const GlFacts facts = query_gl_facts();
  EXPECT_GE(facts.major * 10 + facts.minor, 33);
  EXPECT_FALSE(facts.renderer.empty());
}

TEST(GlFacts, SoftwareRenderersAreKnownByName) {
  EXPECT_TRUE(is_software_renderer("llvmpipe (LLVM 15.0.6, 256 bits)"));
  EXPECT_TRUE(is_software_renderer("Google SwiftShader"));
  EXPECT_FALSE(is_software_renderer("Mesa Intel(R) UHD Graphics 620 (KBL GT2)"));
}

}  // namespace
}  // namespace dropscope
