#include "tests/bench/workloads.h"

#include "core/random/uniforms.h"

namespace dropscope::bench {
namespace {

bool is_small(const std::string& name) { return name[0] == 'B'; }
bool is_image(const std::string& name) { return name[0] == 'C'; }

std::shared_ptr<Dataset> made_up(int inputs, int outputs, std::size_t train, std::size_t validation) {
  auto data = std::make_shared<Dataset>();
  data->id = data->name = "numbers";
  data->inputs = inputs;
  data->outputs = outputs;
  const Uniforms uniforms({1}, Stream::Test);
  std::uint32_t at = 0;
  for (Split* split : {&data->train, &data->validation}) {
    split->count = split == &data->train ? train : validation;
    std::vector<std::uint32_t> words(split->count * std::size_t(inputs));
    Uniforms({2, ++at}, Stream::Test).words(words);
    for (std::uint32_t w : words) split->x.push_back(float(w >> 8) * 0x1p-24f);
    for (std::size_t i = 0; i < split->count; ++i)
      split->label.push_back(std::int32_t(uniforms.below(std::uint32_t(i), std::uint32_t(outputs))));
  }
  return data;
}

}  // namespace

RunSpec workload_spec(const std::string& name) {
  RunSpec spec;
  spec.scenario = name;
  const double rate = name.back() == '0' ? 0 : 0.5;
  if (is_small(name)) {
    spec.data.dataset = "moons";
    spec.data.train = 500;
    spec.data.validation = 500;
    spec.network.hidden = {{LayerKind::Dense, 16, Activation::Tanh}, {LayerKind::Dense, 16, Activation::Tanh}};
    spec.optimizer.kind = OptimizerKind::Sgd;
    spec.optimizer.learning_rate = 0.03;
    spec.batch_size = 10;
  } else if (is_image(name)) {
    spec.network.hidden = parse_layers("conv8,maxpool,conv16,maxpool", {}, "workload");
    spec.optimizer.kind = OptimizerKind::Adam;
    spec.optimizer.learning_rate = 1e-3;
    spec.batch_size = 64;
    spec.evaluate_every = 1'000'000;
    for (const char* site : {"conv1", "conv2"}) {
      spec.dropout.at(site).variant = "spatial";
      spec.dropout.at(site).rate = name.back() == '0' ? 0 : 0.2;
    }
    return spec;
  } else {
    const bool wide = name == "AK";
    spec.network.hidden = {{LayerKind::Dense, wide ? 1024 : 256}, {LayerKind::Dense, wide ? 1024 : 128}};
    spec.optimizer.kind = OptimizerKind::Adam;
    spec.optimizer.learning_rate = 1e-3;
    spec.batch_size = wide ? 100 : 64;
    // Whole splits are evaluated between the ticks that are measured; libtorch evaluates nothing here.
    spec.evaluate_every = 1'000'000;
  }
  spec.dropout.at("hidden1").rate = rate;
  spec.dropout.at("hidden2").rate = rate;
  return spec;
}

double samples_per_tick(const std::string& name) { return is_small(name) ? 1 : double(workload_spec(name).batch_size); }

std::shared_ptr<const Dataset> workload_data(const std::string& name) {
  static const std::shared_ptr<const Dataset> small = made_up(2, 2, 500, 500);
  static const std::shared_ptr<const Dataset> large = made_up(784, 10, 20000, 0);
  static const std::shared_ptr<const Dataset> images = [] {
    auto data = std::make_shared<Dataset>(*large);
    data->image = ImageShape{28, 28, 1};
    return data;
  }();
  return is_small(name) ? small : is_image(name) ? images : large;
}

}  // namespace dropscope::bench
