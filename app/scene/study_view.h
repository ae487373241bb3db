// What pictures know of a study of many seeds while it runs in the background, and after: values.
#pragma once
#include <limits>
#include <string>
#include <vector>

#include "core/study/seed_table.h"

namespace dropscope {

struct StudyView {
  Study study;                     // as it was begun; runs may have changed since
  SeedTable table;                 // of the trials at hand
  std::vector<int> trained;          // seeds at hand of each run, those that diverged among them
  std::vector<Band> loss, accuracy;  // validation, one per run
  std::size_t done = 0, total = 0;   // trials
  double share = 0;                  // of all work, 0 .. 1
  double seconds_left = std::numeric_limits<double>::infinity();
  std::size_t version = 0;           // of study, table and bands: another one with each set_trials()
  bool finished = false, cancelled = false;
  bool outdated = false;             // the runs are no longer what was trained
  std::string failed;                // empty, or why it ended before its time
};

// Table and bands of these trials.
void set_trials(StudyView& view, std::span<const Trial> trials);

}  // namespace dropscope
