#include "core/tensor/panels.h"

#include <Eigen/Core>
#include <algorithm>
#include <cstdint>

#if defined(__AVX2__) && defined(__FMA__)
#define DROPSCOPE_FMA_KERNEL 1
#include <immintrin.h>
#endif

namespace dropscope {
namespace {

// One panel of a product: c[j * c_step + r] = sum_k a[k * a_step + r] * b[j * b_step + k * b_inner] for
// r < rows (at most 16) and j < columns.
template <class T>
struct PanelJob {
  const T* a;
  std::ptrdiff_t a_step;
  const T* b;
  std::ptrdiff_t b_step, b_inner;
  T* c;
  std::ptrdiff_t c_step;
  int rows, columns, terms;
};

// Double precision, and machines without FMA: Eigen's product of the same three maps.
template <class T>
void run_panel(const PanelJob<T>& job) {
  using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
  using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
  const Eigen::Map<const Matrix, 0, Stride> a(job.a, job.rows, job.terms, Stride(job.a_step, 1));
  const Eigen::Map<const Matrix, 0, Stride> b(job.b, job.terms, job.columns, Stride(job.b_step, job.b_inner));
  Eigen::Map<Matrix, 0, Stride> c(job.c, job.rows, job.columns, Stride(job.c_step, 1));
  c.noalias() = a * b;
}

#ifdef DROPSCOPE_FMA_KERNEL
struct Masks {
  __m256i low, high;
};

Masks masks_for(int rows) {
  alignas(32) std::int32_t lanes[16];
  for (int r = 0; r < 16; ++r) lanes[r] = r < rows ? -1 : 0;
  return {_mm256_load_si256(reinterpret_cast<const __m256i*>(lanes)),
          _mm256_load_si256(reinterpret_cast<const __m256i*>(lanes + 8))};
}

// Columns j .. j+N-1 of a panel with all sums in registers. FullLoads: a has 16 readable numbers per term,
// whatever `rows` says. FullStores: all 16 rows exist in c.
template <int N, bool FullLoads, bool FullStores>
inline void columns_of_panel(const PanelJob<float>& job, int j, const Masks& masks) {
  __m256 sum[N][2];
  for (int n = 0; n < N; ++n) sum[n][0] = sum[n][1] = _mm256_setzero_ps();
  const float* a = job.a;
  const float* b = job.b + j * job.b_step;
  for (int k = 0; k < job.terms; ++k) {
    const __m256 low = FullLoads ? _mm256_loadu_ps(a) : _mm256_maskload_ps(a, masks.low);
    const __m256 high = FullLoads ? _mm256_loadu_ps(a + 8) : _mm256_maskload_ps(a + 8, masks.high);
    for (int n = 0; n < N; ++n) {
      const __m256 factor = _mm256_broadcast_ss(b + n * job.b_step);
      sum[n][0] = _mm256_fmadd_ps(low, factor, sum[n][0]);
      sum[n][1] = _mm256_fmadd_ps(high, factor, sum[n][1]);
    }
    a += job.a_step;
    b += job.b_inner;
  }
  for (int n = 0; n < N; ++n) {
    float* c = job.c + (j + n) * job.c_step;
    if (FullStores) {
      _mm256_storeu_ps(c, sum[n][0]);
      _mm256_storeu_ps(c + 8, sum[n][1]);
    } else {
      _mm256_maskstore_ps(c, masks.low, sum[n][0]);
      if (job.rows > 8) _mm256_maskstore_ps(c + 8, masks.high, sum[n][1]);
    }
  }
}

template <bool FullLoads, bool FullStores>
void all_columns(const PanelJob<float>& job) {
  const Masks masks = masks_for(job.rows);
  int j = 0;
  for (; j + 6 <= job.columns; j += 6) columns_of_panel<6, FullLoads, FullStores>(job, j, masks);
  switch (job.columns - j) {
    case 5:
      return columns_of_panel<5, FullLoads, FullStores>(job, j, masks);
    case 4:
      return columns_of_panel<4, FullLoads, FullStores>(job, j, masks);
    case 3:
      return columns_of_panel<3, FullLoads, FullStores>(job, j, masks);
    case 2:
      return columns_of_panel<2, FullLoads, FullStores>(job, j, masks);
    case 1:
      return columns_of_panel<1, FullLoads, FullStores>(job, j, masks);
    default:
      return;
  }
}

template <>
void run_panel<float>(const PanelJob<float>& job) {
  if (job.rows == kPanel) return all_columns<true, true>(job);
  // Rows of panels are 16 apart and padded with zeros.
  job.a_step == kPanel ? all_columns<true, false>(job) : all_columns<false, false>(job);
}
#endif

}  // namespace

template <class T>
void panel_product(const T* w, const T* x, T* z, int outputs, int inputs, int batch, Parallel* parallel) {
  spread(parallel, [=](int part, int parts) {
    const Range range = part_of(panel_count(outputs), part, parts);
    for (int p = range.begin; p < range.end; ++p)
      run_panel<T>({w + std::ptrdiff_t(p) * inputs * kPanel, kPanel, x, inputs, 1, z + p * kPanel, outputs,
                    std::min(kPanel, outputs - p * kPanel), batch, inputs});
  });
}

template <class T>
void panel_weight_gradient(const T* dz, const T* x, T* dw, int outputs, int inputs, int batch, Parallel* parallel) {
  spread(parallel, [=](int part, int parts) {
    const Range range = part_of(panel_count(outputs), part, parts);
    // Rows of dz that lie a power of two apart would all fall into the same few cache sets: copy them together.
    // The missing rows of a last panel are zeros in the copy, so that all 16 are computed and stay zeros.
    constexpr int kMostCopied = 256;
    alignas(64) T copied[kMostCopied * kPanel];
    for (int p = range.begin; p < range.end; ++p) {
      const int rows = std::min(kPanel, outputs - p * kPanel);
      const bool copy = batch <= kMostCopied && (outputs > 4 * kPanel || rows < kPanel);
      if (copy)
        for (int b = 0; b < batch; ++b) {
          std::copy_n(dz + std::ptrdiff_t(b) * outputs + p * kPanel, rows, copied + b * kPanel);
          std::fill_n(copied + b * kPanel + rows, kPanel - rows, T(0));
        }
      run_panel<T>({copy ? copied : dz + p * kPanel, copy ? kPanel : outputs, x, 1, inputs,
                    dw + std::ptrdiff_t(p) * inputs * kPanel, kPanel, copy ? kPanel : rows, inputs, batch});
    }
  });
}

template <class T>
void panel_transpose(const T* w, T* wt, int outputs, int inputs, Parallel* parallel) {
  spread(parallel, [=](int part, int parts) {
    const Range range = part_of(panel_count(inputs), part, parts);
    for (int p = range.begin; p < range.end; ++p)
      for (int o = 0; o < outputs; ++o) {
        T* out = wt + (std::ptrdiff_t(p) * outputs + o) * kPanel;
        const T* in = w + panel_index(o, p * kPanel, inputs);
        const int rows = std::min(kPanel, inputs - p * kPanel);
        for (int r = 0; r < rows; ++r) out[r] = in[std::ptrdiff_t(r) * kPanel];
        for (int r = rows; r < kPanel; ++r) out[r] = T(0);
      }
  });
}

#define DROPSCOPE_INSTANTIATE(T)                                                            \
  template void panel_product<T>(const T*, const T*, T*, int, int, int, Parallel*);         \
  template void panel_weight_gradient<T>(const T*, const T*, T*, int, int, int, Parallel*); \
  template void panel_transpose<T>(const T*, T*, int, int, Parallel*);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
