#include "core/nn/build.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/nn/activate.h"
#include "core/nn/attention.h"
#include "core/nn/conv.h"
#include "core/nn/dense.h"
#include "core/nn/embedding.h"
#include "core/nn/norm.h"
#include "core/nn/pool.h"
#include "core/nn/recurrent.h"
#include "core/nn/shape_layers.h"

namespace dropscope {
namespace {

// Strings layers together. `at` is the layer that the next one reads.
template <class T>
class Builder {
 public:
  Builder(const ArchSpec& spec, const DataForm& form) : spec_(spec), form_(form), names_(layer_names(spec)) {}

  std::vector<Node<T>> build() {
    DROPSCOPE_CHECK(form_.inputs >= 1 && form_.outputs >= 1);
    const bool words = !spec_.hidden.empty() && spec_.hidden[0].kind == LayerKind::Embedding;
    if (form_.sequence && form_.sequence->tokens && !words)
      throw InputError("network.hidden", "an embedding as the first layer, since the data are tokens",
                       "'" + layers_text(spec_) + "'");
    add(make_input<T>(input_shape(), !words));
    for (std::size_t i = 0; i < spec_.hidden.size(); ++i) add_entry(spec_.hidden[i], names_[i]);
    const bool each_step = form_.sequence && form_.sequence->label_each_step;
    if (each_step && !has(Axis::Time))
      throw InputError("network.hidden", "layers that keep the steps of a sequence, since every step has a label",
                       "'" + layers_text(spec_) + "'");
    if (has(Axis::Time) && at_ > 0 && !each_step) add_readout();
    add(make_dense<T>("output", each_step ? shape() : flat(shape()), form_.outputs, Activation::Identity,
                      SiteKind::Hidden));
    return std::move(nodes_);
  }

 private:
  Shape input_shape() const {
    if (form_.image)
      return {{Axis::Sample, 1},
              {Axis::Channel, form_.image->channels},
              {Axis::Row, form_.image->rows},
              {Axis::Col, form_.image->cols}};
    if (form_.sequence)
      return {{Axis::Sample, 1}, {Axis::Time, form_.sequence->steps}, {Axis::Unit, form_.sequence->features}};
    return {{Axis::Sample, 1}, {Axis::Unit, form_.inputs}};
  }

  // The shape for one example of what the next layer reads.
  Shape shape() const { return nodes_[std::size_t(at_)].layer->output_shape(1); }
  bool has(Axis axis) const {
    for (const Dim& d : shape())
      if (d.axis == axis) return true;
    return false;
  }
  SiteKind output_kind() const {
    return has(Axis::Channel) ? SiteKind::FeatureMap : has(Axis::Time) ? SiteKind::Sequence : SiteKind::Hidden;
  }

  int add(std::unique_ptr<Layer<T>> layer) {
    return add(std::move(layer), nodes_.empty() ? std::vector<int>{} : std::vector<int>{at_});
  }
  int add(std::unique_ptr<Layer<T>> layer, std::vector<int> inputs) {
    nodes_.push_back({std::move(layer), std::move(inputs), -1});
    return at_ = int(nodes_.size()) - 1;
  }
  // Adds the end of a branch: `trunk` plus what was added since `first`. A gate on the sum can close the branch.
  void add_sum(const std::string& name, const std::string& site, int trunk, int first) {
    const int branch = at_;
    if (nodes_[std::size_t(trunk)].layer->output_shape(1) != shape())
      throw InputError("network." + name, "a branch of the trunk's shape", "another");
    add(make_sum<T>(name, site, shape()), {trunk, branch});
    for (int l = first; l <= branch; ++l) nodes_[std::size_t(l)].gate_layer = at_;
  }

  void add_readout() {
    bool transformer = false;
    for (const LayerSpec& layer : spec_.hidden) transformer = transformer || layer.kind == LayerKind::Transformer;
    const bool mean = spec_.readout == Readout::Mean || (spec_.readout == Readout::Auto && transformer);
    add(make_readout<T>("readout", shape(), mean));
  }

  [[noreturn]] void refuse(const std::string& name, const char* expected) const {
    std::string found;
    for (const Dim& d : shape()) found += (found.empty() ? "" : " x ") + std::string(name_of(d.axis));
    throw InputError("network." + name, expected, found);
  }

