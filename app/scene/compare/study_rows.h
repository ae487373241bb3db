// The part of Compare mode's table that says what a study of many seeds has found.
#pragma once
#include "app/scene/compare/table_sheet.h"
#include "app/scene/study_view.h"

namespace dropscope {

// Of all its rows, with at most `verdict` lines for what is said of each run against the first.
float study_height(const TableSheet& s, const SeedTable& table, float room, std::size_t verdict);
// Means with their spread, and below each run what pairs of equal seeds say about it against the first. Returns where
// they end.
float add_study_rows(TableSheet& s, const StudyView& study, Rect area);

}  // namespace dropscope
