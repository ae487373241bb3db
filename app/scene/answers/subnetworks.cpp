// The run as 2^n networks: all of them as a wall where they are few, what they say of one input and its three averages,
// and how many of them a Monte Carlo mean takes.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/scene/answers/grid.h"
#include "app/scene/answers/subnetwork_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

using namespace answers;

bool is_ready(const EnsembleAnswer& answer) { return answer.subnetworks != nullptr; }

bool has_wall(const AnswerInput& in) {
  const SubnetworkReport& r = *in.answer.subnetworks;
  return r.enumerated && r.gates > 0 && !r.silent;
}

// Numbers and sequences are a few lines of text.
bool has_picture(const AnswerInput& in) {
  return !in.data.sequence && (in.data.image || (in.data.inputs == 2 && in.data.task == Task::Classification));
}

bool is_narrow(float width, const CardStyle& style) { return width < type_px(*style.palette, style.u, 680); }

// Heights in design units of the type.
constexpr float kWall = 330, kAverages = 265, kPlot = 190, kSmall = 210;

float least_height(const AnswerInput& in, float width, const CardStyle& style) {
  const auto px = [&](float units) { return type_px(*style.palette, style.u, units); };
  if (is_narrow(width, style))
    return px((has_wall(in) ? kWall : 0) + kAverages + 40 + kSmall + 2 * kPlot) + 40 * style.u;
  if (!has_wall(in)) return px(kAverages + kSmall) + 10 * style.u;
  return px(kWall + kAverages) + 10 * style.u;
}

AnswerPicture build(const AnswerInput& in, Rect room, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const float space = 10 * style.u;
  const SubnetworkReport& r = *in.answer.subnetworks;
  const auto add = [&](AnswerPicture part) { picture.append(std::move(part)); };
  const bool wall = has_wall(in);
  Rect wall_room{}, chosen{}, input, averages, error, validation;
  if (is_narrow(room.width(), style)) {
    const std::vector<Rect> rows = wall ? cut_rows(room, {kWall, kSmall, kAverages + 40, kPlot, kPlot}, space)
                                        : cut_rows(room, {kAverages + 40, kSmall, kPlot, kPlot}, space);
    std::size_t i = 0;
    if (wall) {
      wall_room = rows[i++];
      const std::vector<Rect> two = cut_columns(rows[i++], {1, 1}, space);
      chosen = two[0], input = two[1];
      averages = rows[i++];
    } else {
      averages = rows[i++];
      input = rows[i++];
    }
    error = rows[i++], validation = rows[i];
  } else if (wall) {
    const std::vector<Rect> columns = cut_columns(room, {1.2f, 1}, space);
    const std::vector<Rect> left = cut_rows(columns[0], {kWall, kAverages}, space);
    const std::vector<Rect> right = cut_rows(columns[1], {kSmall + 15, kPlot, kPlot}, space);
    const std::vector<Rect> two = cut_columns(right[0], {1, 1}, space);
    wall_room = left[0], averages = left[1];
    chosen = two[0], input = two[1];
    error = right[1], validation = right[2];
  } else {
    const std::vector<Rect> columns = cut_columns(room, {1.2f, 1}, space);
    const float shown = has_picture(in) ? kSmall + 20 : 74;
    const std::vector<Rect> left = cut_rows(columns[0], {kAverages + kSmall - shown, shown}, space);
    const std::vector<Rect> right = cut_rows(columns[1], {1, 1}, space);
    averages = left[0], input = left[1];
    error = right[0], validation = right[1];
  }
  if (wall) {
    add(wall_card(in, wall_room, style, measure));
    add(chosen_card(in, chosen, style, measure));
  }
  add(averages_card(in, averages, style, measure));
  add(input_card(in, input, style, measure));
  add(error_card(in, error, style, measure));
  add(validation_card(in, validation, style, measure));
  picture.areas.push_back({"gates", room, std::to_string(r.gates)});
  return picture;
}

}  // namespace

bool answers::has_numbers(const SubnetworkReport& report) {
  return std::ranges::all_of(std::array{&report.scaled, &report.predictions, &report.drawn}, [](const auto* values) {
    return std::ranges::all_of(*values, [](double v) { return std::isfinite(v); });
  });
}

extern const AnswerSheet kSubnetworksSheet;
const AnswerSheet kSubnetworksSheet = {
    .topic = EnsembleTopic::Subnetworks,
    .title = "Sub-networks",
    .tip = "Every mask leaves another network: all of them, or many, and what their averages say of one input",
    .controls = AnswerControl::Probe | AnswerControl::Samples | AnswerControl::Order,
    .ready = is_ready,
    .least_height = least_height,
    .build = build,
};

}  // namespace dropscope
