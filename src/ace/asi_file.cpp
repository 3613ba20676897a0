#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "ace/archive.hpp"
#include "ace/files.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::ace {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t alignment = 64;

std::string npy(const Eigen::MatrixXd& matrix) {
  std::string header =
      fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}, {}), }}", matrix.rows(),
                  matrix.cols());
  const std::size_t start = magic.size() + 4;
  while ((start + header.size() + 1) % alignment != 0) header += ' ';
  header += '\n';
  std::string out(magic);
  out += {'\x01', '\x00', static_cast<char>(header.size() & 0xff),
          static_cast<char>(header.size() >> 8)};
  out += header;
  const std::size_t at = out.size();
  out.resize(at + static_cast<std::size_t>(matrix.size()) * sizeof(double));
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = 0; j < matrix.cols(); ++j)
      std::memcpy(&out[at + static_cast<std::size_t>(i * matrix.cols() + j) * sizeof(double)],
                  &matrix(i, j), sizeof(double));
  return out;
}

[[noreturn]] void refuse(const std::string& why) {
  throw core::UserError(core::ExitCode::bad_input, why,
                        "write the active set again as square matrices of doubles");
}

/// One `.npy` member on its way to a matrix.
class NpyReader {
 public:
  NpyReader(const ArchiveMember& member, const std::filesystem::path& file)
      : member_(member), file_(file) {}

  Eigen::MatrixXd read() {
    const std::string_view data = member_.content;
    if (data.size() < 12 || !data.starts_with(magic)) fail("it is no NumPy array");
    const int version = data[6];
    if (version < 1 || version > 3) fail(fmt::format("header version {}", version));
    const std::size_t start = version == 1 ? 10 : 12;
    std::size_t length = 0;
    for (std::size_t i = start; i-- > 8;)
      length = length << 8 | static_cast<unsigned char>(data[i]);
    if (length > data.size() - start) fail("the header ends too early");
    header_ = data.substr(start, length);
    return values(data.substr(start + length));
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    refuse(fmt::format("{}: member '{}': {}", file_.string(), member_.name, why));
  }

  /// What follows a key of the header.
  [[nodiscard]] std::string_view after(std::string_view key) const {
    const std::string quoted = fmt::format("'{}':", key);
    const std::size_t at = header_.find(quoted);
    if (at == std::string_view::npos) fail(fmt::format("the header has no '{}'", key));
    const std::string_view rest = header_.substr(at + quoted.size());
    return rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  }

  [[nodiscard]] std::size_t item_size() const {
    const std::string_view type = after("descr");
    if (type.starts_with("'<f8'")) return 8;
    if (type.starts_with("'<f4'")) return 4;
    fail("its numbers are no little-endian floats");
  }

  [[nodiscard]] std::size_t side() const {
    std::string_view shape = after("shape");
    std::size_t sides[2] = {};
    if (!shape.starts_with('(')) fail("the header has no shape");
    shape.remove_prefix(1);
    for (std::size_t& each : sides) {
      const auto [end, error] = std::from_chars(shape.data(), shape.data() + shape.size(), each);
      if (error != std::errc()) fail("it is no matrix");
      shape.remove_prefix(static_cast<std::size_t>(end - shape.data()));
      shape.remove_prefix(std::min(shape.find_first_not_of(", "), shape.size()));
    }
    if (!shape.starts_with(')') || sides[0] != sides[1] || sides[0] == 0 || sides[0] > 100000)
      fail("it is no square matrix");
    return sides[0];
  }

  [[nodiscard]] Eigen::MatrixXd values(std::string_view raw) const {
    const std::size_t n = side(), item = item_size();
    if (raw.size() != n * n * item) fail(fmt::format("{} bytes for {} × {}", raw.size(), n, n));
    const bool fortran = after("fortran_order").starts_with("True");
    Eigen::MatrixXd matrix(n, n);
    for (std::size_t k = 0; k < n * n; ++k) {
      double value = 0;
      if (item == 8) {
        std::memcpy(&value, raw.data() + k * item, item);
      } else {
        float single = 0;
        std::memcpy(&single, raw.data() + k * item, item);
        value = single;
      }
      if (!std::isfinite(value)) fail("a number is not finite");
      const auto slow = static_cast<Eigen::Index>(k / n), fast = static_cast<Eigen::Index>(k % n);
      fortran ? matrix(fast, slow) = value : matrix(slow, fast) = value;
    }
    return matrix;
  }

  const ArchiveMember& member_;
  const std::filesystem::path& file_;
  std::string_view header_;
};

std::string element_of(const ArchiveMember& member, const std::filesystem::path& file) {
  std::string symbol =
      member.name.ends_with(".npy") ? member.name.substr(0, member.name.size() - 4) : member.name;
  if (!core::atomic_number(symbol))
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("{}: member '{}' names no element", file.string(), member.name),
        "name the matrices after the elements of the potential");
  return symbol;
}

}  // namespace

ActiveSetInverse read_asi(const std::filesystem::path& file) {
  const std::string archive = core::read_file(file);
  ActiveSetInverse set;
  for (const ArchiveMember& member : unpack(archive, file))
    if (!set.emplace(element_of(member, file), NpyReader(member, file).read()).second)
      refuse(fmt::format("{}: member '{}' is there twice", file.string(), member.name));
  if (set.empty()) refuse(fmt::format("{}: there is no matrix in the active set", file.string()));
  return set;
}

void write_asi(const ActiveSetInverse& set, const std::filesystem::path& file) {
  std::vector<ArchiveMember> members;
  for (const auto& [element, matrix] : set) members.push_back({element + ".npy", npy(matrix)});
  core::write_atomically(file, pack(members));
}

}  // namespace mlip::ace
