// One of the workloads in libtorch, as a child process that measures when told to: dropscope_bench writes a
// number of seconds, this answers with samples or ticks per second. So the rounds of both interleave on a machine
// that others use too. One process for one workload: how glibc's allocator behaves in one depends on the sizes
// that another has asked for.
//
// Usage: dropscope_bench_torch WORKLOAD THREADS installed|tuned
//   installed  as a person would write it: torch::optim, torch::dropout, the allocator as it comes
//   tuned      freed memory is kept (mallopt), and Adam is one hand-made pass over each parameter
#include <dlfcn.h>
#include <malloc.h>
#include <time.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

// One thread: the processor's time, so that what others run meanwhile does not count; more: the wall's.
double now(int threads) {
  timespec t{};
  clock_gettime(threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

struct NetImpl : torch::nn::Module {
  NetImpl(const std::vector<std::int64_t>& widths, bool tanh, double rate) : tanh_(tanh), rate_(rate) {
    for (std::size_t i = 0; i + 1 < widths.size(); ++i)
      layers_.push_back(register_module("layer" + std::to_string(i), torch::nn::Linear(widths[i], widths[i + 1])));
  }
  torch::Tensor forward(torch::Tensor x) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      x = layers_[i](x);
      if (i + 1 == layers_.size()) break;
      x = tanh_ ? torch::tanh(x) : torch::relu(x);
      if (rate_ > 0) x = torch::dropout(x, rate_, is_training());
    }
    return x;
  }
  std::vector<torch::nn::Linear> layers_;
  bool tanh_;
  double rate_;
};
TORCH_MODULE(Net);

struct ConvNetImpl : torch::nn::Module {
  explicit ConvNetImpl(double rate) : rate_(rate) {
    register_module("conv1", conv1_);
    register_module("conv2", conv2_);
    register_module("output", output_);
  }
  torch::Tensor forward(torch::Tensor x) {
    x = torch::max_pool2d(drop(torch::relu(conv1_(x.view({-1, 1, 28, 28})))), 2);
    x = torch::max_pool2d(drop(torch::relu(conv2_(x))), 2);
    return output_(x.flatten(1));
  }
  torch::Tensor drop(const torch::Tensor& x) { return rate_ > 0 ? torch::feature_dropout(x, rate_, is_training()) : x; }
  torch::nn::Conv2d conv1_{torch::nn::Conv2dOptions(1, 8, 3)}, conv2_{torch::nn::Conv2dOptions(8, 16, 3)};
  torch::nn::Linear output_{400, 10};
  double rate_;
};
TORCH_MODULE(ConvNet);

// Adam as one loop over memory, as little work as the arithmetic allows.
class FusedAdam {
 public:
  explicit FusedAdam(std::vector<torch::Tensor> params) : params_(std::move(params)) {
    for (const auto& p : params_) {
      m_.push_back(torch::zeros_like(p));
      v_.push_back(torch::zeros_like(p));
    }
  }
  void step() {
    ++t_;
    const float rate = float(1e-3 / (1 - std::pow(0.9, t_))), root = float(1 / std::sqrt(1 - std::pow(0.999, t_)));
    for (std::size_t k = 0; k < params_.size(); ++k) {
      float* __restrict w = params_[k].data_ptr<float>();
      const float* __restrict g = params_[k].grad().data_ptr<float>();
      float* __restrict m = m_[k].data_ptr<float>();
      float* __restrict v = v_[k].data_ptr<float>();
      const std::int64_t n = params_[k].numel();
      at::parallel_for(0, n, 32768, [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          m[i] = 0.9f * m[i] + 0.1f * g[i];
          v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
          w[i] -= rate * m[i] / (std::sqrt(v[i]) * root + 1e-8f);
        }
      });
    }
  }

 private:
  std::vector<torch::Tensor> params_, m_, v_;
  int t_ = 0;
};

