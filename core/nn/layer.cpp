#include "core/nn/layer.h"

#include <cmath>

#include "core/base/hash.h"
#include "core/tensor/panels.h"

namespace dropscope {

std::uint32_t block_place(const std::string& name) {
  Fnv1a h;
  h.text(name);
  return std::uint32_t(h.digest() ^ (h.digest() >> 32)) & 0x1FFFFFFFu;
}

template <class T>
void init_weights(Init init, std::uint64_t seed, const std::string& layer, int outputs, int inputs, int fan_in,
                  int fan_out, T* weights, T* bias, const char* weight_name, const char* bias_name) {
  const Uniforms draws({seed, block_place(layer + weight_name)}, Stream::Init);
  const double bound = 1 / std::sqrt(double(fan_in));
  double deviation = 0;
  switch (init) {
    case Init::He:
      deviation = std::sqrt(2.0 / fan_in);
      break;
    case Init::Xavier:
      deviation = std::sqrt(2.0 / (fan_in + fan_out));
      break;
    case Init::LeCun:
      deviation = std::sqrt(1.0 / fan_in);
      break;
    case Init::Uniform:
      break;
  }
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < inputs; ++i) {
      const std::uint32_t element = std::uint32_t(o) * std::uint32_t(inputs) + std::uint32_t(i);
      weights[panel_index(o, i, inputs)] =
          T(init == Init::Uniform ? draws.between(element, -bound, bound) : deviation * draws.normal(element));
    }
  if (!bias || init != Init::Uniform) return;
  const Uniforms biases({seed, block_place(layer + bias_name)}, Stream::Init);
  for (int o = 0; o < outputs; ++o) bias[o] = T(biases.between(std::uint32_t(o), -bound, bound));
}

template <class T>
void finish_forward(LayerTape<T>& tape, int slot, const Tensor<T>& z) {
  SiteNoise<T>& site = tape.sites[std::size_t(slot)];
  settle(site, z);
  tape.noisy = site.noise.active;
  if (tape.noisy) site_forward(site, tape.h, tape.y);
}

#define DROPSCOPE_INSTANTIATE(T)                                                                                  \
  template void init_weights<T>(Init, std::uint64_t, const std::string&, int, int, int, int, T*, T*, const char*, \
                                const char*);                                                                     \
  template void finish_forward<T>(LayerTape<T>&, int, const Tensor<T>&);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
