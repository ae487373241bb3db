#include "app/application.h"

#include <imgui.h>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "app/export/atomic_write.h"
#include "app/gl_pictures.h"
#include "app/panels/panel.h"
#include "app/platform/imgui_host.h"
#include "app/platform/screenshot.h"
#include "app/platform/window.h"
#include "app/questions.h"
#include "app/render/texture_cache.h"
#include "app/runs.h"
#include "app/scene/before_step.h"
#include "app/scene/painter_imgui.h"
#include "app/state/first_choice.h"
#include "app/state/reduce.h"
#include "app/state/script.h"
#include "app/state/settings.h"
#include "app/theme/style.h"
#include "app/turns.h"
#include "core/base/check.h"
#include "core/session/thread_clock.h"

namespace dropscope {
namespace {

constexpr double kSoftwareFrame = 1.0 / 30, kHardwareFrame = 1.0 / 60;  // seconds between two frames, at least
constexpr double kSettle = 0.8;  // after input: hovers, tooltips and cursors come to rest
constexpr double kDumpEvery = 0.25, kSaveAfter = 1.0, kFontsAfter = 0.2;
constexpr double kIdle = 5.0;  // a look around now and then, in case an event was lost

// Seeds of one's own choice need no quality, only change.
std::uint64_t changing_number() { return std::uint64_t(Window::now() * 1e6) * 0x9e3779b97f4a7c15ull >> 20; }

WindowOptions window_options(const AppOptions& options, const Persisted& p) {
  WindowOptions w;
  w.width = options.width > 0 ? options.width : p.width;
  w.height = options.height > 0 ? options.height : p.height;
  w.fullscreen = p.fullscreen && options.width == 0;
  return w;
}

std::vector<Intent> script_of(const AppOptions& options) {
  std::vector<Intent> steps;
  for (const std::string& line : options.exec)
    for (Intent& intent : parse_script(line, "--exec")) steps.push_back(std::move(intent));
  if (!options.screenshot.empty())
    for (Intent& intent :
         parse_script("wait ready; wait frames 4; screenshot \"" + options.screenshot + "\"; quit", "--screenshot"))
      steps.push_back(std::move(intent));
  return steps;
}

// How long the last frames took.
class FrameTimes {
 public:
  void add(double seconds) {
    if (times_.size() < kMost)
      times_.push_back(seconds);
    else
      times_[next_++ % kMost] = seconds;
  }
  // 0 before the first frame.
  double percentile(double share) const {
    if (times_.empty()) return 0;
    std::vector<double> sorted = times_;
    const auto at = sorted.begin() + std::ptrdiff_t(share * double(sorted.size() - 1));
    std::nth_element(sorted.begin(), at, sorted.end());
    return *at;
  }

 private:
  static constexpr std::size_t kMost = 300;
  std::vector<double> times_;
  std::size_t next_ = 0;
};

class Application {
 public:
  Application(const AppOptions& options, LoadedSettings loaded)
      : options_(options),
        loaded_(loaded.values),
        settings_path_(options.settings ? settings_path() : std::string()),
        window_(window_options(options, loaded.values)),
        host_(window_),
        fonts_(find_fonts()),
        measure_(fonts_),
        panels_(make_panels()),
        runs_(session_options(), [] { Window::wake(); }) {
    state_.persisted = loaded.values;
    if (options.theme) state_.persisted.theme = *options.theme;
    if (options.text_scale) state_.persisted.text_scale = *options.text_scale;
    if (options.settings && !loaded.notice.empty()) notify(state_, loaded.notice, false);
    saved_ = state_.persisted;
    state_.document().spec = options.spec;
    state_.document().speed = state_.persisted.speed;
    script_.add(script_of(options));
    window_.set_min_size(480, 320);
    window_.on_refresh = [this] {
      host_.forget();
      pictures_.forget();
      frame();
    };
    window_.on_drop = [this](const std::vector<std::string>& paths) {
      if (!paths.empty()) sink_.add(ActionId::Open, {paths.front()});
      busy_ = 3;
    };
    runs_.insert(0, options.spec);
    last_sent_ = runs_.send(state_, 0, command::SetSpeed{state_.document().speed});
    frame_every_ = window_.gl().software ? kSoftwareFrame : kHardwareFrame;
  }

