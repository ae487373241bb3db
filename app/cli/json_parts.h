// What the files that write JSON share. Whoever calls these includes <nlohmann/json.hpp>.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/train/metrics.h"

namespace dropscope::cli {

using Json = nlohmann::ordered_json;

// A list of nothing but numbers stands on one line. Invalid UTF-8 (a path given by a user) becomes U+FFFD.
std::string text_of(const Json& json);

// null where it is not finite. Of a float: the double with the shortest decimals that give the float back.
Json number(double value);
Json number(float value);

Json metrics_json(const MetricPoint& point);

}  // namespace dropscope::cli
