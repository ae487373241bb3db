// What the window knows besides snapshots, in four parts by how long each lives. Only reduce() and reconcile()
// change it; panels read it. No ImGui, no OpenGL, no engine.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/scene/network_scene.h"
#include "app/scene/rate_naming.h"
#include "app/scene/walk.h"
#include "app/state/mode.h"
#include "app/theme/palette.h"
#include "core/session/ensemble_topic.h"
#include "core/session/snapshot.h"

namespace dropscope {

// What has been asked of a run. It may be a moment ahead of the snapshots: each part keeps the asked value until a
// snapshot has taken the command of that number, so that no control jumps back under the user's hand.
struct Document {
  RunSpec spec;
  bool playing = false;
  bool eval_view = false;
  double speed = 60;  // ticks per second; 0 = as fast as possible
  std::uint64_t spec_until = 0, playing_until = 0, eval_until = 0, speed_until = 0;
  // While a walk to another moment is under way: where it goes.
  std::optional<Moment> seeking;
  std::uint64_t seek_until = 0;
  std::string seen_message;  // of its last snapshot, so that each message is told once
};

// What is looked at; the same for canvas, tooltips and keys.
struct Selection {
  int layer = -1;  // into Snapshot::layers; -1 = none
  int unit = -1;   // -1 = the layer as a whole
  // What D and L act on: the unit's own, or one that is no unit (a branch, a weight, an attention cell).
  std::optional<GateRef> gate;
  bool inspecting = false;
  bool operator==(const Selection&) const = default;
};

// Kept in the settings file.
struct Persisted {
  ThemeId theme = ThemeId::Dark;
  float text_scale = 1;  // 0.75 .. 3
  int width = 1600, height = 900;
  bool fullscreen = false;
  double speed = 60;
  float smoothing = 0;  // 0 .. 0.999
  bool log_loss = false;
  bool reduced_motion = false;  // phases change without animation
  RateNaming naming = RateNaming::Drop;  // what the letter p stands for in all words and formulas
  bool operator==(const Persisted&) const = default;
};
inline constexpr float kLeastTextScale = 0.75f, kMostTextScale = 3.0f;
inline constexpr double kLeastSpeed = 0.25, kMostSpeed = 2000;  // of the slider; above it stands "max"

// Narrow windows show one of these at a time; in Step mode Results is the column of numbers, and there is no Setup.
enum class FoldTab : std::uint8_t { Setup, Network, Results };

// Which part of a forward beat is shown (parts_of_beat); of no other moment than its own.
struct SubBeat {
  std::int64_t tick = -1;
  int beat = -1;
  int part = -1;
  bool operator==(const SubBeat&) const = default;
};

// How the runs of Compare mode are looked at.
struct Comparison {
  bool difference = false;  // weights and surfaces minus those of the first run
  bool solo = false;        // the run at hand alone
  bool adding = false;      // the list of what can be added is open
  bool editing = false;     // the settings of the run at hand are open
  int seeds = 20;           // of the study
  bool seeds_shown = true;  // what many seeds say where there is a study of these runs, else where the runs stand
};

// What the Ensemble mode asks. Bounds as in core/analysis.
struct Inquiry {
  EnsembleTopic topic = EnsembleTopic::Subnetworks;
  int passes = 30;      // masks of uncertainty, 1 .. 1000
  int samples = 1000;   // masks of the Monte Carlo mean over sub-networks, 1 .. 1000
  int members = 5;      // of the real ensemble, 1 .. 20
  int column = 0;       // whose units are asked about, counted from 0 among the hidden ones
  std::int64_t probe = 0;  // the example of the validation split last asked for
  std::optional<Vec2> point;  // a point of one's own in its place
  bool by_prediction = false;  // how the wall of sub-networks is sorted; else by their bits
  double pruned = 0;    // share of weights taken away, 0 .. 0.95
  std::optional<std::uint32_t> subnetwork;  // bits of the gates kept: the one chosen on the wall
  std::optional<std::int64_t> train_at;     // the tick at which networks beside the run were asked for
};

// Gone when the window closes.
struct Transient {
  Mode mode = Mode::Explore;
  SubBeat sub_beat;
  bool help = false;
  bool panels_hidden = false;
  FoldTab tab = FoldTab::Network;
  float zoom = 1;  // of the network; 1 = fitted
  Vec2 pan;        // of the enlarged picture, in shares of the canvas: 1 - zoom .. 0
  std::optional<UnitRef> hovered;
  int plot_fits = 0;                           // counts the wishes to see the whole curves again
  std::set<int> hidden_loss, hidden_accuracy;  // indices of curves
  std::string notice;                          // the newest message, for the toast
  bool notice_is_error = false;
  std::uint64_t notices = 0;  // how many there were, so that the same text can come twice
};

struct AppState {
  // One for each run, A first; never empty. All modes but Compare show the run at hand, which alone is changed.
  std::vector<Document> documents = std::vector<Document>(1);
  std::size_t active = 0;
  Document& document() { return documents[active]; }
  const Document& document() const { return documents[active]; }
  Comparison comparison;
  Inquiry inquiry;
  Selection selection;
  Persisted persisted;
  Transient transient;
};

// The part of the forward beat that is shown, -1 = the whole of it.
inline int sub_beat_shown(const AppState& state, const Walk& walk) {
  const SubBeat& s = state.transient.sub_beat;
  return s.tick == walk.shown && s.beat == walk.current ? s.part : -1;
}

// Whether training goes on: in Compare mode of any run, since one that is over is not waited for.
inline bool is_playing(const AppState& state) {
  if (state.transient.mode != Mode::Compare) return state.document().playing;
  for (const Document& d : state.documents)
    if (d.playing) return true;
  return false;
}

// Shows a message for some seconds.
inline void notify(AppState& state, std::string text, bool error = false) {
  state.transient.notice = std::move(text);
  state.transient.notice_is_error = error;
  ++state.transient.notices;
}

}  // namespace dropscope