  int run();

 private:
  SessionOptions session_options() {
    SessionOptions s;
    s.yields = true;  // two cores drew 84 ms at the 99th of a hundred frames, and 66 ms with it
    s.on_publish = [] { Window::wake(); };
    s.on_progress = [this](std::string_view, double fraction) {
      progress_.store(float(fraction), std::memory_order_relaxed);
      Window::wake();
    };
    return s;
  }
  void frame();
  void draw(const WindowLayout& layout);
  void take_snapshot(double now);
  void refresh_look(const WindowLayout& layout, double now);
  void read_keys();
  void perform();
  void do_intent(const Intent& intent, bool from_script);
  void follow_run();
  void finish_frame(double now, const std::vector<PixelRect>& changed);
  void step_script(double now);
  void save_settings_if_due(double now, bool now_or_never);
  void say(const std::string& line) { std::fprintf(stderr, "dropscope: %s\n", line.c_str()); }
  WindowLayout window_layout() const {
    return layout_window(state_.transient.mode, float(window_.width()), float(window_.height()),
                         state_.persisted.text_scale, palette(state_.persisted.theme).type_scale,
                         state_.transient.panels_hidden, state_.transient.tab, state_.comparison.editing);
  }

  AppOptions options_;
  Persisted loaded_, saved_;
  std::string settings_path_;
  AppState state_;
  Window window_;
  ImguiHost host_;
  Fonts fonts_;
  ImguiTextMeasure measure_;
  TextureCache textures_;
  GlPictures pictures_;
  Turns turns_;
  ItemRegistry items_;
  Focus focus_;
  FrequencyMeter frequency_;
  ScriptRunner script_;
  IntentSink sink_;
  std::vector<std::unique_ptr<Panel>> panels_;
  std::atomic<float> progress_{0};
  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<const Snapshot> shown_;  // instead of it, in Step mode before a step has begun; null until made
  std::shared_ptr<const Snapshot> of_;     // the last one that was not of a run that loads
  bool choose_ = false;                    // Step mode has another network, and nothing of it is selected
  std::vector<std::string> screenshots_, dumps_;

