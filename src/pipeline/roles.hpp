/// What a labelled structure is for.
#pragma once

#include "store/database.hpp"

namespace mlip::pipeline {

enum class Role { training, holdout, equation_of_state, isolated };

[[nodiscard]] inline Role role(const store::Record& record) {
  if (record.candidate.config_type == "isolated") return Role::isolated;
  if (record.candidate.config_type == "eos") return Role::equation_of_state;
  return record.holdout ? Role::holdout : Role::training;
}

}  // namespace mlip::pipeline
