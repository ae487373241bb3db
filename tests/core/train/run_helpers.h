// Small runs for tests: data made here, so that nothing depends on a generator's details.
#pragma once
#include <memory>

#include "core/random/uniforms.h"
#include "core/train/trainer.h"

namespace dropscope::runs {

// Two classes that a line cannot part, and a split of each.
inline std::shared_ptr<Dataset> classes(int train = 50, int validation = 30, int count = 2) {
  auto data = std::make_shared<Dataset>();
  data->id = data->name = "made for a test";
  data->inputs = 3;
  data->outputs = count;
  const Uniforms u({31}, Stream::Test);
  std::uint32_t element = 0;
  for (Split* split : {&data->train, &data->validation}) {
    split->count = std::size_t(split == &data->train ? train : validation);
    for (std::size_t i = 0; i < split->count; ++i) {
      const float x = float(u.normal(element++)), y = float(u.normal(element++)), z = float(u.normal(element++));
      split->x.insert(split->x.end(), {x, y, z});
      split->label.push_back(std::int32_t((x * y > 0 ? 1 : 0) % count));
    }
  }
  return data;
}

inline std::shared_ptr<Dataset> numbers(int train = 40, int validation = 20) {
  auto data = classes(train, validation);
  data->task = Task::Regression;
  data->outputs = 1;
  for (Split* split : {&data->train, &data->validation}) {
    for (std::size_t i = 0; i < split->count; ++i) split->target.push_back(split->x[3 * i] - 2 * split->x[3 * i + 1]);
    split->label.clear();
  }
  return data;
}

inline RunSpec spec(double rate = 0.3, const char* variant = "inverted") {
  RunSpec s;
  s.network.hidden = {{LayerKind::Dense, 9, Activation::Relu}, {LayerKind::Dense, 17, Activation::Tanh}};
  s.batch_size = 16;
  for (const char* site : {"hidden1", "hidden2"}) {
    s.dropout.at(site).rate = rate;
    s.dropout.at(site).variant = variant;
  }
  return s;
}

inline void ticks(Trainer& t, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) t.advance(Granularity::Tick);
}

}  // namespace dropscope::runs
