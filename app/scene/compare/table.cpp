#include "app/scene/compare/table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>

#include "app/scene/compare/seed_words.h"
#include "app/scene/scene_text.h"
#include "core/study/study.h"

namespace dropscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
const char* const kDash = "\u2013";

struct ColumnFact {
  TableColumn column;
  std::array<const char*, 2> head;  // two lines
  int sign;                         // 1: high wins, -1: low wins, 0: nobody does
};
// In the order of reading; of classification.
constexpr ColumnFact kFacts[] = {
    {TableColumn::Train, {"train", "accuracy"}, 1},          {TableColumn::Validation, {"val", "accuracy"}, 1},
    {TableColumn::Gap, {"loss gap", "val \u2212 train"}, 0}, {TableColumn::Best, {"best val loss", "at step"}, -1},
    {TableColumn::ToTarget, {"steps to", "A's best"}, -1},   {TableColumn::ActiveWeights, {"active", "weights"}, 0},
    {TableColumn::Seconds, {"s per", "1000 steps"}, -1}};
// What gives way first where there is no room.
constexpr TableColumn kVanishing[] = {TableColumn::Seconds, TableColumn::ActiveWeights, TableColumn::ToTarget,
                                      TableColumn::Best,    TableColumn::Gap,           TableColumn::Train};

const ColumnFact& fact_of(TableColumn column) { return kFacts[std::size_t(column)]; }

int sign_of(TableColumn column, bool accuracy) {
  const bool loss = !accuracy && (column == TableColumn::Train || column == TableColumn::Validation);
  return loss ? -1 : fact_of(column).sign;
}

double value_in(const TableRow& row, TableColumn column) {
  switch (column) {
    case TableColumn::Train:
      return row.train;
    case TableColumn::Validation:
      return row.validation;
    case TableColumn::Gap:
      return row.gap;
    case TableColumn::Best:
      return row.best;
    case TableColumn::ToTarget:
      return row.to_target ? double(*row.to_target) : kNone;
    case TableColumn::ActiveWeights:
      return row.active_weights;
    case TableColumn::Seconds:
      return row.seconds_per_1000;
  }
  return kNone;
}

std::string cell_text(const TableRow& row, TableColumn column, bool accuracy) {
  const double value = value_in(row, column);
  if (!std::isfinite(value)) return column == TableColumn::ToTarget ? "not yet" : kDash;
  switch (column) {
    case TableColumn::Train:
    case TableColumn::Validation:
      return accuracy ? fixed_text(value, 3) : value_text(value);
    case TableColumn::Gap:
      return gap_text(value);
    case TableColumn::Best:
      return value_text(value) + " at " + count_text(std::uint64_t(row.best_tick));
    case TableColumn::ToTarget:
      return count_text(std::uint64_t(*row.to_target));
    case TableColumn::ActiveWeights:
      return fixed_text(100 * value, value < 0.0995 ? 1 : 0) + " %";
    case TableColumn::Seconds:
      return value_text(value);
  }
  return kDash;
}

bool classifies(RunViews runs) {
  for (const RunView& run : runs)
    if (run.snapshot && run.snapshot->data) return run.snapshot->data->task == Task::Classification;
  return true;
}

struct Sheet {
  DisplayList& list;
  const CardStyle& style;
  const TextMeasure& measure;
  float size, small, row;
  const Palette& p() const { return *style.palette; }
  float width(const std::string& text, float px, Face face) const { return measure.width(text, px, face); }
  void text(Vec2 at, const std::string& t, float px, Color color, Face face, HAlign h) {
    if (!t.empty()) list.add(draw::Text{at, t, px, color, face, h, VAlign::Middle});
  }
};

Sheet sheet_for(DisplayList& list, const CardStyle& style, const TextMeasure& measure) {
  const float size = std::max(13.0f, type_px(*style.palette, style.u, 16));
  return {list, style, measure, size, std::max(13.0f, type_px(*style.palette, style.u, 14)), size * 1.75f};
}

struct Grid {
  std::vector<TableColumn> columns;
  std::vector<float> right;  // where each column's numbers end
  float name_room = 0;
};

