// A dense array with named axes. Memory is allocated when the shape is set, never in a pass.
#pragma once
#include <cstddef>
#include <new>
#include <span>
#include <vector>

#include "core/tensor/axes.h"

namespace dropscope {

// 64-byte alignment: a vector register never straddles two cache lines.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{64})); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t{64}); }
  bool operator==(const AlignedAllocator&) const { return true; }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

template <class T>
struct Tensor {
  Shape shape;
  AlignedVector<T> v;

  Tensor() = default;
  explicit Tensor(const Shape& s, T fill = T(0)) : shape(s), v(s.count(), fill) {}

  bool empty() const { return v.empty(); }
  std::size_t size() const { return v.size(); }
  T* data() { return v.data(); }
  const T* data() const { return v.data(); }
  T& operator[](std::size_t i) { return v[i]; }
  const T& operator[](std::size_t i) const { return v[i]; }
  std::span<T> span() { return v; }
  std::span<const T> span() const { return v; }
  // Values after a resize are unspecified; capacity is kept, so shrinking and growing back is free.
  void resize(const Shape& s) {
    shape = s;
    v.resize(s.count());
  }
};

}  // namespace dropscope
