#include "app/cli/study_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/cli/json_parts.h"
#include "app/cli/study_text.h"
#include "app/cli/version.h"
#include "app/state/neighbours.h"
#include "core/base/check.h"
#include "core/base/hash.h"
#include "core/data/byte_source.h"
#include "core/spec/fields.h"
#include "core/spec/spec_io.h"

namespace dropscope::cli {
namespace {

constexpr const char* kSweepFormat = "dropscope.sweep";
constexpr int kVersion = 1, kMostDepth = 32;

Json head(const char* format, const StudyJsonOptions& options, bool complete) {
  Json json;
  json["format"] = format;
  json["version"] = kVersion;
  json["program"] = std::string("dropscope ") + kProgramVersion;
  json["status"] = options.interrupted && !complete ? "interrupted" : "finished";
  return json;
}

Json trial_json(const Trial& trial, std::uint64_t seed, bool times) {
  const Score& score = trial.score;
  Json json = {{"run", trial.run},
               {"seed", seed},
               {"ticks", trial.ticks},
               {"status", status_of(trial)},
               {"state_hash", hash_text(trial.state_hash)},
               {"last", metrics_json(score.last)},
               {"best_validation", number(score.best_validation)},
               {"best_tick", score.best_tick}};
  json["ticks_to_target"] = score.ticks_to_target ? Json(*score.ticks_to_target) : Json(nullptr);
  json["active_weights"] = number(trial.active_weights);
  // Every evaluation with a lower validation loss than all before it: enough to say when any target was reached.
  json["record_ticks"] = json["record_losses"] = Json::array();
  for (const Record& record : score.records) {
    json["record_ticks"].push_back(record.tick);
    json["record_losses"].push_back(number(record.loss));
  }
  if (!trial.diverged.empty()) json["message"] = trial.diverged;
  if (!trial.stopped.empty()) json["message"] = trial.stopped;
  if (times) json["seconds"] = number(trial.seconds);
  return json;
}

Json rows_json(const Study& study, std::span<const Trial> trials, bool times) {
  const SeedTable table = seed_table(study, trials);
  Json rows = Json::array();
  for (const SeedRow& row : table.rows) {
    Json json = {{"run", row.name}, {"diverged", row.diverged}};
    for (int m = 0; m < kMeasureCount; ++m) {
      if (Measure(m) == Measure::SecondsPer1000 && !times) continue;
      const Spread& spread = row.measures[std::size_t(m)];
      json["measures"][measure_id(Measure(m))] = {
          {"count", spread.count}, {"mean", number(spread.mean)}, {"deviation", number(spread.deviation)}};
      if (row.against.empty() || !is_compared(Measure(m))) continue;
      const PairedDifference& d = row.against[std::size_t(m)];
      json["against_first"][measure_id(Measure(m))] = {{"count", d.count},
                                                       {"mean", number(d.mean)},
                                                       {"deviation", number(d.deviation)},
                                                       {"half_width_95", number(d.half_width)},
                                                       {"lower", d.lower},
                                                       {"higher", d.higher},
                                                       {"only_first", d.only_a},
                                                       {"only_this", d.only_b},
                                                       {"neither", d.none},
                                                       {"exceeds_seeds", d.exceeds()},
                                                       {"words", verdict_words(d, Measure(m), table.rows[0].name)}};
    }
    rows.push_back(std::move(json));
  }
  return rows;
}

Json curves_json(const Study& study, std::span<const Trial> trials) {
  constexpr std::pair<Curve, const char*> kCurves[] = {{Curve::TrainLoss, "train_loss"},
                                                       {Curve::ValidationLoss, "validation_loss"},
                                                       {Curve::TrainAccuracy, "train_accuracy"},
                                                       {Curve::ValidationAccuracy, "validation_accuracy"}};
  Json curves = Json::array();
  for (std::size_t run = 0; run < study.runs.size(); ++run)
    for (const auto& [curve, id] : kCurves) {
      const Band band = band_of(study, trials, run, curve);
      if (band.tick.empty()) continue;
      Json json = {{"run", run}, {"curve", id}, {"tick", band.tick}};
      for (double mean : band.mean) json["mean"].push_back(number(mean));
      for (double deviation : band.deviation) json["deviation"].push_back(number(deviation));
      curves.push_back(std::move(json));
    }
  return curves;
}

// ---- reading ----

// A value inside a document, with the words for where it is.
class Place {
 public:
  Place(const Json& json, std::string where) : json_(&json), where_(std::move(where)) {}
  const Json& json() const { return *json_; }
  const std::string& where() const { return where_; }
  [[noreturn]] void refuse(const std::string& expected) const {
    throw InputError(where_, expected, json_->dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 80));
  }
  bool has(const char* key) const { return json_->is_object() && json_->contains(key); }
  Place at(const char* key) const {
    if (!has(key)) throw InputError(where_, std::string("\"") + key + "\"", "none");
    return {(*json_)[key], where_ + ", " + key};
  }
  std::vector<Place> items() const {
    if (!json_->is_array()) refuse("a list");
    std::vector<Place> list;
    for (std::size_t i = 0; i < json_->size(); ++i)
      list.emplace_back((*json_)[i], where_ + "[" + std::to_string(i) + "]");
    return list;
  }
  std::string text() const {
    if (!json_->is_string()) refuse("text");
    return json_->get<std::string>();
  }
  std::int64_t whole(std::int64_t lo, std::int64_t hi) const {
    const bool whole = json_->is_number_integer() && (!json_->is_number_unsigned() || seed() <= std::uint64_t(hi));
    const std::int64_t value = whole ? json_->get<std::int64_t>() : lo - 1;
    if (!whole || value < lo || value > hi)
      refuse("a whole number from " + std::to_string(lo) + " to " + std::to_string(hi));
    return value;
  }
  std::uint64_t seed() const {
    if (!json_->is_number_unsigned()) refuse("a whole number, 0 or more");
    return json_->get<std::uint64_t>();
  }
  double real() const {
    if (json_->is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (!json_->is_number()) refuse("a number or null");
    return json_->get<double>();
  }
  bool truth() const {
    if (!json_->is_boolean()) refuse("true or false");
    return json_->get<bool>();
  }
  std::uint64_t hash() const {
    const std::string digits = text();
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 16 || error != std::errc() || end != digits.data() + digits.size())
      refuse("16 hexadecimal digits");
    return value;
  }

