#include "pipeline/convergence_cells.hpp"

#include <string>

#include "core/seed.hpp"

namespace mlip::pipeline {

namespace {

constexpr double displacement = 0.06;  // Å: breaks the symmetry, keeps bonds

core::Mat3 shear_of(double amount) {
  core::Mat3 strain = core::Mat3::Zero();
  strain(0, 1) = strain(1, 0) = amount / 2;
  strain(2, 2) = amount / 2;
  return strain;
}

/// The primitive cell, unless it has one atom, which no displacement gives a force.
core::Structure small_cell(const generate::Options& options) {
  const core::Structure primitive = generate::primitive_ground_state(options);
  return primitive.size() > 1 ? primitive : generate::ground_state(options);
}

void add_cells(const generate::Options& options, const std::string& name, bool sheared,
               std::vector<core::Structure>& cells) {
  const core::Structure perfect = small_cell(options);
  const double strain = options.volumetric_strain / 2;
  std::vector<core::Mat3> strains = {-strain * core::Mat3::Identity(),
                                     strain * core::Mat3::Identity()};
  if (sheared) strains.push_back(shear_of(options.shear_strain));
  for (std::size_t k = 0; k < strains.size(); ++k)
    cells.push_back(generate::rattled(core::strained(perfect, strains[k]), displacement,
                                      core::random_engine(options.seed, "converge/" + name, k)()));
}

}  // namespace

std::vector<core::Structure> convergence_cells(const generate::Options& options) {
  std::vector<core::Structure> cells;
  add_cells(options, "all", true, cells);
  const bool molecule = options.prototype == "molecule";  // its elements' crystals are none
  if (molecule || options.composition.size() < 2) return cells;
  for (const auto& [symbol, fraction] : options.composition) {
    generate::Options element = options;
    element.composition = {{symbol, 1.0}};
    element.prototype = "auto";
    element.crystals.clear();
    element.lattice_constant = 0;
    add_cells(element, symbol, false, cells);
  }
  return cells;
}

}  // namespace mlip::pipeline
