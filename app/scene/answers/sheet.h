// Topics of the Ensemble mode as pictures. A sheet is a table of pure functions in a file of this folder and a line in
// answers.def; the panel (app/panels/answers.cpp) shows its tab, its controls and its picture, and passes clicks on.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/scene/card.h"
#include "app/scene/rate_naming.h"
#include "core/session/ensemble_answer.h"
#include "core/session/snapshot.h"

namespace dropscope {

// What a sheet is drawn from, besides the room there is.
struct AnswerInput {
  const EnsembleAnswer& answer;  // `run` is not null; any part may be missing, as long as it is being computed
  const DataView& data;
  const ProbeView& probe;        // the input asked about, with its label where it has one
  RateNaming naming = RateNaming::Drop;
  // How it is looked at (Inquiry in app/state/app_state.h).
  std::optional<std::uint32_t> subnetwork;  // bits of the gates that are open
  bool by_prediction = false;               // the wall's order
  double pruned = 0;                        // share of the weights taken away
  std::optional<Vec2> pointer = std::nullopt;  // in pixels, where it is over the sheet
  const Snapshot* snapshot = nullptr;          // of the run as it is now, for its decision surface; may be null
  const RunSpec& spec() const { return answer.run->spec; }
};

// What is at a point of an area.
struct AnswerHit {
  std::vector<std::string> words;  // of the script line that a click means: {"subnetwork", "5"}; empty: none
  std::vector<std::string> tip;    // lines of a tooltip, the first one bold; empty: none
};

// A part of the picture that has a name for tests and scripts, "answers." and this; that can be clicked, or explains
// itself. Later ones lie over earlier ones.
struct AnswerArea {
  std::string name;   // empty: none
  Rect rect;
  std::string value;  // the numbers that it shows
  std::function<AnswerHit(Vec2)> at = {};  // may be empty; called with points inside `rect`. Holds values, no references
  bool drags = false;  // the pointer held down goes on meaning it (a map's probe, a slider); points are kept inside
};

struct AnswerPicture {
  DisplayList list;
  std::vector<AnswerArea> areas;
  std::vector<Rect> pointed;  // what is drawn otherwise while the pointer is over it
  // The pointer as far as the picture depends on it.
  std::optional<Vec2> read(std::optional<Vec2> pointer) const {
    for (const Rect& rect : pointed)
      if (pointer && rect.contains(*pointer)) return pointer;
    return std::nullopt;
  }
  void append(AnswerPicture other) {
    list.append(std::move(other.list));
    pointed.insert(pointed.end(), other.pointed.begin(), other.pointed.end());
    areas.insert(areas.end(), std::make_move_iterator(other.areas.begin()), std::make_move_iterator(other.areas.end()));
  }
};

// The rows of controls above a topic's picture; a sum of these.
enum class AnswerControl : unsigned {
  Passes = 1,   // masks of the uncertainty, and of the dropout network beside a real ensemble
  Samples = 2,  // masks of the Monte Carlo mean over sub-networks
  Column = 4,   // whose units are asked about
  Pruned = 8,   // share of weights taken away
  Members = 16, // networks of the real ensemble
  Train = 32,   // the button that trains what stands beside
  Order = 64,   // of the wall of sub-networks
  Probe = 128,  // the input asked about, and the ones before and after it
};
constexpr unsigned operator|(AnswerControl a, AnswerControl b) { return unsigned(a) | unsigned(b); }
constexpr unsigned operator|(unsigned a, AnswerControl b) { return a | unsigned(b); }

struct AnswerSheet {
  EnsembleTopic topic;
  const char* title;  // of the tab
  const char* tip;    // a sentence
  unsigned controls;  // AnswerControl
  // Whether the part of the answer that the sheet shows is there; until then the panel says what is being computed.
  bool (*ready)(const EnsembleAnswer& answer);
  // In pixels: lower rooms scroll.
  float (*least_height)(const AnswerInput& in, float width, const CardStyle& style);
  // Cards within `room`; called only when ready.
  AnswerPicture (*build)(const AnswerInput& in, Rect room, const CardStyle& style, const TextMeasure& measure);
};

// In the order of their tabs.
std::span<const AnswerSheet* const> all_sheets();
// Null where the topic has none.
const AnswerSheet* sheet_of(EnsembleTopic topic);

}  // namespace dropscope
