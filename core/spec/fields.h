// The one table of a RunSpec's fields: it drives --set, JSON, comparison and the setup panel.
// A new field of the spec is one line in fields.cpp.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/spec/run_spec.h"

namespace dropscope {

enum class FieldType : std::uint8_t { Integer, Real, Text, Choice };

// What people and files need to know of one field.
struct Field {
  std::string path;  // "dropout.hidden1.rate", "optimizer.learning_rate", "batch_size"
  FieldType type = FieldType::Text;
  std::string value;                 // as it stands, in the form set_field accepts; reals round-trip
  double lo = 0, hi = 0;             // Integer and Real: the inclusive range
  std::vector<std::string> choices;  // Choice: the names allowed
  std::string help;                  // one line, with unit where there is one
};

// Every field of the spec as it stands. Dropout fields are listed for "input" and each hidden layer,
// whether or not the plan names the site.
std::vector<Field> fields(const RunSpec& spec);

// Sets one field from text. Also accepts the short forms network.hidden=32,16 (all widths),
// network.activation=tanh, dropout.rate=0.5 and dropout.variant=gaussian (every hidden site),
// dropout.scope=batch.
// Throws InputError naming the path, what was expected (near paths for an unknown one) and what was
// found; the spec is then unchanged. `where` names the source of the text, such as "--set".
void set_field(RunSpec& spec, std::string_view path, std::string_view value, const std::string& where);

// Throws InputError at the first field outside its range, unknown variant or data set, or site the
// network does not have. `where` names the source.
void validate(const RunSpec& spec, const std::string& where);

// Parses the whole text as a number; no locale, no octal, no trailing characters.
// Throws InputError for anything else, for NaN and infinities, and outside [lo, hi].
double parse_real(std::string_view text, double lo, double hi, const std::string& where);
std::int64_t parse_integer(std::string_view text, std::int64_t lo, std::int64_t hi, const std::string& where);
std::uint64_t parse_seed(std::string_view text, const std::string& where);

// Shortest text that parses back to the same double.
std::string real_text(double value);

}  // namespace dropscope
