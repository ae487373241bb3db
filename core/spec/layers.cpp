// Layers as text, their names, and the sites they expose.
#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "core/spec/fields.h"
#include "core/spec/site.h"

namespace dropscope {
namespace {

constexpr int kMostUnits = 131072;
constexpr int kMostBlocks = 64;
constexpr std::size_t kMostLayers = 64;

// What an entry is called, without its number.
const char* stem(LayerKind kind) {
  switch (kind) {
    case LayerKind::Dense:
      return "hidden";
    case LayerKind::Conv:
      return "conv";
    case LayerKind::MaxPool:
    case LayerKind::AveragePool:
      return "pool";
    case LayerKind::Flatten:
      return "flatten";
    case LayerKind::BatchNorm:
    case LayerKind::LayerNorm:
      return "norm";
    case LayerKind::Residual:
    case LayerKind::ConvResidual:
    case LayerKind::Transformer:
      return "block";
    case LayerKind::Rnn:
      return "rnn";
    case LayerKind::Lstm:
      return "lstm";
    case LayerKind::Gru:
      return "gru";
    case LayerKind::Embedding:
      return "embedding";
  }
  return "layer";
}

std::string units_text(const LayerSpec& layer) {
  const LayerUses uses = layer_fields(layer.kind);
  std::string text = layer.kind == LayerKind::Dense ? "" : name_of(layer.kind);
  if (uses.units) text += std::to_string(layer.units);
  return uses.count && layer.count > 1 ? std::to_string(layer.count) + "*" + text : text;
}

// One entry of the text: "32", "conv8", "8*residual16".
LayerSpec parse_layer(std::string_view token, const LayerSpec* like, const std::string& where) {
  const std::string all(token);
  int count = 1;
  if (const std::size_t star = token.find('*'); star != token.npos) {
    count = int(parse_integer(token.substr(0, star), 1, kMostBlocks, where));
    token.remove_prefix(star + 1);
  }
  const std::size_t letters = std::min(token.find_first_of("0123456789"), token.size());
  const std::string_view word = token.substr(0, letters), digits = token.substr(letters);
  LayerKind kind = LayerKind::Dense;
  if (!word.empty()) {
    const auto names = enum_names<LayerKind>();
    const auto it = std::find(names.begin(), names.end(), word);
    if (it == names.end())
      throw InputError(where, expected_one_of(word, names) + " or a width", "'" + all.substr(0, 60) + "'");
    kind = LayerKind(it - names.begin());
  }
  const LayerUses uses = layer_fields(kind);
  LayerSpec layer = like && like->kind == kind ? *like : make_layer(kind, 16);
  // A norm has an activation only where it is asked for, and is no model for layers that need one.
  const auto is_norm = [](LayerKind k) { return k == LayerKind::BatchNorm || k == LayerKind::LayerNorm; };
  if (like && like->kind != kind && uses.activation && layer_fields(like->kind).activation && !is_norm(kind) &&
      !is_norm(like->kind))
    layer.activation = like->activation;
  if (uses.units && (!digits.empty() || word.empty())) layer.units = int(parse_integer(digits, 1, kMostUnits, where));
  if (!uses.units && !digits.empty())
    throw InputError(where, std::string(name_of(kind)) + " without a width", "'" + all.substr(0, 60) + "'");
  if (uses.count)
    layer.count = count;
  else if (count != 1)
    throw InputError(where, "a count only before residual, convresidual or transformer", "'" + all.substr(0, 60) + "'");
  return layer;
}

// What flows between two layers, as far as the spec tells.
enum class Form { Flat, Maps, Sequence };

SiteKind output_kind(Form form) {
  return form == Form::Maps ? SiteKind::FeatureMap : form == Form::Sequence ? SiteKind::Sequence : SiteKind::Hidden;
}

}  // namespace

LayerSpec make_layer(LayerKind kind, int units) {
  LayerSpec layer;
  layer.kind = kind;
  layer.units = units;
  switch (kind) {
    case LayerKind::MaxPool:
    case LayerKind::AveragePool:
      layer.kernel = layer.stride = 2;
      break;
    case LayerKind::BatchNorm:
    case LayerKind::LayerNorm:
      layer.activation = Activation::Identity;
      break;
    case LayerKind::Rnn:
      layer.activation = Activation::Tanh;
      break;
    case LayerKind::Transformer:
      layer.activation = Activation::Gelu;
      break;
    default:
      break;
  }
  return layer;
}

LayerUses layer_fields(LayerKind kind) {
  switch (kind) {
    case LayerKind::Dense:
      return {.units = true, .activation = true};
    case LayerKind::Conv:
      return {.units = true, .activation = true, .window = true, .padding = true, .kernel = true};
    case LayerKind::MaxPool:
    case LayerKind::AveragePool:
      return {.window = true, .kernel = true};
    case LayerKind::Flatten:
      return {};
    case LayerKind::BatchNorm:
    case LayerKind::LayerNorm:
      return {.activation = true};
    case LayerKind::Residual:
      return {.units = true, .activation = true, .norm = true, .count = true};
    case LayerKind::ConvResidual:
      return {.units = true, .activation = true, .kernel = true, .norm = true, .count = true};
    case LayerKind::Rnn:
      return {.units = true, .activation = true};
    case LayerKind::Lstm:
    case LayerKind::Gru:
      return {.units = true};
    case LayerKind::Embedding:
      return {.units = true, .positions = true};
    case LayerKind::Transformer:
      return {.units = true, .activation = true, .attention = true, .count = true};
  }
  return {};
}

std::string hidden_name(std::size_t index) { return "hidden" + std::to_string(index + 1); }

std::vector<std::string> layer_names(const ArchSpec& spec) {
  std::vector<std::string> names;
  std::vector<std::pair<std::string, int>> used;
  for (const LayerSpec& layer : spec.hidden) {
    auto it = std::find_if(used.begin(), used.end(), [&](const auto& u) { return u.first == stem(layer.kind); });
    if (it == used.end()) it = used.insert(used.end(), {stem(layer.kind), 0});
    names.push_back(it->first + std::to_string(it->second + 1));
    it->second += layer_fields(layer.kind).count ? layer.count : 1;
  }
  return names;
}

int block_count(const ArchSpec& spec) {
  int blocks = 0;
  for (const LayerSpec& layer : spec.hidden) blocks += layer_fields(layer.kind).count ? layer.count : 0;
  return blocks;
}

std::vector<SiteName> site_names(const ArchSpec& spec) {
  std::vector<SiteName> sites;
  Form form = Form::Flat;
  int block = 0;
  const auto add = [&sites](const std::string& name, SiteKind kind, int depth = 0, bool output = false) {
    sites.push_back({name, kind, depth, output});
  };
  // Words cannot be scaled: their noise acts on the table.
  if (spec.hidden.empty() || spec.hidden[0].kind != LayerKind::Embedding) add("input", SiteKind::Input);
  const std::vector<std::string> names = layer_names(spec);
  for (std::size_t i = 0; i < spec.hidden.size(); ++i) {
    const LayerSpec& layer = spec.hidden[i];
    const std::string& name = names[i];
    switch (layer.kind) {
      case LayerKind::Dense:
        if (form == Form::Maps) form = Form::Flat;
        add(name + ".weight", SiteKind::Weight);
        add(name, output_kind(form), 0, true);
        break;
      case LayerKind::Conv:
        form = Form::Maps;
        add(name + ".weight", SiteKind::Weight);
        add(name, SiteKind::FeatureMap, 0, true);
        break;
      case LayerKind::MaxPool:
      case LayerKind::AveragePool:
        form = Form::Maps;
        add(name, SiteKind::FeatureMap);
        break;
      case LayerKind::Flatten:
        form = Form::Flat;
        break;
      case LayerKind::BatchNorm:
      case LayerKind::LayerNorm:
        add(name, output_kind(form));
        break;
      case LayerKind::Residual:
      case LayerKind::ConvResidual:
        if (layer.kind == LayerKind::ConvResidual) form = Form::Maps;
        for (int b = 0; b < layer.count; ++b) {
          const std::string at = "block" + std::to_string(++block);
          add(at + ".inner", output_kind(form), block);
          add(at, SiteKind::ResidualBranch, block);
        }
        break;
      case LayerKind::Rnn:
      case LayerKind::Lstm:
      case LayerKind::Gru:
        form = Form::Sequence;
        add(name + ".input", SiteKind::Sequence);
        add(name + ".recurrent_weight", SiteKind::RecurrentWeight);
        add(name + ".recurrent", SiteKind::RecurrentState);
        add(name + ".update", SiteKind::CellUpdate);
        if (layer.kind == LayerKind::Lstm) add(name + ".cell", SiteKind::CellState);
        add(name + ".state", SiteKind::StateUpdate);
        add(name, SiteKind::Sequence, 0, true);
        break;
      case LayerKind::Embedding:
        form = Form::Sequence;
        add(name + ".words", SiteKind::Embedding);
        add(name, SiteKind::Sequence, 0, true);
        break;
      case LayerKind::Transformer:
        form = Form::Sequence;
        for (int b = 0; b < layer.count; ++b) {
          const std::string at = "block" + std::to_string(++block);
          add(at + ".attention", SiteKind::AttentionWeights, block);
          add(at + ".heads", SiteKind::HeadOutput, block);
          add(at + ".attention_branch", SiteKind::ResidualBranch, block);
          add(at + ".feed_forward", SiteKind::Sequence, block, true);
          add(at + ".feed_forward_branch", SiteKind::ResidualBranch, block);
        }
        break;
    }
  }
  add("output.weight", SiteKind::Weight);
  add("output", SiteKind::Hidden);
  return sites;
}

std::string layers_text(const ArchSpec& spec) {
  std::string text;
  for (const LayerSpec& layer : spec.hidden) text += (text.empty() ? "" : ",") + units_text(layer);
  return text;
}

std::vector<LayerSpec> parse_layers(std::string_view text, const std::vector<LayerSpec>& like,
                                    const std::string& where) {
  std::vector<LayerSpec> layers;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const LayerSpec* model = layers.size() < like.size() ? &like[layers.size()] : like.empty() ? nullptr : &like.back();
    layers.push_back(parse_layer(text.substr(0, comma), model, where));
    if (layers.size() > kMostLayers) throw InputError(where, "at most 64 layers", "more");
    if (comma + 1 == text.size()) throw InputError(where, "a layer after the last comma", "nothing");
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return layers;
}

}  // namespace dropscope
