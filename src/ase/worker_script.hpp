/// The Python script of this room, as text.
#pragma once

#include <string_view>

namespace mlip::ase {

/// Content of ase_worker.py.
[[nodiscard]] std::string_view worker_script();

}  // namespace mlip::ase
