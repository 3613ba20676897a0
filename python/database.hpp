/// The database of a run, read from Python.
#pragma once

#include <pybind11/pybind11.h>

namespace mlip::python {

void bind_database(pybind11::module_& module);

}  // namespace mlip::python
