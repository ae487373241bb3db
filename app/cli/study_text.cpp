#include "app/cli/study_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/cli/asked_run.h"
#include "app/state/neighbours.h"
#include "core/base/hash.h"

namespace dropscope::cli {
namespace {

// What a terminal shows for a text: one place for each character of UTF-8.
std::size_t places(const std::string& text) {
  return std::size_t(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string number(double value, int decimals) {
  if (!std::isfinite(value)) return "\u2013";
  char text[48];
  if (std::abs(value) >= 1e5)
    std::snprintf(text, sizeof text, "%.2e", value);
  else
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

// The mean above its deviation; of a single seed there is none.
struct Cell {
  std::string mean, deviation;
};

Cell cell_of(const Spread& spread, int decimals, double factor = 1) {
  if (spread.count == 0) return {"\u2013", ""};
  return {number(factor * spread.mean, decimals),
          spread.count > 1 ? "\u00b1" + number(factor * spread.deviation, decimals) : ""};
}

using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kLongName = 24;  // in places: it stands above its numbers

void add_row(Rows& rows, const std::string& name, const std::vector<Cell>& cells) {
  const bool above = places(name) > kLongName;
  if (above) rows.push_back({name});
  rows.push_back({above ? "" : name});
  for (const Cell& cell : cells) rows.back().push_back(cell.mean);
  if (std::all_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.deviation.empty(); })) return;
  rows.push_back({""});
  for (const Cell& cell : cells) rows.back().push_back(cell.deviation);
}

// Columns as wide as their widest cell; the first is flushed left, the others right. A cell alone counts for no width.
std::string laid_out(const Rows& rows) {
  std::vector<std::size_t> width;
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size() && row.size() > 1; ++c) {
      if (c == width.size()) width.push_back(0);
      width[c] = std::max(width[c], places(row[c]));
    }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string room(width[c] - std::min(places(row[c]), width[c]), ' ');
      line += (c ? "  " : "") + (c ? room + row[c] : row[c] + room);
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += line + "\n";
  }
  return text;
}

const Spread& of(const SeedRow& row, Measure measure) { return row.measures[std::size_t(measure)]; }

template <class T>
void add_number(std::string& line, T value) {
  line += ',' + csv_number(value);
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string trial_head(bool times) {
  return std::string(
             "seed,validation_loss,train_loss,gap,validation_accuracy,train_accuracy,best_validation,best_tick,"
             "ticks_to_target,active_weights,ticks,status,state_hash") +
         (times ? ",seconds" : "") + "\n";
}

// What follows the columns that say which run it is.
std::string trial_line(const Trial& trial, std::uint64_t seed, bool times) {
  std::string line = "," + std::to_string(seed);
  const Score& score = trial.score;
  add_number(line, score.last.validation_loss);
  add_number(line, score.last.train_loss);
  add_number(line, score.gap);
  add_number(line, score.last.validation_accuracy);
  add_number(line, score.last.train_accuracy);
  add_number(line, score.best_validation);
  line += "," + (score.records.empty() ? "" : std::to_string(score.best_tick));
  line += "," + (score.ticks_to_target ? std::to_string(*score.ticks_to_target) : "");
  add_number(line, trial.active_weights);
  line += "," + std::to_string(trial.ticks) + "," + status_of(trial) + "," + hash_text(trial.state_hash);
  if (times) add_number(line, trial.seconds);
  return line + "\n";
}

}  // namespace

const char* status_of(const Trial& trial) {
  return !trial.diverged.empty() ? "diverged" : !trial.stopped.empty() ? "stopped_early" : "finished";
}

bool has_accuracy(std::span<const Trial> trials) {
  return std::any_of(trials.begin(), trials.end(),
                     [](const Trial& trial) { return std::isfinite(trial.score.last.validation_accuracy); });
}

std::string study_table(const Study& study, std::span<const Trial> trials, const StudyTextOptions& options) {
  const SeedTable table = seed_table(study, trials);
  Rows rows(2);
  const auto add_title = [&rows](const char* above, const char* below) {
    rows[0].push_back(above);
    rows[1].push_back(below);
  };
  add_title("", "");
  add_title("val", "loss");
  if (options.accuracy) add_title("val", "acc %");
  add_title("train", "loss");
  add_title("", "gap");
  add_title("best", "val");
  add_title("at", "tick");
  add_title("ticks to", "target");
  add_title("active", "w %");
  if (options.times) add_title("s/1000", "ticks");
  for (const SeedRow& row : table.rows) {
    std::vector<Cell> cells = {cell_of(of(row, Measure::ValidationLoss), 3)};
    if (options.accuracy) cells.push_back(cell_of(of(row, Measure::ValidationAccuracy), 1, 100));
    cells.push_back(cell_of(of(row, Measure::TrainLoss), 3));
    cells.push_back(cell_of(of(row, Measure::Gap), 3));
    cells.push_back(cell_of(of(row, Measure::BestValidation), 3));
    cells.push_back(cell_of(of(row, Measure::BestTick), 0));
    const Spread& reached = of(row, Measure::TicksToTarget);
    const int done = int(std::count_if(trials.begin(), trials.end(), [&](const Trial& trial) {
      return trial.run == std::size_t(&row - table.rows.data());
    }));
    cells.push_back(cell_of(reached, 0));
    if (reached.count > 0 && reached.count < done) {
      std::string& below = cells.back().deviation;
      below += (below.empty() ? "(" : " (") + std::to_string(reached.count) + "/" + std::to_string(done) + ")";
    }
    cells.push_back(cell_of(of(row, Measure::ActiveWeights), 0, 100));
    if (options.times) cells.push_back(cell_of(of(row, Measure::SecondsPer1000), 2));
    add_row(rows, row.name, cells);
  }
  std::string text = laid_out(rows);
  for (const SeedRow& row : table.rows)
    if (row.diverged) text += row.name + ": " + std::to_string(row.diverged) + " diverged and count for no mean\n";
  return text;
}

std::string study_verdicts(const Study& study, std::span<const Trial> trials) {
  const SeedTable table = seed_table(study, trials);
  std::string text;
  for (std::size_t run = 1; run < table.rows.size(); ++run) {
    std::string words;
    for (const std::string& difference : differences(study.runs[0].spec, study.runs[run].spec))
      words += (words.empty() ? "" : "; ") + difference;
    text += table.rows[run].name + " (" + (words.empty() ? "the same run" : words) + ")\n";
    // Never one without the other: late overfitting and the best that could be had are two things.
    for (Measure measure : {kTested, Measure::BestValidation})
      text += "  " + verdict_words(table.rows[run].against[std::size_t(measure)], measure, table.rows[0].name) + "\n";
  }
  if (table.rows.size() > 1) text += tested_words() + "\n";
  return text;
}

std::string sweep_grid(const Sweep& sweep, std::span<const Trial> trials) {
  const SeedTable table = seed_table(study_of(sweep), trials);
  std::size_t best = table.rows.size();
  for (std::size_t run = 0; run < table.rows.size(); ++run) {
    const Spread& loss = of(table.rows[run], Measure::ValidationLoss);
    if (loss.count && (best == table.rows.size() || loss.mean < of(table.rows[best], Measure::ValidationLoss).mean))
      best = run;
  }
  const bool two = sweep.axes.size() > 1;
  const std::size_t columns = two ? sweep.axes[1].values.size() : 1;
  Rows rows = {{sweep.axes[0].path}};
  for (std::size_t c = 0; c < columns; ++c) rows[0].push_back(two ? sweep.axes[1].values[c] : "val loss");
  if (!two) rows[0].insert(rows[0].end(), {"train loss", "best val"});
  for (std::size_t r = 0; r < sweep.axes[0].values.size(); ++r) {
    std::vector<Cell> cells;
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t run = r * columns + c;
      cells.push_back(cell_of(of(table.rows[run], Measure::ValidationLoss), 3));
      if (run == best) cells.back().mean.insert(0, "*");
      if (two) continue;
      cells.push_back(cell_of(of(table.rows[run], Measure::TrainLoss), 3));
      cells.push_back(cell_of(of(table.rows[run], Measure::BestValidation), 3));
    }
    add_row(rows, sweep.axes[0].values[r], cells);
  }
  std::string text = two ? "val loss; to the right " + sweep.axes[1].path + "\n" : "";
  text += laid_out(rows);
  if (best < table.rows.size()) text += "* lowest mean: " + table.rows[best].name + "\n";
  return text;
}

std::string study_csv(const Study& study, std::span<const Trial> trials, bool times) {
  std::string text = "run," + trial_head(times);
  for (const Trial& trial : trials)
    text += quoted(study.runs[trial.run].name) + trial_line(trial, study.seeds[trial.seed], times);
  return text;
}

std::string sweep_csv(const Sweep& sweep, std::span<const Trial> trials, bool times) {
  std::string text;
  for (const SweepAxis& axis : sweep.axes) text += axis.path + ",";
  text += trial_head(times);
  for (const Trial& trial : trials) {
    const CellPlace place = place_of(sweep, trial.run * sweep.seeds.size() + trial.seed);
    for (std::size_t a = 0; a < sweep.axes.size(); ++a)
      text += (a ? "," : "") + quoted(sweep.axes[a].values[place.value[a]]);
    text += trial_line(trial, sweep.seeds[trial.seed], times);
  }
  return text;
}

}  // namespace dropscope::cli
