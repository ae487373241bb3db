#include "app/cli/study_words.h"

#include <algorithm>
#include <cctype>

#include "app/state/neighbours.h"
#include "core/base/check.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

constexpr int kMostSeeds = 1000, kMostJobs = 1024, kUsualSeeds = 5, kMostShards = 100000;
constexpr std::size_t kMostValues = 10000, kLongestName = 80;

std::string trimmed(std::string_view text) {
  const auto space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

// Whether a setting begins here: spaces, a path, "=".
bool begins_setting(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) return false;
  const std::string path = trimmed(text.substr(0, equals));
  return !path.empty() && std::isalpha(static_cast<unsigned char>(path[0])) &&
         std::all_of(path.begin(), path.end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_'; });
}

std::vector<std::string> pieces(const std::string& text, char separator) {
  std::vector<std::string> list;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    list.push_back(trimmed(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return list;
}

// A decimal number as a whole number of units of 10^-decimals.
struct Decimal {
  std::int64_t units = 0;
  int decimals = 0;
};
std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal number;
  bool digits = false, point = false;
  const bool minus = !text.empty() && text[0] == '-';
  if (minus) text.remove_prefix(1);
  for (char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || number.units > 100'000'000'000'000) return std::nullopt;
    number.units = 10 * number.units + (c - '0');
    number.decimals += point;
    digits = true;
  }
  if (minus) number.units = -number.units;
  return digits && number.decimals <= 12 ? std::optional(number) : std::nullopt;
}
void to_decimals(Decimal& number, int decimals) {
  for (; number.decimals < decimals; ++number.decimals) number.units *= 10;
}
std::string decimal_text(std::int64_t units, int decimals) {
  std::string digits = std::to_string(units < 0 ? -units : units);
  if (int(digits.size()) <= decimals) digits.insert(0, std::size_t(decimals) + 1 - digits.size(), '0');
  std::string text = digits.substr(0, digits.size() - std::size_t(decimals));
  std::string part = digits.substr(digits.size() - std::size_t(decimals));
  while (!part.empty() && part.back() == '0') part.pop_back();
  if (!part.empty()) text += "." + part;
  return (units < 0 ? "-" : "") + text;
}

// The values of "lo..hi:step"; empty where the text is no range.
std::vector<std::string> range_values(const std::string& text, const std::string& where) {
  const std::size_t dots = text.find("..");
  if (dots == text.npos) return {};
  const std::size_t colon = std::min(text.find(':', dots), text.size());
  auto lo = parse_decimal(std::string_view(text).substr(0, dots));
  auto hi = parse_decimal(std::string_view(text).substr(dots + 2, colon - dots - 2));
  auto step = colon < text.size() ? parse_decimal(std::string_view(text).substr(colon + 1)) : Decimal{1, 0};
  if (!lo || !hi || !step) return {};
  const int decimals = std::max({lo->decimals, hi->decimals, step->decimals});
  if (decimals > 3 && std::max({std::abs(lo->units), std::abs(hi->units), std::abs(step->units)}) > 1'000'000'000)
    throw InputError(where, "a range of fewer digits", "'" + text.substr(0, 60) + "'");
  for (Decimal* number : {&*lo, &*hi, &*step}) to_decimals(*number, decimals);
  if (step->units <= 0 || hi->units < lo->units)
    throw InputError(where, "a range that goes up, such as 0..0.9:0.1", "'" + text.substr(0, 60) + "'");
  if ((hi->units - lo->units) / step->units >= std::int64_t(kMostValues))
    throw InputError(where, "at most " + std::to_string(kMostValues) + " values", "'" + text.substr(0, 60) + "'");
  std::vector<std::string> values;
  for (std::int64_t units = lo->units; units <= hi->units; units += step->units)
    values.push_back(decimal_text(units, decimals));
  return values;
}

}  // namespace

std::vector<std::string> split_settings(const std::string& text) {
  std::vector<std::string> settings;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && (text[i] != ',' || !begins_setting(std::string_view(text).substr(i + 1)))) continue;
    settings.push_back(trimmed(std::string_view(text).substr(begin, i - begin)));
    begin = i + 1;
  }
  return settings;
}

