// Noise on feature maps, [Sample, Channel, Row, Col], one example at a time: so that a layer can apply it while the
// example is still in the cache. The same bits as site_forward and site_backward (core/dropout/site_noise.h).
#pragma once
#include <algorithm>
#include <cstddef>

#include "core/dropout/site_noise.h"

namespace dropscope {

// Whether a site's noise is drawn and gates alone, for whole maps or for each pixel: then an example can be done alone.
template <class T>
bool noise_is_gates(const SiteNoise<T>& site) {
  return site.noise.active && !site.pending && site.noise.carry.empty() && site.noise.offset.empty() &&
         site.learned.empty() && site.noise.gate.shape.rank() == 4 &&
         (site.noise.gate.shape[2].extent == 1) == (site.noise.gate.shape[3].extent == 1);
}

// to = scale * gate * from for example b, whose shape is that of `site` without Sample; 0 where the gate is 0.
// from and to may be one array.
template <class T>
void gate_example(const Noise<T>& noise, const Shape& site, std::size_t b, const T* from, T* to) {
  const Shape& gates = noise.gate.shape;
  const std::size_t channels = std::size_t(site[1].extent), pixels = std::size_t(site[2].extent * site[3].extent);
  const std::size_t of_map = std::size_t(gates[2].extent * gates[3].extent);
  const T scale = noise.scale;
  for (std::size_t c = 0; c < channels; ++c, from += pixels, to += pixels) {
    const std::size_t row =
        (gates[0].extent > 1 ? b : 0) * std::size_t(gates[1].extent) + (gates[1].extent > 1 ? c : 0);
    const T* gate = noise.gate.data() + row * of_map;
    if (of_map == pixels && pixels > 1) {
#pragma GCC ivdep
      for (std::size_t i = 0; i < pixels; ++i) {
        const T value = scale * gate[i] * from[i];
        to[i] = gate[i] == T(0) ? T(0) : value;
      }
    } else if (*gate == T(0)) {
      std::fill_n(to, pixels, T(0));
    } else {
      const T gain = scale * *gate;
#pragma GCC ivdep
      for (std::size_t i = 0; i < pixels; ++i) to[i] = gain * from[i];
    }
  }
}

}  // namespace dropscope