  // How many pixels a window slides over, with the padding around.
  void require_image(const LayerSpec& layer, const std::string& name, int padding) const {
    if (!has(Axis::Row) || !has(Axis::Col)) refuse(name, "an image");
    const int least = std::min(shape().extent(Axis::Row), shape().extent(Axis::Col)) + 2 * padding;
    if (layer.kernel > least)
      throw InputError("network." + name + ".kernel",
                       "at most " + std::to_string(least) + ", the image that reaches it",
                       std::to_string(layer.kernel));
  }
  void add_conv(const LayerSpec& layer, const std::string& name) {
    require_image(layer, name, layer.padding);
    if (layer.padding >= layer.kernel)
      throw InputError("network." + name + ".padding", "less than the kernel", std::to_string(layer.padding));
    add(make_conv<T>(name,
                     {shape().extent(Axis::Channel), shape().extent(Axis::Row), shape().extent(Axis::Col), layer.units,
                      layer.kernel, layer.stride, layer.padding},
                     layer.activation));
  }
  void add_pool(const LayerSpec& layer, const std::string& name) {
    require_image(layer, name, 0);
    const PoolShape pool{shape().extent(Axis::Channel), shape().extent(Axis::Row), shape().extent(Axis::Col),
                         layer.kernel, layer.stride};
    add(layer.kind == LayerKind::MaxPool ? make_max_pool<T>(name, pool) : make_average_pool<T>(name, pool));
  }

  // Vaswani et al., NIPS 2017: attention and a feed-forward part, each on a residual branch that begins (Pre) or
  // ends, after the sum, (Post) with layer normalisation.
  void add_transformer(const LayerSpec& layer, const std::string& block) {
    const int width = shape().extent(Axis::Unit);
    if (width % layer.heads != 0)
      throw InputError("network." + block + ".heads", "a number that divides the width " + std::to_string(width),
                       std::to_string(layer.heads));
    const auto normalise = [&](const std::string& name, NormPlace place) {
      if (layer.norm_place == place) add(make_layer_norm<T>(name, "", shape(), Activation::Identity));
    };
    int trunk = at_, first = int(nodes_.size());
    normalise(block + ".attention_norm", NormPlace::Pre);
    add(make_attention<T>(block + ".attention", block + ".attention", block + ".heads", shape(), layer.heads,
                          layer.causal));
    add_sum(block + ".attention_sum", block + ".attention_branch", trunk, first);
    normalise(block + ".attention_norm", NormPlace::Post);
    trunk = at_;
    first = int(nodes_.size());
    normalise(block + ".feed_forward_norm", NormPlace::Pre);
    add(make_dense<T>(block + ".feed_forward", shape(), layer.units, layer.activation, SiteKind::Sequence));
    add(make_dense<T>(block + ".feed_forward_out", shape(), width, Activation::Identity, SiteKind::Sequence));
    add_sum(block + ".feed_forward_sum", block + ".feed_forward_branch", trunk, first);
    normalise(block + ".feed_forward_norm", NormPlace::Post);
  }

  void add_recurrent(const LayerSpec& layer, const std::string& name) {
    if (!has(Axis::Time)) refuse(name, "a sequence");
    if (at_ == 0 && form_.sequence->tokens)
      throw InputError("network." + name, "an embedding before it, since the data are tokens", "none");
    add(make_recurrent<T>(layer.kind, name, shape(), layer.units, layer.activation));
  }

