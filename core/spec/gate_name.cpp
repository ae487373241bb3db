#include "core/spec/gate_name.h"

namespace dropscope {
namespace {

const char* axis_word(Axis axis, SiteKind kind) {
  // A table's rows are words, and its columns what stands for each.
  const bool table = kind == SiteKind::Embedding;
  switch (axis) {
    case Axis::Sample:
      break;
    case Axis::Time:
      return "step";
    case Axis::Channel:
      return "map";
    case Axis::Row:
      return "row";
    case Axis::Col:
      return "column";
    case Axis::Unit:
      return kind == SiteKind::Input ? "input" : "unit";
    case Axis::In:
      return table ? "word" : "from";
    case Axis::Out:
      return table ? "value" : "to unit";
    case Axis::Head:
      return "head";
    case Axis::Query:
      return "query";
    case Axis::Key:
      return "key";
  }
  return "example";
}

}  // namespace

std::string gate_name(SiteKind kind, const Shape& shape, AxisSet tie, std::size_t element) {
  const Shape gates = shape.tied(tie);
  if (gates.count() == 1 && shape.count() > 1)
    return kind == SiteKind::ResidualBranch ? ": its branch" : ": all at once";
  std::string name;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    const auto extent = std::size_t(shape[d].extent);
    if (gates[d].extent > 1)
      name.insert(0, std::string(", ") + axis_word(shape[d].axis, kind) + " " + std::to_string(element % extent + 1));
    element /= extent;
  }
  return name;
}

}  // namespace dropscope
