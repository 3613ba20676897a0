// mlip_autopipe._core: the rooms of the project as Python calls them.
#include <pybind11/pybind11.h>

#include <utility>

#include "core/error.hpp"
#include "python/database.hpp"
#include "python/fitting.hpp"
#include "python/potential.hpp"
#include "python/structures.hpp"

namespace py = pybind11;

namespace {

/// Makes core::UserError a Python exception: args (message, remedy), attribute remedy.
void bind_error(py::module_& module) {
  PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<py::object> error;
  error.call_once_and_store_result(
      [&] { return py::object(py::module_::import("mlip_autopipe._error").attr("Error")); });
  module.attr("Error") = error.get_stored();
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(std::move(thrown));
    } catch (const mlip::core::UserError& failure) {
      const py::object& type = error.get_stored();
      const py::object made = type(failure.what(), failure.remedy());
      PyErr_SetObject(type.ptr(), made.ptr());
    }
  });
}

}  // namespace

PYBIND11_MODULE(_core, module) {
  bind_error(module);
  mlip::python::bind_structures(module);
  mlip::python::bind_potential(module);
  mlip::python::bind_fitting(module);
  mlip::python::bind_database(module);
}
