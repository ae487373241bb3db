// Axes have names, not positions: what a mask shares is said in terms of them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "core/base/check.h"

namespace dropscope {

enum class Axis : std::uint8_t { Sample, Time, Channel, Row, Col, Unit, In, Out, Head, Query, Key };
inline constexpr int kAxisCount = 11;

class AxisSet {
 public:
  constexpr AxisSet() = default;
  constexpr AxisSet(std::initializer_list<Axis> axes) {
    for (Axis a : axes) bits_ = std::uint16_t(bits_ | (1u << int(a)));
  }
  constexpr bool has(Axis a) const { return (bits_ >> int(a)) & 1u; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr AxisSet operator|(AxisSet other) const {
    AxisSet s;
    s.bits_ = std::uint16_t(bits_ | other.bits_);
    return s;
  }
  constexpr AxisSet without(Axis a) const {
    AxisSet s;
    s.bits_ = std::uint16_t(bits_ & ~(1u << int(a)));
    return s;
  }
  constexpr bool operator==(const AxisSet&) const = default;

 private:
  std::uint16_t bits_ = 0;
};

struct Dim {
  Axis axis = Axis::Unit;
  int extent = 1;
  constexpr bool operator==(const Dim&) const = default;
};

// Slowest axis first; the last axis is contiguous in memory. A dense activation is [Sample, Unit].
class Shape {
 public:
  static constexpr int kMaxRank = 5;
  constexpr Shape() = default;
  constexpr Shape(std::initializer_list<Dim> dims) {
    for (Dim d : dims) push(d);
  }
  constexpr void push(Dim d) {
    DROPSCOPE_CHECK(rank_ < kMaxRank && d.extent >= 0);
    dims_[std::size_t(rank_++)] = d;
  }
  constexpr int rank() const { return rank_; }
  constexpr const Dim* begin() const { return dims_.data(); }
  constexpr const Dim* end() const { return dims_.data() + rank_; }
  constexpr const Dim& operator[](int i) const { return dims_[std::size_t(i)]; }

  constexpr std::size_t count() const {
    std::size_t n = 1;
    for (const Dim& d : *this) n *= std::size_t(d.extent);
    return n;
  }
  constexpr int extent(Axis a) const {
    for (const Dim& d : *this)
      if (d.axis == a) return d.extent;
    return 1;
  }
  // Elements along a tied axis share one draw, so the noise has extent 1 there.
  constexpr Shape tied(AxisSet tie) const {
    Shape s = *this;
    for (int i = 0; i < rank_; ++i)
      if (tie.has(dims_[std::size_t(i)].axis)) s.dims_[std::size_t(i)].extent = 1;
    return s;
  }
  constexpr bool operator==(const Shape&) const = default;

 private:
  std::array<Dim, kMaxRank> dims_{};
  int rank_ = 0;
};

// For flat index i in `full`, the flat index in `small`, which has extent 1 on the shared axes.
constexpr std::size_t broadcast_index(const Shape& full, const Shape& small, std::size_t i) {
  std::size_t out = 0, stride = 1;
  for (int d = full.rank() - 1; d >= 0; --d) {
    const std::size_t extent = std::size_t(full[d].extent), at = i % extent;
    i /= extent;
    if (small[d].extent > 1) out += at * stride;
    stride *= std::size_t(small[d].extent);
  }
  return out;
}

}  // namespace dropscope
