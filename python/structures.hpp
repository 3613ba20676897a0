/// Structures and labels from NumPy arrays, and back.
#pragma once

#include <pybind11/pybind11.h>

#include "fit/linear.hpp"
#include "store/database.hpp"

namespace mlip::python {

/// Python's Structure and Item.  Both refuse with core::UserError what the rooms hold for
/// impossible: arrays of wrong shape, numbers that are not finite, unknown elements, flat cells.
void bind_structures(pybind11::module_& module);

}  // namespace mlip::python
