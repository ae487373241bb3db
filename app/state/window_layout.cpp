#include "app/state/window_layout.h"

#include <algorithm>
#include <cmath>

namespace dropscope {
namespace {

// Widths and heights in design units.
constexpr float kSetup = 350, kResults = 480, kNarrowSetup = 310, kNarrowResults = 390;
constexpr float kTopBar = 66, kTransport = 88, kTabs = 46;
constexpr float kLeastCanvas = 420;
constexpr float kNarrowWindow = 1200;  // pixels
// Of Step mode.
constexpr float kNumbers = 520, kNarrowNumbers = 440, kStepCanvas = 560;
constexpr float kNarration = 62, kPhases = 74, kTimeline = 76;
// Of Compare mode.
constexpr float kPanesShare = 0.56f;         // of the height between the bars
constexpr float kFoldedCurvesShare = 0.42f;  // the rest is the table's, for rows with their verdicts
constexpr float kTable = 860, kLeastCurves = 460, kLeastBelow = 300;
// Of Ensemble mode.
constexpr float kAnswers = 880, kLeastEnsembleCanvas = 460;
constexpr float kMostBelow = 0.42f;  // of the window's height, for the three of them

Rect rect(float x0, float y0, float x1, float y1) { return {{x0, y0}, {std::max(x0, x1), std::max(y0, y1)}}; }

}  // namespace

bool WindowLayout::shows(Region region) const { return area(region).width() > 0 && area(region).height() > 0; }

const Rect& WindowLayout::area(Region region) const {
  switch (region) {
    case Region::TopBar:
      return top_bar;
    case Region::Setup:
      return setup;
    case Region::Network:
      return network;
    case Region::Panes:
      return panes;
    case Region::Curves:
      return curves;
    case Region::Table:
      return table;
    case Region::Answers:
      return answers;
    case Region::Results:
      return results;
    case Region::Transport:
      return transport;
    case Region::Numbers:
      return numbers;
    case Region::Narration:
      return narration;
    case Region::Phases:
      return phases;
    case Region::Timeline:
      break;
  }
  return timeline;
}

float design_unit(float width, float height, float text_scale) {
  const float fitted = std::min(height / 1080, width / 1600);
  const float readable = std::max(fitted, kLeastBodyPixels / kBodyUnits);
  return readable * text_scale;
}

namespace {

void layout_step(WindowLayout& l, float width, float height, float type_scale, bool panels_hidden, FoldTab tab) {
  const auto units = [&](float n) { return std::round(n * l.u * type_scale); };
  const float top = std::min(units(kTopBar), std::round(height * 0.12f));
  // At large text scales all three become lower alike.
  const float wanted = units(kNarration + kPhases + kTimeline);
  const float share = std::min(1.0f, height * kMostBelow / wanted);
  const float timeline = height - std::round(units(kTimeline) * share);
  const float phases = timeline - std::round(units(kPhases) * share);
  const float narration = phases - std::round(units(kNarration) * share);
  l.top_bar = rect(0, 0, width, top);
  l.narration = rect(0, narration, width, phases);
  l.phases = rect(0, phases, width, timeline);
  l.timeline = rect(0, timeline, width, height);
  l.network = rect(0, top, width, narration);
  if (panels_hidden) return;
  const bool narrow = width < kNarrowWindow || units(kNumbers + kStepCanvas) > width;
  // Larger type needs a wider column, but not as much as it is larger: its lines are short.
  const float numbers = std::round(units(narrow ? kNarrowNumbers : kNumbers) * (type_scale > 1.2f ? 0.88f : 1.0f));
  if (numbers + units(narrow ? kStepCanvas * 0.7f : kStepCanvas) <= width) {
    l.network.max.x = width - numbers;
    l.numbers = rect(width - numbers, top, width, narration);
    return;
  }
  l.folded = true;
  const float below = top + std::min(units(kTabs), std::round(height * 0.08f));
  l.tabs = rect(0, top, width, below);
  l.network = tab == FoldTab::Results ? Rect{} : rect(0, below, width, narration);
  l.numbers = tab == FoldTab::Results ? rect(0, below, width, narration) : Rect{};
}

// Panes above, curves and table below; in a small window one of the two. The settings come from the left.
void layout_compare(WindowLayout& l, float width, float top, float bottom, float scale, bool panels_hidden, FoldTab tab,
                    bool editing) {
  const auto units = [&](float n) { return std::round(n * l.u * scale); };
  float left = 0;
  if (editing) {
    left = std::min(units(kSetup), std::round(width * 0.45f));
    l.setup = rect(0, top, left, bottom);
  }
  if (panels_hidden) {
    l.panes = rect(left, top, width, bottom);
    return;
  }
  const float table = units(kTable);
  const bool beside = left + table + units(kLeastCurves) <= width;
  if (!beside || (bottom - top) * (1 - kPanesShare) < units(kLeastBelow) * 0.8f) {
    l.folded = true;
    const float below = top + std::min(units(kTabs), std::round((bottom - top) * 0.1f));
    l.tabs = rect(left, top, width, below);
    if (tab != FoldTab::Results) {
      l.panes = rect(left, below, width, bottom);
    } else if (beside) {
      l.curves = rect(left, below, width - table, bottom);
      l.table = rect(width - table, below, width, bottom);
    } else {
      const float middle = std::round(below + (bottom - below) * kFoldedCurvesShare);
      l.curves = rect(left, below, width, middle);
      l.table = rect(left, middle, width, bottom);
    }
    return;
  }
  const float middle = std::round(top + (bottom - top) * kPanesShare);
  l.panes = rect(left, top, width, middle);
  l.curves = rect(left, middle, width - table, bottom);
  l.table = rect(width - table, middle, width, bottom);
}

void layout_ensemble(WindowLayout& l, float width, float top, float bottom, float scale, bool panels_hidden,
                     FoldTab tab) {
  const auto units = [&](float n) { return std::round(n * l.u * scale); };
  if (panels_hidden) {
    l.answers = rect(0, top, width, bottom);
    return;
  }
  const float answers = std::max(units(kAnswers), std::round(width * 0.58f));
  if (answers + units(kLeastEnsembleCanvas) <= width) {
    l.network = rect(0, top, width - answers, bottom);
    l.answers = rect(width - answers, top, width, bottom);
    return;
  }
  l.folded = true;
  const float below = top + std::min(units(kTabs), std::round((bottom - top) * 0.1f));
  l.tabs = rect(0, top, width, below);
  (tab == FoldTab::Results ? l.answers : l.network) = rect(0, below, width, bottom);
}

}  // namespace

WindowLayout layout_window(Mode mode, float width, float height, float text_scale, float type_scale, bool panels_hidden,
                           FoldTab tab, bool editing) {
  WindowLayout l;
  l.u = design_unit(width, height, text_scale);
  l.too_small = width < 480 || height < 320;
  if (mode == Mode::Step) {
    layout_step(l, width, height, type_scale, panels_hidden, tab);
    return l;
  }
  const auto units = [&](float n) { return std::round(n * l.u * type_scale); };
  // At large text scales the bars stay bars.
  const float top = std::min(units(kTopBar), std::round(height * 0.12f));
  const float bottom = height - std::min(units(kTransport), std::round(height * 0.16f));
  l.top_bar = rect(0, 0, width, top);
  l.transport = rect(0, bottom, width, height);
  if (mode == Mode::Compare) {
    layout_compare(l, width, top, bottom, type_scale, panels_hidden, tab, editing);
    return l;
  }
  if (mode == Mode::Ensemble) {
    layout_ensemble(l, width, top, bottom, type_scale, panels_hidden, tab);
    return l;
  }
  if (panels_hidden) {
    l.network = rect(0, top, width, bottom);
    return l;
  }
  // Panels get narrower before they fold.
  const bool narrow = width < kNarrowWindow || units(kSetup + kResults + kLeastCanvas) > width;
  const float setup = units(narrow ? kNarrowSetup : kSetup), results = units(narrow ? kNarrowResults : kResults);
  const float canvas = units(narrow ? kLeastCanvas * 0.9f : kLeastCanvas);
  if (setup + results + canvas <= width) {
    l.setup = rect(0, top, setup, bottom);
    l.results = rect(width - results, top, width, bottom);
    l.network = rect(setup, top, width - results, bottom);
    return l;
  }
  const float below = top + std::min(units(kTabs), std::round(height * 0.08f));
  l.tabs = rect(0, top, width, below);
  const float side = std::max(setup, results);
  l.side_folded = side + canvas <= width;
  l.folded = !l.side_folded;
  if (l.folded) {
    Rect& shown = tab == FoldTab::Setup ? l.setup : tab == FoldTab::Results ? l.results : l.network;
    shown = rect(0, below, width, bottom);
    return l;
  }
  // Beside the network: the setup, or the results.
  if (tab == FoldTab::Setup) {
    l.setup = rect(0, below, side, bottom);
    l.network = rect(side, below, width, bottom);
  } else {
    l.network = rect(0, below, width - side, bottom);
    l.results = rect(width - side, below, width, bottom);
  }
  return l;
}

}  // namespace dropscope