  void add_entry(const LayerSpec& layer, const std::string& name) {
    switch (layer.kind) {
      case LayerKind::Dense: {
        // A dense layer reads a sequence step by step where layers before it made one, else as plain numbers.
        const bool steps = has(Axis::Time) && at_ > 0;
        add(make_dense<T>(name, steps ? shape() : flat(shape()), layer.units, layer.activation,
                          steps ? SiteKind::Sequence : SiteKind::Hidden));
        return;
      }
      case LayerKind::Conv:
        return add_conv(layer, name);
      case LayerKind::MaxPool:
      case LayerKind::AveragePool:
        return add_pool(layer, name);
      case LayerKind::Flatten:
        add(make_flatten<T>(name, shape()));
        return;
      case LayerKind::Rnn:
      case LayerKind::Lstm:
      case LayerKind::Gru:
        return add_recurrent(layer, name);
      case LayerKind::BatchNorm:
      case LayerKind::LayerNorm:
        // The data are normalised as plain numbers, as a dense layer reads them.
        add_norm(layer.kind == LayerKind::BatchNorm, name, name, at_ > 0 ? shape() : flat(shape()), layer.activation);
        return;
      case LayerKind::Residual:
      case LayerKind::ConvResidual:
        for (int b = 0; b < layer.count; ++b) add_residual(layer, "block" + std::to_string(++blocks_));
        return;
      case LayerKind::Embedding:
        if (at_ > 0) refuse(name, "an embedding as the first layer");
        if (!form_.sequence || !form_.sequence->tokens)
          throw InputError("network." + name, "data that are sequences of tokens", "numbers");
        add(make_embedding<T>(name, form_.sequence->steps, form_.sequence->vocabulary, layer.units, layer.positions));
        return;
      case LayerKind::Transformer:
        if (!has(Axis::Time)) refuse(name, "a sequence");
        for (int b = 0; b < layer.count; ++b) add_transformer(layer, "block" + std::to_string(++blocks_));
        return;
    }
  }

  void add_norm(bool batch, const std::string& name, const std::string& site, const Shape& in, Activation activation) {
    add(batch ? make_batch_norm<T>(name, site, in, activation) : make_layer_norm<T>(name, site, in, activation));
  }

  // Pre-activation block (He et al., arXiv:1603.05027): x + noise(branch(x)). The sum of L branches of first weights
  // as wide as the trunk's would grow like 2^L, so the last weights of each branch begin 1/sqrt(L) times as large.
  void add_residual(const LayerSpec& layer, const std::string& name) {
    const bool conv = layer.kind == LayerKind::ConvResidual;
    if (conv) {
      if (!has(Axis::Row)) refuse(name, "an image");
      if (layer.kernel % 2 == 0)
        throw InputError("network." + name + ".kernel", "an odd number, so that a branch keeps the size of its image",
                         std::to_string(layer.kernel));
    } else if (shape()[shape().rank() - 1].axis != Axis::Unit || (has(Axis::Time) && at_ == 0)) {
      refuse(name, "plain numbers or a sequence that layers made");
    }
    const int trunk = at_, width = shape().extent(conv ? Axis::Channel : Axis::Unit);
    add_activation(layer, name, "1", "");
    add_linear(layer, name + ".linear1", layer.units);
    add_activation(layer, name, "2", name + ".inner");
    add_linear(layer, name + ".linear2", width);
    nodes_.back().init_gain = 1 / std::sqrt(double(block_count(spec_)));
    add_sum(name, name, trunk, trunk + 1);
  }
  // An activation, after the norm where the block has one.
  void add_activation(const LayerSpec& layer, const std::string& block, const char* number, const std::string& site) {
    if (layer.norm == Norm::None)
      add(make_activation<T>(block + ".activation" + number, site, shape(), layer.activation));
    else
      add_norm(layer.norm == Norm::Batch, block + ".norm" + number, site, shape(), layer.activation);
  }
  void add_linear(const LayerSpec& layer, const std::string& name, int outputs) {
    const Shape in = shape();
    if (layer.kind == LayerKind::Residual)
      add(make_dense<T>(name, in, outputs, Activation::Identity, output_kind()));
    else
      add(make_conv<T>(name,
                       {in.extent(Axis::Channel), in.extent(Axis::Row), in.extent(Axis::Col), outputs, layer.kernel, 1,
                        layer.kernel / 2},
                       Activation::Identity));
  }

  static Shape flat(const Shape& shape) { return {{Axis::Sample, 1}, {Axis::Unit, int(shape.count())}}; }

  const ArchSpec& spec_;
  const DataForm& form_;
  std::vector<std::string> names_;
  std::vector<Node<T>> nodes_;
  int at_ = 0;
  int blocks_ = 0;  // residual and transformer blocks so far
};

}  // namespace

template <class T>
std::vector<Node<T>> build_layers(const ArchSpec& spec, const DataForm& form) {
  return Builder<T>(spec, form).build();
}
template std::vector<Node<float>> build_layers<float>(const ArchSpec&, const DataForm&);
template std::vector<Node<double>> build_layers<double>(const ArchSpec&, const DataForm&);

}  // namespace dropscope
