// EGL comes through libepoxy too, so this adds no library to link.
#include "app/platform/gl_context.h"

#include <epoxy/egl.h>
#include <epoxy/gl.h>

namespace dropscope {
struct OffscreenGl::Handles {
  EGLDisplay display = EGL_NO_DISPLAY;
  EGLContext context = EGL_NO_CONTEXT;

  ~Handles() {
    if (display == EGL_NO_DISPLAY) return;
    eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (context != EGL_NO_CONTEXT) eglDestroyContext(display, context);
    eglTerminate(display);
  }
};

OffscreenGl::OffscreenGl() : handles_(std::make_unique<Handles>()) {
  const auto fail = [](const std::string& what) {
    throw DisplayError(DisplayError::Cause::NoOpenGl, "no OpenGL without a window: " + what,
                       "install a Mesa driver (Debian: libgl1-mesa-dri, libegl1)");
  };
  if (!epoxy_has_egl()) fail("there is no EGL library");
  if (!epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_MESA_platform_surfaceless")) {
    fail("EGL cannot work without a surface");
  }
  handles_->display = eglGetPlatformDisplayEXT(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  EGLint major = 0, minor = 0;
  if (handles_->display == EGL_NO_DISPLAY || !eglInitialize(handles_->display, &major, &minor)) {
    fail("EGL does not start");
  }
  eglBindAPI(EGL_OPENGL_API);
  const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  eglChooseConfig(handles_->display, wanted, &config, 1, &count);
  const EGLint version[] = {
      EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 3, EGL_CONTEXT_OPENGL_PROFILE_MASK,
      EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
  handles_->context =
      eglCreateContext(handles_->display, count > 0 ? config : EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, version);
  if (handles_->context == EGL_NO_CONTEXT ||
      !eglMakeCurrent(handles_->display, EGL_NO_SURFACE, EGL_NO_SURFACE, handles_->context)) {
    fail("EGL offers no OpenGL 3.3 core context");
  }
}

OffscreenGl::~OffscreenGl() = default;

}  // namespace dropscope
