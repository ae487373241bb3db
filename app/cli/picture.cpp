#include "app/cli/picture.h"

#include "app/export/cairo_painter.h"
#include "app/export/compare_picture.h"
#include "app/export/ensemble_picture.h"
#include "app/export/explore_picture.h"
#include "core/study/study.h"

namespace dropscope::cli {
namespace {

void write_list(const DisplayList& list, const PictureWords& words, const CairoTextMeasure& measure,
                const std::string& path) {
  write_picture(list, words.size.width, words.size.height, palette(words.theme).background, path, measure);
}

}  // namespace

Snapshot snapshot_of(Trainer& trainer, bool eval) {
  ViewState view;
  view.eval = eval;
  return snapshot_of(trainer, view);
}

Snapshot snapshot_of(Trainer& trainer, const ViewState& view) {
  // A run of no ticks has recorded no pass yet: show the one it would begin with.
  if (trainer.tick() == 0) trainer.preview();
  SnapshotBuilder builder(trainer);
  Snapshot snapshot = builder.build(trainer, view);
  snapshot.surface =
      std::make_shared<const SurfaceView>(compute_surface(trainer.network(), trainer.params(), trainer.plans(),
                                                          *builder.data_view(), trainer.classifies(), trainer.tick()));
  snapshot.status = trainer.divergence() ? RunStatus::Diverged : RunStatus::Paused;
  snapshot.over = trainer.divergence() || trainer.stopped();
  if (trainer.divergence()) snapshot.message = trainer.divergence()->message;
  snapshot.active_weights = active_weight_share(trainer);
  snapshot.state_hash = trainer.state_hash();
  return snapshot;
}

void write_explore_picture(Trainer& trainer, const PictureWords& words, const std::string& path) {
  const CairoTextMeasure measure;
  const auto [width, height] = words.size;
  write_list(build_explore_picture(snapshot_of(trainer, words.eval), words.theme, width, height, measure, words.naming),
             words, measure, path);
}

void write_ensemble_picture(const EnsembleAnswer& answer, const Snapshot& snapshot, const AnswerSheet& sheet,
                            double pruned, const PictureWords& words, const std::string& path) {
  const CairoTextMeasure measure;
  const auto [width, height] = words.size;
  write_list(build_ensemble_picture(answer, snapshot, sheet, words.theme, width, height, measure, words.naming, pruned),
             words, measure, path);
}

void write_compare_picture(RunViews runs, const StudyView* study, const PictureWords& words, const std::string& path) {
  const CairoTextMeasure measure;
  const auto [width, height] = words.size;
  write_list(build_compare_picture(runs, study, words.theme, width, height, measure, words.naming), words, measure,
             path);
}

}  // namespace dropscope::cli
