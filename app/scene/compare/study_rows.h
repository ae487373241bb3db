// The part of Compare mode's table that says what a study of many seeds has found.
#pragma once
#include "app/scene/compare/table_sheet.h"
#include "app/scene/study_view.h"

namespace dropscope {

// Of all its rows, with at most `verdict` lines for what is said of each run against the first.
float study_height(const TableSheet& s, const StudyView& study, float room, std::size_t verdict);
// Where they are, each with what is said below it, and where all of it ends.
struct StudyRows {
  std::vector<Rect> rows;
  float bottom = 0;
};
// Means with their spread, and below each run what pairs of equal seeds say about it against the first.
StudyRows add_study_rows(TableSheet& s, const StudyView& study, Rect area);

}  // namespace dropscope
