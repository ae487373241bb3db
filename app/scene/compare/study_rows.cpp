#include "app/scene/compare/study_rows.h"

#include <algorithm>
#include <cmath>

#include "app/scene/compare/seed_words.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

std::string spread_text(const Spread& spread, bool signed_value) {
  if (spread.count == 0) return kNoNumber;
  const bool readable = std::max(std::fabs(spread.mean), spread.deviation) < 99.95;
  const auto text = [readable](double value) { return readable ? fixed_text(value, 3) : value_text(value); };
  const std::string mean = (signed_value && spread.mean > 0 ? "+" : "") + text(spread.mean);
  return spread.count < 2 ? mean : mean + " \u00b1 " + text(spread.deviation);
}

const Spread* spread_in(const SeedRow& row, Measure measure) {
  return std::size_t(measure) < row.measures.size() ? &row.measures[std::size_t(measure)] : nullptr;
}

struct StudyColumn {
  Measure measure;
  const char* head;
  bool is_signed;
  int sign;
};

std::vector<StudyColumn> study_columns(const SeedTable& table) {
  const StudyColumn accuracy{Measure::ValidationAccuracy, "val accuracy", false, 1},
      loss{Measure::ValidationLoss, "val loss", false, -1}, gap{Measure::Gap, "loss gap", true, 0};
  for (const SeedRow& row : table.rows)
    if (const Spread* s = spread_in(row, Measure::ValidationAccuracy); s && s->count > 0) return {loss, accuracy, gap};
  return {loss, gap};
}

// What pairs of equal seeds say of a run against the first, in at most `most` lines; in the longest words that fit.
std::vector<std::string> verdict_lines(const TableSheet& s, const StudyView& study, std::size_t run, float room,
                                       std::size_t most) {
  std::vector<std::string> lines;
  if (most == 0) return lines;
  for (const std::string& wording : verdict_wordings(study, run)) {
    lines = wrap_text(wording, room, s.small, Face::Regular, s.measure, most);
    if (!lines.back().ends_with("\u2026")) break;
  }
  return lines;
}

// How many seeds are behind a run's numbers where that is not all of them: in the words that leave its name whole, else
// in the fewest. The name itself takes at most so much.
std::string counted_words(const TableSheet& s, const StudyView& study, std::size_t i, float room, float name) {
  const std::vector<std::string> counts = row_count_words(study, i);
  const float around = run_badge_width(i, s.size, s.measure) + s.size * 1.5f;
  for (const std::string& count : counts)
    if (s.width(count, s.small, Face::Regular) <= room - around - name) return count;
  return counts.empty() ? "" : fit_text(counts.back(), room * 0.5f - around, s.small, Face::Regular, s.measure);
}

float count_width(const TableSheet& s, const std::string& count) {
  return count.empty() ? 0 : s.width(count, s.small, Face::Regular) + s.size * 0.6f;
}

// Whether every name is whole on one line beside its count.
bool names_fit(const TableSheet& s, const StudyView& study, float room) {
  for (std::size_t i = 0; i < study.table.rows.size(); ++i) {
    const float name = s.width(study.table.rows[i].name, s.size, Face::Regular),
                badge = run_badge_width(i, s.size, s.measure) + s.size * 0.5f;
    if (badge + name + count_width(s, counted_words(s, study, i, room, name)) > room) return false;
  }
  return true;
}

// The run's name, and its count at the end of their room.
void add_counted_name(TableSheet& s, const StudyView& study, std::size_t i, Vec2 at, float room, bool two_lines) {
  const std::string& name = study.table.rows[i].name;
  const float needed = two_lines ? two_line_width(s, name, Face::Regular) : s.width(name, s.size, Face::Regular);
  const std::string count = counted_words(s, study, i, room, needed);
  if (!count.empty()) s.text({at.x + room, at.y}, count, s.small, s.p().secondary, Face::Regular, HAlign::Right);
  add_name(s, name, i, at, room - count_width(s, count), false, two_lines);
}

constexpr float kStudyHead = 1.2f;  // in rows

}  // namespace

float study_height(const TableSheet& s, const StudyView& study, float room, std::size_t verdict) {
  const std::size_t rows = study.table.rows.size();
  float height = kStudyHead * s.row + s.small * 1.5f + float(rows) * s.row;
  for (std::size_t run = 0; run < rows; ++run)
    height += float(verdict_lines(s, study, run, room, verdict).size()) * s.small * 1.4f;
  return height;
}

