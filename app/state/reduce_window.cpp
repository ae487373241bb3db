// The window itself: mode, theme, size of type, motion, words for rates, full screen, help.
#include <algorithm>
#include <cmath>

#include "app/state/reduce_scope.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

void scale_text(AppState& state, float scale) {
  scale = std::round(std::clamp(scale, kLeastTextScale, kMostTextScale) * 100) / 100;
  state.persisted.text_scale = scale;
  notify(state, "Text " + std::to_string(int(std::lround(scale * 100))) + " %");
}

}  // namespace

void window_action(Scope& s) {
  Transient& t = s.state.transient;
  Persisted& p = s.state.persisted;
  switch (s.intent.action) {
    case ActionId::ThemeNext:
      p.theme = ThemeId((int(p.theme) + 1) % kThemeCount);
      return;
    case ActionId::Theme: {
      std::vector<const char*> names;
      for (const Palette* theme : all_palettes()) names.push_back(theme->name);
      const Palette* wanted = find_palette(s.text(0));
      if (!wanted) throw InputError(s.where(), expected_one_of(s.text(0), names), "'" + s.text(0) + "'");
      p.theme = wanted->id;
      return;
    }
    case ActionId::TextLarger:
      return scale_text(s.state, p.text_scale + (p.text_scale < 1.5f ? 0.1f : 0.25f));
    case ActionId::TextSmaller:
      return scale_text(s.state, p.text_scale - (p.text_scale <= 1.5f ? 0.1f : 0.25f));
    case ActionId::TextNormal:
      return scale_text(s.state, 1);
    case ActionId::TextScale:
      return scale_text(s.state, float(s.real(0, 75, 300) / 100));
    case ActionId::SetMode:
      return set_mode(s);
    case ActionId::Naming:
      if (s.has(0) && s.text(0) != "drop" && s.text(0) != "keep")
        throw InputError(s.where(), "drop or keep", "'" + s.text(0) + "'");
      p.naming = s.has(0) ? (s.text(0) == "keep" ? RateNaming::Keep : RateNaming::Drop) : RateNaming(1 - int(p.naming));
      notify(s.state, p.naming == RateNaming::Keep ? "p is now the chance of being kept"
                                                   : "p is now the chance of being dropped");
      return;
    case ActionId::ReducedMotion:
      if (s.has(0) && s.text(0) != "on" && s.text(0) != "off")
        throw InputError(s.where(), "on or off", "'" + s.text(0) + "'");
      p.reduced_motion = s.has(0) ? s.text(0) == "on" : !p.reduced_motion;
      if (!s.has(0)) notify(s.state, p.reduced_motion ? "Phases change at once" : "Phases change with animation");
      return;
    case ActionId::Fullscreen:
      p.fullscreen = !p.fullscreen;
      s.effects.fullscreen = p.fullscreen;
      return;
    case ActionId::NextRegion:
      s.effects.next_region = true;
      return;
    case ActionId::Back:
      if (t.help)
        t.help = false;
      else if (t.mode == Mode::Compare && (s.state.comparison.adding || s.state.comparison.editing))
        s.state.comparison.adding = s.state.comparison.editing = false;
      else if (s.state.selection.layer >= 0 || s.state.selection.inspecting)
        s.state.selection = {};
      else if (p.fullscreen) {
        p.fullscreen = false;
        s.effects.fullscreen = false;
      }
      s.effects.focus_canvas = true;
      return;
    case ActionId::Help:
      t.help = !t.help;
      return;
    case ActionId::Quit:
      s.effects.quit = true;
      return;
    default: {
      const std::size_t x = s.text(0).find('x');
      if (x == std::string::npos) throw InputError(s.where(), "a size such as 1280x720", "'" + s.text(0) + "'");
      const auto w = parse_integer(std::string_view(s.text(0)).substr(0, x), 320, 16384, s.where());
      const auto h = parse_integer(std::string_view(s.text(0)).substr(x + 1), 240, 16384, s.where());
      s.effects.resize = {int(w), int(h)};
    }
  }
}

}  // namespace dropscope
