/// Linear ACE fits from Python.
#pragma once

#include <pybind11/pybind11.h>

namespace mlip::python {

void bind_fitting(pybind11::module_& module);

}  // namespace mlip::python
