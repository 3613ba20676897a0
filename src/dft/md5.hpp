/// MD5 (RFC 1321): tells pseudopotential files apart; pw.x prints it of each file.
#pragma once

#include <string>
#include <string_view>

namespace mlip::dft {

/// 32 lower-case hex digits.
[[nodiscard]] std::string md5(std::string_view content);

}  // namespace mlip::dft
