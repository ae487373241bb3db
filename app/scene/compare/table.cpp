#include "app/scene/compare/table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "app/scene/compare/study_rows.h"
#include "app/scene/scene_text.h"
#include "core/study/study.h"

namespace dropscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

using Head = std::array<const char*, 2>;  // two lines
struct ColumnFact {
  TableColumn column;
  Head head, brief;  // the second where room is short
  int sign;          // 1: high wins, -1: low wins, 0: nobody does
  const char* help;
};
// In the order of reading; of classification.
constexpr ColumnFact kFacts[] = {
    {TableColumn::Train, {"train", "accuracy"}, {"train", "acc"}, 1, "On the training examples, masks off."},
    {TableColumn::Validation, {"val", "accuracy"}, {"val", "acc"}, 1, "On the validation examples, masks off."},
    {TableColumn::Gap,
     {"loss gap", "val \u2212 train"},
     {"loss", "gap"},
     0,
     "Validation loss minus training loss: what was learned by heart. Small is no merit by itself."},
    {TableColumn::Best,
     {"best val loss", "at step"},
     {"best val", "at step"},
     -1,
     "The smallest validation loss so far, and the step at which it was measured."},
    {TableColumn::ToTarget, {"steps to A's", "best"}, {"steps to", ""}, -1, ""},
    {TableColumn::ActiveWeights,
     {"active", "weights"},
     {"active", "weights"},
     0,
     "Share of the weights that take part in a training step: neither dropped nor at a dropped unit."},
    {TableColumn::Seconds,
     {"s per", "1000 steps"},
     {"s / 1000", "steps"},
     -1,
     "Seconds for 1000 training steps, lately."}};
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

// A loss in that many significant digits, three or more.
std::string loss_text(double value, int digits) {
  const double size = std::fabs(value);
  if (digits <= 3 || !std::isfinite(value) || size >= 99.95 || size < 0.000995) return value_text(value);
  return fixed_text(value, digits - (size >= 9.995 ? 2 : size >= 0.9995 ? 1 : size >= 0.09995 ? 0 : -1));
}
// As many as tell the best losses of the runs apart, so that none that missed the target reads like it.
int digits_apart(const std::vector<std::optional<TableRow>>& rows) {
  constexpr int kMost = 6;
  for (int digits = 3; digits < kMost; ++digits) {
    bool apart = true;
    for (const auto& a : rows)
      for (const auto& b : rows)
        apart = apart && (!a || !b || a->best == b->best || loss_text(a->best, digits) != loss_text(b->best, digits));
    if (apart) return digits;
  }
  return kMost;
}

std::string cell_text(const TableRow& row, TableColumn column, bool accuracy, int digits) {
  const double value = value_in(row, column);
  if (!std::isfinite(value)) return column == TableColumn::ToTarget ? "not yet" : kNoNumber;
  switch (column) {
    case TableColumn::Train:
    case TableColumn::Validation:
      return accuracy ? fixed_text(value, 3) : value_text(value);
    case TableColumn::Gap:
      return gap_text(value);
    case TableColumn::Best:
      return loss_text(value, digits) + " at " + count_text(std::uint64_t(row.best_tick));
    case TableColumn::ToTarget:
      return count_text(std::uint64_t(*row.to_target));
    case TableColumn::ActiveWeights:
      return fixed_text(100 * value, value < 0.0995 ? 1 : 0) + " %";
    case TableColumn::Seconds:
      return value_text(value);
  }
  return kNoNumber;
}

bool classifies(RunViews runs) {
  for (const RunView& run : runs)
    if (run.snapshot && run.snapshot->data) return run.snapshot->data->task == Task::Classification;
  return true;
}

struct Grid {
  std::vector<TableColumn> columns;
  std::vector<std::array<std::string, 2>> heads;
  std::vector<float> right, width;  // where each column's numbers end; how wide they and the head are
  float name_room = 0;
  bool two_lines = false;  // names on two lines
  int digits = 3;          // of losses
};

std::array<std::string, 2> head_of(TableColumn column, bool accuracy, bool brief, const std::string& target) {
  const Head& words = brief ? fact_of(column).brief : fact_of(column).head;
  std::array<std::string, 2> head = {words[0], words[1]};
  if (!accuracy && (head[1] == "accuracy" || head[1] == "acc")) head[1] = "loss";
  if (column == TableColumn::ToTarget)
    head = brief ? std::array<std::string, 2>{"steps to", "\u2264 " + target}
                 : std::array<std::string, 2>{"steps to " + run_letter(0) + "'s", "best, " + target};
  return head;
}