 private:
  const Json* json_;
  std::string where_;
};

constexpr std::int64_t kManyTicks = 1'000'000'000'000;

MetricPoint read_metrics(const Place& place) {
  MetricPoint point;
  point.tick = place.at("tick").whole(0, kManyTicks);
  point.epoch = place.at("epoch").real();
  const auto real = [&place](const char* key) { return float(place.at(key).real()); };
  point.train_loss_masked = real("train_loss_masked");
  point.train_loss = real("train_loss");
  point.validation_loss = real("validation_loss");
  point.train_accuracy = real("train_accuracy");
  point.validation_accuracy = real("validation_accuracy");
  return point;
}

// `seeds`: their numbers within the sweep.
Trial read_trial(const Place& place, const std::map<std::uint64_t, std::size_t>& seeds, std::size_t runs) {
  Trial trial;
  trial.run = std::size_t(place.at("run").whole(0, std::int64_t(runs) - 1));
  const auto seed = seeds.find(place.at("seed").seed());
  if (seed == seeds.end()) place.at("seed").refuse("a seed of the sweep");
  trial.seed = seed->second;
  trial.ticks = place.at("ticks").whole(0, kManyTicks);
  trial.state_hash = place.at("state_hash").hash();
  Score& score = trial.score;
  score.last = read_metrics(place.at("last"));
  score.gap = double(score.last.validation_loss) - double(score.last.train_loss);
  const std::vector<Place> ticks = place.at("record_ticks").items(), losses = place.at("record_losses").items();
  if (ticks.size() != losses.size()) place.at("record_losses").refuse("as many as record_ticks");
  for (std::size_t i = 0; i < ticks.size(); ++i)
    score.records.push_back({ticks[i].whole(0, kManyTicks), losses[i].real()});
  score.best_validation = place.at("best_validation").real();
  score.best_tick = place.at("best_tick").whole(0, kManyTicks);
  if (const Place target = place.at("ticks_to_target"); !target.json().is_null())
    score.ticks_to_target = target.whole(0, kManyTicks);
  trial.active_weights = place.at("active_weights").real();
  if (place.has("seconds")) trial.seconds = place.at("seconds").real();
  const std::string status = place.at("status").text();
  if (status == "diverged")
    trial.diverged = place.at("message").text();
  else if (status == "stopped_early")
    trial.stopped = place.at("message").text();
  else if (status != "finished")
    place.at("status").refuse("finished, stopped_early or diverged");
  return trial;
}

std::string content_of(const std::string& path) {
  ByteSource source(path);
  std::string text;
  std::vector<std::uint8_t> buffer(1 << 20);
  while (const std::size_t n = source.read(buffer)) {
    text.append(reinterpret_cast<const char*>(buffer.data()), n);
    if (text.size() > kMostFileBytes) throw InputError(path, "at most 512 MB", "more");
  }
  return text;
}

Json parsed(const std::string& text, const std::string& where) {
  if (text.empty()) throw InputError(where, "JSON", "an empty file");
  try {
    return Json::parse(text, [&where](int depth, Json::parse_event_t, Json&) {
      if (depth > kMostDepth) throw InputError(where, "at most 32 nested levels", "more");
      return true;
    });
  } catch (const Json::parse_error& error) {
    throw InputError(where + ": byte " + std::to_string(error.byte), "JSON",
                     error.byte > text.size() ? "the end of the file" : "something else");
  }
}

}  // namespace