std::array<std::string, 2> head_of(TableColumn column, bool accuracy) {
  std::array<std::string, 2> head = {fact_of(column).head[0], fact_of(column).head[1]};
  if (!accuracy && head[1] == "accuracy") head[1] = "loss";
  if (column == TableColumn::ToTarget) head[1] = run_letter(0) + "'s best";
  return head;
}

// Columns with what they need; those of least importance vanish until the rest fits beside the names.
Grid choose_columns(const Sheet& s, RunViews runs, const std::vector<std::optional<TableRow>>& rows, bool accuracy,
                    Rect area) {
  const float gap = s.size * 1.1f;
  std::vector<float> widths;
  for (const ColumnFact& fact : kFacts) {
    float widest = 0;
    for (const std::string& line : head_of(fact.column, accuracy))
      widest = std::max(widest, s.width(line, s.small, Face::Regular));
    for (const auto& row : rows)
      if (row) widest = std::max(widest, s.width(cell_text(*row, fact.column, accuracy), s.size, Face::Bold));
    widths.push_back(widest);
  }
  float badge = 0, names = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    badge = std::max(badge, run_badge_width(i, s.size, s.measure) + s.size * 0.5f);
    names = std::max(names, s.width(runs[i].name, s.size, Face::Regular));
  }
  const float least = badge + std::min(names, s.size * 6);
  Grid grid;
  for (const ColumnFact& fact : kFacts) grid.columns.push_back(fact.column);
  const auto needed = [&] {
    float sum = 0;
    for (TableColumn column : grid.columns) sum += widths[std::size_t(column)] + gap;
    return sum;
  };
  const auto has_time = [](const auto& row) { return row && std::isfinite(row->seconds_per_1000); };
  if (std::none_of(rows.begin(), rows.end(), has_time)) std::erase(grid.columns, TableColumn::Seconds);
  for (TableColumn column : kVanishing) {
    if (least + needed() <= area.width()) break;
    std::erase(grid.columns, column);
  }
  const float spare = std::max(0.0f, area.width() - needed() - badge - names);
  const float air = std::min(spare / float(grid.columns.size() + 1), s.size * 2);
  float right = area.max.x;
  for (auto it = grid.columns.rbegin(); it != grid.columns.rend(); ++it) {
    grid.right.insert(grid.right.begin(), right);
    right -= widths[std::size_t(*it)] + gap + air;
  }
  grid.name_room = std::max(badge, right - area.min.x);
  return grid;
}

void add_name(Sheet& s, RunViews runs, std::size_t i, float x, float y, float room, bool bold) {
  const float end = add_run_badge(s.list, i, {x, y}, s.size, s.style, s.measure) + s.size * 0.5f;
  const Face face = bold ? Face::Bold : Face::Regular;
  s.text({end, y}, fit_text(runs[i].name, x + room - end, s.size, face, s.measure), s.size, s.p().text, face,
         HAlign::Left);
}

// Bold alone is lost at a distance: a bar below the number says the same.
void add_winner_bar(Sheet& s, float right, float y, float width) {
  const float thick = std::max(2.0f, 2.5f * s.style.u);
  s.list.add(draw::Box{
      {{right - width, y + s.size * 0.6f}, {right, y + s.size * 0.6f + thick}}, s.p().text, s.p().text, 0, 0, 0});
}

void add_rule(Sheet& s, Rect area, float y) {
  s.list.add(draw::Line{{area.min.x, y}, {area.max.x, y}, std::max(0.75f, s.style.u), s.p().border.with_alpha(0.4f)});
}

void add_head(Sheet& s, RunViews runs, Rect area) {
  std::int64_t tick = -1;
  for (const RunView& run : runs)
    if (run.snapshot) tick = std::max(tick, run.snapshot->tick);
  const std::string after = tick >= 0 ? "After " + count_text(std::uint64_t(tick)) + " steps" : "Runs";
  const std::string words[] = {"masks off \u00b7 best of a column: bold, with a bar", "bold, with a bar: best", ""};
  const float y = area.min.y + s.size * 0.7f, room = area.width() - s.width(after, s.size, Face::Bold) - s.size;
  s.text({area.min.x, y}, after, s.size, s.p().text, Face::Bold, HAlign::Left);
  s.text({area.max.x, y}, first_fitting(words, room, s.small, Face::Regular, s.measure), s.small, s.p().secondary,
         Face::Regular, HAlign::Right);
}

