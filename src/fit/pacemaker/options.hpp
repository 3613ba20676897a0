/// How the second trainer, Pacemaker, is run.
#pragma once

#include <string>
#include <vector>

namespace mlip::fit::pacemaker {

struct Options {
  std::string python;                              ///< empty: found beside `pacemaker` in PATH
  std::vector<double> embedding = {1, 1, 1, 0.5};  ///< w, m of each density
  int iterations = 500;                            ///< of BFGS, at most
  double l1 = 1e-8, l2 = 1e-8;
  double time_limit_seconds = 7200;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field(
        "python", python, "",
        "interpreter of Pacemaker's environment; empty: the one beside `pacemaker` in PATH");
    visit.field("embedding", embedding, "",
                "prefactor and exponent of each density's embedding, one pair a density");
    visit.field("iterations", iterations, "", "most BFGS iterations of a fit");
    visit.field("l1", l1, "", "penalty of the absolute function coefficients");
    visit.field("l2", l2, "", "penalty of the squared function coefficients");
    visit.field("time_limit_seconds", time_limit_seconds, "s", "wall time of a fit");
  }
};

}  // namespace mlip::fit::pacemaker
