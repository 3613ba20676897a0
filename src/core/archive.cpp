#include "core/archive.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>

#include "core/error.hpp"

namespace mlip::core {

namespace {

constexpr std::uint32_t local_mark = 0x04034b50, central_mark = 0x02014b50, end_mark = 0x06054b50;
constexpr std::uint32_t end64_mark = 0x06064b50, locator_mark = 0x07064b50;
constexpr std::uint32_t in_extra = 0xffffffff;
constexpr std::size_t local_size = 30, central_size = 46, locator_size = 20;
constexpr std::uint16_t january_1980 = 0x21;

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

/// The fields local and central headers share, from the version on.
void put_common(std::string& out, const ArchiveMember& member) {
  put(out, 20, 2);  // version that can extract
  put(out, 0, 2);   // flags
  put(out, 0, 2);   // stored
  put(out, 0, 2);   // time
  put(out, january_1980, 2);
  put(out, checksum(member.content), 4);
  put(out, member.content.size(), 4);
  put(out, member.content.size(), 4);
  put(out, member.name.size(), 2);
  put(out, 0, 2);  // extra field
}

/// Little-endian fields of a damaged or sound archive.
class Reader {
 public:
  Reader(std::string_view data, const std::filesystem::path& file) : data_(data), file_(file) {}

  [[noreturn]] void fail(const std::string& why) const {
    throw UserError(ExitCode::bad_input,
                    fmt::format("{}: damaged archive: {}", file_.string(), why),
                    "write the file again or take a fresh copy");
  }

  [[nodiscard]] std::uint64_t field(std::size_t at, int bytes) const {
    std::uint64_t value = 0;
    const std::string_view raw = slice(at, static_cast<std::size_t>(bytes));
    for (int i = bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>(raw[i]);
    return value;
  }

  [[nodiscard]] std::string_view slice(std::uint64_t at, std::uint64_t count) const {
    if (at > data_.size() || count > data_.size() - at) fail("it ends too early");
    return data_.substr(at, count);
  }

  [[nodiscard]] std::size_t size() const { return data_.size(); }
  [[nodiscard]] std::string_view data() const { return data_; }

 private:
  std::string_view data_;
  const std::filesystem::path& file_;
};

struct Directory {
  std::uint64_t entries, at;
};

Directory find_directory(const Reader& reader) {
  const std::string mark = {'P', 'K', 5, 6};
  const std::size_t end = reader.data().rfind(mark);
  if (end == std::string_view::npos) reader.fail("it is no ZIP archive");
  Directory found = {reader.field(end + 10, 2), reader.field(end + 16, 4)};
  if (found.at != in_extra && found.entries != 0xffff) return found;
  if (end < locator_size || reader.field(end - locator_size, 4) != locator_mark)
    reader.fail("the ZIP64 locator is missing");
  const std::uint64_t end64 = reader.field(end - locator_size + 8, 8);
  if (reader.field(end64, 4) != end64_mark) reader.fail("the ZIP64 directory is missing");
  return {reader.field(end64 + 32, 8), reader.field(end64 + 48, 8)};
}

struct Entry {
  std::uint64_t method, checksum, packed, size, offset;
  std::string name;
  std::size_t next;
};

/// Sizes that do not fit stand in the ZIP64 extra field, in this order.
void read_zip64(const Reader& reader, std::size_t at, std::size_t end, Entry& entry) {
  while (at + 4 <= end) {
    const std::uint64_t kind = reader.field(at, 2), length = reader.field(at + 2, 2);
    std::size_t value = at + 4;
    if (kind == 1)
      for (std::uint64_t* each : {&entry.size, &entry.packed, &entry.offset}) {
        if (*each != in_extra) continue;
        *each = reader.field(value, 8);
        value += 8;
      }
    at += 4 + length;
  }
}

Entry read_entry(const Reader& reader, std::size_t at) {
  if (reader.field(at, 4) != central_mark) reader.fail("its directory is broken");
  Entry entry = {reader.field(at + 10, 2),
                 reader.field(at + 16, 4),
                 reader.field(at + 20, 4),
                 reader.field(at + 24, 4),
                 reader.field(at + 42, 4),
                 "",
                 0};
  const std::size_t name = reader.field(at + 28, 2), extra = reader.field(at + 30, 2);
  entry.name = reader.slice(at + central_size, name);
  read_zip64(reader, at + central_size + name, at + central_size + name + extra, entry);
  entry.next = at + central_size + name + extra + reader.field(at + 32, 2);
  return entry;
}

std::string inflate_raw(const Reader& reader, std::string_view packed, std::uint64_t size) {
  if (size > 1024 * (packed.size() + 64)) reader.fail("a member's size is impossible");
  std::string out(size, '\0');
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) reader.fail("zlib does not start");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (status != Z_STREAM_END || stream.total_out != size) reader.fail("a member does not inflate");
  return out;
}

std::string read_content(const Reader& reader, const Entry& entry) {
  if (reader.field(entry.offset, 4) != local_mark)
    reader.fail("a member is not where it should be");
  const std::uint64_t at = entry.offset + local_size + reader.field(entry.offset + 26, 2) +
                           reader.field(entry.offset + 28, 2);
  const std::string_view packed = reader.slice(at, entry.packed);
  if (packed.size() > in_extra || entry.size > in_extra) reader.fail("a member is too large");
  std::string content;
  if (entry.method == 0 && entry.packed == entry.size)
    content = packed;
  else if (entry.method == 8)
    content = inflate_raw(reader, packed, entry.size);
  else
    reader.fail(fmt::format("compression method {} is unknown", entry.method));
  if (checksum(content) != entry.checksum)
    reader.fail(fmt::format("the checksum of '{}' is wrong", entry.name));
  return content;
}

}  // namespace

unsigned checksum(std::string_view data) {
  return static_cast<unsigned>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()));
}

std::string pack(const std::vector<ArchiveMember>& members) {
  std::string out, directory;
  for (const ArchiveMember& member : members) {
    const std::size_t offset = out.size();
    MLIP_ASSERT(offset + member.content.size() < in_extra);
    put(out, local_mark, 4);
    put_common(out, member);
    out += member.name + member.content;
    put(directory, central_mark, 4);
    put(directory, 20, 2);  // version that made it
    put_common(directory, member);
    directory.append(2 + 2 + 2 + 4, '\0');  // comment, disk, attributes
    put(directory, offset, 4);
    directory += member.name;
  }
  const std::size_t at = out.size();
  out += directory;
  put(out, end_mark, 4);
  put(out, 0, 4);
  put(out, members.size(), 2);
  put(out, members.size(), 2);
  put(out, directory.size(), 4);
  put(out, at, 4);
  put(out, 0, 2);
  return out;
}

std::vector<ArchiveMember> unpack(std::string_view archive, const std::filesystem::path& file) {
  const Reader reader(archive, file);
  const Directory directory = find_directory(reader);
  if (directory.entries > archive.size() / central_size) reader.fail("its directory is broken");
  std::vector<ArchiveMember> members;
  std::size_t at = directory.at;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    const Entry entry = read_entry(reader, at);
    members.push_back({entry.name, read_content(reader, entry)});
    at = entry.next;
  }
  return members;
}

}  // namespace mlip::core