StudyRows add_study_rows(TableSheet& s, const StudyView& study, Rect area) {
  StudyRows placed;
  const SeedTable& table = study.table;
  std::vector<StudyColumn> columns = study_columns(table);
  const float gap = s.size * 1.2f;
  std::vector<float> widths;
  for (const StudyColumn& column : columns) {
    float widest = s.width(column.head, s.small, Face::Regular);
    for (const SeedRow& row : table.rows)
      if (const Spread* spread = spread_in(row, column.measure))
        widest = std::max(widest, s.width(spread_text(*spread, column.is_signed), s.size, Face::Bold));
    widths.push_back(widest + gap);
  }
  const float least = s.size * 8;
  const auto sum = [&] {
    float all = 0;
    for (float w : widths) all += w;
    return all;
  };
  while (columns.size() > 1 && area.width() - sum() < least) columns.pop_back(), widths.pop_back();
  const float name_room = area.width() - sum();
  std::vector<float> right;
  for (std::size_t c = 0; c < columns.size(); ++c)
    right.push_back((c == 0 ? area.min.x + name_room : right.back()) + widths[c]);

  std::size_t verdict = 2;
  const auto fits = [&] { return study_height(s, study, area.width(), verdict) <= area.height() + 1; };
  // Names that are too long for one line take two where nothing has to go for that.
  const float usual = s.row;
  bool two_lines = !names_fit(s, study, name_room - gap * 0.5f);
  if (two_lines) s.row = std::max(s.row, s.size * 2.4f);
  two_lines = two_lines && fits();
  if (!two_lines) s.row = usual;
  // Rows draw together before verdicts are left out.
  while (verdict > 1 && !fits()) --verdict;
  if (!fits()) s.row = std::min(s.row, s.size * 1.5f);
  while (verdict > 0 && !fits()) --verdict;

  float y = area.min.y;
  const std::vector<std::string> words = study_head_words(study);
  s.text({area.min.x, y + s.row * 0.6f}, first_fitting(words, area.width(), s.size, Face::Bold, s.measure), s.size,
         s.p().text, Face::Bold, HAlign::Left);
  y += kStudyHead * s.row;
  for (std::size_t c = 0; c < columns.size(); ++c)
    s.text({right[c], y + s.small * 0.7f}, columns[c].head, s.small, s.p().secondary, Face::Regular, HAlign::Right);
  y += s.small * 1.5f;
  placed.bottom = y;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    if (y + s.row > area.max.y + 1) return placed;
    const float top = y;
    add_rule(s, area, top);
    const float middle = y + s.row / 2;
    add_counted_name(s, study, i, {area.min.x, middle}, name_room - gap * 0.5f, two_lines);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const Spread* spread = spread_in(table.rows[i], columns[c].measure);
      if (!spread) continue;
      // Not before all seeds that were asked for are there, or will never be.
      const bool wins = study.finished && best_mean(table, columns[c].measure, columns[c].sign) == i;
      const std::string text = spread_text(*spread, columns[c].is_signed);
      const Face face = wins ? Face::Bold : Face::Regular;
      s.text({right[c], middle}, text, s.size, s.p().text, face, HAlign::Right);
      if (wins) add_winner_bar(s, right[c], middle, s.width(text, s.size, face));
    }
    y += s.row;
    for (const std::string& line : verdict_lines(s, study, i, area.width(), verdict)) {
      s.text({area.min.x, y + s.small * 0.55f}, line, s.small, s.p().secondary, Face::Regular, HAlign::Left);
      y += s.small * 1.4f;
    }
    placed.rows.push_back({{area.min.x, top}, {area.max.x, y}});
    placed.bottom = y;
  }
  if (table.rows.size() < 2 || verdict == 0) return placed;
  // Which question is asked, and what an interval is not: where there is room for all of it.
  const std::vector<std::string> tested = wrap_text(tested_words(), area.width(), s.small, Face::Regular, s.measure, 4);
  const float last = y + s.small * (0.4f + 1.4f * float(tested.size()));
  if (last > area.max.y + 1 || tested.back().ends_with("\u2026")) return placed;
  for (std::size_t i = 0; i < tested.size(); ++i)
    s.text({area.min.x, y + s.small * (1.1f + 1.4f * float(i))}, tested[i], s.small, s.p().secondary, Face::Regular,
           HAlign::Left);
  placed.bottom = last;
  return placed;
}

}  // namespace dropscope
