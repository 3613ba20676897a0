#include "store/ase_columns.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "core/element.hpp"

namespace mlip::store {

static_assert(std::endian::native == std::endian::little, "ASE's columns are little-endian");

namespace {

template <class Value>
std::string bytes_of(const Value* values, std::size_t count) {
  return count == 0 ? std::string()
                    : std::string(reinterpret_cast<const char*>(values), count * sizeof(Value));
}

template <class Value>
std::vector<Value> values_of(std::string_view bytes) {
  if (bytes.size() % sizeof(Value) != 0)
    throw std::out_of_range("a column is no whole number of values");
  std::vector<Value> values(bytes.size() / sizeof(Value));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace

std::string pack(const std::vector<int>& values) {
  const std::vector<std::int32_t> narrow(values.begin(), values.end());
  return bytes_of(narrow.data(), narrow.size());
}

std::string pack(const std::vector<double>& values) {
  return bytes_of(values.data(), values.size());
}

std::string pack(const std::vector<core::Vec3>& vectors) {
  static_assert(sizeof(core::Vec3) == 3 * sizeof(double));
  return bytes_of(vectors.data(), vectors.size());
}

std::string pack(const core::Mat3& matrix) {
  return bytes_of(matrix.data(), 9);
}

std::string pack_voigt(const core::Mat3& stress) {
  return pack(std::vector<double>{
      stress(0, 0), stress(1, 1), stress(2, 2), (stress(1, 2) + stress(2, 1)) / 2,
      (stress(0, 2) + stress(2, 0)) / 2, (stress(0, 1) + stress(1, 0)) / 2});
}

std::vector<int> unpack_integers(std::string_view bytes) {
  const auto values = values_of<std::int32_t>(bytes);
  return {values.begin(), values.end()};
}

std::vector<double> unpack_numbers(std::string_view bytes) {
  return values_of<double>(bytes);
}

std::vector<core::Vec3> unpack_vectors(std::string_view bytes) {
  const auto values = values_of<double>(bytes);
  if (values.size() % 3 != 0) throw std::out_of_range("a column is no whole number of vectors");
  std::vector<core::Vec3> vectors;
  vectors.reserve(values.size() / 3);
  for (std::size_t i = 0; i < values.size(); i += 3)
    vectors.emplace_back(values[i], values[i + 1], values[i + 2]);
  return vectors;
}

core::Mat3 unpack_matrix(std::string_view bytes) {
  const auto values = values_of<double>(bytes);
  if (values.size() != 9) throw std::out_of_range("a cell has not nine numbers");
  return Eigen::Map<const core::Mat3>(values.data());
}

core::Mat3 unpack_stress(std::string_view bytes) {
  const auto v = values_of<double>(bytes);
  if (v.size() == 9) return Eigen::Map<const core::Mat3>(v.data());
  if (v.size() != 6) throw std::out_of_range("a stress has neither six nor nine numbers");
  core::Mat3 stress;
  stress << v[0], v[5], v[4], v[5], v[1], v[3], v[4], v[3], v[2];
  return stress;
}

int periodic_bits(const core::Cell& cell) {
  return (cell.periodic[0] ? 1 : 0) + (cell.periodic[1] ? 2 : 0) + (cell.periodic[2] ? 4 : 0);
}

double total_mass(const core::Structure& structure) {
  double mass = 0;
  for (const int number : structure.numbers) mass += core::element(number).mass;
  return mass;
}

double largest_force(const std::vector<core::Vec3>& forces) {
  double largest = 0;
  for (const auto& force : forces) largest = std::max(largest, force.norm());
  return largest;
}

}  // namespace mlip::store
