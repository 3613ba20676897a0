#include "python/fitting.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/eigen.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>

#include "core/error.hpp"
#include "fit/committee_file.hpp"
#include "python/potential.hpp"

namespace mlip::python {

namespace py = pybind11;

namespace {

/// A visitor of describe() that takes what is given by name.
class OptionsReader {
 public:
  explicit OptionsReader(py::dict given) : given_(std::move(given)) {}

  template <class Value>
  void field(const char* name, Value& value, const char*, const char*) {
    names_.emplace_back(name);
    if (!given_.contains(name)) return;
    try {
      value = given_[name].cast<Value>();
    } catch (const py::cast_error&) {
      throw core::UserError(
          core::ExitCode::bad_input,
          fmt::format("option '{}' cannot be {}", name, py::repr(given_[name]).cast<std::string>()),
          "see docs/reference/options.md for what it means");
    }
  }

  void refuse_the_unknown() const {
    for (const auto& [key, value] : given_)
      if (const auto name = key.cast<std::string>(); std::ranges::count(names_, name) == 0)
        throw core::UserError(core::ExitCode::bad_input, fmt::format("no option '{}'", name),
                              fmt::format("the options are {}", fmt::join(names_, ", ")));
  }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  py::dict given_;
  std::vector<std::string> names_;
};

std::vector<std::string> option_names() {
  OptionsReader reader{py::dict{}};
  ace::BasisOptions basis;
  fit::Options fit;
  basis.describe(reader);
  fit.describe(reader);
  return reader.names();
}

/// Isolated-atom energies in the order of the basis' species.
std::vector<double> in_order(const ace::Potential& basis,
                             const std::map<std::string, double>& isolated) {
  std::vector<double> energies;
  for (const std::string& element : basis.elements) {
    if (!isolated.contains(element))
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("no isolated-atom energy of '{}'", element),
                            "give the energy (eV) of one atom alone, of the same DFT; 0 where the "
                            "labels are cohesive energies");
    energies.push_back(isolated.at(element));
  }
  return energies;
}

fit::Fit run_fit(const std::vector<std::string>& elements, const std::vector<fit::Item>& items,
                 const std::map<std::string, double>& isolated, const py::dict& given,
                 int threads) {
  OptionsReader reader(given);
  ace::BasisOptions basis_options;
  fit::Options options;
  basis_options.describe(reader);
  options.describe(reader);
  reader.refuse_the_unknown();
  options.threads = threads;
  const py::gil_scoped_release others_may_run;
  const ace::Potential basis = ace::make_basis(elements, basis_options);
  return fit::fit_linear(basis, items, in_order(basis, isolated), options);
}

std::shared_ptr<Potential> potential_of(const fit::Fit& self, std::size_t members,
                                        std::uint64_t seed) {
  auto result = std::make_shared<Potential>(
      Potential{ace::Evaluator(self.potential, self.active_set), {}, self.potential.elements, {}});
  if (members == 0) return result;
  for (const auto& member : fit::committee(self, members, seed))
    result->members.emplace_back(member);
  return result;
}

void save(const fit::Fit& self, const std::filesystem::path& folder, std::size_t members,
          std::uint64_t seed) {
  std::filesystem::create_directories(folder);
  ace::write_yaml(self.potential, folder / "potential.yaml");
  ace::write_yace(self.potential, folder / "potential.yace");
  ace::write_asi(self.active_set, folder / "potential.asi");
  fit::write_committee(self, members, seed, folder / "potential.committee");
}

void bind_metrics(py::module_& module) {
  using fit::Metrics;
  py::class_<Metrics>(module, "Metrics", "Errors on labelled structures.")
      .def_readonly("energy_rmse_mev_per_atom", &Metrics::energy_rmse_mev_per_atom)
      .def_readonly("energy_mae_mev_per_atom", &Metrics::energy_mae_mev_per_atom)
      .def_readonly("force_rmse_mev_per_a", &Metrics::force_rmse_mev_per_a)
      .def_readonly("force_mae_mev_per_a", &Metrics::force_mae_mev_per_a)
      .def_readonly("stress_rmse_gpa", &Metrics::stress_rmse_gpa)
      .def_readonly("structures", &Metrics::structures)
      .def_readonly("force_components", &Metrics::force_components)
      .def_readonly("stresses", &Metrics::stresses)
      .def("__repr__", [](const Metrics& self) {
        return fmt::format(
            "Metrics({} structures: energy {:.3f} meV/atom, force {:.2f} meV/Å, stress {:.3f} GPa "
            "RMSE)",
            self.structures, self.energy_rmse_mev_per_atom, self.force_rmse_mev_per_a,
            self.stress_rmse_gpa);
      });
}

}  // namespace

void bind_fitting(py::module_& module) {
  bind_metrics(module);
  module.attr("usual_members") = fit::usual_members;
  module.def("option_names", &option_names);
  module.def("fit", &run_fit, py::arg("elements"), py::arg("items"), py::arg("isolated_energies"),
             py::arg("options"), py::arg("threads") = 0);
  module.def(
      "measure",
      [](const Potential& potential, const std::vector<fit::Item>& items) {
        return fit::measure(potential.evaluator, items);
      },
      py::arg("potential"), py::arg("items"), py::call_guard<py::gil_scoped_release>());
  py::class_<fit::Fit>(module, "Fit", "A fitted potential and what the data leave open.")
      .def("potential", &potential_of, py::arg("members") = fit::usual_members, py::arg("seed") = 1,
           py::call_guard<py::gil_scoped_release>())
      .def("save", &save, py::arg("folder"), py::arg("members") = fit::usual_members,
           py::arg("seed") = 1, py::call_guard<py::gil_scoped_release>())
      .def_readonly("train", &fit::Fit::train)
      .def_property_readonly("functions",
                             [](const fit::Fit& self) { return self.potential.function_count(); })
      .def_property_readonly("coefficients",
                             [](const fit::Fit& self) { return self.information.mean; })
      .def_readonly("prior_strength", &fit::Fit::prior_strength)
      .def_readonly("log_evidence", &fit::Fit::log_evidence);
}

}  // namespace mlip::python
