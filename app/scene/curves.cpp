#include "app/scene/curves.h"

namespace dropscope {
namespace {

Series curve(const History& history, const char* label, Color color, float width, float dash,
             float MetricPoint::*value) {
  Series series{label, color, width, dash, true, {}};
  series.points.reserve(history.count);
  for (std::size_t i = 0; i < history.count; ++i) series.points.push_back({float(history[i].epoch), history[i].*value});
  return series;
}

}  // namespace

std::vector<Series> loss_series(const History& history, const Palette& palette) {
  Series masked = curve(history, "train, masks on", palette.secondary, 1.5f, 2.5f, &MetricPoint::train_loss_masked);
  masked.trim = true;  // single batches are noisy
  return {std::move(masked), curve(history, "train", palette.train, 2, 8, &MetricPoint::train_loss),
          curve(history, "validation", palette.validation, 4, 0, &MetricPoint::validation_loss)};
}

std::vector<Series> accuracy_series(const History& history, const Palette& palette) {
  return {curve(history, "train", palette.train, 2, 8, &MetricPoint::train_accuracy),
          curve(history, "validation", palette.validation, 4, 0, &MetricPoint::validation_accuracy)};
}

}  // namespace dropscope
