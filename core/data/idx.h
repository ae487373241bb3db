// The IDX format of the MNIST files (Y. LeCun): two zero bytes, a type, the number of dimensions, their
// sizes as big-endian 32-bit numbers, then the elements. Only unsigned bytes (type 0x08) are read.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"

namespace dropscope {

struct IdxArray {
  std::vector<std::uint32_t> sizes;
  std::vector<std::uint8_t> bytes;  // row-major, the last size running fastest
};

// What a file must look like to be accepted.
struct IdxWanted {
  int dimensions = 3;
  std::string what;         // "images", for messages
  std::uint32_t count = 0;  // required first size; 0 = any
};

// Reads one file, plain or gzipped. The product of the sizes is held against the length of the content
// before memory is taken, and must equal it. Throws InputError naming file, byte, expected and found.
IdxArray read_idx(const std::string& path, const IdxWanted& wanted, ProgressSink* progress);

}  // namespace dropscope
