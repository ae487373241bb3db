#include "core/data/choice.h"

#include <numeric>

#include "core/base/check.h"

namespace dropscope {

std::vector<std::uint32_t> choose_examples(std::size_t total, int wanted, std::uint64_t seed, Part part,
                                           const char* option) {
  if (std::size_t(wanted) > total)
    throw InputError(option, "at most the " + std::to_string(total) + " examples of the file, or 0 for all",
                     std::to_string(wanted));
  std::vector<std::uint32_t> rows(total);
  std::iota(rows.begin(), rows.end(), 0u);
  if (wanted == 0 || std::size_t(wanted) == total) return rows;
  shuffle(rows, Uniforms({.run_seed = seed, .site = std::uint32_t(part)}, Stream::Split));
  rows.resize(std::size_t(wanted));
  return rows;
}

}  // namespace dropscope
