#include "python/potential.hpp"

#include <fmt/format.h>
#include <pybind11/eigen.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <cmath>

#include "core/error.hpp"
#include "fit/committee_file.hpp"

namespace mlip::python {

namespace py = pybind11;
using potential::Evaluation;

namespace {

Potential load_ctilde(const PotentialFiles& files) {
  if (files.active_set || files.committee)
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("{}: a .yace file has no active set and no committee",
                                      files.potential.string()),
                          "load the .yaml file of the same potential");
  const ace::CTildePotential potential = ace::read_yace(files.potential);
  return {ace::Evaluator(potential), {}, potential.elements, files};
}

Potential load(const PotentialFiles& files) {
  if (files.potential.extension() == ".yace") return load_ctilde(files);
  const ace::Potential potential = ace::read_yaml(files.potential);
  const auto inverse =
      files.active_set ? ace::read_asi(*files.active_set) : ace::ActiveSetInverse{};
  Potential result{ace::Evaluator(potential, inverse), {}, potential.elements, files};
  if (files.committee)
    for (const auto& member : fit::read_committee(potential, *files.committee))
      result.members.emplace_back(member);
  return result;
}

using OptionalPath = std::optional<std::filesystem::path>;

/// A pickle is the names of the files.
py::tuple state(const Potential& self) {
  if (!self.files)
    throw core::UserError(core::ExitCode::bad_input, "a fitted potential cannot be pickled",
                          "save it (Fit.save) and load it again");
  return py::make_tuple(std::filesystem::absolute(self.files->potential), self.files->active_set,
                        self.files->committee);
}

py::array_t<double> rows3(const std::vector<core::Vec3>& vectors) {
  py::array_t<double> array({static_cast<py::ssize_t>(vectors.size()), py::ssize_t{3}});
  auto view = array.mutable_unchecked<2>();
  for (std::size_t i = 0; i < vectors.size(); ++i)
    for (int k = 0; k < 3; ++k) view(static_cast<py::ssize_t>(i), k) = vectors[i][k];
  return array;
}

py::array_t<double> row(const std::vector<double>& numbers) {
  return py::array_t<double>(static_cast<py::ssize_t>(numbers.size()), numbers.data());
}

py::dict to_dict(const Evaluation& found) {
  py::dict result;
  result["energy"] = found.energy;
  result["energies"] = row(found.energies);
  result["forces"] = rows3(found.forces);
  result["virial"] = found.virial;
  if (!found.gamma.empty()) result["gamma"] = row(found.gamma);
  if (!found.descriptors.empty()) result["descriptors"] = found.descriptors;
  return result;
}

void add_deviations(const Deviations& spread, py::dict& result) {
  result["energy_deviation"] = spread.energy;
  result["energies_deviation"] = row(spread.energies);
  result["forces_deviation"] = rows3(spread.forces);
  result["virial_deviation"] = spread.virial;
}

py::dict evaluate(const Potential& self, const core::Structure& structure, bool gamma,
                  bool deviation, bool descriptors) {
  if (gamma && !self.evaluator.has_active_set())
    throw core::UserError(core::ExitCode::bad_input, "the potential has no active set: no gamma",
                          "load the .yaml file with its .asi file");
  if (deviation && self.members.empty())
    throw core::UserError(core::ExitCode::bad_input,
                          "the potential has no committee: no error bars",
                          "load the .yaml file with its .committee file");
  Evaluation found;
  Deviations spread;
  {
    const py::gil_scoped_release others_may_run;
    found = self.evaluator.evaluate(structure, {.gamma = gamma, .descriptors = descriptors});
    if (deviation) spread = deviations(self, structure, found);
  }
  py::dict result = to_dict(found);
  if (deviation) add_deviations(spread, result);
  return result;
}

double squared(double x) {
  return x * x;
}

void add_squares(const Evaluation& member, const Evaluation& own, Deviations& sums) {
  sums.energy += squared(member.energy - own.energy);
  for (std::size_t i = 0; i < own.energies.size(); ++i) {
    sums.energies[i] += squared(member.energies[i] - own.energies[i]);
    sums.forces[i] += (member.forces[i] - own.forces[i]).cwiseAbs2();
  }
  sums.virial += (member.virial - own.virial).cwiseAbs2();
}

}  // namespace

Deviations deviations(const Potential& potential, const core::Structure& structure,
                      const Evaluation& evaluation) {
  Deviations sums;
  sums.energies.assign(structure.size(), 0);
  sums.forces.assign(structure.size(), core::Vec3::Zero());
  for (const ace::Evaluator& member : potential.members)
    add_squares(member.evaluate(structure), evaluation, sums);
  const auto mean = [n = static_cast<double>(potential.members.size())](auto& sum) {
    sum = (sum / n).cwiseSqrt().eval();
  };
  sums.energy = std::sqrt(sums.energy / static_cast<double>(potential.members.size()));
  for (double& energy : sums.energies)
    energy = std::sqrt(energy / static_cast<double>(potential.members.size()));
  for (core::Vec3& force : sums.forces) mean(force);
  mean(sums.virial);
  return sums;
}

void bind_potential(py::module_& module) {
  py::class_<Potential, std::shared_ptr<Potential>>(module, "Potential", "An ACE potential.")
      .def_static(
          "load",
          [](const std::filesystem::path& file, const OptionalPath& active_set,
             const OptionalPath& committee) {
            return load({file, active_set, committee});
          },
          py::arg("file"), py::arg("active_set") = py::none(), py::arg("committee") = py::none(),
          py::call_guard<py::gil_scoped_release>())
      .def("evaluate", &evaluate, py::arg("structure"), py::kw_only(), py::arg("gamma") = false,
           py::arg("deviation") = false, py::arg("descriptors") = false)
      .def_property_readonly("cutoff",
                             [](const Potential& self) { return self.evaluator.cutoff(); })
      .def_readonly("elements", &Potential::elements)
      .def_property_readonly("has_active_set",
                             [](const Potential& self) { return self.evaluator.has_active_set(); })
      .def_property_readonly("members", [](const Potential& self) { return self.members.size(); })
      .def("__copy__", [](std::shared_ptr<Potential> self) { return self; })
      .def("__deepcopy__", [](std::shared_ptr<Potential> self, const py::dict&) { return self; })
      .def(py::pickle(&state, [](const py::tuple& files) {
        return std::make_shared<Potential>(
            load({files[0].cast<std::filesystem::path>(), files[1].cast<OptionalPath>(),
                  files[2].cast<OptionalPath>()}));
      }));
}

}  // namespace mlip::python
