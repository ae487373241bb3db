#include "app/cli/training.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace dropscope::cli {
namespace {

bool has_accuracy(const TrainingRecord& record) {
  for (const MetricPoint& point : record.metrics)
    if (std::isfinite(point.validation_accuracy)) return true;
  return record.metrics.empty();
}

// Shortest text that gives the same number back; empty where there is none.
template <class T>
std::string number(T value) {
  if (!std::isfinite(value)) return {};
  char text[40];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

std::string cell(float value, const char* format) {
  if (!std::isfinite(value)) return "        -";
  char text[40];
  std::snprintf(text, sizeof text, format, double(value));
  return text;
}

}  // namespace

float gap(const MetricPoint& point) { return point.validation_loss - point.train_loss; }

std::string curves_csv(const TrainingRecord& record) {
  std::string text = "tick,epoch,train_loss_masked,train_loss,validation_loss,train_accuracy,validation_accuracy,gap\n";
  for (const MetricPoint& p : record.metrics) {
    text += std::to_string(p.tick) + "," + number(p.epoch);
    for (float value :
         {p.train_loss_masked, p.train_loss, p.validation_loss, p.train_accuracy, p.validation_accuracy, gap(p)})
      text += "," + number(value);
    text += "\n";
  }
  return text;
}

std::string table_head(const TrainingRecord& record) {
  return has_accuracy(record) ? "     tick     train train off       val train acc   val acc       gap\n"
                              : "     tick     train train off       val       gap\n";
}

std::string table_line(const TrainingRecord& record, const MetricPoint& point) {
  char tick[32];
  std::snprintf(tick, sizeof tick, "%9lld", static_cast<long long>(point.tick));
  std::string line = tick;
  for (float loss : {point.train_loss_masked, point.train_loss, point.validation_loss})
    line += " " + cell(loss, "%9.4f");
  if (has_accuracy(record))
    for (float accuracy : {point.train_accuracy, point.validation_accuracy})
      line += " " + cell(100 * accuracy, "%7.2f %%");
  return line + " " + cell(gap(point), "%+9.4f") + "\n";
}

}  // namespace dropscope::cli
