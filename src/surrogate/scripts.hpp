/// The Python scripts of this room, as text.
#pragma once

#include <string_view>

namespace mlip::surrogate {

/// Content of mace_convert.py.
[[nodiscard]] std::string_view mace_script();

/// Content of sevennet_convert.py.
[[nodiscard]] std::string_view sevennet_script();

}  // namespace mlip::surrogate
