#include "core/reproduce/training.h"

#include <algorithm>

#include "core/random/uniforms.h"
#include "core/train/evaluator.h"

namespace dropscope::reproduction {
namespace {

void keep_first(Split& split, std::size_t count, std::size_t inputs) {
  if (split.count <= count) return;
  split.count = count;
  split.x.resize(count * inputs);
  split.label.resize(count);
}

}  // namespace

std::shared_ptr<const Dataset> load_digits(const Circumstances& given, PixelRange pixels) {
  DataSpec spec;
  spec.dataset = "mnist";
  spec.path = given.data;
  spec.train = spec.validation = 0;  // all there are
  spec.pixels = pixels;
  auto data = std::make_shared<Dataset>(make_dataset(spec, 1, given.progress));
  if (given.quick) {
    keep_first(data->train, 1000, std::size_t(data->inputs));
    keep_first(data->validation, 500, std::size_t(data->inputs));
  }
  return data;
}

std::shared_ptr<const Dataset> some_of(const Dataset& data, int count, std::uint64_t seed) {
  auto some = std::make_shared<Dataset>(data);
  std::vector<std::uint32_t> order(data.train.count);
  shuffle(order, Uniforms({seed}, Stream::Split));
  order.resize(std::min(order.size(), std::size_t(count)));
  const std::size_t inputs = std::size_t(data.inputs);
  Split split;
  split.count = order.size();
  for (std::uint32_t i : order) {
    const auto row = data.train.x.begin() + std::ptrdiff_t(i * inputs);
    split.x.insert(split.x.end(), row, row + std::ptrdiff_t(inputs));
    split.label.push_back(data.train.label[i]);
  }
  some->train = std::move(split);
  return some;
}

std::shared_ptr<const Dataset> autoencoding(const Dataset& data) {
  auto own = std::make_shared<Dataset>(data);
  own->task = Task::Regression;
  own->outputs = own->inputs;
  own->output_names = own->input_names;
  for (Split* split : {&own->train, &own->validation}) {
    split->target = split->x;
    split->label.clear();
  }
  return own;
}

RunSpec classifier(std::initializer_list<int> widths, std::uint64_t seed, std::int64_t ticks) {
  RunSpec spec;
  spec.seed = seed;
  spec.network.hidden.clear();
  for (int width : widths) spec.network.hidden.push_back(make_layer(LayerKind::Dense, width));
  spec.optimizer.kind = OptimizerKind::Adam;
  spec.optimizer.learning_rate = 1e-3;
  spec.batch_size = 100;
  spec.ticks = ticks;
  spec.evaluate_every = std::max<std::int64_t>(1, ticks);  // at the end only
  spec.evaluate_examples = 100;
  return spec;
}

std::int64_t shortened(const Circumstances& given, std::int64_t ticks) {
  return given.quick ? std::max<std::int64_t>(5, ticks / 100) : ticks;
}

std::unique_ptr<Trainer> trained(const RunSpec& spec, std::shared_ptr<const Dataset> data, const Circumstances& given,
                                 const std::string& what) {
  auto trainer = std::make_unique<Trainer>(spec, std::move(data), given.parallel);
  while (trainer->tick() < spec.ticks) {
    if (!trainer->advance(Granularity::Tick)) return nullptr;
    if (given.progress && trainer->tick() % 16 == 0)
      given.progress->progress(what, std::uint64_t(trainer->tick()), std::uint64_t(spec.ticks));
  }
  return trainer;
}

double test_error(const Trainer& trainer) {
  Tape<float> tape = trainer.network().make_tape();
  return 100 * (1 - evaluate_split(trainer.network(), trainer.params(), trainer.plans(), trainer.data().validation,
                                   true, 0, tape, nullptr)
                        .accuracy);
}

}  // namespace dropscope::reproduction
