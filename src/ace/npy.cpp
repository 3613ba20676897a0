#include "ace/npy.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "core/element.hpp"
#include "core/error.hpp"

namespace mlip::ace {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t alignment = 64;

/// One `.npy` member on its way to a matrix.
class NpyReader {
 public:
  NpyReader(const core::ArchiveMember& member, const std::filesystem::path& file)
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
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("{}: member '{}': {}", file_.string(), member_.name, why),
                          "write the file again with matrices of doubles");
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

  [[nodiscard]] std::array<std::size_t, 2> sides() const {
    std::string_view shape = after("shape");
    std::array<std::size_t, 2> sides = {};
    if (!shape.starts_with('(')) fail("the header has no shape");
    shape.remove_prefix(1);
    for (std::size_t& each : sides) {
      const auto [end, error] = std::from_chars(shape.data(), shape.data() + shape.size(), each);
      if (error != std::errc()) fail("it is no matrix");
      shape.remove_prefix(static_cast<std::size_t>(end - shape.data()));
      shape.remove_prefix(std::min(shape.find_first_not_of(", "), shape.size()));
    }
    if (!shape.starts_with(')') || std::max(sides[0], sides[1]) > 100000) fail("it is no matrix");
    return sides;
  }

  [[nodiscard]] double number(const char* bytes, std::size_t size) const {
    double value = 0;
    float single = 0;
    if (size == sizeof value) {
      std::memcpy(&value, bytes, size);
    } else {
      std::memcpy(&single, bytes, size);
      value = single;
    }
    if (!std::isfinite(value)) fail("a number is not finite");
    return value;
  }

  [[nodiscard]] Eigen::MatrixXd values(std::string_view raw) const {
    const auto [rows, columns] = sides();
    const std::size_t item = item_size();
    if (raw.size() != rows * columns * item)
      fail(fmt::format("{} bytes for {} × {}", raw.size(), rows, columns));
    const bool fortran = after("fortran_order").starts_with("True");
    Eigen::MatrixXd matrix(rows, columns);
    for (std::size_t k = 0; k < rows * columns; ++k) {
      const auto i = static_cast<Eigen::Index>(fortran ? k % rows : k / columns);
      const auto j = static_cast<Eigen::Index>(fortran ? k / rows : k % columns);
      matrix(i, j) = number(raw.data() + k * item, item);
    }
    return matrix;
  }

  const core::ArchiveMember& member_;
  const std::filesystem::path& file_;
  std::string_view header_;
};

}  // namespace

std::string npy_header(std::size_t rows, std::size_t columns) {
  std::string header =
      fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
  const std::size_t start = magic.size() + 4;
  while ((start + header.size() + 1) % alignment != 0) header += ' ';
  header += '\n';
  std::string out(magic);
  out += {'\x01', '\x00', static_cast<char>(header.size() & 0xff),
          static_cast<char>(header.size() >> 8)};
  return out + header;
}

std::string npy_rows(const Eigen::MatrixXd& matrix) {
  std::string out(static_cast<std::size_t>(matrix.size()) * sizeof(double), '\0');
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = 0; j < matrix.cols(); ++j)
      std::memcpy(&out[static_cast<std::size_t>(i * matrix.cols() + j) * sizeof(double)],
                  &matrix(i, j), sizeof(double));
  return out;
}

std::string write_npy(const Eigen::MatrixXd& matrix) {
  return npy_header(static_cast<std::size_t>(matrix.rows()),
                    static_cast<std::size_t>(matrix.cols())) +
         npy_rows(matrix);
}

Eigen::MatrixXd read_npy(const core::ArchiveMember& member, const std::filesystem::path& file) {
  return NpyReader(member, file).read();
}

std::string element_of(const core::ArchiveMember& member, const std::filesystem::path& file) {
  std::string symbol =
      member.name.ends_with(".npy") ? member.name.substr(0, member.name.size() - 4) : member.name;
  if (!core::atomic_number(symbol))
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("{}: member '{}' names no element", file.string(), member.name),
        "name the matrices after the elements of the potential");
  return symbol;
}

}  // namespace mlip::ace
