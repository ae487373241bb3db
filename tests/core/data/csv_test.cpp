#include "core/data/csv.h"

#include <clocale>
#include <cmath>

#include "core/data/byte_source.h"
#include "core/data/csv_records.h"
#include "tests/core/data/hostile.h"

namespace dropscope {
namespace {

using test::expect_refused;
using test::TempFolder;

CsvTable read(const std::string& text, const std::string& label = "") {
  const TempFolder folder;
  return read_csv(folder.write("t.csv", text), label, nullptr);
}

void refused(const std::string& text, std::initializer_list<std::string_view> parts, const std::string& label = "") {
  SCOPED_TRACE(printable(text, 100));
  expect_refused([&] { read(text, label); }, parts);
}

using Doubles = std::vector<double>;
using Ints = std::vector<std::int32_t>;
using Strings = std::vector<std::string>;

TEST(Csv, ReadsNumbersAndClasses) {
  const CsvTable t = read("a,b,kind\n1,2.5,cat\n-3e2,+4,dog\n0,.5,cat\n");
  EXPECT_EQ(t.input_names, (Strings{"a", "b"}));
  EXPECT_EQ(t.label_name, "kind");
  EXPECT_EQ(t.task, Task::Classification);
  EXPECT_EQ(t.inputs, (Doubles{1, 2.5, -300, 4, 0, 0.5}));
  EXPECT_EQ(t.class_names, (Strings{"cat", "dog"}));
  EXPECT_EQ(t.labels, (Ints{0, 1, 0}));
  EXPECT_EQ(t.line, (std::vector<std::uint32_t>{2, 3, 4}));
}

TEST(Csv, TheLabelColumnIsFoundByName) {
  const CsvTable t = read("kind,a,b\nx,1,2\ny,3,4\n", "kind");
  EXPECT_EQ(t.input_names, (Strings{"a", "b"}));
  EXPECT_EQ(t.inputs, (Doubles{1, 2, 3, 4}));
  refused("species,a\nx,1\ny,2\n", {"line 1", "a label column named 'specis'", "species"}, "specis");
  refused("p,q\n1,x\n2,y\n", {"named 'zzzzzzzzzz'", "p, q"}, "zzzzzzzzzz");
}

TEST(Csv, IntegerLabelsAreClassesInOrderOfNumber) {
  const CsvTable t = read("x,y\n1,10\n2,9\n3,+9\n4,009\n5,-1\n");
  EXPECT_EQ(t.task, Task::Classification);
  EXPECT_EQ(t.class_names, (Strings{"-1", "9", "10"}));
  EXPECT_EQ(t.labels, (Ints{2, 1, 1, 1, 0}));
}

TEST(Csv, LabelsWithAFractionAreTargets) {
  const CsvTable t = read("x,y\n1,1\n2,2.5\n3,1e1\n");
  EXPECT_EQ(t.task, Task::Regression);
  EXPECT_EQ(t.targets, (Doubles{1, 2.5, 10}));
  EXPECT_TRUE(t.labels.empty());
  refused("x,y\n1,1\n2,2.5\n3,many\n", {"line 4", "column 'y'", "a number, as line 3 has '2.5'", "'many'"});
}

TEST(Csv, LineEndsMarksAndBlankLinesDoNotMatter) {
  const Doubles expected{1, 2};
  for (const char* text :
       {"x,y\n1,a\n2,b\n", "x,y\n1,a\n2,b", "x,y\r\n1,a\r\n2,b\r\n", "x,y\r1,a\r2,b\r", "\xEF\xBB\xBFx,y\n1,a\n2,b\n",
        "\n\nx,y\n\n1,a\n  \n2,b\n\n\n", " x , y \n 1 ,\ta\n2 ,b \n"}) {
    const CsvTable t = read(text);
    EXPECT_EQ(t.inputs, expected) << printable(text);
    EXPECT_EQ(t.input_names, Strings{"x"}) << printable(text);
    EXPECT_EQ(t.class_names, (Strings{"a", "b"})) << printable(text);
  }
}

TEST(Csv, QuotedFieldsMayHoldCommasQuotesAndLineEnds) {
  const CsvTable t = read("\"the \"\"x\"\", really\",\"y\"\n\"1\",\"a,b\"\n2,\"two\nlines\"\n3,\"a,b\"\n");
  EXPECT_EQ(t.input_names, Strings{"the \"x\", really"});
  EXPECT_EQ(t.class_names, (Strings{"a,b", "two\\x0Alines"}));
  EXPECT_EQ(t.line, (std::vector<std::uint32_t>{2, 3, 5}));
  refused("x,y\n1,\"a\n2,b\n", {"line 2", "a closing quote", "the end of the file"});
  refused("x,y\n1,a\n\"2\"3,b\n", {"line 3", "a comma or the end of the line", "'3,b"});
}

TEST(Csv, FilesWithNothingToLearnFromAreRefused) {
  refused("", {"t.csv", "a header line and rows", "an empty file"});
  refused("\n\n \n", {"a header line and rows", "empty lines"});
  refused("x,y\n", {"at least two rows", "found 0"});
  refused("x,y\n1,a\n", {"at least two rows", "found 1"});
  refused("x\n1\n2\n", {"line 1", "at least two columns", "one column"});
  refused("x;y\n1;2\n", {"line 1", "separated by commas", "semicolons"});
  refused("x\ty\n1\t2\n", {"separated by commas", "tabs"});
  refused("x,y\n1,a\n2,a\n", {"column 'y'", "at least two classes", "only 'a'"});
}

TEST(Csv, RowsOfAnotherLengthAreRefusedWithTheirLine) {
  refused("x,y,z\n1,2,a\n1,2\n", {"t.csv line 3", "3 fields, as in the header", "found 2"});
  refused("x,y\n1,a\n1,5,a\n", {"line 3", "2 fields", "found 3"});
  refused("x,y\n1,a\n2,b,\n", {"line 3", "2 fields", "found 3"});
}

TEST(Csv, OnlyFiniteDecimalNumbersAreNumbers) {
  // Trap T8: from_chars takes "nan" and "inf" and stops at the comma of "1,5".
  for (const char* field : {"nan",       "NaN",
                            "-nan",      "inf",
                            "-Infinity", "1e999",
                            "-1e999",    "0x10",
                            "1.5.2",     "1 2",
                            "--1",       "+-1",
                            "++1",       "+",
                            "-",         ".",
                            "e5",        "1e",
                            "abc",       "?",
                            "1_000",     "99999999999999999999"}) {
    SCOPED_TRACE(field);
    refused("x,y\n1,a\n" + std::string(field) + ",b\n", {"t.csv line 3", "column 'x'", "a finite number", field});
  }
  refused("x,y\n,a\n2,b\n", {"line 2", "column 'x'", "an empty field"});
  refused("x,y\n\"1,5\",a\n2,b\n", {"line 2", "'1,5'", "a point, not a comma"});
  EXPECT_EQ(read("x,y\n010,a\n1E2,b\n").inputs, (Doubles{10, 100}));  // no octal
}

TEST(Csv, LabelsThatAreNoLabelsAreRefused) {
  refused("x,y\n1,a\n2,\n", {"line 3", "column 'y'", "a label", "an empty field"});
  for (const char* label : {"nan", "inf", "1e999", "99999999999999999999"})
    refused("x,y\n1,2\n2," + std::string(label) + "\n", {"line 3", "column 'y'", "finite number", label});
  refused("x,y\n1,a\n2," + std::string(300, 'b') + "\n", {"line 3", "1 to 256 bytes", "300"});
  std::string many = "x,y\n";
  for (int i = 0; i < 257; ++i) many += "1," + std::to_string(i) + "\n";
  refused(many, {"column 'y'", "at most 256 classes", "decimal point", "found 257"});
}

TEST(Csv, HeadersThatAreNoHeadersAreRefused) {
  refused("a,b,a\n1,2,x\n", {"line 1 column 3", "names that differ", "'a' again", "column 1"});
  refused("5.1,3.5,setosa\n4.9,3.0,setosa\n", {"line 1", "a header line", "numbers, such as '5.1'"});
  // Tables written with columns numbered from 0 have a header of integers.
  EXPECT_EQ(read("0,1,2\n5.5,1.5,a\n4,3,b\n").input_names, (Strings{"0", "1"}));
  // An index column without a name gets one.
  EXPECT_EQ(read(",x,y\n0,1,a\n1,2,b\n").input_names, (Strings{"column 1", "x"}));
  refused(std::string(300, 'n') + ",y\n1,a\n2,b\n", {"line 1 column 1", "at most 256 bytes", "300"});
}

TEST(Csv, WhatIsNotUtf8TextIsRefused) {
  refused(std::string("x,y\n1,a\n2,\0b\n", 13), {"line 3", "text", "a NUL byte"});
  refused("x,y\n1,caf\xE9\n2,b\n", {"line 2", "UTF-8 text", "\\xE9"});
  refused(std::string("\xFF\xFEx\0,\0y\0", 8), {"UTF-8 text", "UTF-16"});
  std::string noise;
  for (unsigned i = 0; i < 5000; ++i) noise += char((i * 2654435761u) >> 11);
  expect_refused([&] { read(noise); }, {"t.csv"});
}

TEST(Csv, SizesBeyondTheLimitsAreRefused) {
  std::string wide = "c0";
  for (int c = 1; c < 10'001; ++c) wide += ",c" + std::to_string(c);
  refused(wide + "\n", {"line 1", "at most 4096 columns", "10001"});
  refused("x,y\n1,a\n" + std::string(10 << 20, '1') + ",b\n", {"line 3", "at most 1048576 bytes in a line"});
  refused("x,y\n1,\"" + std::string(2 << 20, '\n') + "\"\n", {"line 2", "at most 1048576 bytes in a line"});
  std::string tall = "x,y\n";
  for (int i = 0; i <= 1'000'000; ++i) tall += i % 2 == 0 ? "1,a\n" : "2,b\n";
  refused(tall, {"line 1000002", "at most 1000000 rows"});
  tall.resize(tall.size() - 4);
  EXPECT_EQ(read(tall).rows, 1'000'000u);
}

TEST(Csv, AGzippedTableReadsLikeAPlainOne) {
  const TempFolder folder;
  EXPECT_EQ(read_csv(folder.write("t.csv.gz", test::gzip("x,y\n1,a\n2,b\n")), "", nullptr).inputs, (Doubles{1, 2}));
  std::string bomb = test::gzip("x,y\n");
  const std::string member = test::gzip(std::string(std::size_t{16} << 20, ' '));
  for (int i = 0; i < 16; ++i) bomb += member;
  expect_refused([&] { read_csv(folder.write("b.csv.gz", bomb), "", nullptr); },
                 {"b.csv.gz", "at most 268435456 bytes"});
}

TEST(Csv, ManyEmptyLinesAreNoBurden) {
  std::string text = "x,y\n1,a\n";
  for (int i = 0; i < 2'000'000; ++i) text += " \n";
  EXPECT_EQ(read(text + "2,b\n").line[1], 2'000'003u);
}

TEST(Csv, TheLocaleDoesNotMatter) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"})
    if (std::setlocale(LC_ALL, name) != nullptr) break;
  EXPECT_EQ(read("x,y\n1.5,a\n2,b\n").inputs, (Doubles{1.5, 2}));
  std::setlocale(LC_ALL, before.c_str());
}

TEST(ReadNumber, TellsItsKinds) {
  double v = 0;
  EXPECT_EQ(read_number("12", v), NumberKind::Integer);
  EXPECT_EQ(read_number("-12", v), NumberKind::Integer);
  EXPECT_EQ(read_number("12.0", v), NumberKind::Real);
  EXPECT_EQ(read_number("1e2", v), NumberKind::Real);
  EXPECT_EQ(v, 100);
  EXPECT_EQ(read_number("inf", v), NumberKind::NotFinite);
  EXPECT_EQ(read_number("1e999", v), NumberKind::TooBig);
  EXPECT_EQ(read_number("", v), NumberKind::NotANumber);
  EXPECT_EQ(read_number("1.5x", v), NumberKind::NotANumber);
}

}  // namespace
}  // namespace dropscope
