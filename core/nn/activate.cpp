#include "core/nn/activate.h"

#include <algorithm>

#include "core/nn/activation.h"
#include "core/tensor/samples.h"

namespace dropscope {
namespace {

template <class T>
class ActivationLayer final : public Layer<T> {
 public:
  ActivationLayer(std::string name, std::string site, const Shape& in, Activation activation)
      : name_(std::move(name)), site_(std::move(site)), shape_(in), activation_(activation) {
    kind_ = in.rank() == 4 ? SiteKind::FeatureMap : in.rank() == 3 ? SiteKind::Sequence : SiteKind::Hidden;
  }

  const std::string& name() const override { return name_; }
  Activation activation() const override { return activation_; }
  Shape output_shape(int batch) const override { return with_samples(shape_, batch); }
  std::vector<LayerSite> sites() const override {
    return site_.empty() ? std::vector<LayerSite>{} : std::vector<LayerSite>{{site_, kind_}};
  }

  void forward(const ForwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const Tensor<T>& x = args.x();
    tape.z.resize(x.shape);
    tape.h.resize(x.shape);
    std::copy(x.v.begin(), x.v.end(), tape.z.v.begin());
    activate(activation_, x.data(), tape.h.data(), x.size());
    tape.noisy = false;
    if (!site_.empty()) finish_forward(tape, 0, tape.z);
  }

  void backward(const BackwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const Tensor<T>* dh = &tape.dy;
    if (tape.noisy) {
      tape.dz.resize(tape.dy.shape);
      site_backward(tape.sites[0], tape.h, tape.dy, tape.dz);
      dh = &tape.dz;
    }
    if (!args.dx()) return;
    args.dx()->resize(tape.dy.shape);
    activate_backward(activation_, tape.z.data(), tape.h.data(), dh->data(), args.dx()->data(), dh->size());
  }

 private:
  std::string name_, site_;
  Shape shape_;
  Activation activation_;
  SiteKind kind_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_activation(std::string name, std::string site, const Shape& in, Activation activation) {
  return std::make_unique<ActivationLayer<T>>(std::move(name), std::move(site), in, activation);
}
template std::unique_ptr<Layer<float>> make_activation<float>(std::string, std::string, const Shape&, Activation);
template std::unique_ptr<Layer<double>> make_activation<double>(std::string, std::string, const Shape&, Activation);

}  // namespace dropscope
