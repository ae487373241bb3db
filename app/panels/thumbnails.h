// Small pictures of the data sets, made from the very examples a run would get.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/scene/display_list.h"
#include "app/theme/palette.h"

struct ImDrawList;

namespace dropscope {

class Thumbnails {
 public:
  // Draws into `area`; makes at most one picture's data per call of begin_frame, so that opening never stalls.
  void begin_frame() { budget_ = 1; }
  void paint(ImDrawList& list, Rect area, std::string_view dataset, const Palette& palette);

 private:
  struct Sample {
    bool made = false;
    int inputs = 0, rows = 0, cols = 0;
    int steps = 0, features = 1;  // of a sequence
    bool tokens = false, blank = false;  // blank: token 0 says nothing
    std::vector<float> x, target;
    std::vector<int> label;
  };
  static Sample make(const std::string& dataset);
  static void paint_points(ImDrawList& list, Rect area, const Sample& sample, const Palette& palette);
  static void paint_sequences(ImDrawList& list, Rect area, const Sample& sample, const Palette& palette);
  static void paint_image(ImDrawList& list, Rect area, const Sample& sample, const Palette& palette);

  std::map<std::string, Sample, std::less<>> samples_;
  int budget_ = 0;
};

}  // namespace dropscope
