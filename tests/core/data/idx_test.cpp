#include "core/data/idx.h"

#include "core/data/byte_source.h"
#include "tests/core/data/hostile.h"

namespace dropscope {
namespace {

using test::big_endian;
using test::expect_refused;
using test::gzip;
using test::idx_bytes;
using test::TempFolder;

const IdxWanted kImages{.dimensions = 3, .what = "images"};
const IdxWanted kLabels{.dimensions = 1, .what = "labels"};

class Recorder : public ProgressSink {
 public:
  void progress(std::string_view, std::uint64_t done, std::uint64_t total) override {
    EXPECT_LE(done, total);
    ++calls;
    last = done;
  }
  int calls = 0;
  std::uint64_t last = 0;
};

void refused(const std::string& bytes, const IdxWanted& wanted, std::initializer_list<std::string_view> parts) {
  const TempFolder folder;
  SCOPED_TRACE("plain");
  expect_refused([&] { read_idx(folder.write("file", bytes), wanted, nullptr); }, parts);
}

TEST(Idx, PlainAndGzippedFilesReadAlike) {
  const TempFolder folder;
  const std::string content = "0123456789AB", file = idx_bytes({2, 2, 3}, content);
  for (const std::string& path : {folder.write("plain", file), folder.write("packed.gz", gzip(file))}) {
    const IdxArray array = read_idx(path, kImages, nullptr);
    EXPECT_EQ(array.sizes, (std::vector<std::uint32_t>{2, 2, 3}));
    EXPECT_EQ(std::string(array.bytes.begin(), array.bytes.end()), content);
  }
}

TEST(Idx, AWrongMagicIsNamedWithWhatWasExpected) {
  const std::string body = big_endian(1) + "x";
  const auto with = [&](std::string magic) { return magic + body; };
  using S = std::string;
  refused(with(S{1, 2, 3, 4}), kLabels, {"file (byte 0)", "00 00 08 01", "01 02 03 04"});
  refused(with(S{0, 0, 0x0D, 1}), kLabels, {"00 00 08 01", "00 00 0D 01"});
  refused(with(S{0, 0, 8, 0}), kLabels, {"1-D labels", "00 00 08 00"});
  refused(with(S{0, 0, 8, 4}), kImages, {"3-D images", "00 00 08 04"});
  refused(with(S{0, 0, 8, char(255)}), kImages, {"3-D images", "00 00 08 FF"});
  refused(with(S{1, 8, 0, 0}), kLabels, {"reverse order"});
  refused(idx_bytes({1, 1, 1}, "x"), kLabels, {"1-D labels", "00 00 08 03"});
}

TEST(Idx, ASizeOfZeroIsRefused) {
  refused(idx_bytes({0}, ""), kLabels, {"file (byte 4)", "at least 1", "found 0"});
  refused(idx_bytes({1, 0, 1}, ""), kImages, {"file (byte 8)", "at least 1"});
  refused(idx_bytes({1, 1, 0}, ""), kImages, {"file (byte 12)", "at least 1"});
}

TEST(Idx, SizesWhoseProductOverflowsAreRefused) {
  refused(idx_bytes({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, "x"), kImages, {"at most 536870912 bytes", "4294967295"});
  // 2^16 * 2^16 * 2^32 would be 0 in 64 bits.
  refused(idx_bytes({65536, 65536, 0x80000000}, "x"), kImages, {"at most 536870912 bytes"});
  refused(idx_bytes({0x80000001, 2, 1}, "xx"), kImages, {"at most 536870912 bytes"});
}

TEST(Idx, AnEightByteFileCannotAskForGigabytes) {
  // A reader that believes the header asks for 34 GB here.
  refused(idx_bytes({0xFFFFFFFF}, ""), kLabels, {"at most 536870912 bytes", "4294967295"});
  refused(idx_bytes({500'000'000}, ""), kLabels, {"expected 500000008 bytes", "found 8"});
  const TempFolder folder;
  expect_refused([&] { read_idx(folder.write("l.gz", gzip(idx_bytes({500'000'000}, ""))), kLabels, nullptr); },
                 {"l.gz", "500000008 bytes after inflating", "cannot hold"});
}

TEST(Idx, AFileCutShortAnywhereIsRefused) {
  const TempFolder folder;
  const std::string whole = idx_bytes({2, 3, 4}, std::string(24, 'x'));
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const std::string cut = whole.substr(0, n);
    expect_refused([&] { read_idx(folder.write("file", cut), kImages, nullptr); }, {"file"});
    expect_refused([&] { read_idx(folder.write("file.gz", gzip(cut)), kImages, nullptr); }, {"file.gz"});
  }
  refused("", kImages, {"byte 0", "an empty file"});
}

TEST(Idx, BytesAfterTheLastElementAreRefused) {
  const TempFolder folder;
  const std::string longer = idx_bytes({2}, "abc");
  refused(longer, kLabels, {"expected 10 bytes", "(2)", "found 11"});
  expect_refused([&] { read_idx(folder.write("l.gz", gzip(longer)), kLabels, nullptr); },
                 {"l.gz (inflated byte 10)", "the end of the file", "more bytes"});
  // A second gzip member with a whole file in it is more bytes, too.
  const std::string good = gzip(idx_bytes({2}, "ab"));
  expect_refused([&] { read_idx(folder.write("t.gz", good + good), kLabels, nullptr); }, {"t.gz", "more bytes"});
}

TEST(Idx, TheChecksumBehindTheLastElementIsRead) {
  const TempFolder folder;
  std::string file = gzip(idx_bytes({2}, "ab"));
  file[file.size() - 6] = char(file[file.size() - 6] ^ 1);
  expect_refused([&] { read_idx(folder.write("l.gz", file), kLabels, nullptr); }, {"l.gz", "undamaged gzip"});
}

TEST(Idx, ABombBehindAnHonestHeaderIsNotInflated) {
  const TempFolder folder;
  const std::string path = folder.write("bomb.gz", gzip(idx_bytes({16}, std::string(std::size_t{48} << 20, '\0'))));
  Recorder recorder;
  expect_refused([&] { read_idx(path, kLabels, &recorder); }, {"bomb.gz (inflated byte 24)", "more bytes"});
  EXPECT_EQ(recorder.last, 16u);
}

TEST(Idx, ACountOtherThanWantedIsRefusedBeforeTheElementsAreRead) {
  const IdxWanted wanted{.dimensions = 3, .what = "images", .count = 7};
  refused(idx_bytes({6, 1, 1}, "abcdef"), wanted, {"file (byte 4)", "7 images, as many as labels", "found 6"});
}

TEST(Idx, ProgressRunsToTheEnd) {
  const TempFolder folder;
  const std::size_t n = std::size_t{20} << 20;
  const std::string path = folder.write("long.gz", gzip(idx_bytes({std::uint32_t(n)}, std::string(n, 'x'))));
  Recorder recorder;
  EXPECT_EQ(read_idx(path, kLabels, &recorder).bytes.size(), n);
  EXPECT_EQ(recorder.last, n);
  EXPECT_GE(recorder.calls, 3);
}

}  // namespace
}  // namespace dropscope
