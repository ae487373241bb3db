// What a panel is: a part of the window that shows a snapshot and says what the user asks for. Panels hold no copy of
// the run's values, never wait, and change nothing themselves: everything goes through the IntentSink.
#pragma once
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/scene/display_list.h"
#include "app/state/actions.h"
#include "app/state/app_state.h"
#include "app/state/frequency.h"
#include "app/state/window_layout.h"
#include "app/widgets/ui.h"
#include "core/session/snapshot.h"

struct ImDrawList;

namespace dropscope {

class TextureCache;
struct StudyView;
struct EnsembleAnswer;

// Keeps pictures on the graphics card, each drawn anew only when told so. Without OpenGL there is none.
class PictureCache {
 public:
  // Whose picture: network and surface of the modes with one network; in Compare mode those of runs A to D, from
  // kPaneSlot and kPaneSurfaceSlot on.
  static constexpr int kNetworkSlot = 0, kSurfaceSlot = 1, kPaneSlot = 2, kPaneSurfaceSlot = 6, kSlots = 10;
  virtual ~PictureCache() = default;
  // Draws the lists, back to front, if `changed` or if the size is new, and has `window` show the picture in `area`,
  // which the lists are made for. Texts are left out.
  virtual void show(ImDrawList& window, int slot, const Rect& area, Color background, bool changed,
                    std::initializer_list<const DisplayList*> lists) = 0;
};

// Everything one frame is drawn from.
struct FrameInput {
  const Snapshot& snapshot;
  const AppState& state;
  const WindowLayout& layout;
  const Ui& ui;
  const TextMeasure& measure;
  const FrequencyMeter& frequency;
  PictureCache* pictures = nullptr;  // null without OpenGL (tests): then Dear ImGui draws all
  TextureCache* textures = nullptr;  // as well
  bool averaging = false;            // single masks would come too fast
  double now = 0;                    // seconds
  Walk walk;                         // where the walk through the updates stands
  std::optional<float> reloading;    // share done while another data set is loaded for a run that exists
  // Every run, as AppState::documents; never null. In Compare mode all of one tick, else others may be older.
  std::span<const std::shared_ptr<const Snapshot>> runs;
  const StudyView* study = nullptr;         // of many seeds; null before the first (app/scene/study_view.h)
  const EnsembleAnswer* answer = nullptr;   // to what Ensemble mode asks; null before the first
  std::uint64_t asked = 0;                  // number of what was asked last, as in EnsembleAnswer
  bool surfaces_wait = false;  // those of the panes in Compare mode: the next frame is theirs (app/turns.h)
};

class Panel {
 public:
  virtual ~Panel() = default;
  // In which modes of the window it is there.
  virtual InModes modes() const { return InModes::Any; }
  // Where it is; overlays have none and are drawn over the whole window, last.
  virtual std::optional<Region> region() const { return std::nullopt; }
  virtual void draw(const FrameInput& in, Rect area, IntentSink& sink) = 0;
  // It moves on its own: draw another frame soon.
  virtual bool animating() const { return false; }
};

// In the order of panels.def: regions first, then overlays.
std::vector<std::unique_ptr<Panel>> make_panels();

// A window of Dear ImGui that fills an area and looks like a part of ours.
class AreaWindow {
 public:
  enum class Scroll : bool { No, Vertical };
  // `padding` in design units.
  AreaWindow(const Ui& ui, const char* name, Rect area, Color background, Scroll scroll, float padding_x,
             float padding_y);
  ~AreaWindow();
  AreaWindow(const AreaWindow&) = delete;
  AreaWindow& operator=(const AreaWindow&) = delete;
};

// The pointer, if it is over this area and no other window is in front of it.
std::optional<Vec2> pointer_in(const Rect& area);
// A line between two areas.
void hairline(const Ui& ui, Vec2 a, Vec2 b);
// "Start over (Shift+R)": a tooltip that names the key.
std::string with_key(std::string_view sentence, ActionId action);

}  // namespace dropscope
