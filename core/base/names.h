// Names of enumerators for files, flags and screens, and "did you mean" for a name that is not one.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dropscope {

// Specialised beside each public enum; the order is that of the enumerators, starting at 0.
template <class E>
std::span<const char* const> enum_names();

template <class E>
const char* name_of(E e) {
  return enum_names<E>()[std::size_t(e)];
}

// The candidates nearest to `word` by edit distance, best first; empty where nothing is near.
std::vector<std::string> near_names(std::string_view word, std::span<const std::string> candidates,
                                    std::size_t most = 3);

// "one of relu, tanh, ..." with, where there is one, "(did you mean tanh?)".
std::string expected_one_of(std::string_view word, std::span<const char* const> names);

}  // namespace dropscope