  int busy_ = 3;  // frames still to be drawn
  double frame_every_ = kHardwareFrame, next_frame_ = 0, settle_until_ = 0;
  double snapshot_at_ = 0, dumped_at_ = -1, changed_at_ = 0, look_changed_at_ = -1;
  float wanted_u_ = 0;
  const Palette* styled_ = nullptr;
  bool dump_pending_ = false, quit_ = false, drawing_ = false, animating_ = false;
  std::int64_t frames_ = 0;
  double frame_started_ = 0;
  double build_seconds_ = 0;  // processor time of the panels for one frame, running mean
  double frame_seconds_ = 0;  // the same for a whole frame, with all that OpenGL does on this thread
  FrameTimes frame_times_;    // by the clock, from the first look at a snapshot until the picture is on the screen
  std::uint64_t last_sent_ = 0;
  int exit_code_ = 0;
  Runs runs_;  // last, as questions_: their threads call wake() until they are gone
  Questions questions_{[] { Window::wake(); }};
};

int Application::run() {
  while (!quit_ && !window_.should_close()) {
    const double now = Window::now();
    const bool soon = busy_ > 0 || animating_ || now < settle_until_ || script_.waiting() || dump_pending_;
    const double wait = soon ? next_frame_ - now : kIdle;
    const bool happened = window_.wait_events(wait);
    if (happened) {
      busy_ = std::max(busy_, 2);
      if (snapshot_ && snapshot_->status != RunStatus::Running) settle_until_ = Window::now() + kSettle;
    }
    if (window_.minimized() && script_.done()) {
      if (!happened) continue;
      busy_ = 2;
      window_.wait_events(0.25);
      continue;
    }
    if (!happened && !soon) continue;
    if (Window::now() >= next_frame_) frame();
    save_settings_if_due(Window::now(), false);
  }
  save_settings_if_due(Window::now(), true);
  return exit_code_;
}

void Application::take_snapshot(double now) {
  const std::size_t active = state_.active;
  const bool is_new = runs_.refresh(state_);
  std::shared_ptr<const Snapshot> newest = runs_.shown()[active];
  if (state_.transient.mode == Mode::Compare)
    for (std::size_t run = 0; run < runs_.size(); ++run)
      if (run != active) reconcile(state_, run, *runs_.shown()[run]);
  if (!is_new && newest == snapshot_) return;
  const bool known = newest->status != RunStatus::Loading && !newest->layers.empty();
  if (known) {
    // Another network in Step mode: something of it is selected, as when the mode began.
    if (of_ && is_other_network(*of_, *newest)) choose_ = true;
    of_ = newest;
  }
  snapshot_ = std::move(newest);
  shown_ = nullptr;
  reconcile(state_, active, *snapshot_);
  snapshot_at_ = now;
  if (choose_ && known && state_.document().spec_until <= snapshot_->commands_seen) {
    choose_ = false;
    if (state_.transient.mode != Mode::Step) return;
    const Selection first = first_choice(*snapshot_);
    if (first.unit >= 0)
      sink_.add(ActionId::Select, {std::to_string(first.layer), std::to_string(first.unit)});
    else if (first.gate)
      sink_.add(ActionId::SelectGate,
                {snapshot_->sites[std::size_t(first.gate->site)].site, std::to_string(first.gate->element)});
  }
}

// Fonts are made anew when the size of the type has changed, but not at every pixel while an edge is dragged.
void Application::refresh_look(const WindowLayout& layout, double now) {
  const Palette& p = palette(state_.persisted.theme);
  const float u = std::round(layout.u * 50) / 50;
  if (u != wanted_u_) {
    wanted_u_ = u;
    look_changed_at_ = now;
  }
  const bool stale = fonts_.u() != u || fonts_.type_scale() != p.type_scale;
  const bool first = fonts_.u() == 0;
  if (stale && (first || now - look_changed_at_ >= kFontsAfter)) {
    fonts_.rebuild(u, p.type_scale);
    host_.upload_fonts();
    styled_ = nullptr;
    busy_ = 3;
  } else if (stale) {
    busy_ = 3;
  }
  if (styled_ != &p) {
    styled_ = &p;
    apply_style(p, u);
    busy_ = 3;
  }
}

void Application::frame() {
  if (drawing_ || window_.width() < 2 || window_.height() < 2) return;
  drawing_ = true;
  const double now = Window::now();
  frame_started_ = thread_seconds();
  next_frame_ = now + frame_every_;
  if (busy_ > 0) --busy_;
  take_snapshot(now);
  questions_.ask(state_, *snapshot_);
  step_script(now);
  const WindowLayout layout = window_layout();
  refresh_look(layout, now);
  host_.new_frame();
  const double before = thread_seconds();
  draw(layout);
  build_seconds_ =
      frames_ < 10 ? thread_seconds() - before : 0.95 * build_seconds_ + 0.05 * (thread_seconds() - before);
  read_keys();
  const std::vector<PixelRect> changed = host_.render(palette(state_.persisted.theme).background, textures_.uploads());
  finish_frame(now, changed);
  perform();
  drawing_ = false;
}

void Application::draw(const WindowLayout& layout) {
  Ui ui;
  ui.palette = &palette(state_.persisted.theme);
  ui.fonts = &fonts_;
  ui.items = &items_;
  ui.focus = &focus_;
  ui.u = layout.u;
  items_.begin_frame();
  focus_.begin_frame(window_.keys(), ImguiHost::wants_text());
  // For measurements and tests: how many frames there were, what one costs, how often the network was drawn anew.
  const Rect nowhere{};
  items_.track("window.frames", nowhere, std::to_string(frames_));
  items_.track("window.build_us", nowhere, std::to_string(std::llround(build_seconds_ * 1e6)));
  items_.track("window.frame_us", nowhere, std::to_string(std::llround(frame_seconds_ * 1e6)));
  items_.track("window.frame_p99_us", nowhere, std::to_string(std::llround(frame_times_.percentile(0.99) * 1e6)));
  items_.track("window.parts", nowhere, window_.keeps_picture() ? "yes" : "no");
  items_.track("window.picture_redraws", nowhere, std::to_string(pictures_.redraws()));
  const bool before = state_.transient.mode == Mode::Step && snapshot_->preview && !snapshot_->eval_view;
  if (before && !shown_) shown_ = std::make_shared<const Snapshot>(before_step(*snapshot_));
  const bool averaging = shows_average(*snapshot_), training = snapshot_->status == RunStatus::Running;
  const bool many = state_.transient.mode == Mode::Compare && runs_.shown().size() >= Turns::kManyRuns;
  const bool in_turns = window_.keeps_picture() && training && averaging;
  turns_.begin_frame(before ? shown_ : snapshot_, runs_.shown(), !in_turns ? 1 : many ? 3 : 2);
  const double now = Window::now();
  frequency_.update(*turns_.of(std::nullopt).snapshot, now);  // of what the picture shows, when its turn comes
  std::optional<float> reloading;
  if (snapshot_->status != RunStatus::Loading && state_.document().spec_until > snapshot_->commands_seen &&
      now - snapshot_at_ > 0.3)
    reloading = progress_.load(std::memory_order_relaxed);
  const StudyView* study = runs_.study(state_.persisted.naming);
  const bool wait = turns_.surfaces_wait();
  const auto input = [&](std::optional<Region> region) {
    const Turns::View& view = turns_.of(region);
    return FrameInput{*view.snapshot,      state_,     layout,     ui,        measure_,
                      frequency_,          &pictures_, &textures_, averaging, now,
                      walk_of(*snapshot_), reloading,  view.runs,  study,     questions_.answer(),
                      questions_.asked(),  wait};
  };
  const Rect whole{{0, 0}, {float(window_.width()), float(window_.height())}};
  animating_ = reloading.has_value();
  if (layout.too_small) {
    const AreaWindow window(ui, "too small", whole, ui.palette->background, AreaWindow::Scroll::No, 8, 8);
    return paragraph(ui, TextRole::Body, ui.palette->text, "This window is too small. Make it larger to go on.");
  }
  for (const auto& panel : panels_) {
    if (!means_something(panel->modes(), state_.transient.mode)) continue;
    const std::optional<Region> region = panel->region();
    if (region && !layout.shows(*region)) continue;
    panel->draw(input(region), region ? layout.area(*region) : whole, sink_);
    animating_ = animating_ || panel->animating();
  }
}

void Application::read_keys() {
  const bool typing = ImguiHost::wants_text();
  // What the mouse has touched does not keep the keyboard: Space and the arrows belong to the run again.
  if (focus_.any() && !focus_.ring_visible() && !typing && focus_.edit.name.empty() && !ImGui::IsAnyMouseDown() &&
      !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel))
    focus_.clear();
  for (const KeyPress& press : std::vector<KeyPress>(window_.keys().pressed())) {
    const auto intent =
        intent_of_key(press, state_.transient.mode, state_.selection.inspecting, state_.persisted.naming);
    if (!intent) continue;
    // Text fields keep their keys; what concerns the window works everywhere.
    if (typing && (action(intent->action).group != ActionGroup::Window || press.modifiers != kControl)) continue;
    if (intent->action == ActionId::NextRegion) continue;  // Focus has done it
    if (press.repeat && !repeats(intent->action)) continue;
    if (focus_.take(press.key, press.modifiers, true)) sink_.add(intent->action, intent->arguments);
  }
}

void Application::step_script(double now) {
  if (script_.done()) return;
  const bool gathers = state_.transient.mode == Mode::Compare && !is_playing(state_) && !runs_.at_rest();
  const std::uint64_t seen = gathers ? 0 : snapshot_->commands_seen;
  const ScriptRunner::World world{*snapshot_, items_, now, frames_, seen, last_sent_};
  const ScriptRunner::Step step = script_.next(world);
  if (step.intent) do_intent(*step.intent, true);
  if (step.key) {
    const int modifiers = int(step.key->modifiers);
    window_.keys().push({KeyEvent::Kind::Press, int(step.key->key), 0, modifiers});
    window_.keys().push({KeyEvent::Kind::Release, int(step.key->key), 0, modifiers});
  }
  if (!script_.error().empty()) {
    say("--exec: " + script_.error());
    exit_code_ = 1;
    quit_ = true;
  }
}

void Application::do_intent(const Intent& intent, bool from_script) {
  try {
    Effects effects = reduce(intent, state_, *snapshot_, changing_number(), questions_.answer());
    if (const std::uint64_t sent = runs_.obey(effects, state_)) last_sent_ = sent;
    follow_run();
    if (effects.quit) quit_ = true;
    if (effects.fullscreen) window_.set_fullscreen(*effects.fullscreen);
    if (effects.resize) window_.set_size(effects.resize->first, effects.resize->second);
    if (effects.focus_canvas) focus_.clear();
    if (effects.next_region) {
      window_.keys().push({KeyEvent::Kind::Press, int(Key::F6), 0, 0});
      window_.keys().push({KeyEvent::Kind::Release, int(Key::F6), 0, 0});
    }
    for (std::string& path : effects.screenshots) screenshots_.push_back(std::move(path));
    for (std::string& path : effects.dumps) dumps_.push_back(std::move(path));
  } catch (const InputError& error) {
    if (!from_script) return notify(state_, error.what(), true);
    say(std::string("--exec: ") + error.what());
    exit_code_ = 2;
    quit_ = true;
  }
  busy_ = std::max(busy_, 2);
}

// What follows in this frame is asked of the run that is now at hand.
void Application::follow_run() {
  const std::shared_ptr<const Snapshot>& at_hand = runs_.shown()[state_.active];
  if (at_hand == snapshot_) return;
  snapshot_ = at_hand;
  shown_ = nullptr;
  frequency_.clear();
  reconcile(state_, state_.active, *snapshot_);
}

void Application::perform() {
  for (const Intent& intent : sink_.take()) do_intent(intent, false);
}

// After drawing, before the picture is gone: screenshots and lists of controls.
void Application::finish_frame(double now, const std::vector<PixelRect>& changed) {
  ++frames_;
  try {
    if (!screenshots_.empty()) {
      const Pixels pixels = read_back_buffer(window_.width(), window_.height());
      for (const std::string& path : std::exchange(screenshots_, {})) write_png(path, pixels);
    }
    if (!options_.dump_items.empty()) {
      dump_pending_ = now - dumped_at_ < kDumpEvery;
      if (!dump_pending_) {
        dumps_.push_back(options_.dump_items);
        dumped_at_ = now;
      }
    }
    for (const std::string& path : std::exchange(dumps_, {})) atomic_write(path, items_.to_json());
  } catch (const InputError& error) {
    say(error.what());
    exit_code_ = 2;
    quit_ = true;
  }
  const double spent = thread_seconds() - frame_started_;
  frame_seconds_ = frames_ < 10 ? spent : 0.95 * frame_seconds_ + 0.05 * spent;
  window_.show(changed);
  frame_times_.add(Window::now() - now);
  textures_.end_frame();
}

void Application::save_settings_if_due(double now, bool now_or_never) {
  if (settings_path_.empty()) return;
  if (!window_.fullscreen() && !window_.minimized() && options_.width == 0) {
    state_.persisted.width = window_.width();
    state_.persisted.height = window_.height();
  }
  if (state_.persisted == saved_) {
    changed_at_ = now;
    return;
  }
  if (!now_or_never && now - changed_at_ < kSaveAfter) return;
  saved_ = state_.persisted;
  // What the command line asked for this once is not kept.
  Persisted kept = saved_;
  if (options_.theme && kept.theme == *options_.theme) kept.theme = loaded_.theme;
  if (options_.text_scale && kept.text_scale == *options_.text_scale) kept.text_scale = loaded_.text_scale;
  const std::string why = save_settings(settings_path_, kept, atomic_write);
  if (why.empty()) return;
  notify(state_, "Settings are not kept: " + why, false);
  settings_path_.clear();  // once is enough
}

}  // namespace

void check_script(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) parse_script(line, "--exec");
}

int run_window(const AppOptions& options) {
  // On software OpenGL one thread draws as fast as two and leaves a core to training.
  ::setenv("LP_NUM_THREADS", "1", 0);
  LoadedSettings settings;
  if (options.settings) settings = load_settings(settings_path());
  try {
    check_script(options.exec);
    Application application(options, std::move(settings));
    return application.run();
  } catch (const DisplayError& error) {
    std::fprintf(stderr, "dropscope: %s\n%s\n", error.what(), error.hint().c_str());
    return 3;
  } catch (const InputError& error) {
    std::fprintf(stderr, "dropscope: %s\n", error.what());
    return 2;
  }
}

}  // namespace dropscope