// Columns with what they need. Where room is short heads become brief and names take two lines, which needs `tall`
// rows; then columns of least importance vanish until the rest fits beside the names.
Grid choose_columns(const TableSheet& s, const std::vector<std::string>& names,
                    const std::vector<std::optional<TableRow>>& rows, bool accuracy, float room, bool tall) {
  Grid grid;
  grid.digits = digits_apart(rows);
  const std::string target = !rows.empty() && rows[0] ? loss_text(rows[0]->best, grid.digits) : kNoNumber;
  float badge = 0, longest = 0, halved = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    badge = std::max(badge, run_badge_width(i, s.size, s.measure) + s.size * 0.5f);
    longest = std::max(longest, s.width(names[i], s.size, Face::Bold));
    halved = std::max(halved, two_line_width(s, names[i], Face::Bold) + 1);
  }
  const auto has_time = [](const auto& row) { return row && std::isfinite(row->seconds_per_1000); };
  const bool timed = std::any_of(rows.begin(), rows.end(), has_time);
  float gap = 0, names_room = 0;
  const auto set_up = [&](bool brief, bool two_lines) {
    grid.columns.clear(), grid.heads.clear(), grid.width.clear();
    gap = s.size * (brief ? 0.8f : 1.1f);
    grid.two_lines = two_lines;
    names_room = badge + (two_lines ? halved : longest);
    for (const ColumnFact& fact : kFacts) {
      if (fact.column == TableColumn::Seconds && !timed) continue;
      grid.columns.push_back(fact.column);
      grid.heads.push_back(head_of(fact.column, accuracy, brief, target));
      float widest = 0;
      for (const std::string& line : grid.heads.back())
        widest = std::max(widest, s.width(line, s.small, Face::Regular));
      for (const auto& row : rows)
        if (row)
          widest = std::max(widest, s.width(cell_text(*row, fact.column, accuracy, grid.digits), s.size, Face::Bold));
      grid.width.push_back(widest);
    }
  };
  const auto needed = [&] {
    float sum = 0;
    for (float width : grid.width) sum += width + gap;
    return sum;
  };
  bool fits = false;
  for (const auto& [brief, two_lines] : {std::pair{false, false}, {false, true}, {true, false}, {true, true}}) {
    if (fits || (two_lines && !tall)) continue;
    set_up(brief, two_lines);
    fits = names_room + needed() <= room;
  }
  const float least = std::min(names_room, badge + s.size * 6);
  for (TableColumn column : kVanishing) {
    if (fits || least + needed() <= room) break;
    const auto at = std::find(grid.columns.begin(), grid.columns.end(), column) - grid.columns.begin();
    if (std::size_t(at) == grid.columns.size()) continue;
    grid.columns.erase(grid.columns.begin() + at);
    grid.heads.erase(grid.heads.begin() + at);
    grid.width.erase(grid.width.begin() + at);
  }
  const float air = std::min(std::max(0.0f, room - needed() - names_room) / float(grid.columns.size() + 1), s.size * 2);
  float right = room;
  for (auto it = grid.width.rbegin(); it != grid.width.rend(); ++it) {
    grid.right.insert(grid.right.begin(), right);
    right -= *it + gap + air;
  }
  grid.name_room = std::max(badge, right);
  return grid;
}

// The step of the newest evaluation, which is that of most rows; -1 without one.
std::int64_t measured_tick(const std::vector<std::optional<TableRow>>& rows) {
  std::int64_t tick = -1;
  for (const auto& row : rows)
    if (row) tick = std::max(tick, row->tick);
  return tick;
}

// Runs by their names; of those whose numbers are of another step than the rest, that step.
std::vector<std::string> row_names(RunViews runs, const std::vector<std::optional<TableRow>>& rows) {
  const std::int64_t usual = measured_tick(rows);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const bool other = rows[i] && rows[i]->tick != usual;
    names.push_back(runs[i].name + (other ? " \u00b7 at step " + count_text(std::uint64_t(rows[i]->tick)) : ""));
  }
  return names;
}

void add_head(TableSheet& s, RunViews runs, const std::vector<std::optional<TableRow>>& rows, Rect area) {
  std::int64_t tick = -1;
  for (const RunView& run : runs)
    if (run.snapshot) tick = std::max(tick, run.snapshot->tick);
  const std::int64_t measured = measured_tick(rows);
  const std::string after = measured >= 0 && measured < tick
                                ? "Measured after " + count_text(std::uint64_t(measured)) + " steps"
                            : tick >= 0 ? "After " + count_text(std::uint64_t(tick)) + " steps"
                                        : "Runs";
  const std::string words[] = {"masks off \u00b7 best of a column: bold, with a bar", "bold, with a bar: best", ""};
  const float y = area.min.y + s.size * 0.7f, room = area.width() - s.width(after, s.size, Face::Bold) - s.size;
  s.text({area.min.x, y}, after, s.size, s.p().text, Face::Bold, HAlign::Left);
  s.text({area.max.x, y}, first_fitting(words, room, s.small, Face::Regular, s.measure), s.small, s.p().secondary,
         Face::Regular, HAlign::Right);
}

