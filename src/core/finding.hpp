/// What a look at one tool found; producer: the doctors of the rooms that start tools.
#pragma once

#include <string>

namespace mlip::core {

struct Finding {
  std::string name;
  bool works = false;
  std::string version;  ///< as the tool says it; empty where unknown
  std::string detail;   ///< one line: what was run and what came of it
  std::string remedy;   ///< what to do where it does not work
};

}  // namespace mlip::core
