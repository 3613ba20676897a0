/// Does pw.x work here?  Asked with a real, tiny run.
#pragma once

#include <string>

namespace mlip::dft::espresso {

struct Finding {
  std::string name;
  bool works = false;
  std::string version, detail, remedy;
};

/// Labels H2 in a box with the stock H.pz-vbc.UPF in a temporary folder; never throws for what is
/// missing.
[[nodiscard]] Finding check_pw(const std::string& command);

}  // namespace mlip::dft::espresso
