// PictureCache on OpenGL: render targets and the instanced painter. Needs a current context while it lives.
#pragma once
#include <array>

#include "app/panels/panel.h"
#include "app/render/render_target.h"
#include "app/scene/painter_gl.h"

namespace dropscope {

class GlPictures : public PictureCache {
 public:
  unsigned picture(int slot, int width, int height, Vec2 origin, Color background, bool changed,
                   std::initializer_list<const DisplayList*> lists) override {
    RenderTarget& target = targets_[std::size_t(slot)];
    target.resize(width, height);
    if (changed) target.mark_dirty();
    if (target.dirty()) {
      ++redraws_;
      target.begin(float(background.r) / 255, float(background.g) / 255, float(background.b) / 255);
      for (const DisplayList* list : lists) painter_.paint(*list, width, height, origin);
      target.end();
    }
    return target.texture();
  }
  // How often it was drawn anew, for measurements.
  std::int64_t redraws() const { return redraws_; }

 private:
  GlPainter painter_;
  std::array<RenderTarget, kSlots> targets_;
  std::int64_t redraws_ = 0;
};

}  // namespace dropscope
