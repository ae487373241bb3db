// Comma-separated text with a header line, as RFC 4180 has it: quoted fields may hold commas, quotes
// (doubled) and line ends; lines end with LF, CRLF or CR; a UTF-8 byte order mark is skipped.
// The whole file is checked before anything of it is used.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/data/dataset.h"

namespace dropscope {

inline constexpr std::uint64_t kMostCsvBytes = std::uint64_t{256} << 20;
inline constexpr std::size_t kMostCsvRows = 1'000'000;
inline constexpr std::size_t kMostCsvColumns = 4096;
inline constexpr std::size_t kMostCsvLine = std::size_t{1} << 20;  // bytes of a record
inline constexpr std::size_t kMostCsvValues = std::size_t{1} << 25;
inline constexpr std::size_t kMostCsvClasses = 256;

// A table of numbers with one column to predict.
struct CsvTable {
  std::vector<std::string> input_names;
  std::string label_name;
  Task task = Task::Classification;
  std::size_t rows = 0;
  std::vector<double> inputs;            // rows x input_names.size(), row-major
  std::vector<std::int32_t> labels;      // classification
  std::vector<std::string> class_names;  // in order of number, else of bytes
  std::vector<double> targets;           // regression
  std::vector<std::uint32_t> line;       // where each row begins in the file, from 1
};

// Reads a file, plain or gzipped. `label` names the label column; empty = the last. Labels that are all
// integers, or not numbers, are classes; if all are numbers and one has a fraction or exponent, they are
// targets. Throws InputError naming file, line and column.
CsvTable read_csv(const std::string& path, const std::string& label, ProgressSink* progress);

}  // namespace dropscope
