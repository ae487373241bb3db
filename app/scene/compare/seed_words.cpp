#include "app/scene/compare/seed_words.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "app/scene/run_marks.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

// Numbers of a sentence with the minus of all other numbers on the screen.
std::string with_minus(std::string text) {
  for (std::size_t i = 1; i + 1 < text.size(); ++i)
    if (text[i] == '-' && (text[i - 1] == ' ' || text[i - 1] == '(') && std::isdigit(text[i + 1]))
      text.replace(i, 1, "\u2212");
  return text;
}

}  // namespace

std::string seeds_phrase(std::span<const int> counts, int asked) {
  const std::string all = std::to_string(asked) + (asked == 1 ? " seed" : " seeds");
  if (counts.empty()) return all;
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  if (*least == asked) return all;
  if (*least == *most) return std::to_string(*most) + " of " + all;
  return (*least == 0 ? "up to " : std::to_string(*least) + " to ") + std::to_string(*most) + " of " + all;
}

std::vector<int> curve_seeds(const StudyView& study) {
  std::vector<int> counts = study.trained;
  for (std::size_t i = 0; i < counts.size() && i < study.table.rows.size(); ++i)
    counts[i] -= study.table.rows[i].diverged;
  return counts;
}

bool has_spread(std::span<const int> counts) {
  return std::any_of(counts.begin(), counts.end(), [](int n) { return n > 1; });
}

std::vector<std::string> study_head_words(const StudyView& study) {
  const std::string over = "Over " + seeds_phrase(study.trained, study.table.seeds);
  std::int64_t ticks = study.study.ticks;
  if (ticks <= 0 && !study.study.runs.empty()) ticks = study.study.runs[0].spec.ticks;
  const std::string steps = ticks > 0 ? " after " + count_text(std::uint64_t(ticks)) + " steps" : "",
                    spread = has_spread(study.trained) ? ", mean \u00b1 standard deviation" : "",
                    were = study.outdated ? " (of the runs as they were)" : "",
                    changed = study.outdated ? " (runs have changed)" : "";
  return {over + steps + spread + were,
          over + steps + spread + changed,
          over + spread + changed,
          over + steps + changed,
          over + changed,
          over};
}

std::vector<std::string> row_count_words(const StudyView& study, std::size_t run) {
  if (run >= study.trained.size() || run >= study.table.rows.size()) return {};
  const int here = study.trained[run], diverged = study.table.rows[run].diverged, asked = study.table.seeds;
  if (here == asked && diverged == 0) return {};
  const std::string lost = std::to_string(diverged) + " diverged", of = std::to_string(here) + " of ";
  const std::string count = of + std::to_string(asked);
  if (here == asked)
    return {lost + " of " + std::to_string(asked) + " seeds", lost, std::to_string(diverged) + " div."};
  if (diverged == 0) return {of + seeds_phrase({}, asked), count, std::to_string(here) + "/" + std::to_string(asked)};
  return {of + seeds_phrase({}, asked) + ", " + lost, count + ", " + lost, lost};
}

std::vector<std::string> verdict_wordings(const StudyView& study, std::size_t run) {
  const SeedTable& table = study.table;
  if (run >= table.rows.size() || std::size_t(kTested) >= table.rows[run].against.size()) return {};
  const PairedDifference& pairs = table.rows[run].against[std::size_t(kTested)];
  if (pairs.pairs() == 0) return {};
  const Verdict v = verdict_of(pairs, kTested, run_letter(0));
  const bool early = pairs.pairs() < table.seeds, so_far = early && !study.finished;
  const int there[] = {pairs.pairs()};
  const std::string after = early ? "after " + seeds_phrase(there, table.seeds) + ": " : "";
  std::vector<std::string> wordings;
  if (so_far && pairs.pairs() == 1) {
    wordings.push_back("so far, " + after + v.difference);
  } else if (so_far) {
    // Of pairs that are not whole it is said that they tell nothing; anything else would be judged too early.
    const std::string caveat = pairs.whole() ? "" : v.judgement;
    for (const std::string& more :
         {v.average + v.count + caveat + v.interval, v.average + caveat + v.interval, caveat + v.interval, caveat})
      wordings.push_back("so far, " + after + v.difference + more);
  } else {
    for (const std::string& more : {v.average + v.count + v.judgement + v.interval,
                                    v.average + v.judgement + v.interval, v.judgement + v.interval})
      wordings.push_back(after + v.difference + more);
    // After how many, the head of the rows says as well.
    if (early) wordings.push_back(v.difference + v.judgement + v.interval);
    wordings.push_back(after + v.difference + v.judgement);
  }
  for (std::string& words : wordings) words = with_minus(std::move(words));
  return wordings;
}

std::optional<std::size_t> best_mean(const SeedTable& table, Measure measure, int sign) {
  const auto at = std::size_t(measure);
  std::optional<std::size_t> best;
  double value = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    if (at >= table.rows[i].measures.size()) return {};
    const Spread& s = table.rows[i].measures[at];
    if (s.count == 0 || s.count != table.rows[0].measures[at].count || !std::isfinite(s.mean)) return {};
    if (!best || s.mean * sign > value) best = i, value = s.mean * sign;
  }
  if (!best || sign == 0 || table.rows.size() < 2) return {};
  const auto exceeds = [&](const SeedRow& row) { return at < row.against.size() && row.against[at].exceeds(); };
  if (*best > 0) return exceeds(table.rows[*best]) ? best : std::nullopt;
  return std::all_of(table.rows.begin() + 1, table.rows.end(), exceeds) ? best : std::nullopt;
}

std::string study_progress_words(const StudyView& study) {
  const std::string done = count_text(study.done) + " of " + count_text(study.total) + " trainings";
  if (!study.failed.empty()) return "stopped: " + study.failed;
  if (study.cancelled) return "cancelled after " + done;
  if (study.finished) return done + " done";
  if (!std::isfinite(study.seconds_left)) return done;
  const auto left = std::uint64_t(std::ceil(std::max(0.0, study.seconds_left)));
  const std::string time = left < 60 ? std::to_string(left) + " s"
                           : left < 3600
                               ? std::to_string(left / 60) + " min " + std::to_string(left % 60) + " s"
                               : std::to_string(left / 3600) + " h " + std::to_string(left % 3600 / 60) + " min";
  return done + ", " + time + " left";
}

}  // namespace dropscope
