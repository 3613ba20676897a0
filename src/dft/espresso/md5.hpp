/// MD5 (RFC 1321), the checksum pw.x prints of each pseudopotential file.
#pragma once

#include <string>
#include <string_view>

namespace mlip::dft::espresso {

/// 32 lower-case hex digits.
[[nodiscard]] std::string md5(std::string_view content);

}  // namespace mlip::dft::espresso
