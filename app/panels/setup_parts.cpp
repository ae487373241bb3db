#include "app/panels/setup_parts.h"

#include <imgui.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "app/widgets/buttons.h"
#include "core/dropout/variant.h"

namespace dropscope {

void naming_switch(const FrameInput& in, IntentSink& sink) {
  const Ui& ui = in.ui;
  const std::string why = " Texts disagree; all words and formulas follow, the run stays the same";
  const std::string drop =
      with_key("p is the chance of being dropped, as the rate of PyTorch and Keras." + why, ActionId::Naming);
  const std::string keep =
      with_key("p is the chance of being kept, as in Srivastava's paper and keep_prob of old TensorFlow." + why,
               ActionId::Naming);
  const Segment segments[] = {{"p = dropped", "", "naming.drop", drop.c_str()},
                              {"p = kept", "", "naming.keep", keep.c_str()}};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ui.px(34);
  const float width = std::min(ImGui::GetContentRegionAvail().x, segmented_width(ui, segments, height));
  const bool kept = in.state.persisted.naming == RateNaming::Keep;
  const int chosen = segmented(ui, "naming", segments, kept ? 1 : 0, height, width);
  if (chosen >= 0 && chosen != int(kept)) sink.add(ActionId::Naming, {chosen == 1 ? "keep" : "drop"});
  if (ui.items)
    ui.items->track("setup.naming", Rect{{at.x, at.y}, {at.x + width, at.y + height}}, kept ? "keep" : "drop");
  ImGui::SetCursorScreenPos({at.x, at.y + height + ui.px(8)});
}

void say_as(RateNaming naming, SliderSpec& spec) {
  if (naming == RateNaming::Keep) std::swap(spec.lo, spec.hi);
  for (double* value : {&spec.lo, &spec.hi, &spec.initial}) *value = letter_value(naming, *value);
}

double rounded_as(double value, const char* format) {
  char buffer[64];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  std::snprintf(buffer, sizeof buffer, format, value);
#pragma GCC diagnostic pop
  return std::strtod(buffer, nullptr);
}

bool variant_combo(const FrameInput& in, const char* name, const Variant* now, std::span<const std::string> names,
                   int& index) {
  const std::string tip = now ? std::string(now->depiction.one_line) + ". " + now->paper : std::string();
  const std::string formula = now ? formula_in(in.state.persisted.naming, now->depiction.formula) : "";
  return combo_row(in.ui, {name, "Variant", tip.c_str(), formula.c_str()}, names, index);
}

}  // namespace dropscope
