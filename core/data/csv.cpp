#include "core/data/csv.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_map>

#include "core/base/check.h"
#include "core/base/names.h"
#include "core/data/byte_source.h"
#include "core/data/csv_records.h"

namespace dropscope {
namespace {

constexpr std::size_t kStep = std::size_t{4} << 20;  // bytes between two words of progress
constexpr std::size_t kMostName = 256;               // bytes of a column's or class's name

std::string quote(std::string_view text) { return "'" + printable(text, 40) + "'"; }

std::size_t line_of(std::string_view text, std::size_t at) {
  std::size_t line = 1;
  for (std::size_t i = 0; i < at; ++i)
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 >= text.size() || text[i + 1] != '\n'))) ++line;
  return line;
}

// The whole content as UTF-8 text without a byte order mark.
std::string load_text(ByteSource& source) {
  std::string text;
  for (;;) {
    // Steps grow with what has come, so that a small file costs little.
    const std::size_t had = text.size(), step = std::clamp(had, std::size_t{1} << 14, kStep);
    text.resize(had + step);
    const std::size_t got = source.read({reinterpret_cast<std::uint8_t*>(text.data()) + had, step});
    text.resize(had + got);
    if (text.size() > kMostCsvBytes)
      throw InputError(source.name(), "at most " + std::to_string(kMostCsvBytes) + " bytes of text", "more");
    if (got < step) break;
  }
  if (text.empty()) throw InputError(source.name(), "a header line and rows", "an empty file");
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    throw InputError(source.name() + " line 1", "UTF-8 text", "UTF-16");
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos)
    throw InputError(source.name() + " line " + std::to_string(line_of(text, nul)), "text", "a NUL byte");
  if (const std::size_t valid = valid_utf8(text); valid < text.size())
    throw InputError(source.name() + " line " + std::to_string(line_of(text, valid)), "UTF-8 text",
                     "the byte " + printable(std::string_view(text).substr(valid, 1)));
  return text;
}

// Checks the header line; the current record is it.
std::vector<std::string> column_names(const CsvRecords& records) {
  const auto& fields = records.fields();
  if (fields.size() > kMostCsvColumns)
    throw InputError(records.place(), "at most " + std::to_string(kMostCsvColumns) + " columns",
                     std::to_string(fields.size()));
  if (fields.size() == 1) {
    const char other = fields[0].find(';') != std::string::npos ? ';' : '\t';
    const bool separated = fields[0].find(other) != std::string::npos;
    throw InputError(
        records.place(), "at least two columns separated by commas",
        separated ? (other == ';' ? "columns separated by semicolons" : "columns separated by tabs") : "one column");
  }
  std::vector<std::string> names;
  std::map<std::string_view, std::size_t> seen;
  bool all_numbers = true, fraction = false;
  for (std::size_t c = 0; c < fields.size(); ++c) {
    if (fields[c].size() > kMostName)
      throw InputError(records.place() + " column " + std::to_string(c + 1),
                       "a name of at most " + std::to_string(kMostName) + " bytes", std::to_string(fields[c].size()));
    const auto [first, fresh] = seen.emplace(fields[c], c);
    if (!fresh)
      throw InputError(records.place() + " column " + std::to_string(c + 1), "column names that differ",
                       quote(fields[c]) + " again, as in column " + std::to_string(first->second + 1));
    double value = 0;
    const NumberKind kind = read_number(fields[c], value);
    fraction = fraction || kind == NumberKind::Real;
    // The last may be a class's name in a file without a header.
    all_numbers = all_numbers && (kind <= NumberKind::Real || c + 1 == fields.size());
    names.push_back(fields[c].empty() ? "column " + std::to_string(c + 1) : printable(fields[c]));
  }
  // Whole numbers alone are names that programs do write (0, 1, 2, ...); measurements are not.
  if (all_numbers && fraction)
    throw InputError(records.place(), "a header line with the columns' names", "numbers, such as " + quote(fields[0]));
  return names;
}

std::size_t find_label(const CsvRecords& records, const std::vector<std::string>& names, const std::string& label) {
  if (label.empty()) return names.size() - 1;
  const auto found = std::find(names.begin(), names.end(), label);
  if (found != names.end()) return std::size_t(found - names.begin());
  const auto near = near_names(label, names);
  std::string hint;
  for (const std::string& name : near.empty() ? names : near) {
    if (hint.size() > 120) break;
    hint += (hint.empty() ? "" : ", ") + name;
  }
  throw InputError(records.place(), "a label column named " + quote(label), "only others, such as " + hint);
}

double input_value(const CsvRecords& records, const std::string& column, std::string_view field) {
  double value = 0;
  const auto fail = [&](const std::string& found) -> double {
    throw InputError(records.place() + " column '" + column + "'", "a finite number", found);
  };
  switch (read_number(field, value)) {
    case NumberKind::Integer:
    case NumberKind::Real:
      return value;
    case NumberKind::TooBig:
      return fail(quote(field) + ", outside a double's range");
    case NumberKind::NotFinite:
      return fail(quote(field));
    case NumberKind::NotANumber:
      break;
  }
  if (field.empty()) return fail("an empty field");
  const bool comma = field.find(',') != std::string::npos;
  return fail(quote(field) + (comma ? " (decimals take a point, not a comma)" : ""));
}

// The distinct labels in order of appearance.
struct Labels {
  struct Distinct {
    std::string text;
    std::uint32_t line;
    NumberKind kind = NumberKind::NotANumber;
    double value = 0;
  };
  std::vector<Distinct> distinct;
  std::unordered_map<std::string, std::uint32_t> number;
  std::vector<std::uint32_t> of_row;