// Returns where it ends.
float add_live_rows(Sheet& s, RunViews runs, std::optional<std::size_t> at_hand, Rect area, CompareTable& table) {
  const bool accuracy = classifies(runs);
  const std::vector<std::optional<TableRow>> rows = table_rows(runs);
  const Grid grid = choose_columns(s, runs, rows, accuracy, area);
  table.columns = grid.columns;
  float y = area.min.y;
  for (std::size_t c = 0; c < grid.columns.size(); ++c) {
    const std::array<std::string, 2> head = head_of(grid.columns[c], accuracy);
    s.text({grid.right[c], y + s.small * 0.7f}, head[0], s.small, s.p().secondary, Face::Regular, HAlign::Right);
    s.text({grid.right[c], y + s.small * 1.95f}, head[1], s.small, s.p().secondary, Face::Regular, HAlign::Right);
  }
  y += s.small * 2.8f;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Rect row{{area.min.x, y}, {area.max.x, y + s.row}};
    table.rows.push_back(row);
    if (row.max.y > area.max.y + 1) break;
    add_rule(s, area, y);
    const float middle = row.center().y;
    add_name(s, runs, i, area.min.x, middle, grid.name_room, at_hand == i);
    if (!rows[i])
      s.text({area.max.x, middle}, "no evaluation yet", s.small, s.p().secondary, Face::Regular, HAlign::Right);
    for (std::size_t c = 0; rows[i] && c < grid.columns.size(); ++c) {
      const bool wins = winner_of(rows, grid.columns[c], accuracy) == i;
      const std::string text = cell_text(*rows[i], grid.columns[c], accuracy);
      const Face face = wins ? Face::Bold : Face::Regular;
      s.text({grid.right[c], middle}, text, s.size, s.p().text, face, HAlign::Right);
      if (wins) add_winner_bar(s, grid.right[c], middle, s.width(text, s.size, face));
    }
    y = row.max.y;
  }
  return y;
}

