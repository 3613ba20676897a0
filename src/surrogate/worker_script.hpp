/// The Python scripts of this room, as text.
#pragma once

#include <string_view>

namespace mlip::surrogate {

/// Content of ase_worker.py.
[[nodiscard]] std::string_view worker_script();

/// Content of sevennet_convert.py.
[[nodiscard]] std::string_view sevennet_script();

}  // namespace mlip::surrogate
