// A still picture of a trained run, made without a window, a display or a graphics card.
#pragma once
#include <span>
#include <string>

#include "app/cli/run_words.h"
#include "app/scene/answers/sheet.h"
#include "app/scene/compare/run_view.h"
#include "app/scene/study_view.h"
#include "core/session/snapshot_builder.h"
#include "core/train/trainer.h"

namespace dropscope::cli {

struct PictureWords {
  ThemeId theme = ThemeId::Light;
  RateNaming naming = RateNaming::Drop;
  PixelSize size = {1920, 1080};
  bool eval = false;  // the network without masks
};
// The smallest pictures that show the whole view, of one run, of several, and of what a run was asked.
inline constexpr PixelSize kSmallestPicture = {480, 360}, kSmallestComparison = {960, 540},
                           kSmallestEnsemble = {1280, 720};

// What a session would publish of this run, standing still.
Snapshot snapshot_of(Trainer& trainer, const ViewState& view);
Snapshot snapshot_of(Trainer& trainer, bool eval);

// Throws InputError where the path cannot be written or its ending is none of .png, .svg, .pdf.
void write_explore_picture(Trainer& trainer, const PictureWords& words, const std::string& path);
// `answer` with what the topic shows; `pruned`: the share of weights it is looked at.
void write_ensemble_picture(const EnsembleAnswer& answer, const Snapshot& snapshot, const AnswerSheet& sheet,
                            double pruned, const PictureWords& words, const std::string& path);
// `study` may be null.
void write_compare_picture(RunViews runs, const StudyView* study, const PictureWords& words, const std::string& path);

}  // namespace dropscope::cli
