// Sub-networks drawn: which output they are judged by, their colour, the network with its missing units.
#include <algorithm>
#include <cmath>

#include "app/scene/answers/subnetwork_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope::answers {
namespace {

constexpr int kMostUnits = 24;  // of a column that are drawn

struct SmallColumn {
  std::string name;
  int units = 0;
  std::vector<bool> missing;  // of the units, as far as they have gates
};

// The columns of dense layers from the spec; of anything else only what has gates.
std::vector<SmallColumn> columns_of(const AnswerInput& in, std::uint32_t bits) {
  const SubnetworkReport& r = *in.answer.subnetworks;
  const ArchSpec& arch = in.spec().network;
  std::vector<SmallColumn> columns;
  const bool dense = std::all_of(arch.hidden.begin(), arch.hidden.end(),
                                 [](const LayerSpec& layer) { return layer.kind == LayerKind::Dense; });
  if (dense) {
    const std::vector<std::string> names = layer_names(arch);
    columns.push_back({"input", in.data.inputs, {}});
    for (std::size_t i = 0; i < arch.hidden.size(); ++i) columns.push_back({names[i], arch.hidden[i].units, {}});
    columns.push_back({"output", in.data.outputs, {}});
  }
  for (std::size_t j = 0; j < r.places.size(); ++j) {
    const GatePlace& place = r.places[j];
    const std::string site = place.name.substr(0, place.name.find_first_of(",:"));
    auto column = std::find_if(columns.begin(), columns.end(), [&](const SmallColumn& c) { return c.name == site; });
    if (column == columns.end()) column = columns.insert(columns.end(), {site, 0, {}});
    column->units = std::max(column->units, int(place.coin) + 1);
    column->missing.resize(std::size_t(column->units));
    column->missing[place.coin] = !(bits >> j & 1);
  }
  return columns;
}

}  // namespace

ShownOutput shown_output(const SubnetworkReport& report, const DataView& data) {
  ShownOutput shown;
  if (report.classes == 0) {
    shown.name = data.output_names.empty() ? "prediction" : output_name(data, 0);
    return shown;
  }
  const std::size_t classes = std::size_t(report.classes);
  shown.first = std::size_t(report.outputs) - classes;
  const auto begin = report.scaled.begin() + std::ptrdiff_t(shown.first);
  const std::size_t k = classes == 2 ? 1 : std::size_t(std::max_element(begin, begin + report.classes) - begin);
  shown.index = shown.first + k;
  shown.name = "P(" + output_name(data, k) + ")" + (shown.first > 0 ? " at the last step" : "");
  return shown;
}

double prediction_of(const SubnetworkReport& report, const ShownOutput& shown, std::uint32_t bits) {
  return report.predictions[std::size_t(bits) * std::size_t(report.outputs) + shown.index];
}

std::pair<double, double> prediction_range(const SubnetworkReport& report, const ShownOutput& shown) {
  double lo = 1e300, hi = -1e300;
  for (std::size_t set = 0; set < report.probability.size(); ++set) {
    const double value = prediction_of(report, shown, std::uint32_t(set));
    if (std::isfinite(value)) lo = std::min(lo, value), hi = std::max(hi, value);
  }
  return lo <= hi ? std::pair(lo, hi) : std::pair(0.0, 1.0);
}

Color prediction_color(const SubnetworkReport& report, const ShownOutput& shown, std::uint32_t bits,
                       const Palette& palette, std::pair<double, double> range) {
  const bool dark = palette.id == ThemeId::Dark;
  if (report.classes == 0) {
    const double value = prediction_of(report, shown, bits), span = range.second - range.first;
    if (!std::isfinite(value)) return palette.hazard_b;
    return mix(palette.neutral, palette.positive, span > 0 ? float((value - range.first) / span) * 0.8f : 0.4f);
  }
  const auto row =
      report.predictions.begin() + std::ptrdiff_t(std::size_t(bits) * std::size_t(report.outputs) + shown.first);
  const auto best = std::max_element(row, row + report.classes);
  if (!std::isfinite(*best)) return palette.hazard_b;
  const double least = 1.0 / report.classes;
  const float sure = float(std::sqrt(std::clamp((*best - least) / (1 - least), 0.0, 1.0)));
  return mix(palette.neutral, class_color(palette, std::size_t(best - row)),
             dark ? 0.08f + 0.57f * sure : 0.06f + 0.54f * sure);
}

