// What the window knows besides snapshots, in four parts by how long each lives. Only reduce() and reconcile()
// change it; panels read it. No ImGui, no OpenGL, no engine.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "app/scene/network_scene.h"
#include "app/scene/walk.h"
#include "app/state/mode.h"
#include "app/theme/palette.h"
#include "core/session/snapshot.h"

namespace dropscope {

// What has been asked of the run. It may be a moment ahead of the snapshots: each part keeps the asked value until a
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
  std::string seen_message;   // of the last snapshot, so that each message is told once
};

struct AppState {
  Document document;
  Selection selection;
  Persisted persisted;
  Transient transient;
};

// The part of the forward beat that is shown, -1 = the whole of it.
inline int sub_beat_shown(const AppState& state, const Walk& walk) {
  const SubBeat& s = state.transient.sub_beat;
  return s.tick == walk.shown && s.beat == walk.current ? s.part : -1;
}

// Shows a message for some seconds.
inline void notify(AppState& state, std::string text, bool error = false) {
  state.transient.notice = std::move(text);
  state.transient.notice_is_error = error;
  ++state.transient.notices;
}

}  // namespace dropscope
