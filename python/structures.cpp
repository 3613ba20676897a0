#include "python/structures.hpp"

#include <fmt/format.h>
#include <pybind11/eigen.h>
#include <pybind11/stl.h>

#include <Eigen/LU>

#include "core/element.hpp"
#include "core/error.hpp"

namespace mlip::python {

namespace py = pybind11;

namespace {

using Rows3 = Eigen::Matrix<double, Eigen::Dynamic, 3, Eigen::RowMajor>;

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw core::UserError(core::ExitCode::bad_input, what, remedy);
}

std::vector<core::Vec3> vectors(const Rows3& rows) {
  std::vector<core::Vec3> result;
  for (Eigen::Index i = 0; i < rows.rows(); ++i) result.emplace_back(rows.row(i).transpose());
  return result;
}

core::Mat3 square(const Rows3& rows, const char* what) {
  if (rows.rows() != 3)
    refuse(fmt::format("a {} of {} rows", what, rows.rows()), "give a 3 × 3 matrix");
  return rows;
}

/// Shape of the cell a neighbour list can work with: periodic axes span a volume.
bool spans(const core::Cell& cell) {
  core::Mat3 axes = core::Mat3::Zero();
  int count = 0;
  for (int k = 0; k < 3; ++k)
    if (cell.periodic[static_cast<std::size_t>(k)])
      axes.row(count++) = cell.vectors.row(k).normalized();
  Eigen::FullPivLU<core::Mat3> factors(axes);
  factors.setThreshold(1e-6);
  return factors.rank() == count;
}

core::Structure make_structure(const std::vector<int>& numbers, const Rows3& positions,
                               const Rows3& cell, const std::array<bool, 3>& periodic) {
  core::Structure structure{{square(cell, "cell"), periodic}, numbers, vectors(positions)};
  if (structure.positions.size() != numbers.size())
    refuse(fmt::format("{} positions for {} atoms", structure.positions.size(), numbers.size()),
           "give as many positions as atomic numbers");
  for (int number : numbers)
    if (number < 1 || number > core::largest_atomic_number)
      refuse(fmt::format("atomic number {} is no element", number), "replace dummy atoms");
  if (!core::is_finite(structure))
    refuse("a position or cell vector is not finite", "look at what made the structure");
  if (!spans(structure.cell))
    refuse("the vectors of the periodic axes span no volume",
           "set a cell (atoms.cell), or switch periodicity off (atoms.pbc = False)");
  return structure;
}

// Its arguments are keywords in Python.  NOLINTNEXTLINE(readability-function-size)
fit::Item make_item(const core::Structure& structure, std::optional<double> energy,
                    const std::optional<Rows3>& forces, const std::optional<Rows3>& stress,
                    std::vector<double> force_mask, bool fit_energy, bool fit_stress,
                    double weight) {
  fit::Item item;
  item.structure = structure;
  item.labels.energy = energy;
  if (forces) item.labels.forces = vectors(*forces);
  if (stress) item.labels.stress = square(*stress, "stress");
  item.force_mask = std::move(force_mask);
  item.fit_energy = fit_energy;
  item.fit_stress = fit_stress;
  item.weight = weight;
  if (forces && item.labels.forces.size() != structure.size())
    refuse(fmt::format("{} forces for {} atoms", item.labels.forces.size(), structure.size()),
           "give one force an atom");
  if (!item.force_mask.empty() && item.force_mask.size() != structure.size())
    refuse(fmt::format("{} force masks for {} atoms", item.force_mask.size(), structure.size()),
           "give one mask an atom, or none");
  return item;
}

Rows3 matrix(const std::vector<core::Vec3>& rows) {
  Rows3 result(static_cast<Eigen::Index>(rows.size()), 3);
  for (std::size_t i = 0; i < rows.size(); ++i)
    result.row(static_cast<Eigen::Index>(i)) = rows[i].transpose();
  return result;
}

}  // namespace

void bind_structures(py::module_& module) {
  py::class_<core::Structure>(module, "Structure", "Atoms in a cell (Å).")
      .def(py::init(&make_structure), py::arg("numbers"), py::arg("positions"), py::arg("cell"),
           py::arg("pbc"))
      .def_readonly("numbers", &core::Structure::numbers)
      .def_property_readonly("positions",
                             [](const core::Structure& self) { return matrix(self.positions); })
      .def_property_readonly("cell", [](const core::Structure& self) { return self.cell.vectors; })
      .def_property_readonly("pbc", [](const core::Structure& self) { return self.cell.periodic; });
  py::class_<core::Labels>(module, "Labels", "What DFT says of a structure (eV, Å).")
      .def_readonly("energy", &core::Labels::energy)
      .def_property_readonly("forces", [](const core::Labels& self) { return matrix(self.forces); })
      .def_readonly("stress", &core::Labels::stress)
      .def_readonly("magnetic_moments", &core::Labels::magnetic_moments);
  py::class_<fit::Item>(module, "Item", "A labelled structure.")
      .def(py::init(&make_item), py::arg("structure"), py::kw_only(),
           py::arg("energy") = py::none(), py::arg("forces") = py::none(),
           py::arg("stress") = py::none(), py::arg("force_mask") = std::vector<double>{},
           py::arg("fit_energy") = true, py::arg("fit_stress") = true, py::arg("weight") = 1.0);
}

}  // namespace mlip::python