std::string comparison_json(const Study& study, std::span<const Trial> trials, const StudyJsonOptions& options) {
  Json json = head("dropscope.comparison", options, trials.size() == study.runs.size() * study.seeds.size());
  json["seeds"] = study.seeds;
  json["data_vary_with_seed"] = study.vary_data;
  json["target"] = study.target ? number(*study.target) : Json(nullptr);
  json["runs"] = Json::array();
  for (const StudyRun& run : study.runs) {
    RunSpec spec = run.spec;
    if (study.ticks > 0) spec.ticks = study.ticks;
    json["runs"].push_back({{"name", run.name},
                            {"differences", differences(study.runs[0].spec, run.spec)},
                            {"spec", Json::parse(spec_to_json(spec))}});
  }
  json["tested"] = {{"measure", measure_id(kTested)}, {"words", tested_words()}};
  json["rows"] = rows_json(study, trials, options.times);
  json["trials"] = Json::array();
  for (const Trial& trial : trials) json["trials"].push_back(trial_json(trial, study.seeds[trial.seed], options.times));
  json["curves"] = curves_json(study, trials);
  return text_of(json);
}

std::string sweep_json(const SweepPart& part, const StudyJsonOptions& options) {
  const Sweep& sweep = part.sweep;
  Json json = head(kSweepFormat, options, part.trials.size() == cells_of_shard(sweep, part.shard, part.shards).size());
  json["part"] = part.shard + 1;
  json["parts"] = part.shards;
  json["cells"] = cell_count(sweep);
  json["sweep_hash"] = hash_text(sweep_hash(sweep));
  json["axes"] = Json::array();
  for (const SweepAxis& axis : sweep.axes) json["axes"].push_back({{"path", axis.path}, {"values", axis.values}});
  json["seeds"] = sweep.seeds;
  json["data_vary_with_seed"] = sweep.vary_data;
  json["ticks"] = sweep.ticks;
  json["scenario"] = sweep.base.scenario;
  json["base"] = Json::parse(spec_to_json(sweep.base));
  const Study study = study_of(sweep);
  if (part.trials.size() == cell_count(sweep)) json["rows"] = rows_json(study, part.trials, options.times);
  json["trials"] = Json::array();
  for (const Trial& trial : part.trials)
    json["trials"].push_back(trial_json(trial, study.seeds[trial.seed], options.times));
  return text_of(json);
}

SweepPart read_sweep_part(const std::string& path) {
  const std::string where = printable(path);
  const Json document = parsed(content_of(path), where);
  const Place top(document, where);
  if (!top.has("format") || document["format"] != kSweepFormat)
    throw InputError(where, "what dropscope sweep --json writes, with \"format\": \"dropscope.sweep\"",
                     "something else");
  if (top.at("version").json() != kVersion)
    top.at("version").refuse(std::to_string(kVersion) + ", which this program reads");
  SweepPart part;
  part.file = where;
  Sweep& sweep = part.sweep;
  part.shards = int(top.at("parts").whole(1, 1'000'000));
  part.shard = int(top.at("part").whole(1, part.shards)) - 1;
  sweep.base = spec_from_json(top.at("base").json().dump(), where + ", base");
  sweep.base.scenario = top.at("scenario").text();
  for (const Place& axis : top.at("axes").items()) {
    sweep.axes.push_back({axis.at("path").text(), {}});
    for (const Place& value : axis.at("values").items()) sweep.axes.back().values.push_back(value.text());
  }
  for (const Place& seed : top.at("seeds").items()) sweep.seeds.push_back(seed.seed());
  sweep.vary_data = top.at("data_vary_with_seed").truth();
  sweep.ticks = top.at("ticks").whole(0, kManyTicks);
  try {
    check_sweep(sweep);
  } catch (const InputError& error) {
    throw InputError(where, "a sweep that can be trained", "one that cannot (" + std::string(error.what()) + ")");
  }
  if (const Place hash = top.at("sweep_hash"); hash.hash() != sweep_hash(sweep))
    hash.refuse("that of the sweep it tells of, " + hash_text(sweep_hash(sweep)));
  const std::size_t runs = cell_count(sweep) / sweep.seeds.size();
  std::map<std::uint64_t, std::size_t> seeds;
  for (std::size_t i = 0; i < sweep.seeds.size(); ++i) seeds[sweep.seeds[i]] = i;
  for (const Place& trial : top.at("trials").items()) part.trials.push_back(read_trial(trial, seeds, runs));
  return part;
}

}  // namespace dropscope::cli