std::string spread_text(const Spread& spread, bool signed_value) {
  if (spread.count == 0) return kDash;
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

// Numbers of a sentence with the minus of all other numbers on the screen.
std::string with_minus(std::string text) {
  for (std::size_t i = 1; i + 1 < text.size(); ++i)
    if (text[i] == '-' && (text[i - 1] == ' ' || text[i - 1] == '(') && std::isdigit(text[i + 1]))
      text.replace(i, 1, "\u2212");
  return text;
}

// What pairs of equal seeds say of a run against the first, in at most `most` lines; without the interval, then without
// the count of seeds, where that is too long for them.
std::vector<std::string> verdict_lines(const Sheet& s, const SeedRow& row, float room, std::size_t most) {
  const auto at = std::size_t(Measure::ValidationLoss);
  if (at >= row.against.size() || most == 0) return {};
  const std::string full = with_minus(verdict_words(row.against[at], Measure::ValidationLoss, run_letter(0)));
  const std::string shorter = full.substr(0, full.find(" (95"));
  const std::size_t count = shorter.find(" on average"), verdict = shorter.find("; ");
  const bool both = count != std::string::npos && verdict != std::string::npos;
  const std::string shortest = both ? shorter.substr(0, count) + shorter.substr(verdict) : shorter;
  std::vector<std::string> lines;
  for (const std::string& wording : {full, shorter, shortest}) {
    lines = wrap_text(wording, room, s.small, Face::Regular, s.measure, most);
    if (!lines.back().ends_with("\u2026")) break;
  }
  return lines;
}

// The run's name, and at the end of its room how many seeds are behind its numbers where that is not all of them.
void add_counted_name(Sheet& s, const StudyView& study, RunViews names, std::size_t i, Vec2 at, float room) {
  const std::vector<std::string> counts = row_count_words(study, i);
  float count_room = 0;
  if (!counts.empty()) {
    const float name = run_badge_width(i, s.size, s.measure) + s.size * 1.5f +
                       std::min(s.width(names[i].name, s.size, Face::Regular), room * 0.5f);
    const std::string count = first_fitting(counts, room - name, s.small, Face::Regular, s.measure);
    s.text({at.x + room, at.y}, count, s.small, s.p().secondary, Face::Regular, HAlign::Right);
    count_room = s.width(count, s.small, Face::Regular) + s.size * 0.6f;
  }
  add_name(s, names, i, at.x, at.y, room - count_room, false);
}

constexpr float kStudyHead = 1.2f;  // in rows

float study_height(const Sheet& s, const SeedTable& table, float room, std::size_t verdict) {
  float height = kStudyHead * s.row + s.small * 1.5f + float(table.rows.size()) * s.row;
  for (const SeedRow& row : table.rows) height += float(verdict_lines(s, row, room, verdict).size()) * s.small * 1.4f;
  return height;
}

// Means with their spread, and below each run what pairs of equal seeds say about it against the first.
float add_study_rows(Sheet& s, const StudyView& study, Rect area) {
  const SeedTable& table = study.table;
  std::vector<RunView> names;
  for (const SeedRow& row : table.rows) names.push_back({row.name, {}, nullptr, false});
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

  float y = area.min.y;
  const std::vector<std::string> words = study_head_words(study);
  s.text({area.min.x, y + s.row * 0.6f}, first_fitting(words, area.width(), s.size, Face::Bold, s.measure), s.size,
         s.p().text, Face::Bold, HAlign::Left);
  y += kStudyHead * s.row;
  for (std::size_t c = 0; c < columns.size(); ++c)
    s.text({right[c], y + s.small * 0.7f}, columns[c].head, s.small, s.p().secondary, Face::Regular, HAlign::Right);
  y += s.small * 1.5f;
  std::size_t verdict = 2;
  while (verdict > 0 && area.min.y + study_height(s, table, area.width(), verdict) > area.max.y + 1) --verdict;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    if (y + s.row > area.max.y + 1) return y;
    add_rule(s, area, y);
    const float middle = y + s.row / 2;
    add_counted_name(s, study, names, i, {area.min.x, middle}, name_room - gap * 0.5f);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const Spread* spread = spread_in(table.rows[i], columns[c].measure);
      if (!spread) continue;
      const bool wins = best_mean(table, columns[c].measure, columns[c].sign) == i;
      const std::string text = spread_text(*spread, columns[c].is_signed);
      const Face face = wins ? Face::Bold : Face::Regular;
      s.text({right[c], middle}, text, s.size, s.p().text, face, HAlign::Right);
      if (wins) add_winner_bar(s, right[c], middle, s.width(text, s.size, face));
    }
    y += s.row;
    for (const std::string& line : verdict_lines(s, table.rows[i], area.width(), verdict)) {
      s.text({area.min.x, y + s.small * 0.55f}, line, s.small, s.p().secondary, Face::Regular, HAlign::Left);
      y += s.small * 1.4f;
    }
  }
  if (table.rows.size() < 2) return y;
  // Which question is asked, and what an interval is not: where there is room for all of it.
  const std::vector<std::string> tested = wrap_text(tested_words(), area.width(), s.small, Face::Regular, s.measure, 4);
  const float last = y + s.small * (0.4f + 1.4f * float(tested.size()));
  if (last > area.max.y + 1 || tested.back().ends_with("\u2026")) return y;
  for (std::size_t i = 0; i < tested.size(); ++i)
    s.text({area.min.x, y + s.small * (1.1f + 1.4f * float(i))}, tested[i], s.small, s.p().secondary, Face::Regular,
           HAlign::Left);
  return last;
}

}  // namespace

