#include "core/data/byte_source.h"

#include <csignal>

#include "tests/core/data/hostile.h"

namespace dropscope {
namespace {

using test::expect_refused;
using test::gzip;
using test::TempFolder;

std::string all_of(const std::string& path) {
  ByteSource source(path);
  std::string out;
  std::uint8_t piece[7];  // small, so that every call crosses the buffer's edges somewhere
  for (;;) {
    const std::size_t got = source.read(piece);
    out.append(reinterpret_cast<char*>(piece), got);
    if (got < sizeof piece) return out;
  }
}

std::string sample(std::size_t n) {
  std::string text;
  for (std::size_t i = 0; i < n; ++i) text += char((i * 2654435761u) >> 13);
  return text;
}

TEST(ByteSource, PlainAndGzippedContentReadAlike) {
  const TempFolder folder;
  for (std::size_t n : {0u, 1u, 2u, 7u, 65535u, 65536u, 65537u, 200000u}) {
    const std::string content = sample(n);
    EXPECT_EQ(all_of(folder.write("plain", content)), content) << n;
    EXPECT_EQ(all_of(folder.write("packed.gz", gzip(content))), content) << n;
  }
}

TEST(ByteSource, TheContentNotTheNameSaysWhetherItIsGzipped) {
  const TempFolder folder;
  EXPECT_EQ(all_of(folder.write("plain.gz", "hello")), "hello");
  EXPECT_EQ(all_of(folder.write("packed", gzip("hello"))), "hello");
}

TEST(ByteSource, GzipMembersReadOneAfterTheOther) {
  const TempFolder folder;
  EXPECT_EQ(all_of(folder.write("two.gz", gzip("one, ") + gzip("two"))), "one, two");
  EXPECT_EQ(all_of(folder.write("empty.gz", gzip("one, ") + gzip("") + gzip("three"))), "one, three");
}

TEST(ByteSource, DamagedGzipIsRefusedWithItsPlace) {
  const TempFolder folder;
  const std::string good = gzip(sample(3000));
  std::string crc = good, length = good, body = good;
  crc[crc.size() - 8] = char(crc[crc.size() - 8] ^ 1);
  length[length.size() - 1] = char(length[length.size() - 1] ^ 1);
  body[40] = char(body[40] ^ 0x55);
  expect_refused([&] { all_of(folder.write("crc.gz", crc)); },
                 {"crc.gz (byte", "undamaged gzip", "incorrect data check"});
  expect_refused([&] { all_of(folder.write("len.gz", length)); }, {"len.gz", "incorrect length check"});
  expect_refused([&] { all_of(folder.write("body.gz", body)); }, {"body.gz", "gzip"});
  expect_refused([&] { all_of(folder.write("tail.gz", good + "x")); },
                 {"tail.gz (byte " + std::to_string(good.size()) + ")", "end of the file", "other bytes"});
}

TEST(ByteSource, GzipCutShortAnywhereIsRefused) {
  const TempFolder folder;
  const std::string good = gzip("a few bytes of content, a few bytes of content");
  for (std::size_t n = 2; n < good.size(); ++n)
    expect_refused([&] { all_of(folder.write("cut.gz", good.substr(0, n))); }, {"cut.gz", "gzip", "end of the file"});
}

TEST(ByteSource, ABombIsInflatedNoFurtherThanAsked) {
  // Trap T11: zeros grow 1030 to 1. 48 MB of them, of which 16 bytes are asked for.
  const TempFolder folder;
  const std::string path = folder.write("bomb.gz", gzip(std::string(std::size_t{48} << 20, '\0')));
  ByteSource source(path);
  EXPECT_LT(source.file_size(), 60'000u);
  std::uint8_t piece[16];
  EXPECT_EQ(source.read(piece), 16u);
  EXPECT_LE(source.file_offset(), 65536u);
}

TEST(ByteSource, InflatingStopsAtTheCap) {
  const TempFolder folder;
  std::string bomb;
  const std::string member = gzip(std::string(std::size_t{16} << 20, '\0'));
  for (int i = 0; i < 33; ++i) bomb += member;
  ByteSource source(folder.write("bomb.gz", bomb));
  std::vector<std::uint8_t> piece(std::size_t{1} << 20);
  expect_refused(
      [&] {
        while (source.read(piece) == piece.size()) {
        }
      },
      {"bomb.gz", "at most 536870912 bytes", "more"});
}

TEST(ByteSource, WhatIsNoRegularFileIsRefusedAtOnce) {
  const TempFolder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0644), 0);
  ::alarm(20);  // A hang on the pipe ends the test instead of the night.
  expect_refused([&] { ByteSource{pipe}; }, {"pipe", "a regular file", "a named pipe"});
  ::alarm(0);
  expect_refused([&] { ByteSource{folder.path()}; }, {"a regular file", "a folder"});
  expect_refused([] { ByteSource{"/dev/zero"}; }, {"/dev/zero", "a regular file", "a device"});
  expect_refused([] { ByteSource{"/dev/full"}; }, {"/dev/full", "a regular file", "a device"});
  expect_refused([&] { ByteSource{folder / "none"}; }, {"none", "No such file"});
  expect_refused([] { ByteSource{""}; }, {"the name of a file", "nothing"});
  expect_refused([&] { ByteSource{folder.write("a", "x") + std::string("\0b", 2)}; }, {"NUL byte"});
  expect_refused([&] { ByteSource{folder / std::string(100'000, 'x')}; }, {"too long"});
}

TEST(ByteSource, AFileOneMayNotReadIsRefused) {
  // Trap T12: root reads files of any mode, so root must be given up for this test to mean anything.
  const TempFolder folder;
  const std::string path = folder.write("secret", "x");
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  const test::Unprivileged user;
  if (!user.holds()) GTEST_SKIP() << "cannot give up root here";
  expect_refused([&] { ByteSource{path}; }, {"secret", "Permission denied"});
}

TEST(ByteSource, AFileTooLargeIsRefusedBeforeItIsRead) {
  const TempFolder folder;
  const std::string path = folder.write("large", "");
  ASSERT_EQ(::truncate(path.c_str(), off_t(kMostFileBytes + 1)), 0);  // sparse: takes no room
  expect_refused([&] { ByteSource{path}; }, {"large", "at most 536870912 bytes", "536870913"});
}

TEST(ByteSource, NamesThatWouldBreakTheLineAreEscaped) {
  const TempFolder folder;
  expect_refused([&] { ByteSource{folder / "two\nlines\x1b[31m"}; }, {"two\\x0Alines\\x1B[31m"});
  EXPECT_EQ(all_of(folder.write("-leading dash\n", "x")), "x");
}

TEST(Printable, KeepsTextAndEscapesTheRest) {
  EXPECT_EQ(printable("Größe, 数"), "Größe, 数");
  EXPECT_EQ(printable("a\xE9z"), "a\\xE9z");
  EXPECT_EQ(printable(std::string_view("\0\x7F", 2)), "\\x00\\x7F");
  EXPECT_EQ(printable("\xC2\x85"), "\\xC2\\x85");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("abc", 3), "abc");
}

TEST(ValidUtf8, EndsAtTheFirstWrongByte) {
  EXPECT_EQ(valid_utf8("abc"), 3u);
  EXPECT_EQ(valid_utf8("ab\xC3\xA4"), 4u);
  for (const char* wrong : {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                            "\xC3", "\xE2\x82", "\xFF"})
    EXPECT_EQ(valid_utf8("ok" + std::string(wrong)), 2u) << printable(wrong);
}

}  // namespace
}  // namespace dropscope
