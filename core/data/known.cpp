// The ids of the data sets, for the spec's table of fields.
#include "core/data/dataset.h"
#include "core/spec/known.h"

namespace dropscope {

const std::vector<std::string>& known_datasets() {
  static const std::vector<std::string> ids = [] {
    std::vector<std::string> list;
    for (const DatasetSource* source : all_datasets()) list.push_back(source->id);
    return list;
  }();
  return ids;
}

}  // namespace dropscope
