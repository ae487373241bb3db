// The networks of this engine once more, in PyTorch's operations: same weights, same masks, gradients by its
// automatic differentiation. Masks are read from the tape of the engine's own pass.
#pragma once
#include <torch/torch.h>

#include <map>
#include <string>
#include <vector>

#include "core/dropout/registry.h"
#include "core/nn/network.h"

namespace dropscope::torch_peer {

// A copy with the extents of the shape.
at::Tensor tensor_of(const Tensor<float>& t);

class Mirror {
 public:
  // Copies the parameters; running statistics are kept apart from what is learned.
  Mirror(const ArchSpec& spec, const Network<float>& network, std::span<const float> params);

  // Logits for a batch, with the noise of `tape` (of the engine's pass over the same batch).
  at::Tensor forward(const at::Tensor& x, const Tape<float>& tape);

  // Learned parameters by block name, unpacked: [outputs, inputs] or [outputs].
  std::map<std::string, at::Tensor> params, statistics;
  std::vector<at::Tensor> learned() const;

 private:
  const Noise<float>* noise_of(const std::string& site) const;
  // noise(x), with `held` where a dropped element keeps an older value.
  at::Tensor noisy(const std::string& site, const at::Tensor& x, const at::Tensor& held = {}) const;
  at::Tensor noisy_step(const std::string& site, const at::Tensor& x, int step, const at::Tensor& held = {}) const;
  at::Tensor linear(const std::string& layer, const at::Tensor& x) const;
  at::Tensor conv(const std::string& layer, const at::Tensor& x, int kernel, int stride, int padding) const;
  at::Tensor norm(const std::string& layer, bool batch, const at::Tensor& x, bool training);
  at::Tensor residual(const LayerSpec& layer, const std::string& name, const at::Tensor& x, bool training);
  at::Tensor recurrent(const LayerSpec& layer, const std::string& name, const at::Tensor& x) const;
  at::Tensor attention(const LayerSpec& layer, const std::string& block, const at::Tensor& x) const;
  at::Tensor transformer(const LayerSpec& layer, const std::string& name, const at::Tensor& x, bool training);

  const ArchSpec& spec_;
  const Network<float>& network_;
  const Tape<float>* tape_ = nullptr;
};

// Gradients of the engine's pass by block name, unpacked like Mirror::params.
std::map<std::string, at::Tensor> unpacked(const Network<float>& network, std::span<const float> values);

}  // namespace dropscope::torch_peer
