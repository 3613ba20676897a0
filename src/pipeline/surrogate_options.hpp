/// Which pretrained potential helps before DFT.
#pragma once

#include <string>

namespace mlip::pipeline {

struct SurrogateOptions {
  std::string model;  ///< as surrogate::open_surrogate takes it; empty: none

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("model", model, "",
                "pretrained potential that seed structures are screened by: sevennet-0, another of "
                "doctor --fix, a model file, ase:module:Class; empty = none");
  }
};

}  // namespace mlip::pipeline
