// Everything that can be chosen of a run: data, dropout, network, training. The rows come from the table of the spec's
// fields and from the facts of variants and data sets; here stands only how each is laid out.
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "app/panels/panel.h"
#include "app/panels/setup_parts.h"
#include "app/panels/thumbnails.h"
#include "app/scene/rate_naming.h"
#include "app/scene/scene_text.h"
#include "app/state/phrases.h"
#include "app/state/places.h"
#include "app/state/reduce.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"
#include "app/widgets/rows.h"
#include "core/data/dataset.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

// How a field becomes a row, where its own range is too wide for a slider.
struct RowStyle {
  const char* label;
  double lo = 0, hi = 1, step = 0.05;
  bool logarithmic = false;
  bool strong = false;
  const char* format = "%.2f";
  const char* tooltip = "";  // empty: the field's own help
  const char* formula = "";
  bool is_rate = false;  // shown as p, whatever that stands for
};

bool heeds(const DatasetSource& source, DataOption option) {
  return std::find(source.options.begin(), source.options.end(), option) != source.options.end();
}

// "leaky_relu" is shown as "leaky relu".
std::string spaced(std::string word) {
  std::replace(word.begin(), word.end(), '_', ' ');
  return word;
}

class SetupPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Watching; }
  std::optional<Region> region() const override { return Region::Setup; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    refresh(in.state.document().spec);
    thumbnails_.begin_frame();
    AreaWindow window(in.ui, "setup", area, in.ui.palette->panel, AreaWindow::Scroll::Vertical, 16, 14);
    several_ = in.state.transient.mode == Mode::Compare && in.state.documents.size() > 1;
    if (several_) whose(in, sink);
    scenario_section(in, sink);
    data_section(in, sink);
    dropout_section(in, sink);
    network_section(in, sink);
    training_section(in, sink);
    gap(in.ui, 16);
  }

 private:
  // The fields as they stand and as the scenario has them, read once per change.
  void refresh(const RunSpec& spec) {
    if (!fields_.empty() && spec == spec_) return;
    if (spec.data != spec_.data) wanted_files_.clear();
    // A slider does not vanish under the hand that moves it to 0.
    if (spec.scenario != spec_.scenario || spec.network != spec_.network) touched_.clear();
    for (const SiteName& site : acting_sites(spec)) touched_.insert(site.name);
    spec_ = spec;
    fields_ = fields(spec);
    const Scenario* scenario = find_scenario(spec.scenario);
    RunSpec initial = scenario ? scenario->spec() : RunSpec{};
    initial_fields_ = fields(initial);
  }
  static const Field* find(const std::vector<Field>& list, std::string_view path) {
    for (const Field& field : list)
      if (field.path == path) return &field;
    return nullptr;
  }
  static double number(const Field* field, double otherwise) {
    if (!field) return otherwise;
    return field->type == FieldType::Integer || field->type == FieldType::Real
               ? std::strtod(field->value.c_str(), nullptr)
               : otherwise;
  }

  // In Compare mode: which run, and what is set for all of them.
  void whose(const FrameInput& in, IntentSink& sink) {
    const Ui& ui = in.ui;
    const std::string title = std::string("Run ") + char('A' + in.state.active);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x, close = std::max(20.0f, ui.px(30));
    text(ui, TextRole::Title, ui.palette->text, title, room - close);
    if (ui.items) ui.items->track("setup.run", title);
    ImGui::SetCursorScreenPos({at.x + room - close, at.y});
    const std::string tip = with_key("Close", ActionId::EditRun);
    if (icon_button(ui, {"setup.close", tip.c_str()}, Icon::Close, close)) sink.add(ActionId::EditRun);
    ImGui::SetCursorScreenPos({at.x, at.y + std::max(close, ui.fonts->height(TextRole::Title)) + ui.px(2)});
    paragraph(ui, TextRole::Caption, ui.palette->secondary, "Data, seeds and batch are the same in all runs.");
    gap(ui, 8);
  }
  // "Data" of one run; "Data, of all runs" beside others.
  std::string titled(const char* what, bool shared) const {
    return std::string(what) + (!several_ ? "" : shared ? ", of all runs" : ", of this run");
  }

  // One row for a field of any type. `targets` are set together; empty = the field itself.
  void row(const FrameInput& in, IntentSink& sink, const std::string& path, const RowStyle& style,
           std::span<const std::string> targets = {}) {
    const Field* field = find(fields_, path);
    if (!field) return;
    const std::string name = "setup." + path;
    const std::string own[] = {path};
    if (targets.empty()) targets = own;
    const bool all = several_ && is_shared(path) && !path.starts_with("data.");
    const std::string label = std::string(style.label) + (all ? ", all" : "");
    const RateNaming naming = in.state.persisted.naming;
    const std::string formula = formula_in(naming, style.formula),
                      tip = style.is_rate      ? std::string("p: the ") + chance_words(naming)
                            : style.tooltip[0] ? style.tooltip
                                               : field->help;
    const RowText text{name.c_str(), label.c_str(), tip.c_str(), formula.c_str()};
    const auto set = [&](const std::string& value) {
      for (const std::string& target : targets) sink.add(ActionId::Set, {target, value});
    };
    if (field->type == FieldType::Choice) {
      std::vector<std::string> shown = field->choices;
      int index = int(std::find(shown.begin(), shown.end(), field->value) - shown.begin());
      for (std::string& word : shown) word = spaced(word);
      if (combo_row(in.ui, text, shown, index)) set(field->choices[std::size_t(index)]);
    } else if (field->type == FieldType::Text) {
      std::string value = field->value;
      if (text_row(in.ui, text, value)) {
        set(value);
        release(in.ui, name);
      }
    } else {
      number_row(in, *field, text, style, set, changes_while_training(targets.front()));
    }
  }

  // After Enter the keys belong to the run again; after Tab the next control has them already.
  static void release(const Ui& ui, const std::string& name) {
    if (ui.focus && ui.focus->focused() == name) ui.focus->clear();
  }

  template <class Set>
  void number_row(const FrameInput& in, const Field& field, const RowText& text, const RowStyle& style, const Set& set,
                  bool live) {
    const bool integer = field.type == FieldType::Integer;
    const double now = number(&field, 0);
    SliderSpec spec;
    spec.text = text;
    // A value from a file or a script may lie outside of what the slider offers; then it offers more.
    spec.lo = std::min(std::max(style.lo, field.lo), now);
    spec.hi = std::max(std::min(style.hi, field.hi), now);
    spec.logarithmic = style.logarithmic && spec.lo > 0;
    spec.initial = std::clamp(number(find(initial_fields_, field.path), now), spec.lo, spec.hi);
    const RateNaming naming = style.is_rate ? in.state.persisted.naming : RateNaming::Drop;
    say_as(naming, spec);
    double value = letter_value(naming, now);
    spec.step = style.step;
    spec.integer = integer;
    spec.format = integer ? "%.0f" : style.format;
    spec.strong = style.strong;
    const Edit edit = slider_row(in.ui, spec, value);
    // What starts the run over waits until the knob is released.
    if (edit == Edit::None || (edit == Edit::Changing && !live)) return;
    set(integer ? std::to_string(std::llround(value))
                : real_text(letter_value(naming, rounded_as(value, style.format))));
  }
  void scenario_section(const FrameInput& in, IntentSink& sink) {
    std::vector<std::string> names;
    int index = -1;
    const auto all = all_scenarios();
    for (std::size_t i = 0; i < all.size(); ++i) {
      names.emplace_back(all[i]->name);
      if (spec_.scenario == all[i]->id) index = int(i);
    }
    const std::string tip =
        index >= 0 ? formula_in(in.state.persisted.naming, all[std::size_t(index)]->one_line) : "A ready-made run";
    if (combo_row(in.ui, {"setup.scenario", "Scenario", tip.c_str(), ""}, names, index))
      sink.add(ActionId::Scenario, {all[std::size_t(index)]->id});
    gap(in.ui, 8);
  }

  void data_section(const FrameInput& in, IntentSink& sink) {
    section(in.ui, titled("Data", true));
    dataset_tiles(in, sink);
    const auto all = all_datasets();
    std::vector<std::string> names;
    int index = -1;
    for (std::size_t i = 0; i < all.size(); ++i) {
      names.emplace_back(all[i]->name);
      if ((wanted_files_.empty() ? spec_.data.dataset : wanted_files_) == all[i]->id) index = int(i);
    }
    const char* tip = index >= 0 ? all[std::size_t(index)]->one_line : "";
    if (combo_row(in.ui, {"setup.data.dataset", "Data set", tip, ""}, names, index))
      choose_dataset(sink, *all[std::size_t(index)]);
    if (!wanted_files_.empty()) return path_of_files(in, sink);
    const DatasetSource* source = find_dataset(spec_.data.dataset);
    if (!source) return;
    if (heeds(*source, DataOption::Path)) row(in, sink, "data.path", {.label = "Path"});
    if (heeds(*source, DataOption::LabelColumn)) row(in, sink, "data.label", {.label = "Label column"});
    if (heeds(*source, DataOption::Count)) {
      const bool image = heeds(*source, DataOption::ImageSize) || heeds(*source, DataOption::Pixels);
      const double most = image ? 60000 : 2000;
      row(in, sink, "data.train",
          {.label = "Train", .lo = image ? 0.0 : 4.0, .hi = most, .step = 10, .logarithmic = true});
      row(in, sink, "data.validation",
          {.label = "Validation", .lo = image ? 0.0 : 4.0, .hi = most, .step = 10, .logarithmic = true});
    }
    if (heeds(*source, DataOption::Noise)) row(in, sink, "data.noise", {.label = "Noise", .hi = 1, .step = 0.05});
    if (heeds(*source, DataOption::LabelNoise))
      row(in, sink, "data.label_noise", {.label = "Label noise", .hi = 1, .step = 0.05});
    if (heeds(*source, DataOption::Classes))
      row(in, sink, "data.classes", {.label = "Classes", .lo = 2, .hi = 8, .step = 1});
    if (heeds(*source, DataOption::Steps))
      row(in, sink, "data.steps", {.label = "Steps", .lo = 4, .hi = 40, .step = 1});
    if (heeds(*source, DataOption::Symbols))
      row(in, sink, "data.symbols", {.label = "Symbols", .lo = 2, .hi = 26, .step = 1});
    if (heeds(*source, DataOption::ImageSize)) image_size_row(in, sink);
    if (heeds(*source, DataOption::Pixels)) row(in, sink, "data.pixels", {.label = "Pixels"});
    gap(in.ui, 8);
  }

  // Data sets of files need a path before they can be loaded: choosing one waits for it.
  void choose_dataset(IntentSink& sink, const DatasetSource& source) {
    wanted_files_.clear();
    if (heeds(source, DataOption::Path) && spec_.data.dataset != source.id)
      wanted_files_ = source.id;
    else
      sink.add(ActionId::Set, {"data.dataset", source.id});
  }

  void path_of_files(const FrameInput& in, IntentSink& sink) {
    std::string path;
    const bool table = heeds(*find_dataset(wanted_files_), DataOption::LabelColumn);
    const char* tip = table ? "A CSV file with a header" : "A folder with the four IDX files, plain or gzipped";
    if (text_row(in.ui, {"setup.data.path", "Path", tip, ""}, path) && !path.empty()) {
      sink.add(ActionId::Open, {path, std::exchange(wanted_files_, {})});
      release(in.ui, "setup.data.path");
    }
    paragraph(in.ui, TextRole::Caption, in.ui.palette->secondary,
              table ? "Type the path of a CSV file, or drop the file on the window."
                    : "Type the path of a folder with the four IDX files, or drop it on the window.");
    gap(in.ui, 8);
  }

  void dataset_tiles(const FrameInput& in, IntentSink& sink) {
    const Ui& ui = in.ui;
    const float space = ui.px(8), room = ImGui::GetContentRegionAvail().x;
    const int columns = std::clamp(int((room + space) / (ui.px(54) + space)), 3, 8);
    const float size = std::floor((room - space * float(columns - 1)) / float(columns));
    const ImVec2 start = ImGui::GetCursorScreenPos();
    int at = 0;
    for (const DatasetSource* source : all_datasets()) {
      const int column = at % columns, line = at / columns;
      ImGui::SetCursorScreenPos({start.x + float(column) * (size + space), start.y + float(line) * (size + space)});
      const std::string name = "setup.tile." + std::string(source->id);
      const std::string tip = std::string(source->name) + ": " + source->one_line;
      const bool selected = (wanted_files_.empty() ? spec_.data.dataset : wanted_files_) == source->id;
      if (tile(ui, {name.c_str(), tip.c_str()}, size, selected,
               [&](ImDrawList& list, Rect inside) { thumbnails_.paint(list, inside, source->id, *ui.palette); }))
        choose_dataset(sink, *source);
      ++at;
    }
    const int lines = (at + columns - 1) / columns;
    ImGui::SetCursorScreenPos(start);
    ImGui::Dummy({room, float(lines) * (size + space)});
  }

  void image_size_row(const FrameInput& in, IntentSink& sink) {
    static constexpr const char* kSizes[] = {"16", "28"};
    const std::vector<std::string> shown = {"16 x 16", "28 x 28"};
    int index = spec_.data.image_size == 28 ? 1 : 0;
    if (combo_row(in.ui, {"setup.data.image_size", "Image size", "Pixels a side of the drawn digits", ""}, shown,
                  index))
      sink.add(ActionId::Set, {"data.image_size", kSizes[index]});
  }

  // The sites of the network in order, "input" first.
  std::vector<std::string> sites() const {
    std::vector<std::string> list = {"input"};
    for (std::size_t i = 0; i < spec_.network.hidden.size(); ++i) list.push_back(hidden_name(i));
    return list;
  }

  void dropout_section(const FrameInput& in, IntentSink& sink) {
    section(in.ui, titled("Dropout", false));
    naming_switch(in, sink);
    if (!is_plain(spec_) || !std::all_of(touched_.begin(), touched_.end(), [this](const std::string& site) {
          const auto plain = sites();
          return std::find(plain.begin(), plain.end(), site) != plain.end();
        }))
      return places_section(in, sink);
    const std::string lead = spec_.network.hidden.empty() ? "input" : hidden_name(0);
    const Variant* variant = find_variant(shown_plan(spec_, lead).variant);
    variant_row(in, sink, lead, variant);
    if (!variant) return;
    for (const std::string& site : sites()) {
      const std::string label = "p " + layer_title(site);
      row(in, sink, "dropout." + site + ".rate",
          {.label = label.c_str(),
           .hi = variant->max_rate,
           .strong = true,
           .formula = variant->depiction.formula,
           .is_rate = true});
    }
    std::vector<std::string> scopes;
    for (const std::string& site : sites()) scopes.push_back("dropout." + site + ".scope");
    row(in, sink, "dropout." + lead + ".scope", {.label = "Mask per"}, scopes);
    for (const ParamSpec& param : variant->params) {
      std::vector<std::string> targets;
      for (const std::string& site : sites())
        if (shown_plan(spec_, site).variant == variant->id) targets.push_back("dropout." + site + "." + param.id);
      row(in, sink, "dropout." + lead + "." + param.id,
          {.label = param.label, .lo = param.lo, .hi = param.hi, .step = (param.hi - param.lo) / 20}, targets);
    }
    paragraph(in.ui, TextRole::Caption, in.ui.palette->secondary, variant->depiction.one_line);
    gap(in.ui, 8);
  }

  // Networks with other sites than the outputs of dense layers: for each kind of site at work its variant, rates and
  // settings, then the rates of the places that could have noise.
  void places_section(const FrameInput& in, IntentSink& sink) {
    const std::vector<Place> places = noise_places(spec_, touched_);
    for (std::size_t first = 0, last; first < places.size(); first = last) {
      for (last = first + 1; last < places.size() && places[last].kind == places[first].kind;) ++last;
      const std::span<const Place> group(places.data() + first, last - first);
      const auto lead = std::find_if(group.begin(), group.end(), [](const Place& p) { return p.acts; });
      const bool works = std::any_of(group.begin(), group.end(), [this](const Place& p) {
        return p.acts || std::any_of(p.sites.begin(), p.sites.end(),
                                     [this](const std::string& site) { return touched_.contains(site); });
      });
      const Place& shown = lead != group.end() ? *lead : group[0];
      if (works) place_variant_row(in, sink, shown, group);
      for (const Place& place : group) {
        const Field* named = find(fields_, "dropout." + place.sites[0] + ".variant");
        const Variant* variant = named ? find_variant(named->value) : nullptr;
        const std::string label = (place.title.size() > 8 ? "" : "p ") + place.title;
        row(in, sink, "dropout." + place.sites[0] + ".rate",
            {.label = label.c_str(),
             .hi = variant ? variant->max_rate : 1,
             .strong = true,
             .formula = variant ? variant->depiction.formula : "",
             .is_rate = true},
            fields_of({&place, 1}, "rate"));
      }
      if (works) place_settings(in, sink, shown, group);
    }
    gap(in.ui, 8);
  }

  static std::vector<std::string> fields_of(std::span<const Place> places, const std::string& field) {
    std::vector<std::string> targets;
    for (const Place& place : places)
      for (const std::string& path : place.paths) targets.push_back(path + field);
    return targets;
  }

  void place_variant_row(const FrameInput& in, IntentSink& sink, const Place& lead, std::span<const Place> group) {
    const Field* field = find(fields_, "dropout." + lead.sites[0] + ".variant");
    if (!field) return;
    std::vector<std::string> names;
    for (const std::string& id : field->choices) {
      const Variant* v = find_variant(id);
      names.emplace_back(v ? v->name : id);
    }
    int index = int(std::find(field->choices.begin(), field->choices.end(), field->value) - field->choices.begin());
    const Variant* now = find_variant(field->value);
    const std::string name = "setup.variant." + std::string(name_of(lead.kind));
    if (!variant_combo(in, name.c_str(), now, names, index)) return;
    for (const std::string& target : fields_of(group, "variant"))
      sink.add(ActionId::Set, {target, field->choices[std::size_t(index)]});
  }

  // What belongs to the variant at work: scope, depth, its own parameters, and what it does in a line.
  void place_settings(const FrameInput& in, IntentSink& sink, const Place& lead, std::span<const Place> group) {
    const Variant* variant = find_variant(shown_plan(spec_, lead.sites[0]).variant);
    if (!variant || !lead.acts) return;
    const std::string path = "dropout." + lead.sites[0] + ".";
    row(in, sink, path + "scope", {.label = "Mask per"}, fields_of(group, "scope"));
    if (lead.sites.size() > 1) row(in, sink, path + "depth", {.label = "Over depth"}, fields_of({&lead, 1}, "depth"));
    for (const ParamSpec& param : variant->params) {
      std::vector<std::string> targets;
      for (const Place& place : group)
        if (shown_plan(spec_, place.sites[0]).variant == variant->id)
          for (const std::string& target : fields_of({&place, 1}, param.id)) targets.push_back(target);
      row(in, sink, path + param.id,
          {.label = param.label, .lo = param.lo, .hi = param.hi, .step = (param.hi - param.lo) / 20}, targets);
    }
    paragraph(in.ui, TextRole::Caption, in.ui.palette->secondary, variant->depiction.one_line);
    gap(in.ui, 6);
  }

  void variant_row(const FrameInput& in, IntentSink& sink, const std::string& lead, const Variant* now) {
    std::vector<std::string> names;
    std::vector<const Variant*> offered;
    int index = -1;
    for (const Variant* v : all_variants()) {
      if (!v->sites.has(lead == "input" ? SiteKind::Input : SiteKind::Hidden)) continue;
      if (v == now) index = int(offered.size());
      offered.push_back(v);
      names.emplace_back(v->name);
    }
    if (!variant_combo(in, "setup.dropout.variant", now, names, index)) return;
    const Variant& chosen = *offered[std::size_t(index)];
    if (!spec_.network.hidden.empty()) sink.add(ActionId::Set, {"dropout.variant", chosen.id});
    if (chosen.sites.has(SiteKind::Input)) sink.add(ActionId::Set, {"dropout.input.variant", chosen.id});
  }

  void network_section(const FrameInput& in, IntentSink& sink) {
    section(in.ui, titled("Network", false));
    row(in, sink, "network.hidden", {.label = "Layers", .tooltip = "Units of each hidden layer: 16,16. Empty: none."});
    const std::vector<std::string> names = layer_names(spec_.network);
    std::string active;  // the first layer with an activation
    for (std::size_t i = 0; i < names.size(); ++i) {
      const LayerSpec& layer = spec_.network.hidden[i];
      const LayerUses uses = layer_fields(layer.kind);
      if (active.empty() && uses.activation) active = names[i];
      if (!uses.units || i >= 6) continue;
      const std::string label = layer.count > 1 ? "blocks" : layer_title(names[i]);
      row(in, sink, "network." + names[i] + ".units",
          {.label = label.c_str(), .lo = 1, .hi = 256, .step = 1, .logarithmic = true});
    }
    if (!active.empty()) {
      const std::string all[] = {"network.activation"};
      row(in, sink, "network." + active + ".activation", {.label = "Activation", .tooltip = "Of every hidden layer"},
          all);
    }
    row(in, sink, "network.init", {.label = "Weights"});
    row(in, sink, "network.loss", {.label = "Loss"});
    gap(in.ui, 8);
  }

  void training_section(const FrameInput& in, IntentSink& sink) {
    section(in.ui, titled("Training", false));
    const OptimizerSpec& o = spec_.optimizer;
    const bool adam = o.kind == OptimizerKind::Adam || o.kind == OptimizerKind::AdamW;
    row(in, sink, "optimizer.kind", {.label = "Optimizer"});
    row(in, sink, "optimizer.learning_rate",
        {.label = "Learn rate", .lo = 1e-5, .hi = 10, .logarithmic = true, .format = "%.2g"});
    if (o.kind == OptimizerKind::Momentum || o.kind == OptimizerKind::Nesterov)
      row(in, sink, "optimizer.momentum", {.label = "Momentum", .hi = 0.999, .step = 0.01, .format = "%.3f"});
    if (adam) {
      row(in, sink, "optimizer.beta1", {.label = "beta 1", .hi = 0.999, .step = 0.01, .format = "%.3f"});
      row(in, sink, "optimizer.beta2", {.label = "beta 2", .hi = 0.9999, .step = 0.01, .format = "%.4f"});
      row(in, sink, "optimizer.epsilon",
          {.label = "epsilon", .lo = 1e-10, .hi = 1e-2, .logarithmic = true, .format = "%.1e"});
    }
    row(in, sink, "batch_size", {.label = "Batch", .lo = 1, .hi = 512, .step = 1, .logarithmic = true});
    row(in, sink, "optimizer.l2", {.label = "L2", .hi = 0.1, .step = 0.001, .format = "%.4f"});
    if (o.kind == OptimizerKind::AdamW)
      row(in, sink, "optimizer.weight_decay", {.label = "Weight decay", .hi = 0.1, .step = 0.001, .format = "%.4f"});
    row(in, sink, "optimizer.max_norm", {.label = "Max norm", .hi = 8, .step = 0.25});
    row(in, sink, "optimizer.clip_norm", {.label = "Clip gradient", .hi = 10, .step = 0.25});
    row(in, sink, "optimizer.schedule", {.label = "Schedule"});
    if (o.schedule == ScheduleKind::Cosine)
      row(in, sink, "optimizer.schedule_ticks",
          {.label = "Down to 0 in", .lo = 100, .hi = 100000, .logarithmic = true});
    if (o.schedule == ScheduleKind::Step) {
      row(in, sink, "optimizer.step_ticks", {.label = "Every", .lo = 10, .hi = 100000, .logarithmic = true});
      row(in, sink, "optimizer.step_factor", {.label = "Times", .lo = 0.01, .hi = 1, .step = 0.05});
    }
    const std::string tip = with_key("Same seed, same run. The button draws a new one", ActionId::NewSeed);
    const Icon reroll = Icon::Reroll;
    if (value_row(in.ui, {"setup.seed", several_ ? "Seed, all" : "Seed", tip.c_str(), ""}, std::to_string(spec_.seed),
                  &reroll))
      sink.add(ActionId::NewSeed);
    row(in, sink, "data_seed", {.label = "Data seed", .lo = 1, .hi = 100, .step = 1});
  }

  RunSpec spec_;
  std::vector<Field> fields_, initial_fields_;
  std::set<std::string> touched_;  // sites that have had noise since the network is what it is
  bool several_ = false;           // one of several runs in Compare mode
  std::string wanted_files_;       // a data set of files that was chosen and waits for its path
  Thumbnails thumbnails_;
};

}  // namespace

std::unique_ptr<Panel> make_setup_panel() { return std::make_unique<SetupPanel>(); }

}  // namespace dropscope
