#include "app/export/curves_csv.h"

#include <cmath>
#include <cstdio>

namespace dropscope {
namespace {

void add_number(std::string& text, double value) {
  text += ',';
  if (std::isnan(value)) return;
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.9g", value);
  for (char* c = buffer; *c; ++c)
    if (*c == ',') *c = '.';  // a locale with decimal commas must not add a column
  text += buffer;
}

}  // namespace

std::string curves_csv(const History& history) {
  std::string text = "tick,epoch,train_loss_masked,train_loss,validation_loss,gap,train_accuracy,validation_accuracy\n";
  for (std::size_t i = 0; i < history.count; ++i) {
    const MetricPoint& point = history[i];
    text += std::to_string(point.tick);
    add_number(text, point.epoch);
    add_number(text, double(point.train_loss_masked));
    add_number(text, double(point.train_loss));
    add_number(text, double(point.validation_loss));
    add_number(text, double(point.validation_loss) - double(point.train_loss));
    add_number(text, double(point.train_accuracy));
    add_number(text, double(point.validation_accuracy));
    text += '\n';
  }
  return text;
}

}  // namespace dropscope