class Workload {
 public:
  Workload(const std::string& name, int threads, bool tuned) : threads_(threads) {
    const bool image = name[0] == 'C', mlp = name[0] == 'A' || image, wide = name == "AK";
    const double rate = name.back() == '0' ? 0 : image ? 0.2 : 0.5;
    const std::vector<std::int64_t> widths = !mlp   ? std::vector<std::int64_t>{2, 16, 16, 2}
                                             : wide ? std::vector<std::int64_t>{784, 1024, 1024, 10}
                                                    : std::vector<std::int64_t>{784, 256, 128, 10};
    batch_ = mlp ? (wide ? 100 : 64) : 10;
    per_tick_ = mlp ? double(batch_) : 1;
    torch::manual_seed(7);
    if (image) {
      ConvNet net(rate);
      net_ = net.ptr();
      forward_ = [net](const torch::Tensor& x) mutable { return net->forward(x); };
    } else {
      Net net(widths, !mlp, rate);
      net_ = net.ptr();
      forward_ = [net](const torch::Tensor& x) mutable { return net->forward(x); };
    }
    const std::int64_t examples = mlp ? 20000 : 500;
    x_ = torch::rand({examples, widths[0]});
    y_ = torch::randint(0, widths.back(), {examples}, torch::kLong);
    order_ = torch::randperm(examples);
    if (mlp && tuned)
      fused_ = std::make_unique<FusedAdam>(net_->parameters());
    else if (mlp)
      optimizer_ = std::make_unique<torch::optim::Adam>(net_->parameters(), torch::optim::AdamOptions(1e-3));
    else
      optimizer_ = std::make_unique<torch::optim::SGD>(net_->parameters(), torch::optim::SGDOptions(0.03));
    // Two threads can be slower than one by a hundred times when the machine is busy: do not wait for that.
    const double start = now(threads);
    for (int i = 0; i < 20 && now(threads) - start < 0.5; ++i) tick();
  }

  double per_second(double seconds) {
    const int step = per_tick_ > 1 ? 1 : 20;
    const double start = now(threads_);
    std::int64_t ticks = 0;
    double elapsed = 0;
    do {
      for (int i = 0; i < step; ++i, ++ticks) tick();
      elapsed = now(threads_) - start;
    } while (elapsed < seconds);
    return double(ticks) * per_tick_ / elapsed;
  }

 private:
  void tick() {
    const std::int64_t batches = order_.size(0) / batch_;
    const auto index = order_.narrow(0, (at_++ % batches) * batch_, batch_);
    const auto loss =
        torch::nn::functional::cross_entropy(forward_(x_.index_select(0, index)), y_.index_select(0, index));
    net_->zero_grad();
    loss.backward();
    fused_ ? fused_->step() : void(optimizer_->step());
  }

  int threads_;
  std::int64_t batch_ = 0, at_ = 0;
  double per_tick_ = 1;
  std::function<torch::Tensor(const torch::Tensor&)> forward_;
  std::shared_ptr<torch::nn::Module> net_;
  torch::Tensor x_, y_, order_;
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
  std::unique_ptr<FusedAdam> fused_;
};

std::string blas_file() {
  Dl_info info{};
  void* function = dlsym(RTLD_DEFAULT, "sgemm_");
  return function && dladdr(function, &info) && info.dli_fname ? info.dli_fname : "none";
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) {
    std::fprintf(stderr, "usage: dropscope_bench_torch WORKLOAD THREADS installed|tuned\n");
    return 2;
  }
  const std::string name = words[1];
  const int threads = std::atoi(words[2]);
  const bool tuned = std::string(words[3]) == "tuned";
  if (tuned) {
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, 2147483647);
    mallopt(M_TOP_PAD, 64 << 20);
  }
  torch::set_num_threads(threads);
  Workload workload(name, threads, tuned);
  // The first line says which BLAS was loaded: that makes a difference of ten times.
  std::printf("%s\n", blas_file().c_str());
  std::fflush(stdout);
  double seconds = 0;
  while (std::cin >> seconds) {
    std::printf("%.17g\n", workload.per_second(seconds));
    std::fflush(stdout);
  }
}
