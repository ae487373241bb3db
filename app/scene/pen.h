// What the files that write the words of the network picture share. Used inside app/scene only.
#pragma once
#include "app/scene/step_beat.h"

namespace dropscope {

struct Pen {
  DisplayList& list;
  const Palette& p;
  float u;
  const TextMeasure& measure;
};

// Below the picture: what width and colour of a line mean.
void add_legend(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style);

// "h1" of a column's title "hidden 1": where the whole name would be too small to read.
std::string brief_title(const std::string& title);

// Above a matrix of weights: what its rows and columns are.
void add_matrix_words(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, std::size_t layer);

// Step mode's head line, "Forward: hidden 2", and what is below it, which never changes within an update.
std::string step_title(const Snapshot& snapshot, const SceneStyle& style);
std::string step_sentence(const Snapshot& snapshot);
// The size of the head line in design units.
float title_type(const Palette& palette, bool stepping);
// Numbers beside the units of the column at work, and struck zeros where no gradient passes.
void add_unit_numbers(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style);
// What each output stands for, right of the units of the last layer, with its number and the target at the loss.
void add_output_names(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style);
// Which way the beat goes: an arrow between the names of two columns.
void add_step_arrow(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style);

}  // namespace dropscope