// Returns where it ends.
float add_live_rows(TableSheet& s, const std::vector<std::string>& names,
                    const std::vector<std::optional<TableRow>>& rows, const Grid& grid, bool accuracy,
                    std::optional<std::size_t> at_hand, Rect area, CompareTable& table) {
  table.columns = grid.columns;
  float y = area.min.y;
  for (std::size_t c = 0; c < grid.columns.size(); ++c) {
    const float right = area.min.x + grid.right[c];
    s.text({right, y + s.small * 0.7f}, grid.heads[c][0], s.small, s.p().secondary, Face::Regular, HAlign::Right);
    s.text({right, y + s.small * 1.95f}, grid.heads[c][1], s.small, s.p().secondary, Face::Regular, HAlign::Right);
    const std::string help = grid.columns[c] == TableColumn::ToTarget
                                 ? "Steps until the validation loss was first as small as " + run_letter(0) +
                                       "'s best so far, " +
                                       (!rows.empty() && rows[0] ? loss_text(rows[0]->best, 6) : kNoNumber) + "."
                                 : fact_of(grid.columns[c]).help;
    table.heads.push_back({{{right - grid.width[c], y}, {right, y + s.small * 2.6f}}, help});
  }
  y += s.small * 2.8f;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Rect row{{area.min.x, y}, {area.max.x, y + s.row}};
    table.rows.push_back(row);
    if (row.max.y > area.max.y + 1) break;
    add_rule(s, area, y);
    const float middle = row.center().y;
    add_name(s, names[i], i, {area.min.x, middle}, grid.name_room, at_hand == i, grid.two_lines);
    if (!rows[i])
      s.text({area.max.x, middle}, "no evaluation yet", s.small, s.p().secondary, Face::Regular, HAlign::Right);
    for (std::size_t c = 0; rows[i] && c < grid.columns.size(); ++c) {
      const bool wins = winner_of(rows, grid.columns[c], accuracy) == i;
      const std::string text = cell_text(*rows[i], grid.columns[c], accuracy, grid.digits);
      const Face face = wins ? Face::Bold : Face::Regular;
      const float right = area.min.x + grid.right[c];
      s.text({right, middle}, text, s.size, s.p().text, face, HAlign::Right);
      if (wins) add_winner_bar(s, right, middle, s.width(text, s.size, face));
    }
    y = row.max.y;
  }
  return y;
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
    row.tick = score.last.tick;
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
  TableSheet s = table_sheet(table.list, style, measure);
  const bool seeds = study && study->table.trials > 0 && !study->table.rows.empty();
  const float head = s.size * 1.6f;
  const std::vector<std::optional<TableRow>> rows = table_rows(runs);
  const std::vector<std::string> names = row_names(runs, rows);
  const float two_lines = s.size * 2.4f;
  const bool tall = seeds || area.height() >= head + s.small * 2.8f + two_lines * float(runs.size());
  const Grid grid = choose_columns(s, names, rows, classifies(runs), area.width(), tall);
  const float study_row = s.row, wanted = seeds ? study_height(s, *study, area.width(), 2) : 0;
  if (grid.two_lines) s.row = std::max(s.row, two_lines);
  const float live = s.small * 2.8f + s.row * float(runs.size());
  // Without room for both, what many seeds say counts more than where one of them stands.
  const bool shows_runs = !seeds || area.height() >= head + live + s.row * 0.4f + wanted;
  Rect rest = area;
  if (shows_runs) {
    add_head(s, runs, rows, area);
    rest.min.y = std::min(area.max.y, area.min.y + head);
  }
  // Rows spread where there is room.
  const float spare = rest.height() - live - wanted - s.row;
  if (!seeds && !runs.empty()) s.row = std::clamp(s.row + spare / float(runs.size() + 1), s.row, s.size * 2.6f);
  float y = rest.min.y;
  if (shows_runs) y = add_live_rows(s, names, rows, grid, classifies(runs), at_hand, rest, table);
  if (seeds) s.row = study_row;
  if (seeds) {
    const StudyRows placed = add_study_rows(s, *study, {{rest.min.x, shows_runs ? y + s.row * 0.4f : y}, rest.max});
    y = placed.bottom;
    for (std::size_t run = 0; run < placed.rows.size(); ++run)
      if (const std::vector<std::string> words = verdict_wordings(*study, run); !words.empty())
        table.verdicts.push_back({placed.rows[run], run_letter(run) + ": " + words.front() + ".\n" + tested_words()});
  }
  table.rest = {{rest.min.x, std::min(rest.max.y, y + s.size * 0.4f)}, rest.max};
  return table;
}

DisplayList build_study_progress(const StudyView& study, Rect row, const CardStyle& style, const TextMeasure& measure) {
  DisplayList list;
  const Palette& p = *style.palette;
  const float size = std::max(13.0f, type_px(p, style.u, 14)), bar = std::max(5.0f, 8 * style.u);
  const float y = row.max.y - bar;
  const std::string full = study_progress_words(study), counted = " trainings";
  const std::size_t at = full.find(counted);
  const std::string words[] = {full,
                               at == std::string::npos ? full : full.substr(0, at) + full.substr(at + counted.size())};
  if (y - size * 1.3f >= row.min.y - 1)
    list.add(draw::Text{{row.min.x, y - size * 0.75f},
                        first_fitting(words, row.width(), size, Face::Regular, measure),
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
