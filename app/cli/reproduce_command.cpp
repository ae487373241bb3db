// dropscope reproduce: published figures beside what this engine measures. Quoted and measured numbers stand in
// columns of their own.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/json_text.h"
#include "app/cli/progress_bar.h"
#include "core/base/check.h"
#include "core/reproduce/figure.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

constexpr int kMostSeeds = 1000, kUsualSeeds = 2;

std::string number(double value) {
  if (!std::isfinite(value)) return std::isnan(value) ? "lost" : value > 0 ? "never" : "-";
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

// Numbers in a row share the decimals that the quote or the size asks for.
std::string rounded(double value) {
  if (!std::isfinite(value)) return number(value);
  char text[40];
  const double size = std::abs(value);
  if (size < 5e-5)
    std::snprintf(text, sizeof text, "%.2g", value);
  else
    std::snprintf(text, sizeof text, size < 1 ? "%.4f" : size < 100 ? "%.3f" : "%.1f", value);
  return text;
}

// Whether a row is an identity, so that every digit counts.
bool is_exact(const FigureRow& row) { return row.judged() && row.hi - row.lo < 1e-6; }

std::string measured_text(const FigureRow& row, double value) {
  if (!is_exact(row) || !std::isfinite(value)) return rounded(value);
  char text[40];
  std::snprintf(text, sizeof text, "%.12f", value);
  return text;
}

std::string quote_text(const FigureRow& row) {
  if (row.quoted) return is_exact(row) ? measured_text(row, *row.quoted) : number(*row.quoted);
  return row.claim.empty() ? "-" : row.claim;
}

std::string band_text(const FigureRow& row) {
  if (!row.judged()) return "";
  if (std::isinf(row.lo)) return "at most " + number(row.hi);
  if (std::isinf(row.hi)) return "at least " + number(row.lo);
  const double middle = row.quoted.value_or(0), up = row.hi - middle, down = middle - row.lo;
  if (is_exact(row)) {
    char text[40];
    std::snprintf(text, sizeof text, "+-%.0e", up);
    return text;
  }
  if (row.quoted && std::abs(up - down) < 1e-9 * (1 + std::abs(middle))) return "+-" + rounded(up);
  return rounded(row.lo) + " .. " + rounded(row.hi);
}

using Cells = std::vector<std::string>;

// Columns as wide as they need to be, two spaces apart. Cells are ASCII.
std::string table_text(const std::vector<Cells>& lines) {
  std::vector<std::size_t> width(lines.front().size(), 0);
  for (const Cells& cells : lines)
    for (std::size_t c = 0; c < cells.size(); ++c) width[c] = std::max(width[c], cells[c].size());
  std::string text;
  for (const Cells& cells : lines) {
    std::string line;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      line += (c ? "  " : "") + cells[c];
      line.append(width[c] - cells[c].size(), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string with_unit(const FigureRow& row) { return row.what + (row.unit.empty() ? "" : " [" + row.unit + "]"); }

std::string head_text(const Figure& figure) {
  return std::string(figure.id) + "\n  " + figure.title + "\n  source  " + figure.source + "\n  ours    " +
         figure.ours + "\n  time    " + figure.time + " for each seed" +
         (figure.needs_data ? "; needs --data\n" : "\n");
}

std::string list_text() {
  std::string text;
  for (const Figure* figure : all_figures()) {
    text += (text.empty() ? "" : "\n") + head_text(*figure);
    std::vector<Cells> lines{{"    quoted", "value", "ours agrees within"}};
    for (const FigureRow& row : figure->rows())
      if (row.judged()) lines.push_back({"    " + with_unit(row), quote_text(row), band_text(row)});
    text += table_text(lines);
  }
  return text;
}

const char* verdict_text(Verdict verdict, bool quick) {
  switch (verdict) {
    case Verdict::Agrees:
      return "agrees";
    case Verdict::Differs:
      return "differs";
    case Verdict::NotJudged:
      break;
  }
  return quick ? "not judged" : "";
}

std::string result_text(const Figure& figure, const std::vector<MeasuredRow>& rows, int seeds, bool quick) {
  std::vector<Cells> lines{{"", "quoted", "agrees within", "ours, mean", "sd", ""}};
  int agree = 0, differ = 0;
  for (const MeasuredRow& m : rows) {
    agree += m.verdict == Verdict::Agrees;
    differ += m.verdict == Verdict::Differs;
    lines.push_back({with_unit(m.row), quote_text(m.row), band_text(m.row), measured_text(m.row, m.mean),
                     m.spread ? rounded(*m.spread) : "-", m.row.judged() ? verdict_text(m.verdict, quick) : ""});
  }
  std::string text = head_text(figure) + "\n" + table_text(lines) + "\n";
  text += quick ? "A shortened run: it shows that the measurement works, its numbers mean nothing.\n"
                : std::to_string(agree) + " agree, " + std::to_string(differ) + " differ";
  if (!quick) text += seeds == 1 ? "; one seed, no spread.\n" : "; seeds 1 to " + std::to_string(seeds) + ".\n";
  return text;
}

}  // namespace

int run_reproduce_command(const ReproduceWords& words) {
  if (words.what == "list") {
    for (const auto& [given, option] :
         {std::pair{words.data.has_value(), "--data"}, std::pair{words.seeds.has_value(), "--seeds"},
          std::pair{words.quick, "--quick"}})
      if (given) throw InputError("reproduce list", "no option but --json", option);
    print(words.json ? figures_json() : list_text());
    return kFine;
  }
  const Figure& figure = figure_or_throw(words.what, "reproduce");
  const int seeds = words.seeds   ? int(parse_integer(*words.seeds, 1, kMostSeeds, "--seeds"))
                    : words.quick ? 1
                                  : kUsualSeeds;
  ProgressBar bar(false);
  Circumstances given;
  given.data = words.data.value_or("");
  given.quick = words.quick;
  given.progress = &bar;
  const std::vector<MeasuredRow> rows = reproduce(figure, given, seeds);
  bar.hide();
  print(words.json ? reproduction_json(figure, rows, words.quick) : result_text(figure, rows, seeds, words.quick));
  return kFine;
}

}  // namespace dropscope::cli
