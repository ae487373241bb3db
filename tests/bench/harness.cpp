#include "tests/bench/harness.h"

#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace dropscope::bench {
namespace {

double seconds_of(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

const char* verdict(const Goal& goal, double value) {
  if (goal.kind == Goal::Kind::None) return "";
  return goal.met(value) ? "met" : "MISSED";
}

std::string goal_text(const Goal& goal, const std::string& unit) {
  if (goal.kind == Goal::Kind::None) return "";
  return (goal.kind == Goal::Kind::AtLeast ? "at least " : "at most ") + number_text(goal.limit) + " " + unit;
}

}  // namespace

double thread_seconds() { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }
double wall_seconds() { return seconds_of(CLOCK_MONOTONIC); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n == 0 ? 0 : (values[(n - 1) / 2] + values[n / 2]) / 2;
}

double seconds_per_call(double seconds, const std::function<void()>& call) {
  call();
  const double start = thread_seconds();
  double elapsed = 0;
  long calls = 0;
  for (long burst = 1; elapsed < seconds; burst = std::min(2 * burst, 1024L)) {
    for (long i = 0; i < burst; ++i, ++calls) call();
    elapsed = thread_seconds() - start;
  }
  return elapsed / double(calls);
}

std::optional<double> Record::value(const std::string& name) const {
  const auto it = values_.find(name);
  if (it == values_.end()) return std::nullopt;
  return median(it->second);
}

std::optional<double> Record::ratio(const std::string& a, const std::string& b) const {
  const auto over = values_.find(a), under = values_.find(b);
  if (over == values_.end() || under == values_.end()) return std::nullopt;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(over->second.size(), under->second.size()); ++i)
    ratios.push_back(over->second[i] / under->second[i]);
  return median(std::move(ratios));
}

std::string number_text(double value) {
  char text[64];
  const double size = std::abs(value);
  if (size < 1000) {
    std::snprintf(text, sizeof text, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    return text;
  }
  std::snprintf(text, sizeof text, "%.0f", value);
  std::string s = text;
  for (int at = int(s.size()) - 3; at > (value < 0 ? 1 : 0); at -= 3) s.insert(std::size_t(at), ",");
  return s;
}

void Table::row(const std::string& figure, std::optional<double> value, const std::string& unit, Goal goal) {
  if (value) rows_.push_back({figure, value, unit, goal, true});
}

void Table::print() const {
  std::printf("%-58s %10s %-12s %-24s %s\n", "figure", "value", "unit", "target", "");
  for (const Row& row : rows_) {
    if (!row.is_figure) {
      std::printf("\n%s\n", row.figure.c_str());
      continue;
    }
    std::printf("  %-56s %10s %-12s %-24s %s\n", row.figure.c_str(), number_text(*row.value).c_str(), row.unit.c_str(),
                goal_text(row.goal, row.unit).c_str(), verdict(row.goal, *row.value));
  }
}

void Table::write_csv(const std::string& path) const {
  std::ofstream out(path);
  out << "figure,value,unit,target,verdict\n";
  for (const Row& row : rows_)
    if (row.is_figure)
      out << '"' << row.figure << "\"," << *row.value << ',' << row.unit << ',' << goal_text(row.goal, row.unit) << ','
          << verdict(row.goal, *row.value) << '\n';
  out.flush();
  if (!out) throw std::runtime_error(path + ": expected a file that can be written");
}

int Table::missed() const {
  return int(std::count_if(rows_.begin(), rows_.end(), [](const Row& row) {
    return row.is_figure && row.goal.kind != Goal::Kind::None && !row.goal.met(*row.value);
  }));
}

}  // namespace dropscope::bench
