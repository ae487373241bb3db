#include "core/session/timeline_log.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/base/check.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

// A variant may begin its learned values anew, and a rule of stopping forgets what was waited for: each counts.
bool leaves_no_trace(const std::string& path) { return !path.ends_with(".variant") && !path.starts_with("stopping."); }

bool covers(const command::SetGate& later, const command::SetGate& before) {
  return later.site == before.site && later.element == before.element && (later.row < 0 || later.row == before.row);
}

std::string place(const std::string& site, std::uint32_t element) { return site + ' ' + std::to_string(element); }

// Of one tick, looked through from its end: what later commands have set.
class Later {
 public:
  // Whether a later one has set the same; notes this one.
  bool has(const Command& command) {
    if (const auto* f = std::get_if<command::SetField>(&command)) return !seen_.insert("field " + f->path).second;
    if (const auto* g = std::get_if<command::SetGate>(&command)) {
      const std::string all = "gate " + place(g->site, g->element);
      if (seen_.contains(all)) return true;
      return !seen_.insert(g->row < 0 ? all : all + " in " + std::to_string(g->row)).second;
    }
    if (const auto* l = std::get_if<command::LockGate>(&command)) return holds(l->site, l->element);
    if (const auto* r = std::get_if<command::ReleaseGate>(&command)) return holds(r->site, r->element);
    return !seen_.insert("masks").second;
  }

 private:
  // A lock or a release replaces what was set before it; what is set after it leaves it in force.
  bool holds(const std::string& site, std::uint32_t element) {
    seen_.insert("gate " + place(site, element));
    return !seen_.insert("lock " + place(site, element)).second;
  }
  std::unordered_set<std::string> seen_;
};

// Whether a setting makes no difference to the settings that its follower of the same tick leaves.
bool is_overtaken(const command::SetField& field, const command::SetField& next) {
  return field.path == next.path && !field.path.ends_with(".variant");
}

int checked_site(const std::string& name, const Trainer& trainer) {
  const int site = trainer.network().find_site(name);
  if (site >= 0) return site;
  std::string names;
  for (const SiteInfo& s : trainer.network().sites()) names += (names.empty() ? "" : ", ") + s.name;
  throw InputError("mask by hand, site", "one of " + names, name);
}

}  // namespace

void check_by_hand(const Command& command, const Trainer& trainer) {
  const auto check_element = [&](const std::string& name, std::uint32_t element) {
    const std::size_t count = trainer.network().site_shape(checked_site(name, trainer), 1).count();
    if (element >= count)
      throw InputError("mask by hand, element of " + name, "0 to " + std::to_string(count - 1),
                       std::to_string(element));
  };
  if (const auto* g = std::get_if<command::SetGate>(&command)) {
    check_element(g->site, g->element);
    const int rows = int(trainer.batch_examples().size());
    if (g->row < -1 || g->row >= rows)
      throw InputError("mask by hand, row", "-1 (all) to " + std::to_string(rows - 1), std::to_string(g->row));
  } else if (const auto* l = std::get_if<command::LockGate>(&command)) {
    check_element(l->site, l->element);
  } else if (const auto* r = std::get_if<command::ReleaseGate>(&command)) {
    check_element(r->site, r->element);
  } else if (!std::holds_alternative<command::RedrawMasks>(command)) {
    throw InputError("timeline", "a setting or a mask by hand", "another command");
  }
}

std::size_t first_of_tick(const BranchLog& log, std::int64_t tick) {
  const auto at = std::partition_point(log.begin(), log.end(), [&](const auto& e) { return e->logged.tick < tick; });
  return std::size_t(at - log.begin());
}

void write_down(BranchLog& log, std::int64_t tick, const Command& command, std::string words) {
  const auto first = log.begin() + std::ptrdiff_t(first_of_tick(log, tick));
  auto end = log.begin() + std::ptrdiff_t(first_of_tick(log, tick + 1));
  auto entry = std::make_shared<const LogEntry>(LogEntry{{tick, command}, std::move(words)});
  if (const auto* field = std::get_if<command::SetField>(&command); field && leaves_no_trace(field->path)) {
    // Settings are obeyed before masks, so those in between do not matter.
    for (auto it = end; it != first;) {
      const auto* before = std::get_if<command::SetField>(&(*--it)->logged.command);
      if (!before) continue;
      if (before->path != field->path) break;
      *it = std::move(entry);
      return;
    }
  } else if (const auto* gate = std::get_if<command::SetGate>(&command)) {
    end = log.erase(std::remove_if(first, end,
                                   [&](const auto& e) {
                                     const auto* before = std::get_if<command::SetGate>(&e->logged.command);
                                     return before && covers(*gate, *before);
                                   }),
                    end);
  }
  log.insert(end, std::move(entry));
}

int mark_put_back(BranchLog& log, std::int64_t tick, const RunSpec& before, const RunSpec& after) {
  std::vector<std::size_t> settings;
  const auto field = [&](std::size_t i) -> const auto& { return std::get<command::SetField>(log[i]->logged.command); };
  for (std::size_t i = first_of_tick(log, tick), end = first_of_tick(log, tick + 1); i < end; ++i) {
    if (!is_setting(*log[i])) continue;
    if (!settings.empty() && is_overtaken(field(settings.back()), field(i))) settings.pop_back();
    settings.push_back(i);
  }
  int obeyed = 0;
  const auto obey = [&](RunSpec& spec, std::size_t i) {
    ++obeyed;
    set_field(spec, field(i).path, field(i).value, "timeline");
  };
  RunSpec so_far = before;  // under those before the one looked at that are not put back
  for (auto it = settings.begin(); it != settings.end(); ++it) {
    bool needed = !leaves_no_trace(field(*it).path);
    if (!needed) {
      try {
        RunSpec without = so_far;
        for (auto later = it + 1; later != settings.end(); ++later) obey(without, *later);
        needed = without != after;
      } catch (const InputError&) {  // one of the others is allowed only beside it
        needed = true;
      }
    }
    if (needed && it + 1 != settings.end()) obey(so_far, *it);
    if (log[*it]->put_back != needed) continue;
    LogEntry marked = *log[*it];
    marked.put_back = !needed;
    log[*it] = std::make_shared<const LogEntry>(std::move(marked));
  }
  return obeyed;
}

std::vector<TimelineView::Pin> pins_of(const BranchLog& log) {
  std::vector<TimelineView::Pin> pins;
  Later later;
  for (std::size_t i = log.size(); i-- > 0;) {
    const LogEntry& e = *log[i];
    if (i + 1 < log.size() && log[i + 1]->logged.tick != e.logged.tick) later = {};
    if (!e.put_back && !later.has(e.logged.command)) pins.push_back({e.logged.tick, e.words, !is_setting(e)});
  }
  std::reverse(pins.begin(), pins.end());
  return pins;
}

std::size_t bytes_of(const BranchLog& log, std::int64_t from_tick) {
  std::size_t bytes = log.capacity() * sizeof log[0];
  for (std::size_t i = first_of_tick(log, from_tick); i < log.size(); ++i) {
    constexpr std::size_t kStrings = 64;  // of the command, and what the allocator adds
    bytes += sizeof(LogEntry) + log[i]->words.capacity() + kStrings;
  }
  return bytes;
}

}  // namespace dropscope
