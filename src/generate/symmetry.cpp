#include "generate/symmetry.hpp"

#include <fmt/format.h>
#include <spglib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "core/error.hpp"

namespace mlip::generate {

namespace {

using core::Fractional;
using core::Mat3;
using core::Structure;
using core::Vec3;

/// What spglib takes: vectors as columns, room for the conventional cell of a primitive one.
struct SpglibCell {
  double lattice[3][3];
  std::vector<std::array<double, 3>> positions;
  std::vector<int> types;
  int size;

  explicit SpglibCell(const Structure& structure)
      : positions(4 * structure.size()),
        types(4 * structure.size()),
        size(static_cast<int>(structure.size())) {
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) lattice[i][j] = structure.cell.vectors(j, i);
    for (std::size_t i = 0; i < structure.size(); ++i) {
      const Vec3 place = structure.to_fractional(structure.positions[i]).value;
      positions[i] = {place[0], place[1], place[2]};
      types[i] = structure.numbers[i];
    }
  }

  auto* places() { return reinterpret_cast<double(*)[3]>(positions.data()); }

  /// The primitive or conventional cell, not turned; false where spglib finds none.
  bool standardise(bool primitive, double tolerance) {
    size = spg_standardize_cell(lattice, places(), types.data(), size, primitive ? 1 : 0, 1,
                                tolerance);
    return size > 0;
  }

  [[nodiscard]] Mat3 vectors() const {
    Mat3 rows;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) rows(j, i) = lattice[i][j];
    return rows;
  }

  [[nodiscard]] Structure structure() const {
    Structure result;
    result.cell = {vectors(), {true, true, true}};
    for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i) {
      result.numbers.push_back(types[i]);
      result.positions.push_back(result.to_cartesian({Vec3(positions[i].data())}));
    }
    return result;
  }
};

[[noreturn]] void no_symmetry(const std::string& why) {
  throw core::UserError(core::ExitCode::bad_input, "no space group was found: " + why,
                        "give a crystal, periodic along all axes, without atoms on one another");
}

Vec3 wrapped(Vec3 place) {
  for (double& x : place) x -= std::floor(x);
  return place;
}

bool known(const Structure& crystal, const std::vector<Fractional>& places, const Fractional& place,
           double tolerance) {
  return std::ranges::any_of(
      places, [&](const Fractional& other) { return apart(crystal, other, place) < tolerance; });
}

}  // namespace

double apart(const Structure& crystal, const Fractional& a, const Fractional& b) {
  Vec3 between = a.value - b.value;
  for (double& x : between) x -= std::round(x);
  return crystal.to_cartesian({between}).norm();
}

Symmetry find_symmetry(const Structure& crystal, double tolerance) {
  if (crystal.size() == 0 || !crystal.cell.all_periodic())
    no_symmetry("the structure is not periodic along all axes");
  if (core::minimum_distance(crystal) < tolerance) no_symmetry("atoms lie on one another");
  SpglibCell cell(crystal), conventional(crystal);
  if (!cell.standardise(true, tolerance) || !conventional.standardise(false, tolerance))
    no_symmetry(fmt::format("spglib finds none within {} Å", tolerance));
  const std::unique_ptr<SpglibDataset, decltype(&spg_free_dataset)> found(
      spg_get_dataset(cell.lattice, cell.places(), cell.types.data(), cell.size, tolerance),
      &spg_free_dataset);
  if (!found) no_symmetry(fmt::format("spglib finds none within {} Å", tolerance));
  Symmetry symmetry{
      cell.structure(), conventional.vectors(), {}, found->international_symbol, tolerance};
  for (int n = 0; n < found->n_operations; ++n) {
    Operation operation;
    for (int i = 0; i < 3; ++i) {
      operation.translation[i] = found->translations[n][i];
      for (int j = 0; j < 3; ++j) operation.rotation(i, j) = found->rotations[n][i][j];
    }
    symmetry.operations.push_back(operation);
  }
  return symmetry;
}

std::vector<Orbit> find_orbits(const Symmetry& symmetry, const std::vector<Fractional>& places,
                               double tolerance) {
  std::vector<Orbit> orbits;
  std::vector<Fractional> seen;
  for (const Fractional& place : places) {
    if (known(symmetry.primitive, seen, place, tolerance)) continue;
    std::vector<Fractional> members;
    for (const Operation& operation : symmetry.operations) {
      const Fractional image = operation(place);
      if (!known(symmetry.primitive, members, image, tolerance)) members.push_back(image);
    }
    orbits.push_back({{wrapped(place.value)}, static_cast<int>(members.size())});
    seen.insert(seen.end(), members.begin(), members.end());
  }
  return orbits;
}

}  // namespace mlip::generate
