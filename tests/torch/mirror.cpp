#include "tests/torch/mirror.h"

#include "core/nn/embedding.h"
#include "core/tensor/panels.h"

namespace dropscope::torch_peer {
namespace {

at::Tensor activated(Activation f, const at::Tensor& z) {
  switch (f) {
    case Activation::Identity:
      return z;
    case Activation::Relu:
      return torch::relu(z);
    case Activation::LeakyRelu:
      return torch::leaky_relu(z, 0.01);
    case Activation::Tanh:
      return torch::tanh(z);
    case Activation::Sigmoid:
      return torch::sigmoid(z);
    case Activation::Gelu:
      return torch::gelu(z);
    case Activation::Selu:
      return torch::selu(z);
  }
  return z;
}

at::Tensor unpacked_block(const ParamBlock& block, std::span<const float> values) {
  if (!block.is_weight()) {
    at::Tensor t = torch::empty({std::int64_t(block.size)});
    std::copy_n(values.data() + block.offset, block.size, t.data_ptr<float>());
    return t;
  }
  at::Tensor t = torch::empty({block.outputs, block.inputs});
  float* out = t.data_ptr<float>();
  for (int o = 0; o < block.outputs; ++o)
    for (int i = 0; i < block.inputs; ++i) *out++ = values[block.offset + panel_index(o, i, block.inputs)];
  return t;
}

}  // namespace

at::Tensor tensor_of(const Tensor<float>& t) {
  std::vector<std::int64_t> sizes;
  for (const Dim& d : t.shape) sizes.push_back(d.extent);
  return torch::from_blob(const_cast<float*>(t.data()), sizes).clone();
}

std::map<std::string, at::Tensor> unpacked(const Network<float>& network, std::span<const float> values) {
  std::map<std::string, at::Tensor> blocks;
  for (const ParamBlock& block : network.blocks()) blocks[block.name] = unpacked_block(block, values);
  return blocks;
}

Mirror::Mirror(const ArchSpec& spec, const Network<float>& network, std::span<const float> values)
    : spec_(spec), network_(network) {
  for (const ParamBlock& block : network.blocks()) {
    if (block.offset >= network.learned_begin()) continue;
    if (block.statistic)
      statistics[block.name] = unpacked_block(block, values);
    else
      params[block.name] = unpacked_block(block, values).requires_grad_(true);
  }
}

std::vector<at::Tensor> Mirror::learned() const {
  std::vector<at::Tensor> all;
  for (const auto& [name, t] : params) all.push_back(t);
  return all;
}

const Noise<float>* Mirror::noise_of(const std::string& site) const {
  const int s = network_.find_site(site);
  if (s < 0) return nullptr;
  const Noise<float>& noise = network_.noise_at(*tape_, s).noise;
  return noise.active ? &noise : nullptr;
}

at::Tensor Mirror::noisy(const std::string& site, const at::Tensor& x, const at::Tensor& held) const {
  const Noise<float>* noise = noise_of(site);
  if (!noise) return x;
  at::Tensor y = noise->scale * tensor_of(noise->gate) * x;
  if (!noise->carry.empty()) y = y + tensor_of(noise->carry) * held;
  if (!noise->offset.empty()) y = y + tensor_of(noise->offset);
  return y;
}

at::Tensor Mirror::noisy_step(const std::string& site, const at::Tensor& x, int step, const at::Tensor& held) const {
  const Noise<float>* noise = noise_of(site);
  if (!noise) return x;
  const auto at_step = [step](const Tensor<float>& t) {
    const at::Tensor all = tensor_of(t);
    return all.select(1, all.size(1) == 1 ? 0 : step);
  };
  at::Tensor y = noise->scale * at_step(noise->gate) * x;
  if (!noise->carry.empty()) y = y + at_step(noise->carry) * held;
  return y;
}

// [Sample, Unit] or [Sample, Time, Unit] times weights that may differ from example to example.
at::Tensor Mirror::linear(const std::string& layer, const at::Tensor& x) const {
  at::Tensor w = noisy(layer + ".weight", params.at(layer + ".weight"));
  const at::Tensor& b = params.at(layer + ".bias");
  if (w.dim() == 2) return torch::linear(x, w, b);
  const at::Tensor rows = x.dim() == 2 ? x.unsqueeze(1) : x;
  const at::Tensor z = torch::matmul(rows, w.transpose(1, 2)) + b;
  return x.dim() == 2 ? z.squeeze(1) : z;
}

at::Tensor Mirror::conv(const std::string& layer, const at::Tensor& x, int kernel, int stride, int padding) const {
  const at::Tensor w = noisy(layer + ".weight", params.at(layer + ".weight"));
  const at::Tensor& b = params.at(layer + ".bias");
  const auto apply = [&](const at::Tensor& image, const at::Tensor& matrix) {
    return torch::conv2d(image, matrix.reshape({matrix.size(0), image.size(1), kernel, kernel}), b, stride, padding);
  };
  if (w.dim() == 2) return apply(x, w);
  if (w.size(0) == 1) return apply(x, w[0]);
  std::vector<at::Tensor> out;
  for (std::int64_t n = 0; n < x.size(0); ++n) out.push_back(apply(x.slice(0, n, n + 1), w[n]));
  return torch::cat(out, 0);
}

at::Tensor Mirror::norm(const std::string& layer, bool batch, const at::Tensor& x, bool training) {
  const at::Tensor &gamma = params.at(layer + ".gamma"), &beta = params.at(layer + ".beta");
  if (batch) {
    // PyTorch wants the channel second; our sequences have it last.
    const bool sequence = x.dim() == 3;
    const at::Tensor in = sequence ? x.transpose(1, 2) : x;
    const at::Tensor y = torch::batch_norm(in, gamma, beta, statistics.at(layer + ".running_mean"),
                                           statistics.at(layer + ".running_variance"), training, 0.1, 1e-5, false);
    return sequence ? y.transpose(1, 2) : y;
  }
  return x.dim() == 4 ? torch::group_norm(x, 1, gamma, beta, 1e-5)
                      : torch::layer_norm(x, {x.size(x.dim() - 1)}, gamma, beta, 1e-5);
}

at::Tensor Mirror::residual(const LayerSpec& layer, const std::string& name, const at::Tensor& x, bool training) {
  const auto before = [&](const char* number, const at::Tensor& in) {
    const at::Tensor z =
        layer.norm == Norm::None ? in : norm(name + ".norm" + number, layer.norm == Norm::Batch, in, training);
    return activated(layer.activation, z);
  };
  const auto map = [&](const std::string& part, const at::Tensor& in) {
    return layer.kind == LayerKind::Residual ? linear(part, in) : conv(part, in, layer.kernel, 1, layer.kernel / 2);
  };
  at::Tensor h = map(name + ".linear1", before("1", x));
  h = map(name + ".linear2", noisy(name + ".inner", before("2", h)));
  return x + noisy(name, h);
}

at::Tensor Mirror::recurrent(const LayerSpec& layer, const std::string& name, const at::Tensor& x) const {
  const at::Tensor in = noisy(name + ".input", x);
  const at::Tensor &w = params.at(name + ".weight"), &b = params.at(name + ".bias");
  const at::Tensor u = noisy(name + ".recurrent_weight", params.at(name + ".recurrent_weight"));
  const auto times_u = [&u](const at::Tensor& h) {
    if (u.dim() == 2) return torch::matmul(h, u.t());
    return torch::matmul(h.unsqueeze(1), u.transpose(1, 2)).squeeze(1);
  };
  at::Tensor h = torch::zeros({x.size(0), layer.units}), c = h;
  std::vector<at::Tensor> out;
  for (std::int64_t t = 0; t < x.size(1); ++t) {
    const int step = int(t);
    const at::Tensor wx = torch::linear(in.select(1, t), w, b), uh = times_u(noisy_step(name + ".recurrent", h, step));
    at::Tensor fresh;
    if (layer.kind == LayerKind::Rnn) {
      fresh = noisy_step(name + ".update", activated(layer.activation, wx + uh), step);
    } else if (layer.kind == LayerKind::Lstm) {
      const auto gates = (wx + uh).chunk(4, 1);
      const at::Tensor g = noisy_step(name + ".update", torch::tanh(gates[2]), step);
      const at::Tensor c_new = torch::sigmoid(gates[1]) * c + torch::sigmoid(gates[0]) * g;
      const at::Tensor o = torch::sigmoid(gates[3]);
      const Noise<float>* cell = noise_of(name + ".cell");
      const at::Tensor c_next = noisy_step(name + ".cell", c_new, step, c);
      const bool held = cell && !cell->carry.empty();
      fresh = o * torch::tanh(held ? c_new : c_next);
      c = c_next;
    } else {
      const auto wx3 = wx.chunk(3, 1), uh3 = uh.chunk(3, 1);
      const at::Tensor r = torch::sigmoid(wx3[0] + uh3[0]), z = torch::sigmoid(wx3[1] + uh3[1]);
      const at::Tensor n = torch::tanh(wx3[2] + r * (uh3[2] + params.at(name + ".recurrent_bias")));
      fresh = (1 - z) * noisy_step(name + ".update", n, step) + z * h;
    }
    h = noisy_step(name + ".state", fresh, step, h);
    out.push_back(h);
  }
  return noisy(name, torch::stack(out, 1));
}

at::Tensor Mirror::attention(const LayerSpec& layer, const std::string& block, const at::Tensor& x) const {
  // The layer's blocks are found by their endings, whatever the layer is called.
  std::string own;
  for (const auto& [name, t] : params)
    if (name.starts_with(block + ".") && name.ends_with(".query_key_value"))
      own = name.substr(0, name.size() - std::string(".query_key_value").size());
  const std::int64_t samples = x.size(0), steps = x.size(1), units = x.size(2), heads = layer.heads, d = units / heads;
  const auto split = [&](const at::Tensor& t) { return t.reshape({samples, steps, heads, d}).transpose(1, 2); };
  const auto qkv = torch::matmul(x, params.at(own + ".query_key_value").t()).chunk(3, 2);
  at::Tensor scores = torch::matmul(split(qkv[0]), split(qkv[1]).transpose(2, 3)) / std::sqrt(double(d));
  if (layer.causal) scores = scores.masked_fill(torch::ones({steps, steps}, torch::kBool).triu(1), -INFINITY);
  const at::Tensor weights = noisy(block + ".attention", torch::softmax(scores, 3));
  const at::Tensor heard = noisy(block + ".heads", torch::matmul(weights, split(qkv[2])));
  return torch::matmul(heard.transpose(1, 2).reshape({samples, steps, units}), params.at(own + ".output").t());
}

at::Tensor Mirror::transformer(const LayerSpec& layer, const std::string& name, const at::Tensor& x, bool training) {
  const bool pre = layer.norm_place == NormPlace::Pre;
  const auto norm1 = [&](const at::Tensor& t) { return norm(name + ".attention_norm", false, t, training); };
  const auto norm2 = [&](const at::Tensor& t) { return norm(name + ".feed_forward_norm", false, t, training); };
  const auto forward = [&](const at::Tensor& t) {
    return linear(name + ".feed_forward_out",
                  noisy(name + ".feed_forward", activated(layer.activation, linear(name + ".feed_forward", t))));
  };
  const at::Tensor a = noisy(name + ".attention_branch", attention(layer, name, pre ? norm1(x) : x));
  const at::Tensor h = pre ? x + a : norm1(x + a);
  const at::Tensor f = noisy(name + ".feed_forward_branch", forward(pre ? norm2(h) : h));
  return pre ? h + f : norm2(h + f);
}

at::Tensor Mirror::forward(const at::Tensor& input, const Tape<float>& tape) {
  tape_ = &tape;
  at::Tensor x = noisy("input", input);
  const std::vector<std::string> names = layer_names(spec_);
  int block = 0;
  bool sequence = false, transformed = false;
  const auto rows = [&](const at::Tensor& t) { return sequence ? t : t.reshape({t.size(0), -1}); };
  for (std::size_t i = 0; i < spec_.hidden.size(); ++i) {
    const LayerSpec& layer = spec_.hidden[i];
    const std::string& name = names[i];
    switch (layer.kind) {
      case LayerKind::Dense:
        x = noisy(name, activated(layer.activation, linear(name, rows(x))));
        break;
      case LayerKind::Conv:
        x = noisy(name, activated(layer.activation, conv(name, x, layer.kernel, layer.stride, layer.padding)));
        break;
      case LayerKind::MaxPool:
        x = noisy(name, torch::max_pool2d(x, layer.kernel, layer.stride));
        break;
      case LayerKind::AveragePool:
        x = noisy(name, torch::avg_pool2d(x, layer.kernel, layer.stride));
        break;
      case LayerKind::Flatten:
        x = x.reshape({x.size(0), -1});
        break;
      case LayerKind::BatchNorm:
      case LayerKind::LayerNorm: {
        const at::Tensor in = x.dim() == 4 && i > 0 ? x : rows(x);
        x = noisy(name, activated(layer.activation, norm(name, layer.kind == LayerKind::BatchNorm, in, tape.training)));
        break;
      }
      case LayerKind::Residual:
      case LayerKind::ConvResidual:
        for (int b = 0; b < layer.count; ++b) x = residual(layer, "block" + std::to_string(++block), x, tape.training);
        break;
      case LayerKind::Rnn:
      case LayerKind::Lstm:
      case LayerKind::Gru:
        sequence = true;
        x = recurrent(layer, name, x);
        break;
      case LayerKind::Embedding: {
        sequence = true;
        const at::Tensor words = x.squeeze(2).to(torch::kLong);
        at::Tensor y = torch::embedding(params.at(name + ".weight").t(), words);  // stored with a word per column
        if (const Noise<float>* noise = noise_of(name + ".words")) {
          const at::Tensor gate = noise->scale * tensor_of(noise->gate).squeeze(2);
          y = y * gate.expand({words.size(0), gate.size(1)}).gather(1, words).unsqueeze(2);
        }
        if (layer.positions == Positions::Learned) y = y + params.at(name + ".position").t();
        if (layer.positions == Positions::Sinusoidal) {
          std::vector<float> places = sinusoidal_positions<float>(int(words.size(1)), layer.units);
          y = y + torch::from_blob(places.data(), {words.size(1), layer.units}).clone();
        }
        x = noisy(name, y);
        break;
      }
      case LayerKind::Transformer:
        sequence = transformed = true;
        for (int b = 0; b < layer.count; ++b)
          x = transformer(layer, "block" + std::to_string(++block), x, tape.training);
        break;
    }
  }
  const bool each_step = network_.form().sequence && network_.form().sequence->label_each_step;
  if (sequence && !each_step) {
    const bool mean = spec_.readout == Readout::Mean || (spec_.readout == Readout::Auto && transformed);
    x = mean ? x.mean(1) : x.select(1, x.size(1) - 1);
    sequence = false;
  }
  return noisy("output", linear("output", rows(x)));
}

}  // namespace dropscope::torch_peer
