#include "core/nn/pool.h"

#include <algorithm>

namespace dropscope {
namespace {

template <class T>
class Pool final : public Layer<T> {
 public:
  Pool(std::string name, const PoolShape& shape, bool greatest)
      : name_(std::move(name)), shape_(shape), greatest_(greatest) {}

  const std::string& name() const override { return name_; }
  Shape output_shape(int batch) const override {
    return {{Axis::Sample, batch},
            {Axis::Channel, shape_.channels},
            {Axis::Row, shape_.out_rows()},
            {Axis::Col, shape_.out_cols()}};
  }
  std::vector<LayerSite> sites() const override { return {{name_, SiteKind::FeatureMap}}; }

  void forward(const ForwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    const int batch = args.x().shape[0].extent;
    tape.h.resize(output_shape(batch));
    if (greatest_) {
      tape.marks.resize(tape.h.size());
      max_pool(shape_, args.x().data(), tape.h.data(), tape.marks.data(), batch, args.parallel);
    } else {
      average_pool(shape_, args.x().data(), tape.h.data(), batch, args.parallel);
    }
    finish_forward(tape, 0, tape.h);
  }

  void backward(const BackwardArgs<T>& args) const override {
    LayerTape<T>& tape = args.tape;
    if (tape.noisy) site_backward(tape.sites[0], tape.h, tape.dy, tape.dz);
    if (!args.dx()) return;
    const T* const dh = tape.noisy ? tape.dz.data() : tape.dy.data();
    const int batch = args.x().shape[0].extent;
    args.dx()->resize(args.x().shape);
    if (greatest_)
      max_pool_gradient(shape_, dh, tape.marks.data(), args.dx()->data(), batch, args.parallel);
    else
      average_pool_gradient(shape_, dh, args.dx()->data(), batch, args.parallel);
  }

 private:
  std::string name_;
  PoolShape shape_;
  bool greatest_;
};

template <class T>
class Flatten final : public Layer<T> {
 public:
  Flatten(std::string name, const Shape& shape) : name_(std::move(name)), units_(int(shape.count())) {}
  const std::string& name() const override { return name_; }
  Shape output_shape(int batch) const override { return {{Axis::Sample, batch}, {Axis::Unit, units_}}; }

  void forward(const ForwardArgs<T>& args) const override {
    args.tape.noisy = false;
    args.tape.h.resize(output_shape(args.x().shape[0].extent));
    std::copy(args.x().v.begin(), args.x().v.end(), args.tape.h.v.begin());
  }
  void backward(const BackwardArgs<T>& args) const override {
    if (!args.dx()) return;
    args.dx()->resize(args.x().shape);
    std::copy(args.tape.dy.v.begin(), args.tape.dy.v.end(), args.dx()->v.begin());
  }

 private:
  std::string name_;
  int units_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_max_pool(std::string name, const PoolShape& shape) {
  return std::make_unique<Pool<T>>(std::move(name), shape, true);
}
template <class T>
std::unique_ptr<Layer<T>> make_average_pool(std::string name, const PoolShape& shape) {
  return std::make_unique<Pool<T>>(std::move(name), shape, false);
}
template <class T>
std::unique_ptr<Layer<T>> make_flatten(std::string name, const Shape& shape) {
  return std::make_unique<Flatten<T>>(std::move(name), shape);
}

#define DROPSCOPE_INSTANTIATE(T)                                                          \
  template std::unique_ptr<Layer<T>> make_max_pool<T>(std::string, const PoolShape&);     \
  template std::unique_ptr<Layer<T>> make_average_pool<T>(std::string, const PoolShape&); \
  template std::unique_ptr<Layer<T>> make_flatten<T>(std::string, const Shape&);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
