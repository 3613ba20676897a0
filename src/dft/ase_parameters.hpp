/// Everything that fixes a label by an ASE calculator.
#pragma once

#include <map>
#include <string>

namespace mlip::dft {

struct AseParameters {
  std::string calculator;  ///< "module:callable"; empty: Quantum ESPRESSO labels
  std::map<std::string, std::string> arguments, tighter;
  std::string python;
  double time_limit_seconds = 3600;  ///< a try

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("calculator", calculator, "",
                "module:callable of an ASE calculator, as ase.calculators.emt:EMT; empty: Quantum "
                "ESPRESSO labels");
    visit.field("arguments", arguments, "JSON", "its keyword arguments; what is not JSON is text");
    visit.field("tighter", tighter, "JSON",
                "arguments in their place or beside them that measure the noise of labels; none: "
                "it is not measured");
    visit.field(
        "python", python, "",
        "the interpreter that has ASE and the calculator; empty: python3 in PATH, or Debian's");
    visit.field("time_limit_seconds", time_limit_seconds, "s", "wall time of a try");
  }
};

}  // namespace mlip::dft