  void add(std::string_view text, std::size_t line) {
    const auto [at, fresh] = number.emplace(std::string(text), std::uint32_t(distinct.size()));
    if (fresh) {
      distinct.push_back({std::string(text), std::uint32_t(line)});
      distinct.back().kind = read_number(text, distinct.back().value);
    }
    of_row.push_back(at->second);
  }
};

void check_label(const CsvRecords& records, const std::string& column, std::string_view field) {
  if (!field.empty() && field.size() <= kMostName) return;
  throw InputError(records.place() + " column '" + column + "'",
                   "a label of 1 to " + std::to_string(kMostName) + " bytes",
                   field.empty() ? "an empty field" : std::to_string(field.size()) + " bytes");
}

void read_rows(CsvRecords& records, std::size_t label, std::size_t columns, std::size_t bytes, CsvTable& table,
               Labels& labels, ProgressSink* progress) {
  std::size_t told = 0;
  while (records.next()) {
    const auto& fields = records.fields();
    if (fields.size() != columns)
      throw InputError(records.place(), std::to_string(columns) + " fields, as in the header",
                       std::to_string(fields.size()));
    if (labels.of_row.size() == kMostCsvRows)
      throw InputError(records.place(), "at most " + std::to_string(kMostCsvRows) + " rows", "more");
    for (std::size_t c = 0, k = 0; c < columns; ++c)
      if (c != label) table.inputs.push_back(input_value(records, table.input_names[k++], fields[c]));
    if (table.inputs.size() > kMostCsvValues)
      throw InputError(records.place(), "at most " + std::to_string(kMostCsvValues) + " numbers in the file", "more");
    check_label(records, table.label_name, fields[label]);
    labels.add(fields[label], records.line());
    table.line.push_back(std::uint32_t(records.line()));
    if (progress != nullptr && records.offset() - told >= kStep) {
      told = records.offset();
      progress->progress("Reading rows", told, bytes);
    }
  }
  table.rows = labels.of_row.size();
}

// Sorted class names; rank[d] is the class of distinct label d.
void name_classes(const Labels& labels, bool integers, CsvTable& table, std::vector<std::int32_t>& rank) {
  // "1", "+1" and "01" are one class where all labels are integers.
  std::map<std::pair<std::int64_t, std::string>, std::int32_t> order;
  const auto key = [&](const Labels::Distinct& d) -> std::pair<std::int64_t, std::string> {
    if (!integers) return {0, d.text};
    std::int64_t whole = 0;
    const std::size_t sign = d.text.front() == '+' ? 1 : 0;
    std::from_chars(d.text.data() + sign, d.text.data() + d.text.size(), whole);
    return {whole, ""};
  };
  for (const auto& d : labels.distinct) order.emplace(key(d), 0);
  for (auto& [name, index] : order) {
    index = std::int32_t(table.class_names.size());
    table.class_names.push_back(integers ? std::to_string(name.first) : printable(name.second));
  }
  for (const auto& d : labels.distinct) rank.push_back(order.at(key(d)));
}

void use_targets(const std::string& file, const Labels& labels, const Labels::Distinct& real, CsvTable& table) {
  for (const auto& d : labels.distinct)
    if (d.kind == NumberKind::NotANumber)
      throw InputError(file + " line " + std::to_string(d.line) + " column '" + table.label_name + "'",
                       "a number, as line " + std::to_string(real.line) + " has " + quote(real.text), quote(d.text));
  table.task = Task::Regression;
  table.targets.reserve(table.rows);
  for (std::uint32_t d : labels.of_row) table.targets.push_back(labels.distinct[d].value);
}

void use_labels(const std::string& file, const Labels& labels, CsvTable& table) {
  const Labels::Distinct* real = nullptr;
  bool integers = true;
  for (const auto& d : labels.distinct) {
    if (d.kind == NumberKind::NotFinite || d.kind == NumberKind::TooBig)
      throw InputError(file + " line " + std::to_string(d.line) + " column '" + table.label_name + "'",
                       "a class or a finite number of 64 bits", quote(d.text));
    if (d.kind == NumberKind::Real && real == nullptr) real = &d;
    integers = integers && d.kind == NumberKind::Integer;
  }
  if (real != nullptr) return use_targets(file, labels, *real, table);
  const std::string where = file + " column '" + table.label_name + "'";
  std::vector<std::int32_t> rank;
  name_classes(labels, integers, table, rank);
  if (table.class_names.size() > kMostCsvClasses)
    throw InputError(
        where,
        "at most " + std::to_string(kMostCsvClasses) + " classes (to predict a number, write it with a decimal point)",
        std::to_string(table.class_names.size()));
  if (table.class_names.size() < 2)
    throw InputError(where, "at least two classes", "only " + quote(table.class_names[0]));
  table.task = Task::Classification;
  table.labels.reserve(table.rows);
  for (std::uint32_t d : labels.of_row) table.labels.push_back(rank[d]);
}

}  // namespace

CsvTable read_csv(const std::string& path, const std::string& label, ProgressSink* progress) {
  ByteSource source(path, kMostCsvBytes);
  CsvTable table;
  Labels labels;
  {
    const std::string text = load_text(source);
    CsvRecords records(text, source.name());
    if (!records.next()) throw InputError(source.name(), "a header line and rows", "empty lines");
    std::vector<std::string> names = column_names(records);
    const std::size_t column = find_label(records, names, label);
    const std::size_t columns = names.size();
    table.label_name = names[column];
    names.erase(names.begin() + std::ptrdiff_t(column));
    table.input_names = std::move(names);
    read_rows(records, column, columns, text.size(), table, labels, progress);
  }
  if (table.rows < 2) throw InputError(source.name(), "at least two rows after the header", std::to_string(table.rows));
  use_labels(source.name(), labels, table);
  return table;
}

}  // namespace dropscope
