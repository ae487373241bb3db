#include "app/cli/json_text.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/cli/facts.h"
#include "app/cli/json_parts.h"
#include "app/cli/version.h"
#include "core/base/hash.h"
#include "core/spec/spec_io.h"

namespace dropscope::cli {

std::string text_of(const Json& json) {
  const std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == '\\') out += text[++i];  // only in quotes
    if (quoted || text[i] != '[') continue;
    const std::size_t end = text.find_first_of("]{[\"", i + 1);
    if (end == std::string::npos || text[end] != ']') continue;
    for (++i; i < end; ++i)
      if (text[i] != '\n' && text[i] != ' ') out += text[i] == ',' ? ", " : std::string(1, text[i]);
    out += ']';
  }
  return out;
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json number(float value) {
  if (!std::isfinite(value)) return nullptr;
  char text[32];
  const char* end = std::to_chars(text, text + sizeof text, value).ptr;
  double shortest = 0;
  std::from_chars(text, end, shortest);
  return shortest;
}

Json metrics_json(const MetricPoint& p) {
  return {{"tick", p.tick},
          {"epoch", p.epoch},
          {"train_loss_masked", number(p.train_loss_masked)},
          {"train_loss", number(p.train_loss)},
          {"validation_loss", number(p.validation_loss)},
          {"train_accuracy", number(p.train_accuracy)},
          {"validation_accuracy", number(p.validation_accuracy)},
          {"gap", number(gap(p))}};
}

namespace {

std::string facts_json(const std::vector<Facts>& all) {
  Json list = Json::array();
  for (const Facts& facts : all) {
    Json object = Json::object();
    for (const Fact& fact : facts) std::visit([&](const auto& value) { object[fact.name] = value; }, fact.value);
    list.push_back(object);
  }
  return text_of(list);
}

Json row_json(const FigureRow& row) {
  Json json = {{"what", row.what}, {"unit", row.unit}};
  json["quoted"] = row.quoted ? number(*row.quoted) : Json(nullptr);
  json["claim"] = row.claim.empty() ? Json(nullptr) : Json(row.claim);
  json["agrees_from"] = row.judged() ? number(row.lo) : Json(nullptr);
  json["agrees_to"] = row.judged() ? number(row.hi) : Json(nullptr);
  return json;
}

Json figure_json(const Figure& figure) {
  return {{"id", figure.id},     {"title", figure.title}, {"source", figure.source},
          {"ours", figure.ours}, {"time", figure.time},   {"needs_data", figure.needs_data}};
}

}  // namespace

std::string figures_json() {
  Json list = Json::array();
  for (const Figure* figure : all_figures()) {
    Json json = figure_json(*figure);
    json["rows"] = Json::array();
    for (const FigureRow& row : figure->rows()) json["rows"].push_back(row_json(row));
    list.push_back(json);
  }
  return text_of(list);
}

std::string reproduction_json(const Figure& figure, const std::vector<MeasuredRow>& rows, bool quick) {
  Json json = figure_json(figure);
  json["format"] = "dropscope.reproduction";
  json["version"] = 1;
  json["program"] = std::string("dropscope ") + kProgramVersion;
  json["shortened"] = quick;
  json["rows"] = Json::array();
  for (const MeasuredRow& m : rows) {
    Json row = row_json(m.row);
    row["measured"] = Json::array();
    for (double v : m.values) row["measured"].push_back(number(v));
    row["mean"] = number(m.mean);
    row["deviation"] = m.spread ? number(*m.spread) : Json(nullptr);
    static constexpr const char* kVerdicts[] = {"agrees", "differs", "not judged"};
    row["verdict"] = kVerdicts[int(m.verdict)];
    json["rows"].push_back(row);
  }
  return text_of(json);
}

std::string training_json(const TrainingRecord& record) {
  Json json;
  json["format"] = "dropscope.training";
  json["version"] = 1;
  json["program"] = std::string("dropscope ") + kProgramVersion;
  json["spec"] = Json::parse(spec_to_json(record.spec));
  json["data"] = {{"train", record.train_examples},
                  {"validation", record.validation_examples},
                  {"inputs", record.inputs},
                  {"outputs", record.outputs}};
  json["metrics"] = Json::array();
  for (std::size_t i = 0; i < record.metrics.count; ++i) json["metrics"].push_back(metrics_json(record.metrics[i]));
  json["final"] = metrics_json(record.final_metrics);
  json["ticks"] = record.tick;
  json["seconds"] = number(record.seconds);
  json["samples_per_second"] = number(record.samples_per_second);
  json["status"] = !record.diverged.empty()  ? "diverged"
                   : record.interrupted      ? "interrupted"
                   : !record.stopped.empty() ? "stopped_early"
                                             : "finished";
  if (!record.diverged.empty()) json["message"] = record.diverged;
  if (!record.stopped.empty()) json["message"] = record.stopped;
  json["state_hash"] = Json::array();
  for (const auto& [tick, hash] : record.state_hashes)
    json["state_hash"].push_back({{"tick", tick}, {"hash", hash_text(hash)}});
  return text_of(json);
}

std::string variants_json() { return facts_json(variant_facts()); }
std::string datasets_json() { return facts_json(dataset_facts()); }
std::string scenarios_json() { return facts_json(scenario_facts()); }

}  // namespace dropscope::cli
