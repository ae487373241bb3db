#include "core/data/csv_records.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "core/base/check.h"
#include "core/data/byte_source.h"
#include "core/data/csv.h"

namespace dropscope {
namespace {

bool blank(char c) { return c == ' ' || c == '\t'; }
bool line_end(char c) { return c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

void CsvRecords::check_length() const {
  if (at_ - start_ > kMostCsvLine)
    throw InputError(place(), "at most " + std::to_string(kMostCsvLine) + " bytes in a line", "more");
}

// Steps over one line end of any kind.
bool CsvRecords::end_of_line() {
  if (at_ >= text_.size() || !line_end(text_[at_])) return false;
  if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
  ++at_;
  ++next_line_;
  return true;
}

std::string_view CsvRecords::bare() {
  const std::size_t from = at_;
  while (at_ < text_.size() && text_[at_] != ',' && !line_end(text_[at_])) {
    ++at_;
    check_length();
  }
  return trimmed(text_.substr(from, at_ - from));
}

// Called at the opening quote.
std::string_view CsvRecords::quoted() {
  const std::string opened = name_ + " line " + std::to_string(next_line_);
  const std::size_t from = ++at_;
  bool doubled = false;
  for (;;) {
    check_length();
    if (at_ >= text_.size()) throw InputError(opened, "a closing quote for the one opened here", "the end of the file");
    if (text_[at_] == '"') {
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
      doubled = true;
      at_ += 2;
    } else if (!end_of_line()) {
      ++at_;
    }
  }
  std::string_view field = text_.substr(from, at_ - from);
  ++at_;
  if (doubled) {
    std::string& plain = unescaped_.emplace_back();
    for (std::size_t i = 0; i < field.size(); ++i) {
      plain += field[i];
      if (field[i] == '"') ++i;
    }
    field = plain;
  }
  while (at_ < text_.size() && blank(text_[at_])) ++at_;
  if (at_ < text_.size() && text_[at_] != ',' && !line_end(text_[at_]))
    throw InputError(opened, "a comma or the end of the line after a closing quote",
                     "'" + printable(text_.substr(at_, 4), 8) + "'");
  return trimmed(field);
}

void CsvRecords::cut() {
  fields_.clear();
  unescaped_.clear();
  start_ = at_;
  line_ = next_line_;
  for (;;) {
    while (at_ < text_.size() && blank(text_[at_])) ++at_;
    fields_.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted() : bare());
    check_length();
    if (at_ >= text_.size() || end_of_line()) return;
    ++at_;  // the comma
  }
}

bool CsvRecords::next() {
  while (at_ < text_.size()) {
    cut();
    if (fields_.size() > 1 || !fields_[0].empty()) return true;
  }
  return false;
}

NumberKind read_number(std::string_view text, double& value) {
  const bool plus = !text.empty() && text.front() == '+';
  if (plus) text.remove_prefix(1);
  // from_chars knows no plus; "+-1" is no number.
  if (text.empty() || (plus && text.front() == '-')) return NumberKind::NotANumber;
  const char *first = text.data(), *last = first + text.size();
  std::int64_t whole = 0;
  const auto integer = std::from_chars(first, last, whole);
  if (integer.ptr == last) {
    if (integer.ec != std::errc{}) return NumberKind::TooBig;
    value = double(whole);
    return NumberKind::Integer;
  }
  const auto real = std::from_chars(first, last, value);
  if (real.ptr != last || real.ec == std::errc::invalid_argument) return NumberKind::NotANumber;
  if (real.ec == std::errc::result_out_of_range) return NumberKind::TooBig;
  return std::isfinite(value) ? NumberKind::Real : NumberKind::NotFinite;
}

}  // namespace dropscope
