// The table of a comparison: a row for each run, and after a study of many seeds means with spread and verdicts.
#pragma once
#include <optional>

#include "app/scene/compare/run_view.h"
#include "app/scene/compare/seed_words.h"
#include "app/scene/study_view.h"

namespace dropscope {

// What a column shows.
enum class TableColumn : std::uint8_t { Train, Validation, Gap, Best, ToTarget, ActiveWeights, Seconds };
inline constexpr int kTableColumns = 7;

// The numbers behind it, from histories alone; NaN where there is none. Accuracies for classification, else losses.
struct TableRow {
  double train = 0, validation = 0, gap = 0;  // the gap is that of losses
  std::int64_t tick = 0;                      // of the evaluation that these three are of
  double best = 0;                            // smallest validation loss
  std::int64_t best_tick = 0;
  std::optional<std::int64_t> to_target;      // of the reference's best loss so far
  double active_weights = 1, seconds_per_1000 = 0;  // NaN before the first tick
};
// One per run; nothing for runs without an evaluation.
std::vector<std::optional<TableRow>> table_rows(RunViews runs);
// Index of the best run in a column; nothing where fewer than two have a number or the best ones are equal.
std::optional<std::size_t> winner_of(const std::vector<std::optional<TableRow>>& rows, TableColumn column,
                                     bool accuracy);

// A place of the table, with what is said of it where the pointer rests: the head of a column, a row of a study.
struct TableHelp {
  Rect rect;
  std::string help;
};
struct CompareTable {
  DisplayList list;
  std::vector<Rect> rows;  // for hovering and choosing; one per run
  std::vector<TableColumn> columns;  // shown; those of least importance vanish first
  std::vector<TableHelp> heads;      // of those
  std::vector<TableHelp> verdicts;   // of a study: the rows that are held against the first, each in whole sentences
  Rect rest;               // below the table, free for buttons
};
// With head line. `study`, where there is one with trials: below the rows, mean ± deviation and a verdict for each run.
CompareTable build_compare_table(RunViews runs, const StudyView* study, std::optional<std::size_t> at_hand, Rect area,
                                 const CardStyle& style, const TextMeasure& measure);

// Progress of a study as a bar with words: "23 of 80 trainings, 1 min 20 s left".
DisplayList build_study_progress(const StudyView& study, Rect row, const CardStyle& style, const TextMeasure& measure);

}  // namespace dropscope
