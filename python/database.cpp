#include "python/database.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "store/database.hpp"

namespace mlip::python {

namespace py = pybind11;
using store::Record;

namespace {

store::Database open(const std::filesystem::path& file) {
  return store::Database(file, store::Database::Mode::read_only);
}

void bind_record(py::module_& module) {
  py::class_<Record>(module, "Record", "One row of a run's database.")
      .def_readonly("id", &Record::id)
      .def_property_readonly("state", [](const Record& self) { return to_string(self.state); })
      .def_readonly("holdout", &Record::holdout)
      .def_readonly("priority", &Record::priority)
      .def_property_readonly("structure",
                             [](const Record& self) { return self.candidate.structure; })
      .def_property_readonly("config_type",
                             [](const Record& self) { return self.candidate.config_type; })
      .def_property_readonly("origin", [](const Record& self) { return self.candidate.origin; })
      .def_property_readonly("generation",
                             [](const Record& self) { return self.candidate.generation; })
      .def_property_readonly("gamma", [](const Record& self) { return self.candidate.gamma; })
      .def_property_readonly("force_mask",
                             [](const Record& self) { return self.candidate.force_mask; })
      .def_property_readonly(
          "fit_energy_and_stress",
          [](const Record& self) { return self.candidate.fit_energy_and_stress; })
      .def_property_readonly("labels", [](const Record& self) { return self.outcome.labels; })
      .def_property_readonly("level_of_theory",
                             [](const Record& self) { return self.outcome.level_of_theory; });
}

void bind_version(py::module_& module) {
  using store::Version;
  py::class_<Version>(module, "Version", "A potential of a run, one a generation.")
      .def_readonly("generation", &Version::generation)
      .def_readonly("hash", &Version::hash)
      .def_readonly("metrics_json", &Version::metrics_json)
      .def_readonly("yaml_file", &Version::yaml_file);
}

void bind_property(py::module_& module) {
  using store::Property;
  py::class_<Property>(module, "Property", "A physical property beside its reference.")
      .def_readonly("name", &Property::name)
      .def_readonly("unit", &Property::unit)
      .def_readonly("value", &Property::value)
      .def_readonly("reference", &Property::reference)
      .def_readonly("generation", &Property::generation);
}

}  // namespace

void bind_database(py::module_& module) {
  bind_record(module);
  bind_version(module);
  bind_property(module);
  module.def(
      "read_records", [](const std::filesystem::path& file) { return open(file).all(); },
      py::arg("file"), py::call_guard<py::gil_scoped_release>());
  module.def(
      "read_versions", [](const std::filesystem::path& file) { return open(file).versions(); },
      py::arg("file"), py::call_guard<py::gil_scoped_release>());
  module.def(
      "read_properties", [](const std::filesystem::path& file) { return open(file).properties(); },
      py::arg("file"), py::call_guard<py::gil_scoped_release>());
}

}  // namespace mlip::python
