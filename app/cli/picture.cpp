#include "app/cli/picture.h"

#include "app/export/cairo_painter.h"
#include "app/export/explore_picture.h"
#include "core/session/snapshot_builder.h"

namespace dropscope::cli {
namespace {

// What a session would publish of this run, standing still.
Snapshot snapshot_of(Trainer& trainer, bool eval) {
  // A run of no ticks has recorded no pass yet: show the one it would begin with.
  if (trainer.tick() == 0) trainer.preview();
  SnapshotBuilder builder(trainer);
  ViewState view;
  view.eval = eval;
  Snapshot snapshot = builder.build(trainer, view);
  snapshot.surface =
      std::make_shared<const SurfaceView>(compute_surface(trainer.network(), trainer.params(), trainer.plans(),
                                                          *builder.data_view(), trainer.classifies(), trainer.tick()));
  snapshot.status = trainer.divergence() ? RunStatus::Diverged : RunStatus::Paused;
  if (trainer.divergence()) snapshot.message = trainer.divergence()->message;
  snapshot.state_hash = trainer.state_hash();
  return snapshot;
}

}  // namespace

void write_explore_picture(Trainer& trainer, const PictureWords& words, const std::string& path) {
  const CairoTextMeasure measure;
  const auto [width, height] = words.size;
  const DisplayList list = build_explore_picture(snapshot_of(trainer, words.eval), words.theme, width, height, measure);
  write_picture(list, width, height, palette(words.theme).background, path, measure);
}

}  // namespace dropscope::cli
