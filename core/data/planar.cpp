#include "core/data/planar.h"

#include "core/data/example_draws.h"

namespace dropscope {

PlanePoint gaussian_around(PlanePoint centre, double sd, const Uniforms& draws) {
  return {centre.x + sd * draws.normal(kPlaneNoise), centre.y + sd * draws.normal(kPlaneNoise + 1)};
}

namespace {

Split make_split(std::size_t count, Part part, int classes, PlaneRule rule, const DataSpec& spec, std::uint64_t seed) {
  Split split;
  split.count = count;
  split.x.resize(2 * count);
  split.label.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const int label = int(i % std::size_t(classes));
    const PlanePoint p = rule(label, std::uint32_t(i / std::size_t(classes)), spec, example_draws(seed, part, i));
    split.x[2 * i] = float(p.x);
    split.x[2 * i + 1] = float(p.y);
    split.label[i] = label;
  }
  return split;
}

}  // namespace

Dataset make_planar(const DatasetSource& source, int classes, PlaneRule rule, const DataSpec& spec,
                    std::uint64_t seed) {
  Dataset data;
  data.id = source.id;
  data.name = source.name;
  data.task = Task::Classification;
  data.inputs = 2;
  data.outputs = classes;
  data.input_names = {"x", "y"};
  for (int c = 0; c < classes; ++c) data.output_names.push_back("class " + std::string(1, char('A' + c)));
  data.train = make_split(std::size_t(spec.train), Part::Train, classes, rule, spec, seed);
  data.validation = make_split(std::size_t(spec.validation), Part::Validation, classes, rule, spec, seed);
  return data;
}

}  // namespace dropscope
