// What the files that write JSON share: numbers and metrics as JSON. Includes nlohmann-json, which nothing else in the
// command line does.
#pragma once
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "app/cli/training.h"

namespace dropscope::cli {

using Json = nlohmann::ordered_json;

// A list of nothing but numbers stands on one line. Invalid UTF-8 (a path given by a user) becomes U+FFFD.
std::string text_of(const Json& json);

inline Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
// The double with the shortest decimals that give the float back.
inline Json number(float value) {
  if (!std::isfinite(value)) return nullptr;
  char text[32];
  const char* end = std::to_chars(text, text + sizeof text, value).ptr;
  double shortest = 0;
  std::from_chars(text, end, shortest);
  return shortest;
}

inline Json metrics_json(const MetricPoint& p) {
  return {{"tick", p.tick},
          {"epoch", p.epoch},
          {"train_loss_masked", number(p.train_loss_masked)},
          {"train_loss", number(p.train_loss)},
          {"validation_loss", number(p.validation_loss)},
          {"train_accuracy", number(p.train_accuracy)},
          {"validation_accuracy", number(p.validation_accuracy)},
          {"gap", number(gap(p))}};
}

}  // namespace dropscope::cli