std::vector<std::optional<TableRow>> table_rows(RunViews runs) {
  std::vector<std::optional<TableRow>> rows(runs.size());
  std::optional<double> target;
  if (!runs.empty() && runs[0].snapshot && !runs[0].snapshot->history.empty()) {
    const double best = score_of(runs[0].snapshot->history, std::nullopt).best_validation;
    if (std::isfinite(best)) target = best;
  }
  const bool accuracy = classifies(runs);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Snapshot* s = runs[i].snapshot.get();
    if (!s || s->history.empty()) continue;
    const Score score = score_of(s->history, target);
    TableRow row;
    row.train = double(accuracy ? score.last.train_accuracy : score.last.train_loss);
    row.validation = double(accuracy ? score.last.validation_accuracy : score.last.validation_loss);
    row.gap = score.gap;
    row.best = score.best_validation;
    row.best_tick = score.best_tick;
    row.to_target = score.ticks_to_target;
    row.active_weights = s->active_weights;
    row.seconds_per_1000 = s->tick_seconds > 0 ? 1000 * s->tick_seconds : kNone;
    rows[i] = row;
  }
  return rows;
}

std::optional<std::size_t> winner_of(const std::vector<std::optional<TableRow>>& rows, TableColumn column,
                                     bool accuracy) {
  const int sign = sign_of(column, accuracy);
  std::optional<std::size_t> best;
  std::size_t known = 0;
  bool tie = false;
  for (std::size_t i = 0; i < rows.size() && sign != 0; ++i) {
    const double value = rows[i] ? value_in(*rows[i], column) * sign : kNone;
    if (!std::isfinite(value)) continue;
    ++known;
    const double most = best ? value_in(*rows[*best], column) * sign : 0;
    if (!best || value > most)
      best = i, tie = false;
    else if (value == most)
      tie = true;
  }
  return known < 2 || tie ? std::nullopt : best;
}

CompareTable build_compare_table(RunViews runs, const StudyView* study, std::optional<std::size_t> at_hand, Rect area,
                                 const CardStyle& style, const TextMeasure& measure) {
  CompareTable table;
  Sheet s = sheet_for(table.list, style, measure);
  const bool seeds = study && study->table.trials > 0 && !study->table.rows.empty();
  const float head = s.size * 1.6f, live = s.small * 2.8f + s.row * float(runs.size());
  const float wanted = seeds ? study_height(s, study->table, area.width(), 2) : 0;
  // Without room for both, what many seeds say counts more than where one of them stands.
  const bool shows_runs = !seeds || area.height() >= head + live + s.row * 0.4f + wanted;
  Rect rest = area;
  if (shows_runs) {
    add_head(s, runs, area);
    rest.min.y = std::min(area.max.y, area.min.y + head);
  }
  // Rows spread where there is room.
  const float spare = rest.height() - live - wanted - s.row;
  if (!seeds && !runs.empty()) s.row = std::clamp(s.row + spare / float(runs.size() + 1), s.row, s.size * 2.6f);
  float y = rest.min.y;
  if (shows_runs) y = add_live_rows(s, runs, at_hand, rest, table);
  if (seeds) y = add_study_rows(s, *study, {{rest.min.x, shows_runs ? y + s.row * 0.4f : y}, rest.max});
  table.rest = {{rest.min.x, std::min(rest.max.y, y + s.size * 0.4f)}, rest.max};
  return table;
}

DisplayList build_study_progress(const StudyView& study, Rect row, const CardStyle& style, const TextMeasure& measure) {
  DisplayList list;
  const Palette& p = *style.palette;
  const float size = std::max(13.0f, type_px(p, style.u, 14)), bar = std::max(5.0f, 8 * style.u);
  const float y = row.max.y - bar;
  if (y - size * 1.3f >= row.min.y - 1)
    list.add(draw::Text{{row.min.x, y - size * 0.75f},
                        fit_text(study_progress_words(study), row.width(), size, Face::Regular, measure),
                        size,
                        study.failed.empty() ? p.secondary : p.error,
                        Face::Regular,
                        HAlign::Left,
                        VAlign::Middle});
  list.add(draw::Box{{{row.min.x, y}, {row.max.x, row.max.y}}, p.control, p.border, 1, bar / 2, 0});
  const float share = float(std::clamp(study.finished && !study.cancelled ? 1.0 : study.share, 0.0, 1.0));
  if (share * row.width() > bar)
    list.add(
        draw::Box{{{row.min.x, y}, {row.min.x + share * row.width(), row.max.y}}, p.accent, p.accent, 0, bar / 2, 0});
  return list;
}

}  // namespace dropscope
