/// The Python side of the worker protocol, as text.
#pragma once

#include <string_view>

namespace mlip::surrogate {

/// Content of ase_worker.py.
[[nodiscard]] std::string_view worker_script();

}  // namespace mlip::surrogate