void add_small_network(DisplayList& list, const AnswerInput& in, std::uint32_t bits, Rect room, bool edges,
                       const CardStyle& style) {
  const Palette& p = *style.palette;
  const std::vector<SmallColumn> columns = columns_of(in, bits);
  int most = 1;
  for (const SmallColumn& column : columns) most = std::max(most, std::min(column.units, kMostUnits));
  const float pitch = room.height() / float(most);
  const float across = room.width() / float(std::max<std::size_t>(columns.size(), 1));
  const float radius = std::max(1.0f, std::min({pitch * 0.38f, across * 0.3f, 15 * style.u}));
  const auto center = [&](std::size_t column, int unit) {
    const int units = std::min(columns[column].units, kMostUnits);
    return Vec2{room.min.x + across * (float(column) + 0.5f),
                room.center().y + (float(unit) - float(units - 1) / 2) * pitch};
  };
  const auto missing = [&](std::size_t column, int unit) {
    const std::vector<bool>& m = columns[column].missing;
    return std::size_t(unit) < m.size() && m[std::size_t(unit)];
  };
  if (edges)
    for (std::size_t c = 0; c + 1 < columns.size(); ++c)
      for (int a = 0; a < std::min(columns[c].units, kMostUnits); ++a)
        for (int b = 0; b < std::min(columns[c + 1].units, kMostUnits); ++b)
          if (!missing(c, a) && !missing(c + 1, b))
            list.add(draw::Line{center(c, a), center(c + 1, b), std::max(0.75f, style.u), p.text.with_alpha(0.4f)});
  const float outline = std::clamp(radius * 0.25f, 1.0f, 2.5f * style.u + 0.5f);
  for (std::size_t c = 0; c < columns.size(); ++c)
    for (int unit = 0; unit < std::min(columns[c].units, kMostUnits); ++unit) {
      const Vec2 at = center(c, unit);
      if (!missing(c, unit)) {
        list.add(draw::Disc{at, radius, p.text, p.text.with_alpha(0), 0, 0});
      } else if (radius >= 3.5f) {  // where it was: a dashed ring and a cross
        const float x = radius * 0.5f;
        list.add(draw::Disc{at, radius * 0.9f, p.dropped_fill, p.dropped, outline, radius * 0.4f});
        list.add(draw::Line{at - Vec2{x, x}, at + Vec2{x, x}, outline, p.dropped});
        list.add(draw::Line{at + Vec2{-x, x}, at + Vec2{x, -x}, outline, p.dropped});
      }
    }
}

AnswerPicture chosen_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  DisplayList& list = picture.list;
  const Palette& p = *style.palette;
  const SubnetworkReport& r = *in.answer.subnetworks;
  const ShownOutput shown = shown_output(r, in.data);
  const std::size_t count = r.probability.size();
  const bool chosen = in.subnetwork && *in.subnetwork < count;
  const std::uint32_t bits = chosen ? *in.subnetwork : std::uint32_t(count - 1);
  int kept = 0;
  for (int j = 0; j < r.gates; ++j) kept += bits >> j & 1;
  const std::string what = chosen ? "Sub-network " + count_text(bits) : "Whole network";
  const Rect room = add_titled_card(list, card, what, "", style, measure);
  const float size = type_px(p, style.u, 15), line = size * 1.4f;
  const std::string words[] = {shown.name + " = " + value_text(prediction_of(r, shown, bits)),
                               std::to_string(kept) + " of " + std::to_string(r.gates) + " kept",
                               "chance " + value_text(r.probability[bits])};
  float y = room.max.y - float(std::size(words)) * line;
  const Rect drawing{room.min, {room.max.x, y - 6 * style.u}};
  if (drawing.height() > 12) add_small_network(list, in, bits, drawing, true, style);
  for (const std::string& text : words) {
    list.add(draw::Text{{room.min.x, y + line / 2},
                        fit_text(text, room.width(), size, Face::Regular, measure),
                        size,
                        p.text,
                        Face::Regular,
                        HAlign::Left,
                        VAlign::Middle});
    y += line;
  }
  picture.areas.push_back({"chosen", card, chosen ? std::to_string(bits) : ""});
  picture.areas.push_back({"chosen.prediction", card, fixed_text(prediction_of(r, shown, bits), 6)});
  picture.areas.push_back({"chosen.probability", card, value_text(r.probability[bits])});
  return picture;
}

}  // namespace dropscope::answers
