// PictureCache on OpenGL: render targets and the instanced painter. Needs a current context while it lives.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/panel.h"
#include "app/platform/draw_calls.h"
#include "app/render/render_target.h"
#include "app/scene/painter_gl.h"

namespace dropscope {

class GlPictures : public PictureCache {
 public:
  void show(ImDrawList& window, int slot, const Rect& area, Color background, bool changed,
            std::initializer_list<const DisplayList*> lists) override {
    RenderTarget& target = targets_[std::size_t(slot)];
    CardPicture& card = cards_[std::size_t(slot)];
    const int width = std::max(1, int(std::lround(area.width())));
    const int height = std::max(1, int(std::lround(area.height())));
    target.resize(width, height);
    if (changed) target.mark_dirty();
    if (target.dirty()) {
      ++redraws_;
      card.version = std::uint64_t(redraws_);
      target.begin(float(background.r) / 255, float(background.g) / 255, float(background.b) / 255);
      for (const DisplayList* list : lists) painter_.paint(*list, width, height, area.min);
      target.end();
    }
    card.framebuffer = target.framebuffer();
    card.width = width;
    card.height = height;
    card.min = {area.min.x, area.min.y};
    add_picture(window, card);
  }
  // All are drawn anew when they are shown next.
  void forget() {
    for (RenderTarget& target : targets_) target.mark_dirty();
  }
  // How often one was drawn anew, for measurements.
  std::int64_t redraws() const { return redraws_; }

 private:
  GlPainter painter_;
  std::array<RenderTarget, kSlots> targets_;
  std::array<CardPicture, kSlots> cards_;
  std::int64_t redraws_ = 0;
};

}  // namespace dropscope
