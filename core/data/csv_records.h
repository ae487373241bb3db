// Cuts CSV text into records of fields, and reads numbers; knows nothing of what the columns mean.
#pragma once
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace dropscope {

class CsvRecords {
 public:
  // `text` must outlive this object; `name` is the file's, for messages.
  CsvRecords(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {}

  // Moves to the next record that is not an empty line; false at the end. Throws InputError for a quote
  // that is never closed, text behind a closing quote and a record over kMostCsvLine bytes.
  bool next();

  // Of the current record. Fields are without quotes and without blanks around them; they are valid
  // until the next call of next().
  const std::vector<std::string_view>& fields() const { return fields_; }
  std::size_t line() const { return line_; }  // where it begins, from 1
  std::size_t offset() const { return at_; }  // bytes of the text used so far
  std::string place() const { return name_ + " line " + std::to_string(line_); }

 private:
  void cut();
  std::string_view quoted();
  std::string_view bare();
  bool end_of_line();
  void check_length() const;

  std::string_view text_;
  std::string name_;
  std::size_t at_ = 0, start_ = 0, line_ = 0, next_line_ = 1;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unescaped_;  // fields with doubled quotes, of this record
};

enum class NumberKind { Integer, Real, NotFinite, TooBig, NotANumber };

// The whole of `text` as a decimal number, without regard to the locale. Real is a number written with a
// fraction or an exponent; NotFinite is nan or inf; TooBig does not fit a double (or, without fraction
// and exponent, 64 bits).
NumberKind read_number(std::string_view text, double& value);

}  // namespace dropscope
