/// Which pretrained potential helps before DFT.
#pragma once

#include <string>

namespace mlip::pipeline {

struct SurrogateOptions {
  std::string model;   ///< as surrogate::open_surrogate takes it; empty: none
  bool screen = true;  ///< seeds that it calls nonsense are left out
  int lessons = 1000;  ///< structures it labels for the fits to begin from; 0: it does not teach

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field(
        "model", model, "",
        "pretrained potential that helps before DFT: sevennet-0, another of doctor --fix, a "
        "model file, ase:module:Class; empty = none");
    visit.field("screen", screen, "", "leave out seed structures that it calls nonsense");
    visit.field("lessons", lessons, "",
                "structures whose labels by that model tell fits what to expect before DFT's do; "
                "0 = none");
  }
};

}  // namespace mlip::pipeline
