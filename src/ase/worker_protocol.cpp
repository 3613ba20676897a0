#include "ase/worker_protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace mlip::ase {

namespace {

static_assert(std::endian::native == std::endian::little,
              "frames are copied as they lie in memory");

constexpr std::string_view magic = "MLIP";
constexpr std::uint32_t has_stress = 1, has_energies = 2;
constexpr std::size_t longest_text = 1 << 16;
constexpr std::array<std::array<int, 2>, 6> voigt{{{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}}};

template <class Number>
void append(std::string& bytes, const Number* numbers, std::size_t count = 1) {
  if (count > 0) bytes.append(reinterpret_cast<const char*>(numbers), count * sizeof(Number));
}

void append_count(std::string& bytes, std::size_t count) {
  const auto number = static_cast<std::uint32_t>(count);
  append(bytes, &number);
}

void append_vectors(std::string& bytes, const std::vector<core::Vec3>& vectors) {
  for (const auto& vector : vectors) append(bytes, vector.data(), 3);
}

/// Takes numbers from the front; whoever uses it has checked that they are there.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] std::size_t left() const { return bytes_.size(); }
  template <class Number>
  Number take() {
    Number number{};
    take(&number, 1);
    return number;
  }
  template <class Number>
  void take(Number* numbers, std::size_t count) {
    MLIP_ASSERT(count * sizeof(Number) <= bytes_.size());
    if (count > 0) std::memcpy(numbers, bytes_.data(), count * sizeof(Number));
    bytes_.remove_prefix(count * sizeof(Number));
  }
  std::vector<core::Vec3> take_vectors(std::size_t count) {
    std::vector<core::Vec3> vectors(count);
    for (auto& vector : vectors) take(vector.data(), 3);
    return vectors;
  }

 private:
  std::string_view bytes_;
};

bool all_finite(const WorkerResult& result) {
  core::Labels labels;
  labels.energy = result.energy;
  labels.forces = result.forces;
  labels.stress = result.stress;
  return core::is_finite(labels, result.forces.size()) &&
         std::all_of(result.energies.begin(), result.energies.end(),
                     [](double energy) { return std::isfinite(energy); });
}

core::Failure wrong_size(const char* what, std::size_t bytes) {
  return {fmt::format("a {} of {} bytes does not fit its own sizes", what, bytes)};
}

}  // namespace

std::string encode_frame(FrameKind kind, std::string_view payload) {
  std::string frame(magic);
  append_count(frame, static_cast<std::size_t>(kind));
  append_count(frame, payload.size());
  return frame.append(payload);
}

std::string encode_request(const core::Structure& structure) {
  std::string payload;
  append_count(payload, structure.size());
  std::size_t periodic = 0;
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (structure.cell.periodic[axis]) periodic |= std::size_t(1) << axis;
  append_count(payload, periodic);
  append(payload, structure.cell.vectors.data(), 9);
  append(payload, structure.numbers.data(), structure.size());
  append_vectors(payload, structure.positions);
  return encode_frame(FrameKind::compute, payload);
}

std::string encode_result(const WorkerResult& result) {
  std::string payload;
  append_count(payload, result.forces.size());
  append_count(payload,
               (result.stress ? has_stress : 0U) | (result.energies.empty() ? 0U : has_energies));
  append(payload, &result.energy);
  append_vectors(payload, result.forces);
  if (result.stress)
    for (const auto& [row, column] : voigt) append(payload, &(*result.stress)(row, column));
  append(payload, result.energies.data(), result.energies.size());
  return payload;
}

core::Result<FrameHeader> decode_header(std::string_view bytes, std::size_t longest) {
  MLIP_ASSERT(bytes.size() == header_size);
  Cursor cursor(bytes.substr(magic.size()));
  const auto kind = cursor.take<std::uint32_t>(), length = cursor.take<std::uint32_t>();
  if (!bytes.starts_with(magic) || kind < 1 || kind > 4)
    return core::Failure{"what the worker wrote is no frame"};
  if (length > longest)
    return core::Failure{
        fmt::format("a frame of {} bytes, at most {} were expected", length, longest)};
  return FrameHeader{static_cast<FrameKind>(kind), length};
}

std::size_t longest_reply(std::size_t atoms) {
  return std::max(longest_text, 16 + 48 + 32 * atoms);
}

core::Result<std::string> decode_hello(std::string_view payload) {
  if (payload.size() < 4) return wrong_size("hello", payload.size());
  const auto version = Cursor(payload).take<std::uint32_t>();
  if (version != protocol_version)
    return core::Failure{fmt::format("the worker speaks version {} of the protocol, not {}",
                                     version, protocol_version)};
  return std::string(payload.substr(4));
}

core::Result<WorkerResult> decode_result(std::string_view payload, std::size_t atoms) {
  if (payload.size() < 16) return wrong_size("result", payload.size());
  Cursor cursor(payload);
  const auto count = cursor.take<std::uint32_t>(), flags = cursor.take<std::uint32_t>();
  if (count != atoms)
    return core::Failure{fmt::format("a result for {} atoms, {} were sent", count, atoms)};
  const std::size_t expected = 16 + 24 * atoms + ((flags & has_stress) != 0 ? 48 : 0) +
                               ((flags & has_energies) != 0 ? 8 * atoms : 0);
  if (flags > (has_stress | has_energies) || payload.size() != expected)
    return wrong_size("result", payload.size());
  WorkerResult result;
  result.energy = cursor.take<double>();
  result.forces = cursor.take_vectors(atoms);
  if ((flags & has_stress) != 0) {
    result.stress = core::Mat3::Zero();
    for (const auto& [row, column] : voigt)
      (*result.stress)(row, column) = (*result.stress)(column, row) = cursor.take<double>();
  }
  if ((flags & has_energies) != 0) result.energies.resize(atoms);
  cursor.take(result.energies.data(), result.energies.size());
  if (!all_finite(result)) return core::Failure{"the result is not finite"};
  return result;
}

core::Result<core::Structure> decode_request(std::string_view payload) {
  if (payload.size() < 80) return wrong_size("request", payload.size());
  Cursor cursor(payload);
  const std::size_t atoms = cursor.take<std::uint32_t>();
  const auto periodic = cursor.take<std::uint32_t>();
  if (payload.size() != 80 + 28 * atoms || periodic > 7)
    return wrong_size("request", payload.size());
  core::Structure structure;
  for (std::size_t axis = 0; axis < 3; ++axis)
    structure.cell.periodic[axis] = (periodic >> axis & 1U) != 0;
  cursor.take(structure.cell.vectors.data(), 9);
  structure.numbers.resize(atoms);
  cursor.take(structure.numbers.data(), atoms);
  structure.positions = cursor.take_vectors(atoms);
  return structure;
}

}  // namespace mlip::ase