StudyRun parse_run(const std::string& text, const RunSpec& base) {
  const std::size_t colon = text.find(':'), equals = text.find('=');
  const bool named = colon != text.npos && (equals == text.npos || colon < equals);
  StudyRun run{named                 ? trimmed(std::string_view(text).substr(0, colon))
               : equals == text.npos ? trimmed(text)
                                     : "",
               base};
  const std::string rest = named ? text.substr(colon + 1) : equals == text.npos ? "" : text;
  if ((named || equals == text.npos) && run.name.empty())
    throw InputError("--run", "\"name: path=value, path=value\"", "'" + text.substr(0, 60) + "'");
  if (run.name.size() > kLongestName)
    throw InputError("--run", "a name of at most 80 bytes", std::to_string(run.name.size()));
  if (std::any_of(run.name.begin(), run.name.end(), [](char c) { return static_cast<unsigned char>(c) < 32; }))
    throw InputError("--run", "a name without control characters", "'" + run.name + "'");
  if (!trimmed(rest).empty()) {
    for (const std::string& setting : split_settings(rest)) {
      const std::size_t at = setting.find('=');
      if (at == setting.npos || at == 0)
        throw InputError("--run", "path=value after the name, such as dropout.rate=0.3",
                         "'" + setting.substr(0, 60) + "'");
      const std::string path = trimmed(std::string_view(setting).substr(0, at));
      if (path == "seed" || path == "data_seed")
        throw InputError("--run", "settings other than seeds, which all runs share (--first-seed)", path);
      set_field(run.spec, path, trimmed(std::string_view(setting).substr(at + 1)), "--run");
    }
  }
  if (run.name.empty()) run.name = run_name(run.spec, base);
  return run;
}

std::vector<std::string> split_values(const std::string& text, const std::string& where) {
  std::vector<std::string> values;
  for (const std::string& piece : pieces(text, text.find(';') == text.npos ? ',' : ';')) {
    if (piece.empty()) throw InputError(where, "values between all commas", "'" + text.substr(0, 60) + "'");
    const std::vector<std::string> range = range_values(piece, where);
    if (range.empty())
      values.push_back(piece);
    else
      values.insert(values.end(), range.begin(), range.end());
    if (values.size() > kMostValues)
      throw InputError(where, "at most " + std::to_string(kMostValues) + " values", "more");
  }
  return values;
}

std::vector<StudyRun> variant_runs(const RunSpec& base, const std::string& variants,
                                   const std::optional<std::string>& rates) {
  std::vector<std::optional<double>> asked;
  if (rates)
    for (const std::string& rate : split_values(*rates, "--rates")) asked.push_back(parse_real(rate, 0, 1, "--rates"));
  const std::vector<Neighbour> known = all_neighbours(base);
  std::vector<StudyRun> runs;
  for (const std::string& id : split_values(variants, "--variants")) {
    const auto it = std::find_if(known.begin(), known.end(), [&](const Neighbour& n) { return n.id == id; });
    const bool many = it != known.end() && it->has_rate && !asked.empty();
    for (const std::optional<double>& rate : many ? asked : std::vector<std::optional<double>>{std::nullopt}) {
      const RunSpec spec = with_neighbour(base, id, rate, "--variants");
      if (std::any_of(runs.begin(), runs.end(), [&](const StudyRun& r) { return r.spec == spec; })) continue;
      runs.push_back({run_name(spec, base), spec});
    }
  }
  return runs;
}

SweepAxis parse_axis(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == text.npos)
    throw InputError("--axis", "path=value,value, such as dropout.rate=0,0.2,0.5", "'" + text.substr(0, 60) + "'");
  const std::string path = trimmed(std::string_view(text).substr(0, equals));
  return {path, split_values(text.substr(equals + 1), "--axis " + path.substr(0, 60))};
}

Shard parse_shard(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) throw InputError("--shard", "part/parts, such as 1/8", "'" + text.substr(0, 60) + "'");
  const int count = int(parse_integer(std::string_view(text).substr(slash + 1), 1, kMostShards, "--shard, the parts"));
  const std::int64_t part = parse_integer(std::string_view(text).substr(0, slash), 0, kMostShards, "--shard, the part");
  if (part < 1 || part > count)
    throw InputError("--shard",
                     "a part from 1 to " + std::to_string(count) + " (Slurm: --array=1-" + std::to_string(count) + ")",
                     std::to_string(part));
  return {int(part) - 1, count};
}

std::vector<std::uint64_t> parse_seeds(const StudyWords& words, const RunSpec& base) {
  const int count = words.seeds ? int(parse_integer(*words.seeds, 1, kMostSeeds, "--seeds")) : kUsualSeeds;
  const std::uint64_t first = words.first_seed ? parse_seed(*words.first_seed, "--first-seed") : base.seed;
  if (first > ~std::uint64_t{0} - std::uint64_t(count))
    throw InputError("--first-seed", "room for " + std::to_string(count) + " seeds", std::to_string(first));
  return consecutive_seeds(first, count);
}

int parse_jobs(const std::optional<std::string>& jobs) {
  return jobs ? int(parse_integer(*jobs, 1, kMostJobs, "--jobs")) : 0;
}

}  // namespace dropscope::cli
