#include "core/data/idx.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/data/byte_source.h"

namespace dropscope {
namespace {

constexpr std::uint8_t kUnsignedByte = 0x08;
// The most a deflate stream can grow: 258 bytes from two bits and a little overhead.
constexpr std::uint64_t kMostGrowth = 1032;
// Inflating this much takes some tens of milliseconds.
constexpr std::size_t kStep = std::size_t{8} << 20;

std::string hex(std::span<const std::uint8_t> bytes) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string text;
  for (std::uint8_t b : bytes) {
    if (!text.empty()) text += ' ';
    text += {kHex[b >> 4], kHex[b & 15]};
  }
  return text;
}

std::string at_byte(const ByteSource& source, std::uint64_t byte) {
  return source.name() + (source.gzipped() ? " (inflated byte " : " (byte ") + std::to_string(byte) + ")";
}

void read_exactly(ByteSource& source, std::span<std::uint8_t> out, std::uint64_t from, const std::string& expected) {
  const std::size_t got = source.read(out);
  if (got == out.size()) return;
  throw InputError(at_byte(source, from + got), expected, got + from == 0 ? "an empty file" : "the end of the file");
}

// Reads the header; `from` becomes its length. Returns the sizes.
std::vector<std::uint32_t> read_header(ByteSource& source, const IdxWanted& wanted, std::uint64_t& from) {
  std::uint8_t magic[4];
  read_exactly(source, magic, 0, "an IDX header");
  const std::uint8_t expected[4] = {0, 0, kUnsignedByte, std::uint8_t(wanted.dimensions)};
  const std::uint8_t swapped[4] = {expected[3], expected[2], 0, 0};
  if (!std::equal(magic, magic + 4, expected)) {
    const bool reversed = std::equal(magic, magic + 4, swapped);
    throw InputError(
        at_byte(source, 0),
        hex(expected) + " (IDX of unsigned bytes, " + std::to_string(wanted.dimensions) + "-D " + wanted.what + ")",
        hex(magic) + (reversed ? " (the bytes are in reverse order)" : ""));
  }
  from = 4;
  std::vector<std::uint32_t> sizes(std::size_t(wanted.dimensions));
  for (std::uint32_t& size : sizes) {
    std::uint8_t b[4];
    read_exactly(source, b, from, "a size in the IDX header");
    size = std::uint32_t(b[0]) << 24 | std::uint32_t(b[1]) << 16 | std::uint32_t(b[2]) << 8 | b[3];
    if (size == 0) throw InputError(at_byte(source, from), "a size of at least 1", "0");
    if (&size == &sizes[0] && wanted.count != 0 && size != wanted.count)
      throw InputError(at_byte(source, from), std::to_string(wanted.count) + " " + wanted.what + ", as many as labels",
                       std::to_string(size));
    from += 4;
  }
  return sizes;
}

std::string product_text(std::span<const std::uint32_t> sizes) {
  std::string text;
  for (std::uint32_t size : sizes) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text;
}

// The number of elements, once it is certain that it may be believed.
std::size_t checked_product(const ByteSource& source, std::span<const std::uint32_t> sizes, std::uint64_t header) {
  std::uint64_t product = 1;
  for (std::uint32_t size : sizes) {
    // product <= 2^29 here, so the multiplication stays below 2^61.
    product *= size;
    if (product > kMostFileBytes)
      throw InputError(at_byte(source, 4), "sizes with at most " + std::to_string(kMostFileBytes) + " bytes in all",
                       product_text(sizes));
  }
  const std::uint64_t whole = header + product;
  if (!source.gzipped() && source.file_size() != whole)
    throw InputError(source.name(), std::to_string(whole) + " bytes, as its header says (" + product_text(sizes) + ")",
                     std::to_string(source.file_size()));
  if (source.gzipped() && whole > kMostGrowth * source.file_size())
    throw InputError(source.name(),
                     std::to_string(whole) + " bytes after inflating, as its header says (" + product_text(sizes) + ")",
                     std::to_string(source.file_size()) + " gzipped bytes, which cannot hold them");
  return std::size_t(product);
}

}  // namespace

IdxArray read_idx(const std::string& path, const IdxWanted& wanted, ProgressSink* progress) {
  ByteSource source(path);
  IdxArray array;
  std::uint64_t header = 0;
  array.sizes = read_header(source, wanted, header);
  const std::size_t total = checked_product(source, array.sizes, header);
  const std::string doing = "Reading " + source.name();
  std::size_t filled = 0;
  // Memory for gzipped data grows with what really arrives, so a header alone cannot claim half a gigabyte.
  if (!source.gzipped()) array.bytes.reserve(total);
  while (filled < total) {
    const std::size_t step = std::min(total - filled, kStep);
    array.bytes.resize(filled + step);
    read_exactly(source, std::span(array.bytes).subspan(filled, step), header + filled,
                 std::to_string(header + total) + " bytes, as its header says (" + product_text(array.sizes) + ")");
    filled += step;
    if (progress != nullptr) progress->progress(doing, filled, total);
  }
  // Reading on also lets zlib check the checksum behind the last byte.
  std::uint8_t more = 0;
  if (source.read({&more, 1}) != 0)
    throw InputError(at_byte(source, header + total),
                     "the end of the file, as its header says (" + product_text(array.sizes) + ")", "more bytes");
  return array;
}

}  // namespace dropscope
