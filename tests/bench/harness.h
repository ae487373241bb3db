// Timing that stands a busy machine, and the table of results. Figures are measured in rounds, each round
// every figure once, and the median counts; ratios are formed within a round, where the machine was the same.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dropscope::bench {

// Seconds of the calling thread's processor time: what others run meanwhile does not count.
double thread_seconds();
double wall_seconds();

double median(std::vector<double> values);

// Seconds of processor time that one call takes: repeats it for about `seconds`.
double seconds_per_call(double seconds, const std::function<void()>& call);

// What was measured under a name, one value per round.
class Record {
 public:
  void add(const std::string& name, double value) { values_[name].push_back(value); }
  // None where nothing of this name was measured.
  std::optional<double> value(const std::string& name) const;
  // The median over the rounds of a / b.
  std::optional<double> ratio(const std::string& a, const std::string& b) const;

 private:
  std::map<std::string, std::vector<double>> values_;
};

struct Goal {
  enum class Kind { None, AtLeast, AtMost } kind = Kind::None;
  double limit = 0;
  bool met(double value) const { return kind == Kind::AtLeast ? value >= limit : value <= limit; }
};
inline Goal at_least(double limit) { return {Goal::Kind::AtLeast, limit}; }
inline Goal at_most(double limit) { return {Goal::Kind::AtMost, limit}; }

class Table {
 public:
  void section(const std::string& title) { rows_.push_back({title, {}, {}, {}, {}}); }
  // Left out where there is no value. `unit` follows the value; the goal is in the same unit.
  void row(const std::string& figure, std::optional<double> value, const std::string& unit, Goal goal = {});
  void print() const;
  void write_csv(const std::string& path) const;
  int missed() const;

 private:
  struct Row {
    std::string figure;
    std::optional<double> value;
    std::string unit;
    Goal goal;
    bool is_figure = false;
  };
  std::vector<Row> rows_;
};

// 71,204 or 0.273: about four digits.
std::string number_text(double value);

}  // namespace dropscope::bench
