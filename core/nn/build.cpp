#include "core/nn/build.h"

#include "core/base/check.h"
#include "core/nn/dense.h"
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
      return {{Axis::Sample, 1}, {Axis::Channel, form_.image->channels}, {Axis::Row, form_.image->rows},
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
      case LayerKind::MaxPool:
      case LayerKind::AveragePool:
      case LayerKind::Flatten:
      case LayerKind::BatchNorm:
      case LayerKind::LayerNorm:
      case LayerKind::Residual:
      case LayerKind::ConvResidual:
      case LayerKind::Rnn:
      case LayerKind::Lstm:
      case LayerKind::Gru:
      case LayerKind::Embedding:
      case LayerKind::Transformer:
        refuse(name, "a dense layer");
    }
  }

  static Shape flat(const Shape& shape) { return {{Axis::Sample, 1}, {Axis::Unit, int(shape.count())}}; }

  const ArchSpec& spec_;
  const DataForm& form_;
  std::vector<std::string> names_;
  std::vector<Node<T>> nodes_;
  int at_ = 0;
};

}  // namespace

template <class T>
std::vector<Node<T>> build_layers(const ArchSpec& spec, const DataForm& form) {
  return Builder<T>(spec, form).build();
}
template std::vector<Node<float>> build_layers<float>(const ArchSpec&, const DataForm&);
template std::vector<Node<double>> build_layers<double>(const ArchSpec&, const DataForm&);

}  // namespace dropscope
