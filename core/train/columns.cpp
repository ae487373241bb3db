#include "core/train/columns.h"

#include <algorithm>
#include <string_view>

namespace dropscope {

std::vector<Column> columns_of(const Network<float>& network) {
  std::vector<Column> columns;
  for (int l = 0; l < network.layer_count(); ++l) {
    const std::string_view name = network.layer(l).name();
    const std::string_view own = name.substr(0, std::min(name.find('.'), name.size()));
    if (!columns.empty() && columns.back().name == own)
      columns.back().last = l;
    else
      columns.push_back({std::string(own), l, l});
  }
  return columns;
}

int column_at(const std::vector<Column>& columns, int layer) {
  int at = 0;
  while (columns[std::size_t(at)].last < layer) ++at;
  return at;
}

std::vector<Beat> beats_of(const Network<float>& network) {
  const std::vector<Column> columns = columns_of(network);
  const int count = int(columns.size());
  const auto stations = [&](int c) { return columns[std::size_t(c)].last - columns[std::size_t(c)].first + 1; };
  std::vector<Beat> beats{{Phase::Batch}, {Phase::Masks}};
  for (int c = 1; c < count; ++c) beats.push_back({Phase::Forward, c, stations(c)});
  beats.push_back({Phase::Loss});
  for (int c = count - 1; c > 0; --c) beats.push_back({Phase::Backward, c, stations(c)});
  beats.push_back({Phase::Update});
  return beats;
}

}  // namespace dropscope
