#include "app/panels/thumbnails.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "app/theme/style.h"
#include "app/widgets/buttons.h"
#include "core/base/check.h"
#include "core/data/dataset.h"

namespace dropscope {
namespace {

bool reads_files(const DatasetSource& source) {
  return std::find(source.options.begin(), source.options.end(), DataOption::Path) != source.options.end();
}

}  // namespace

Thumbnails::Sample Thumbnails::make(const std::string& dataset) {
  Sample sample;
  sample.made = true;
  const DatasetSource* source = find_dataset(dataset);
  if (!source || reads_files(*source)) return sample;
  DataSpec spec;
  spec.dataset = dataset;
  spec.train = 90;
  spec.validation = 2;
  spec.noise = 0.12;
  spec.steps = 8;
  try {
    Dataset data = make_dataset(spec, 7, nullptr);
    sample.inputs = data.inputs;
    if (data.image) {
      sample.rows = data.image->rows;
      sample.cols = data.image->cols;
      data.train.x.resize(std::size_t(sample.rows * sample.cols));
    }
    if (data.sequence) {
      sample.steps = data.sequence->steps;
      sample.features = data.sequence->features;
      sample.tokens = data.sequence->tokens;
      sample.blank = data.sequence->vocabulary != data.outputs || !data.sequence->label_each_step;
    }
    sample.x = std::move(data.train.x);
    sample.target = std::move(data.train.target);
    sample.label.assign(data.train.label.begin(), data.train.label.end());
  } catch (const InputError&) {
    sample.inputs = 0;  // shown as the icon of a folder; the run itself says what is wrong
  }
  return sample;
}

void Thumbnails::paint_points(ImDrawList& list, Rect area, const Sample& s, const Palette& palette) {
  const std::size_t width = std::size_t(s.inputs), n = s.x.size() / width;
  const auto point = [&](std::size_t i) {
    return Vec2{s.x[i * width], width > 1 ? s.x[i * width + 1] : i < s.target.size() ? s.target[i] : 0.0f};
  };
  if (n == 0) return;
  Vec2 lo = point(0), hi = lo;
  for (std::size_t i = 1; i < n; ++i) {
    const Vec2 p = point(i);
    lo = {std::min(lo.x, p.x), std::min(lo.y, p.y)};
    hi = {std::max(hi.x, p.x), std::max(hi.y, p.y)};
  }
  const float margin = area.width() * 0.16f, side = area.width() - 2 * margin, radius = std::max(1.0f, side * 0.035f);
  for (std::size_t i = 0; i < n; ++i) {
    const Vec2 p = point(i);
    const float x = area.min.x + margin + side * (p.x - lo.x) / std::max(hi.x - lo.x, 1e-6f);
    const float y = area.max.y - margin - side * (p.y - lo.y) / std::max(hi.y - lo.y, 1e-6f);
    const std::size_t label = i < s.label.size() ? std::size_t(s.label[i]) % std::size(palette.data_class) : 0;
    list.AddCircleFilled({x, y}, radius, im_color(palette.data_class[label]), 8);
  }
}

// A few sequences, one a line: a coloured cell for each token, or a bar for each number, with the marked ones dark.
void Thumbnails::paint_sequences(ImDrawList& list, Rect area, const Sample& s, const Palette& palette) {
  const int lines = s.tokens ? 5 : 3;
  const float side = area.width() * 0.76f, cell = side / float(s.steps), height = side / float(lines);
  const Vec2 at{area.center().x - side / 2, area.center().y - side / 2};
  for (int line = 0; line < lines; ++line)
    for (int t = 0; t < s.steps; ++t) {
      const std::size_t i = std::size_t((line * s.steps + t) * s.features);
      if (i + std::size_t(s.features) > s.x.size()) return;
      const float x = at.x + cell * float(t), bottom = at.y + height * float(line + 1) - height * 0.18f;
      if (!s.tokens) {
        const bool marked = s.features > 1 && s.x[i + 1] > 0;
        const float top = bottom - std::max(1.0f, std::clamp(s.x[i], 0.0f, 1.0f) * height * 0.75f);
        list.AddRectFilled({x, top}, {x + cell * 0.75f, bottom}, im_color(marked ? palette.text : palette.border));
        continue;
      }
      const int token = int(std::lround(s.x[i]));
      const Vec2 middle{x + cell / 2, at.y + height * (float(line) + 0.5f)};
      const float r = std::min(cell, height) * 0.38f;
      if (s.blank && token == 0)
        list.AddCircleFilled({middle.x, middle.y}, std::max(0.6f, r * 0.35f), im_color(palette.border), 6);
      else
        list.AddRectFilled({middle.x - r, middle.y - r}, {middle.x + r, middle.y + r},
                           im_color(palette.data_class[std::size_t(token) % std::size(palette.data_class)]));
    }
}

void Thumbnails::paint_image(ImDrawList& list, Rect area, const Sample& s, const Palette& palette) {
  const float cell = area.width() * 0.72f / float(std::max(s.rows, s.cols));
  const Vec2 at{area.center().x - cell * float(s.cols) / 2, area.center().y - cell * float(s.rows) / 2};
  for (int row = 0; row < s.rows; ++row)
    for (int col = 0; col < s.cols; ++col) {
      const float ink = std::clamp(s.x[std::size_t(row * s.cols + col)], 0.0f, 1.0f);
      if (ink < 0.05f) continue;
      const Vec2 p{at.x + cell * float(col), at.y + cell * float(row)};
      list.AddRectFilled({p.x, p.y}, {p.x + cell, p.y + cell}, im_color(palette.text.with_alpha(ink)));
    }
}

void Thumbnails::paint(ImDrawList& list, Rect area, std::string_view dataset, const Palette& palette) {
  auto it = samples_.find(dataset);
  if (it == samples_.end()) {
    if (budget_ <= 0) return;
    --budget_;
    it = samples_.emplace(std::string(dataset), make(std::string(dataset))).first;
  }
  const Sample& sample = it->second;
  if (sample.rows > 0 && sample.x.size() >= std::size_t(sample.rows * sample.cols))
    paint_image(list, area, sample, palette);
  else if (sample.steps > 0)
    paint_sequences(list, area, sample, palette);
  else if (sample.inputs > 0)
    paint_points(list, area, sample, palette);
  else
    draw_icon(list, Icon::Folder, area.center(), area.width() * 0.5f, palette.secondary);
}

}  // namespace dropscope
