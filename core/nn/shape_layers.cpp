#include "core/nn/shape_layers.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/tensor/samples.h"

namespace dropscope {
namespace {

template <class T>
class Input final : public Layer<T> {
 public:
  Input(const Shape& shape, bool site) : shape_(shape), site_(site) {}
  const std::string& name() const override { return name_; }
  Shape output_shape(int batch) const override { return with_samples(shape_, batch); }
  std::vector<LayerSite> sites() const override {
    return site_ ? std::vector<LayerSite>{{name_, SiteKind::Input}} : std::vector<LayerSite>{};
  }
  void forward(const ForwardArgs<T>& args) const override {
    if (site_)
      finish_forward(args.tape, 0, args.tape.h);
    else
      args.tape.noisy = false;
  }
  // Only noise that learns asks for this.
  void backward(const BackwardArgs<T>& args) const override {
    if (site_ && args.tape.noisy) site_backward(args.tape.sites[0], args.tape.h, args.tape.dy, args.tape.dz);
  }

 private:
  std::string name_ = "input";
  Shape shape_;
  bool site_;
};

template <class T>
class Sum final : public Layer<T> {
 public:
  Sum(std::string name, std::string site, const Shape& shape)
      : name_(std::move(name)), site_(std::move(site)), shape_(shape) {}
  const std::string& name() const override { return name_; }
  Shape output_shape(int batch) const override { return with_samples(shape_, batch); }
  std::vector<LayerSite> sites() const override { return {{site_, SiteKind::ResidualBranch}}; }
  PartKind part() const override { return PartKind::Branch; }
  void reveal(const LayerTape<T>& tape, std::vector<Inner<T>>& inner) const override {
    if (tape.sites[0].noise.active && !tape.work.empty())
      inner.push_back({"branch_used", tape.work[0].shape, tape.work[0].data()});
  }

  void forward(const ForwardArgs<T>& args) const override {
    const Tensor<T>& trunk = *args.in[0];
    LayerTape<T>& tape = args.tape;
    SiteNoise<T>& site = tape.sites[0];
    settle(site, *args.in[1]);
    tape.noisy = false;
    const Tensor<T>* branch = args.in[1];
    if (site.noise.active) {
      tape.work.resize(1);
      site_forward(site, *branch, tape.work[0]);
      branch = &tape.work[0];
    }
    tape.h.resize(trunk.shape);
    for (std::size_t i = 0; i < trunk.size(); ++i) tape.h[i] = trunk[i] + (*branch)[i];
  }

  void backward(const BackwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    if (Tensor<T>* d = args.d_in[0]) {
      d->resize(tape.dy.shape);
      std::copy(tape.dy.v.begin(), tape.dy.v.end(), d->v.begin());
    }
    if (Tensor<T>* d = args.d_in[1]) {
      d->resize(tape.dy.shape);
      if (tape.sites[0].noise.active)
        site_backward(tape.sites[0], *args.in[1], tape.dy, *d);
      else
        std::copy(tape.dy.v.begin(), tape.dy.v.end(), d->v.begin());
    }
  }

 private:
  std::string name_, site_;
  Shape shape_;
};

template <class T>
class ReadoutLayer final : public Layer<T> {
 public:
  ReadoutLayer(std::string name, const Shape& shape, bool mean)
      : name_(std::move(name)), steps_(shape.extent(Axis::Time)), units_(shape.extent(Axis::Unit)), mean_(mean) {}
  const std::string& name() const override { return name_; }
  Shape output_shape(int batch) const override { return {{Axis::Sample, batch}, {Axis::Unit, units_}}; }

  void forward(const ForwardArgs<T>& args) const override {
    const Tensor<T>& x = args.x();
    const int batch = x.shape[0].extent;
    Tensor<T>& h = args.tape.h;
    h.resize(output_shape(batch));
    args.tape.noisy = false;
    for (int b = 0; b < batch; ++b)
      for (int u = 0; u < units_; ++u) {
        T sum = 0;
        for (int t = mean_ ? 0 : steps_ - 1; t < steps_; ++t) sum += x[at(b, t, u)];
        h[std::size_t(b * units_ + u)] = mean_ ? sum / T(steps_) : sum;
      }
  }

  void backward(const BackwardArgs<T>& args) const override {
    if (!args.dx()) return;
    const Tensor<T>& dy = args.tape.dy;
    const int batch = dy.shape[0].extent;
    Tensor<T>& dx = *args.dx();
    dx.resize(args.x().shape);
    for (int b = 0; b < batch; ++b)
      for (int t = 0; t < steps_; ++t)
        for (int u = 0; u < units_; ++u) {
          const T d = dy[std::size_t(b * units_ + u)];
          dx[at(b, t, u)] = mean_ ? d / T(steps_) : t == steps_ - 1 ? d : T(0);
        }
  }

 private:
  std::size_t at(int b, int t, int u) const {
    return (std::size_t(b) * std::size_t(steps_) + std::size_t(t)) * std::size_t(units_) + std::size_t(u);
  }
  std::string name_;
  int steps_, units_;
  bool mean_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_input(const Shape& shape, bool site) {
  return std::make_unique<Input<T>>(shape, site);
}
template <class T>
std::unique_ptr<Layer<T>> make_sum(std::string name, std::string site, const Shape& shape) {
  return std::make_unique<Sum<T>>(std::move(name), std::move(site), shape);
}
template <class T>
std::unique_ptr<Layer<T>> make_readout(std::string name, const Shape& shape, bool mean) {
  return std::make_unique<ReadoutLayer<T>>(std::move(name), shape, mean);
}

#define DROPSCOPE_INSTANTIATE(T)                                                          \
  template std::unique_ptr<Layer<T>> make_input<T>(const Shape&, bool);                   \
  template std::unique_ptr<Layer<T>> make_sum<T>(std::string, std::string, const Shape&); \
  template std::unique_ptr<Layer<T>> make_readout<T>(std::string, const Shape&, bool);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
