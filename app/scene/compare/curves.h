// The curves of all runs on one axis, and after a study of many seeds their means with bands.
#pragma once
#include "app/scene/compare/run_view.h"
#include "app/scene/plot.h"
#include "app/scene/study_view.h"

namespace dropscope {

enum class CurveKind : std::uint8_t { Loss, Accuracy };

// Against ticks, two for each run with a snapshot: train (thin, dashed) and validation (thick, solid, with the run's
// marker and letter). Masks off in both.
std::vector<Series> run_series(RunViews runs, CurveKind kind, const Palette& palette);
// Of a study: for each run the mean validation curve with a band of one standard deviation to either side.
std::vector<Series> study_series(const StudyView& study, CurveKind kind, const Palette& palette);

// The plot of one kind with its title; of the study where one is given and has trials.
Plot build_compare_plot(RunViews runs, const StudyView* study, CurveKind kind, Rect area, const PlotView& view,
                        const CardStyle& style, const TextMeasure& measure, std::optional<Vec2> hover);
// The losses span so many powers of ten that only a logarithmic axis shows how runs differ at the end.
bool wants_log(RunViews runs, const StudyView* study);

}  // namespace dropscope
